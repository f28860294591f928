/**
 * The seven calls that the sidecar makes. A filtering proxy needs to allow nothing else. A call may reject with an
 * EngineError, and rejects with the reason of its signal once that is aborted.
 */
export interface SidecarEngine {
  /**
   * Negotiates the version of the API. Must be called before every other method, and again after each loss of the
   * connection.
   */
  connect(signal: AbortSignal): Promise<EngineGreeting>;
  /**
   * All containers with a label, also stopped ones. The label is `NAME` or `NAME=VALUE`. The list only says which
   * containers to inspect: engines before 26 list old states.
   */
  list(label: string, signal: AbortSignal): Promise<readonly ListedContainer[]>;
  /** The present state of a container; undefined when it is gone. The ID may be shortened to its first 12 digits. */
  inspect(id: string, signal: AbortSignal): Promise<Container | undefined>;
  /** The labels that an image gives to its containers; undefined when there is no such image. */
  imageLabels(image: string, signal: AbortSignal): Promise<ReadonlyMap<string, string> | undefined>;
  /**
   * Removes a stopped container. The engine refuses to remove a running one (`conflict`). A container that is already
   * gone is a success.
   */
  remove(id: string, options: RemoveOptions, signal: AbortSignal): Promise<"removed" | "gone">;
  /**
   * The IDs of containers with a label that changed after a time, in seconds by the engine's clock. An ID is only a
   * hint to inspect the container: IDs can be missing, repeated or out of order. Resolves when the engine listens. The
   * stream ends when the engine ends it or the signal is aborted, and throws when the connection breaks.
   */
  changes(label: string, since: number, signal: AbortSignal): Promise<AsyncIterable<string>>;
  /**
   * The last lines that a stopped container has written; undefined when it is gone. The only call that a decision does
   * not depend on: a proxy may forbid it (`forbidden`), and an engine whose log driver cannot read refuses it
   * (`failed`). It may throw that while it is read, too. Read it to its end, leave its loop, or abort the signal: else
   * a connection stays open.
   */
  logs(id: string, options: TailOptions, signal: AbortSignal): Promise<AsyncIterable<LogChunk> | undefined>;
}

/** Which part of an output to read. */
export interface TailOptions {
  /** How many of the last lines. Engines count a line of more than 16 KiB as several, or do not limit its length. */
  readonly tail: number;
  /** Only what was written after this time, in seconds since 1970 by the engine's clock. */
  readonly since?: number | undefined;
  /** What inspect says: the output of a terminal comes without frames. */
  readonly hasTerminal: boolean;
}

/**
 * A piece of output. It can begin and end anywhere, also within a line or a character. The order of the two streams can
 * differ from that in which they were written. Docker's usual driver replaces bytes that are not UTF-8, and gives a
 * line when it ends; Podman's does neither.
 */
export interface LogChunk {
  readonly stream: "stdout" | "stderr";
  readonly bytes: Uint8Array;
}

/** A container in a list. */
export interface ListedContainer {
  /** In full. */
  readonly id: string;
  readonly labels: ReadonlyMap<string, string>;
}

/** How an engine introduced itself. */
export interface EngineGreeting {
  /** The negotiated version of the API; empty when the engine did not send one. */
  readonly apiVersion: string;
  /** The time of the engine's clock, in seconds since 1970. */
  readonly time: number;
}

/** How to remove a container. */
export interface RemoveOptions {
  /** Whether to remove its anonymous volumes too. Named volumes always stay. */
  readonly volumes: boolean;
}

/**
 * The fields of a container on which the sidecar bases its decisions, and those that it remembers of a run. A text is
 * empty where the engine sent none.
 */
export interface Container {
  readonly id: string;
  readonly name: string;
  /** The ID of its image. */
  readonly image: string;
  /** The name of its image, as it was given. */
  readonly imageReference: string;
  readonly status: string;
  /** Whether one of the flags says that it runs, restarts or is paused, whatever the status says. */
  readonly isAlive: boolean;
  /** Undefined where the engine sent no whole number. */
  readonly exitCode: number | undefined;
  /** An RFC 3339 time, as the engine wrote it. The year 1 means never. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly restartCount: number;
  readonly isOutOfMemory: boolean;
  /** Why the engine could not start it; empty if it could. */
  readonly error: string;
  readonly restartPolicy: string;
  /** Whether the engine removes it when it stops (`docker run --rm`). */
  readonly isRemovedByEngine: boolean;
  readonly labels: ReadonlyMap<string, string>;
  /** Its variables, each as `NAME=value`. */
  readonly environment: readonly string[];
  /** Whether it writes to a terminal. Its output is then one stream, `stdout`. */
  readonly hasTerminal: boolean;
  readonly networks: readonly NamedNetwork[];
}

/** A network that a container is in. */
export interface NamedNetwork {
  /** Empty before the first start. */
  readonly id: string;
  readonly name: string;
}

/**
 * Why a call failed. `unreachable`: nothing listens. `conflict`: the engine refused it because of the container's state
 * (409). `forbidden`: a proxy or the engine does not allow it (400, 401, 403, 405). `failed`: anything else; a retry
 * may succeed.
 */
export type EngineFailure = "unreachable" | "conflict" | "forbidden" | "failed";

/**
 * A call that the engine refused or failed to carry out. The message is for people only: its wording differs between
 * engines.
 */
export class EngineError extends Error {
  readonly failure: EngineFailure;

  constructor(failure: EngineFailure, message: string) {
    super(message);
    this.name = "EngineError";
    this.failure = failure;
  }
}
