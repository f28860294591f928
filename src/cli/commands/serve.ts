import { InvalidArgumentError } from "commander";
import type { DefineCommand } from "../invocation.ts";
import type { ServeFlags } from "../live/serve.ts";

/**
 * `tutum-stack serve`: live services by a page and the old platform's API. Its module is loaded only when the command
 * is used.
 */
export const defineServe: DefineCommand = (program, { io, finish }) => {
  program
    .command("serve [dir]")
    .description("serve a page and the old platform's API for the stacks of a folder")
    .option("--stacks <dir>", "the folder with one folder per stack (default: $TUTUM_STACKS, else in the user's data)")
    .option("--port <number>", "the port to listen on (default: 7070; 0: any)", portNumber)
    .option("--host <address>", "the address to listen on (default: 127.0.0.1)")
    .option("--allow-host <name>", "one more host name or address that clients may use; can be repeated", collect)
    .option("--read-only", "refuse everything that changes something")
    .option("--token-file <file>", "the file with the token (default: in the user's state)")
    .option("--no-page", "serve the API without the page")
    .action((dir: string | undefined, flags: ServeFlags) =>
      finish(import("../live/serve.ts").then(({ serveCommand }) => serveCommand(io, dir, flags))),
    );
};

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function portNumber(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port < 0 || port > 65_535) throw new InvalidArgumentError("It must be a port.");
  return port;
}
