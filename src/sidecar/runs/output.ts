import { Buffer } from "node:buffer";
import type { LogChunk } from "../../docker/engine.ts";
import type { Output, Piece } from "./run.ts";

/**
 * What is kept of an output (reference jobs.md 1.1): lines, and bytes of UTF-8; and how often it may change from one
 * stream to the other, so that a run's file has a limit.
 */
export const outputLimits = { lines: 200, bytes: 64 * 1024, pieces: 1000 } as const;

/**
 * The time after which a container has written its output of this start, in whole seconds since 1970; undefined when
 * its start is not known. What it wrote after earlier starts stays in its log. An engine notes the start a little after
 * the program has begun, and later on a busy machine.
 */
export function outputSince(startedAt: string): number | undefined {
  const started = Math.floor(Date.parse(startedAt) / 1000);
  return started > noteDelay ? started - noteDelay : undefined;
}

/** In seconds. */
const noteDelay = 5;

/** Keeps the end of an output. It never holds much more than the limit. */
export interface Tail {
  push(chunk: LogChunk): void;
  /** What there is by now, and why that is not all of it. */
  take(problem: string): Output;
}

/** A tail of an output of which nothing has come yet. Bytes that are not UTF-8 become replacement characters. */
export function createTail(): Tail {
  const options = { ignoreBOM: true };
  const decoders = { stdout: new TextDecoder("utf-8", options), stderr: new TextDecoder("utf-8", options) };
  let pieces: Measured[] = [];
  let bytes = 0;
  let isCut = false;
  const add = (stream: LogChunk["stream"], text: string): void => {
    const size = Buffer.byteLength(text);
    if (size === 0) return;
    const last = pieces.at(-1);
    if (last?.stream === stream && last.size < smallPiece) {
      pieces[pieces.length - 1] = { stream, text: last.text + text, size: last.size + size };
    } else pieces.push({ stream, text, size });
    bytes += size;
    let dropped = 0;
    while (bytes - pieces[dropped]!.size >= outputLimits.bytes) bytes -= pieces[dropped++]!.size;
    if (dropped > 0) pieces = pieces.slice(dropped);
    isCut ||= dropped > 0;
  };
  return {
    push: ({ stream, bytes: chunk }) => add(stream, decoders[stream].decode(chunk, { stream: true })),
    take(problem) {
      for (const stream of ["stdout", "stderr"] as const) add(stream, decoders[stream].decode());
      const kept = lastLines(lastBytes(merged(pieces).slice(-outputLimits.pieces)));
      return { pieces: kept, isCut: isCut || lengthOf(kept) < lengthOf(pieces), problem };
    },
  };
}

interface Measured extends Piece {
  /** In bytes of UTF-8. */
  readonly size: number;
}

/** Pieces of a stream are joined up to this many bytes, so that there are never very many. */
const smallPiece = 4096;

function lengthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { text }) => sum + text.length, 0);
}

function merged(pieces: readonly Piece[]): readonly Piece[] {
  const all: { stream: Piece["stream"]; text: string }[] = [];
  for (const { stream, text } of pieces) {
    const last = all.at(-1);
    if (last?.stream === stream) last.text += text;
    else all.push({ stream, text });
  }
  return all;
}

/** The end of the pieces, without the beginning of a character that is cut through. */
function lastBytes(pieces: readonly Piece[]): readonly Piece[] {
  let left: number = outputLimits.bytes;
  return fromEnd(pieces, (text) => {
    const bytes = Buffer.from(text);
    let at = Math.max(0, bytes.length - left);
    left -= bytes.length;
    if (at === 0) return text;
    while (at < bytes.length && (bytes[at]! & 0xc0) === 0x80) at++;
    return bytes.toString("utf8", at);
  });
}

/** The last lines of the pieces. The line break at the very end begins no line. */
function lastLines(pieces: readonly Piece[]): readonly Piece[] {
  let left = outputLimits.lines + (pieces.at(-1)?.text.endsWith("\n") ? 1 : 0);
  return fromEnd(pieces, (text) => {
    for (let at = text.lastIndexOf("\n"); at >= 0; at = at === 0 ? -1 : text.lastIndexOf("\n", at - 1)) {
      left--;
      if (left === 0) return text.slice(at + 1);
    }
    return text;
  });
}

/** Goes through the pieces from the end, and stops at the first one that loses something. */
function fromEnd(pieces: readonly Piece[], endOf: (text: string) => string): readonly Piece[] {
  const kept: Piece[] = [];
  for (const piece of pieces.toReversed()) {
    const text = endOf(piece.text);
    if (text !== "") kept.unshift({ stream: piece.stream, text });
    if (text.length < piece.text.length) break;
  }
  return kept;
}
