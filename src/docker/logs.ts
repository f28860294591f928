import { Buffer } from "node:buffer";
import { EngineError, type LogChunk } from "./engine.ts";

/** Takes the output of a container without a terminal apart: it comes in frames, each of one stream. */
export interface FrameReader {
  /** The pieces of output in these bytes. Throws the EngineError that the engine put into the output. */
  push(chunk: Uint8Array): readonly LogChunk[];
  /** Whether the output may end here. */
  readonly isBetweenFrames: boolean;
}

/**
 * A new reader of frames. It passes on what it has of a frame, so it never holds more than a header. A header is eight
 * bytes: the stream, three zeros, and the size of the frame, big-endian (Docker's API, "Attach to a container").
 */
export function createFrameReader(): FrameReader {
  const header = new Uint8Array(8);
  let known = 0;
  let left = 0;
  let stream: FrameStream = "stdout";
  let complaint = "";
  const readHeader = (chunk: Uint8Array): number => {
    const part = chunk.subarray(0, header.length - known);
    header.set(part, known);
    known += part.length;
    if (known < header.length) return part.length;
    ({ stream, size: left } = frameOf(header));
    if (left === 0) known = 0;
    return part.length;
  };
  const readContent = (chunk: Uint8Array): Uint8Array => {
    const bytes = chunk.subarray(0, left);
    left -= bytes.length;
    if (left === 0) known = 0;
    if (stream !== "error") return bytes;
    complaint = (complaint + new TextDecoder().decode(bytes)).slice(0, longestComplaint);
    if (left === 0) throw new EngineError("failed", `the engine cannot read the output: ${complaint.trim()}`);
    return bytes;
  };
  return {
    push(chunk) {
      const pieces: LogChunk[] = [];
      for (let at = 0; at < chunk.length;) {
        const rest = chunk.subarray(at);
        const bytes = left > 0 ? readContent(rest) : undefined;
        if (bytes && stream !== "error") pieces.push({ stream, bytes });
        at += bytes?.length ?? readHeader(rest);
      }
      return pieces;
    },
    get isBetweenFrames() {
      return known === 0;
    },
  };
}

/** The output of a container without a terminal, as it comes from the engine. It may break off once it is aborted. */
export async function* readFrames(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<LogChunk> {
  const reader = createFrameReader();
  for await (const chunk of chunks) yield* joined(reader.push(chunk));
  if (!reader.isBetweenFrames && !signal.aborted)
    throw new EngineError("failed", "the output of the container ends within a frame");
}

/** Fewer pieces of the same streams: each line is a frame, and each piece takes a turn of its reader. */
function joined(pieces: readonly LogChunk[]): readonly LogChunk[] {
  const groups: { readonly stream: LogChunk["stream"]; readonly parts: Uint8Array[] }[] = [];
  for (const { stream, bytes } of pieces) {
    const last = groups.at(-1);
    if (last?.stream === stream) last.parts.push(bytes);
    else groups.push({ stream, parts: [bytes] });
  }
  return groups.map(({ stream, parts }) => ({ stream, bytes: parts.length === 1 ? parts[0]! : Buffer.concat(parts) }));
}

/** The output of a container with a terminal, as it comes from the engine. */
export async function* readTerminal(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<LogChunk> {
  for await (const bytes of chunks) yield { stream: "stdout", bytes };
}

type FrameStream = LogChunk["stream"] | "error";

/** By the first byte of a header. What went to the standard input counts as output, as in Docker's own client. */
const streams: readonly FrameStream[] = ["stdout", "stdout", "stderr", "error"];

const longestComplaint = 1000;

function frameOf(header: Uint8Array): { readonly stream: FrameStream; readonly size: number } {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const stream = streams[header[0] ?? 0xff];
  if (stream === undefined || view.getUint32(0) % 2 ** 24 !== 0)
    throw new EngineError("failed", "the output of the container is not in frames");
  return { stream, size: view.getUint32(4) };
}
