import { EngineError } from "../../docker/engine.ts";
import { findEndpoint } from "../../docker/endpoint.ts";
import { realMachine } from "../../docker/machine.ts";
import { createPlatformEngine } from "../../docker/platform-client.ts";
import { Problem } from "../../files/problem.ts";
import type { Conversation } from "../../platform/change.ts";
import { findCompose, type Compose } from "../../platform/compose.ts";
import { openPlatform, type World } from "../../platform/platform.ts";
import { realRunFiles } from "../../sidecar/runs/files.ts";
import { defaultSidecarImage } from "../../targets/autodestroy.ts";
import { monotonicClock } from "../../time/clock.ts";
import type { Io } from "../io.ts";
import { sidecarImageCommand } from "../sidecar/image.ts";
import { conversationOf } from "./conversation.ts";
import type { LiveFlags } from "./flags.ts";
import type { Context } from "../../platform/actions.ts";

/** A command at work. */
export interface Session extends Context {
  readonly io: Io;
  readonly flags: LiveFlags;
  readonly conversation: Conversation;
}

/**
 * Connects to the engine and does the work of a command. After Ctrl-C, the current step is still finished. Resolves to
 * the exit code; rejects with a Problem.
 */
export async function inSession(
  io: Io,
  flags: LiveFlags,
  what: string,
  work: (session: Session) => Promise<number>,
): Promise<number> {
  const ending = new AbortController();
  const end = (): void => ending.abort(new Problem("interrupted; `tutum-stack up` finishes the change"));
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, end);
  try {
    const platform = await openPlatform(worldOf(io, flags.stacks), ending.signal);
    const conversation = conversationOf(io, flags);
    return await work({ io, flags, platform, conversation, what, signal: ending.signal });
  } catch (error) {
    throw error instanceof EngineError ? new Problem(error.message) : error;
  } finally {
    for (const name of ["SIGINT", "SIGTERM"] as const) process.off(name, end);
  }
}

/** What live services work with on this machine. Throws a Problem when no engine can be found. */
export function worldOf(io: Io, stacks: string | undefined): World {
  const { env, files, cwd } = io;
  return { env, files, cwd, shell: env, stacks, ...(io.live ?? realTools(io)) };
}

function realTools(io: Io): NonNullable<Io["live"]> {
  const endpoint = findEndpoint(realMachine(io.env));
  if (typeof endpoint === "string") throw new Problem(endpoint);
  const engine = createPlatformEngine(endpoint, (problem) => io.stderr.write(`tutum-stack: ${problem}\n`));
  let compose: Compose | undefined;
  return {
    engine,
    runFiles: realRunFiles,
    clock: monotonicClock,
    now: () => Date.now(),
    findCompose: () => (compose ??= findCompose(io.env)),
    provideSidecarImage: async (image = defaultSidecarImage) => {
      if (image !== defaultSidecarImage || (await engine.image(image, new AbortController().signal))) return;
      await sidecarImageCommand({ ...io, stdout: io.stderr }, { base: "node:22-alpine", tag: image });
    },
  };
}
