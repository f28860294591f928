import { eventAnswer } from "./answers.ts";
import { createCoalescingQueue } from "./coalescing-queue.ts";
import type { Endpoint } from "./endpoint.ts";
import { createLineSplitter } from "./lines.ts";
import { openByteStream } from "./streams.ts";

/** How an event stream is opened. */
export interface EventOptions {
  readonly signal: AbortSignal;
  /** How long to wait for the headers, in milliseconds. */
  readonly headersWithin: number;
  /** Receives a sentence about each line that is not an event. */
  readonly warn: (problem: string) => void;
}

/**
 * Opens the event stream at a path, and yields the ID of each container that an event names. It reads the stream as
 * fast as the events arrive, even if nobody takes the IDs: a slow reader slows the engine down and loses events.
 */
export async function openEvents(
  endpoint: Endpoint,
  path: string,
  { warn, ...options }: EventOptions,
): Promise<AsyncIterable<string>> {
  const queue = createCoalescingQueue();
  const splitter = createLineSplitter(() => warn("an event is too long"));
  const onLine = (line: string): void => {
    const id = containerIn(line, warn);
    if (id !== undefined) queue.put(id);
  };
  const onChunk = (chunk: Uint8Array): void => splitter.push(chunk).forEach(onLine);
  await openByteStream(endpoint, path, { onChunk, onEnd: queue.close }, options);
  return queue.ids();
}

function containerIn(line: string, warn: (problem: string) => void): string | undefined {
  try {
    return eventAnswer(line);
  } catch {
    warn("an event is not JSON");
    return undefined;
  }
}
