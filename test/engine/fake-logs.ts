import type { Container, LogChunk } from "../../src/docker/engine.ts";
import type { LogOptions } from "../../src/docker/platform-engine.ts";
import type { FakeEngine } from "./fake-engine.ts";

/** A line that a container has written, with its end if it has one. */
export interface Written {
  readonly stream: LogChunk["stream"];
  readonly bytes: Uint8Array;
  /** In seconds since 1970. */
  readonly time: number;
}

/** Reads lines that a container of a fake engine has written, and with `follow` those that it writes until it stops. */
export function openFakeLogs(
  fake: FakeEngine,
  { id, status }: Container,
  output: readonly Written[],
  { tail, follow = false, since = 0, timestamps = false }: LogOptions,
  signal: AbortSignal,
): AsyncIterable<LogChunk> {
  const isStopped = (now: string | undefined): boolean => now !== "running" && now !== "paused";
  const old = output.filter(({ time }) => time >= since);
  const first = output.length;
  let end = follow && !isStopped(status) ? Infinity : first;
  let problem: Error | undefined;
  let wake = (): void => {};
  const finish = (error?: Error): void => {
    problem ??= error;
    end = Math.min(end, output.length);
    fake.observers.delete(observer);
    signal.removeEventListener("abort", abort);
    wake();
  };
  const abort = (): void => finish();
  const changed = (one: string): void => {
    if (one === id && isStopped(fake.find(id)?.status)) finish();
    else wake();
  };
  const observer = { changed, broke: finish };
  if (end === Infinity) {
    fake.observers.add(observer);
    signal.addEventListener("abort", abort);
  }
  const isToCome = (at: number): boolean => at >= output.length && at < end;
  const chunkOf = ({ stream, bytes, time }: Written): LogChunk => {
    const before = timestamps ? `${new Date(time * 1000).toISOString()} ` : "";
    return { stream, bytes: Buffer.concat([new TextEncoder().encode(before), bytes]) };
  };
  return (async function* () {
    try {
      yield* (tail === undefined ? old : old.slice(Math.max(0, old.length - tail))).map(chunkOf);
      for (let at = first; !signal.aborted; at++) {
        while (isToCome(at)) await new Promise<void>((resolve) => (wake = resolve));
        if (problem) throw problem;
        if (at >= end) return;
        yield chunkOf(output[at]!);
      }
    } finally {
      finish();
    }
  })();
}

/** Lines, each with its end. Bytes stay together. */
export function linesOf(text: string | Uint8Array): readonly Uint8Array[] {
  if (typeof text !== "string") return [text];
  return text
    .split(/(?<=\n)/)
    .filter((line) => line !== "")
    .map((line) => new TextEncoder().encode(line));
}
