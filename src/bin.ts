import { realIo } from "./cli/io.ts";
import { main } from "./cli/main.ts";

try {
  process.exitCode = main(process.argv.slice(2), realIo());
} catch (error) {
  process.stderr.write(`tutum-stack: this is a bug in tutum-stack; please report it\n${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 70;
}
