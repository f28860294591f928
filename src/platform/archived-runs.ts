import { Buffer } from "node:buffer";
import { unpackTar, type ParsedTarEntryWithData } from "modern-tar";
import { EngineError } from "../docker/engine.ts";
import type { PlatformEngine } from "../docker/platform-engine.ts";
import { safeName } from "../sidecar/runs/file-name.ts";
import { readRuns, type RunsRead } from "../sidecar/runs/read.ts";
import { largestRun } from "../sidecar/runs/store.ts";
import { runsPath } from "../targets/autodestroy.ts";
import type { ObservedContainer } from "./observed.ts";
import { keepsRuns } from "./plan-sidecar.ts";
import type { Platform } from "./platform.ts";

/** How many bytes of an archive are read, with the headers of its files (reference jobs.md 2.2). */
export const mostArchived = 8 * 1024 ** 2;

/**
 * The runs that a sidecar's container keeps of a project, whether it runs or has stopped (reference jobs.md 2.2). None
 * when the container is gone. Only plain files of the project's folder count, and nothing is unpacked to the disk. The
 * folder itself is among the broken files when its archive is damaged or too large. Rejects with an EngineError.
 */
export async function archivedRuns(
  engine: Pick<PlatformEngine, "archive">,
  containerId: string,
  project: string,
  signal: AbortSignal,
): Promise<RunsRead> {
  const folder = safeName(project);
  const path = `${runsPath}/${folder}`;
  const chunks = await engine.archive(containerId, path, signal);
  if (!chunks) return { runs: [], broken: [] };
  const bytes = await firstBytes(chunks);
  signal.throwIfAborted();
  const filter = ({ type, name, size }: ParsedTarEntryWithData["header"]): boolean =>
    type === "file" && name.startsWith(`${folder}/`) && size <= largestRun;
  const whole = await unpackTar(bytes, { filter, strict: true }).catch(() => undefined);
  const entries = whole ?? (await unpackTar(bytes, { filter }).catch(() => []));
  const { runs, broken } = readRuns(
    entries.map(({ header, data }) => ({
      name: header.name.slice(folder.length + 1),
      text: Buffer.from(data ?? []).toString("utf8"),
    })),
  );
  return { runs, broken: whole ? broken : [...broken, path] };
}

/** How long the archive of a sidecar may take, in milliseconds. */
const patience = 10_000;

/** The same for a container that was observed. Gives up after 10 s. A sidecar without a volume for runs has none. */
export async function sidecarRuns(
  { engine, clock }: Pick<Platform, "engine" | "clock">,
  container: ObservedContainer,
  project: string,
  signal: AbortSignal,
): Promise<RunsRead> {
  if (!keepsRuns(container)) return { runs: [], broken: [] };
  const late = new AbortController();
  const giveUp = (): void => late.abort(new EngineError("failed", `it took more than ${patience / 1000} s`));
  const cancel = clock.after(patience, giveUp);
  try {
    return await archivedRuns(engine, container.id, project, AbortSignal.any([signal, late.signal]));
  } finally {
    cancel();
  }
}

async function firstBytes(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    size += chunk.length;
    if (size >= mostArchived) break;
  }
  return Buffer.concat(parts).subarray(0, mostArchived);
}
