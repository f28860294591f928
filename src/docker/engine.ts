/** What the sidecar asks of a container engine. Every call may reject with an EngineError, and with the signal's reason once it is aborted. */
export interface Engine {
  /** Finds out who answers, and agrees with it on a version. To be called before the other methods, and again after each loss of the connection. */
  connect(signal: AbortSignal): Promise<EngineGreeting>;
  /**
   * All containers with a label, stopped ones too; the label is `NAME`, or `NAME=VALUE`. Only to know which to inspect: engines before 26
   * list old states.
   */
  list(label: string, signal: AbortSignal): Promise<readonly Listed[]>;
  /** A container as it is now; undefined when it is gone. */
  inspect(id: string, signal: AbortSignal): Promise<Container | undefined>;
  /** The labels that an image brings into its containers; undefined when there is no such image. */
  imageLabels(image: string, signal: AbortSignal): Promise<ReadonlyMap<string, string> | undefined>;
  /** Removes a container that does not run; the engine itself refuses any other (`conflict`). Gone already is a success. */
  remove(id: string, options: RemoveOptions, signal: AbortSignal): Promise<"removed" | "gone">;
  /**
   * IDs of containers with a label that something happened to since a time in seconds by the engine's clock: a hint to inspect them, without order
   * or completeness. Resolves when the engine listens; ends when the engine ends the stream or the signal is aborted; throws when it breaks.
   */
  changes(label: string, since: number, signal: AbortSignal): Promise<AsyncIterable<string>>;
}

/** A container in a list. */
export interface Listed {
  /** The full ID. */
  readonly id: string;
  readonly labels: ReadonlyMap<string, string>;
}

/** Who answered. */
export interface EngineGreeting {
  /** The version of the API that both sides speak; empty when the engine does not say one. */
  readonly apiVersion: string;
  /** Seconds since 1970 by the engine's clock. */
  readonly time: number;
}

/** How a container is removed. */
export interface RemoveOptions {
  /** Whether its anonymous volumes go with it. Named ones never do. */
  readonly volumes: boolean;
}

/** The fields of a container that removals are judged by, and none else. Undefined where the engine said nothing usable. */
export interface Container {
  readonly id: string;
  readonly name: string;
  /** The ID of its image. */
  readonly image: string;
  readonly status: string;
  /** Running, restarting or paused by one of the engine's flags, whatever the status says. */
  readonly isAlive: boolean;
  readonly exitCode: number | undefined;
  /** As the engine writes it: an RFC 3339 time, the year 1 for never. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly restartCount: number;
  readonly isOutOfMemory: boolean;
  /** Why the engine could not start it, or empty. */
  readonly error: string;
  readonly restartPolicy: string;
  readonly isRemovedByEngine: boolean;
  readonly labels: ReadonlyMap<string, string>;
}

/** What went wrong: `unreachable` nothing listens, `conflict` 409, `forbidden` 400, 401, 403 or 405, `failed` anything else, worth a retry. */
export type EngineFailure = "unreachable" | "conflict" | "forbidden" | "failed";

/** A call that the engine did not do. The message is for people: engines word it differently from version to version. */
export class EngineError extends Error {
  readonly failure: EngineFailure;

  constructor(failure: EngineFailure, message: string) {
    super(message);
    this.name = "EngineError";
    this.failure = failure;
  }
}
