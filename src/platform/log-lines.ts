import type { LogChunk } from "../docker/engine.ts";
import type { PlatformEngine } from "../docker/platform-engine.ts";

/** A line that a container has written. */
export interface LogLine {
  readonly stream: LogChunk["stream"];
  /** Without its end. */
  readonly text: string;
  /** In seconds since 1970. */
  readonly time: number;
}

/** The longest line that is passed on in one piece, in UTF-16 units. */
const longestPart = 64 * 1024;

/** Which lines to read. */
interface LineOptions {
  readonly follow: boolean;
  readonly tail: number | undefined;
  /** In seconds since 1970. */
  readonly since?: number | undefined;
}

/**
 * What a container has written, line by line; nothing for one that is gone. Ends when the container does, or when the
 * signal is aborted. Rejects with an EngineError.
 */
export async function* logLines(
  engine: PlatformEngine,
  id: string,
  { follow, tail, since }: LineOptions,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const limits = { ...(tail === undefined ? {} : { tail }), ...(since === undefined ? {} : { since }) };
  const options = { follow, timestamps: true, ...limits };
  const chunks = await engine.logs(id, options, signal);
  const rests = { stdout: createSplitter(), stderr: createSplitter() };
  for await (const { stream, bytes } of chunks ?? [])
    for (const line of rests[stream].push(bytes)) yield { stream, ...timed(line) };
  for (const stream of ["stdout", "stderr"] as const)
    for (const line of rests[stream].end()) yield { stream, ...timed(line) };
}

/** The engine writes the time before the text. */
function timed(line: string): { readonly text: string; readonly time: number } {
  const [, time = "", text = line] = /^(\d{4}-\d\d-\d\dT\S+) (.*)$/s.exec(line) ?? [];
  return { text, time: Math.floor(Date.parse(time) / 1000) || 0 };
}

function createSplitter(): { push(bytes: Uint8Array): readonly string[]; end(): readonly string[] } {
  const decoder = new TextDecoder();
  let rest = "";
  return {
    push(bytes) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length >= longestPart) lines.push(rest);
      if (rest.length >= longestPart) rest = "";
      return lines.map((line) => line.replace(/\r$/, ""));
    },
    end: () => (rest === "" ? [] : [rest]),
  };
}
