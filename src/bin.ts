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
  process.exitCode = 70;
  // Without a listener, a standard error that cannot be written would end the program with another exit code.
  process.stderr.on("error", () => {});
  const details = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`tutum-stack: this is a bug in tutum-stack; please report it\n${details}\n`);
}
