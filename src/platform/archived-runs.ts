import { Buffer } from "node:buffer";
import { unpackTar, type ParsedTarEntryWithData } from "modern-tar";
import type { PlatformEngine } from "../docker/platform-engine.ts";
import { safeName } from "../sidecar/runs/file-name.ts";
import { readRuns, type RunsRead } from "../sidecar/runs/read.ts";
import { largestRun } from "../sidecar/runs/store.ts";
import { runsPath } from "../targets/autodestroy.ts";

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
