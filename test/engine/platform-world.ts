import type { PlatformEngine } from "../../src/docker/platform-engine.ts";
import type { InWorld } from "./conformance.ts";

/**
 * How a container of the suite is made. Without `exits` it runs until it is stopped or crashes; it ends with 0 when it
 * is stopped.
 */
export interface PlatformMaking {
  readonly stack?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** As for `docker run --restart`. */
  readonly restart?: string;
  readonly exits?: number;
  /** Whether it first writes the lines `out 1` and `out 2`, and to the standard error `err`. */
  readonly speaks?: boolean;
  readonly hasTerminal?: boolean;
  /** Whether it first writes the text `kept` into the files `a` and `b/c` of the folder /data/notes of a volume. */
  readonly keepsNotes?: boolean;
  /** Whether the engine removes it when it stops. */
  readonly isRemoved?: boolean;
  /** Whether it has limits, a volume without a name at /data, a published port 80, and a name in the network. */
  readonly isFurnished?: boolean;
}

/** An engine, and the hands that make and disturb its containers. */
export interface PlatformWorld extends AsyncDisposable {
  readonly engine: PlatformEngine;
  /** Resolves when a call that was just made has reached the engine. */
  readonly moment: () => Promise<void>;
  /** A stack that no container has. */
  readonly stack: string;
  /** Makes a container and returns its full ID. */
  readonly create: (making: PlatformMaking) => Promise<string>;
  /** Makes a container and starts it. */
  readonly run: (making: PlatformMaking) => Promise<string>;
  /** Its program ends with 3. */
  readonly crash: (id: string) => Promise<void>;
  /** Its program writes the line `late`. */
  readonly speak: (id: string) => Promise<void>;
  readonly pause: (id: string) => Promise<void>;
  readonly unpause: (id: string) => Promise<void>;
  readonly rename: (id: string, name: string) => Promise<void>;
  /** Removes it, whatever it does. */
  readonly remove: (id: string) => Promise<void>;
}

/** States an expectation of live services. */
export type InPlatformWorld = InWorld<PlatformWorld>;

export const signal = new AbortController().signal;

/** How long the suite waits for what has to happen. */
export const eventually = { timeout: 15_000, interval: 20 };

/** The label that the containers of a stack have. */
export function labelOf(stack: string): string {
  return `com.docker.compose.project=${stack}`;
}

/** Resolves after some milliseconds. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
