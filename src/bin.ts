import { realIo } from "./cli/io.ts";
import { main } from "./cli/main.ts";

try {
  const exitCode = main(process.argv.slice(2), realIo());
  if (typeof exitCode === "number") process.exitCode = exitCode;
  else exitCode.then((code) => (process.exitCode = code), reportBug);
} catch (error) {
  reportBug(error);
}

function reportBug(error: unknown): void {
  const details = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`tutum-stack: this is a bug in tutum-stack; please report it\n${details}\n`);
  process.exitCode = 70;
}
