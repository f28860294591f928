import { logLines } from "../../platform/log-lines.ts";
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
  for await (const { text } of logLines(platform.engine, id, { follow, tail }, signal))
    io.stdout.write(`${service}-${number} | ${visible(text)}\n`);
}
