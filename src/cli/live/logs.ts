import type { ListedContainer } from "../../platform/observed.ts";
import { visible } from "../../text/visible.ts";
import type { LiveFlags } from "./flags.ts";
import type { Session } from "./session.ts";

/** `service logs` and `container logs`. */
export interface LogFlags extends LiveFlags {
  readonly follow?: boolean;
  readonly tail?: number;
}

/** Prints the output of containers line by line, each with the name of its container. Resolves to the exit code. */
export async function showLogs(
  session: Session,
  containers: readonly ListedContainer[],
  flags: LogFlags,
): Promise<number> {
  await Promise.all(containers.map((container) => showLog(session, container, flags)));
  return 0;
}

async function showLog(
  { io, platform, signal }: Session,
  { id, service, number }: ListedContainer,
  { follow = false, tail }: LogFlags,
): Promise<void> {
  const chunks = await platform.engine.logs(id, { follow, ...(tail === undefined ? {} : { tail }) }, signal);
  const print = (line: string): void => io.stdout.write(`${service}-${number} | ${visible(line)}\n`);
  const printers = { stdout: linePrinter(print), stderr: linePrinter(print) };
  for await (const { stream, bytes } of chunks ?? []) printers[stream].push(bytes);
  for (const printer of Object.values(printers)) printer.end();
}

/** Prints a stream of bytes line by line. A line without an end is printed in parts. */
function linePrinter(print: (line: string) => void): { push(bytes: Uint8Array): void; end(): void } {
  const decoder = new TextDecoder();
  let rest = "";
  return {
    push(bytes) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) print(line.replace(/\r$/, ""));
      if (rest.length < longestPart) return;
      print(rest);
      rest = "";
    },
    end() {
      if (rest !== "") print(rest);
    },
  };
}

const longestPart = 64 * 1024;
