import type { Container, EngineGreeting, LogChunk, NamedNetwork, RemoveOptions } from "./engine.ts";

/**
 * What live services ask of an engine. It does not create containers: Compose does. A call may reject with an
 * EngineError, and rejects with the reason of its signal once that is aborted. A container is named by its ID, in
 * full or shortened to its first 12 digits; only `remove` needs it in full. A text that is no ID is refused (`failed`).
 */
export interface PlatformEngine {
  /**
   * Negotiates the version of the API. Must be called before every other method, and again after each loss of the
   * connection.
   */
  connect(signal: AbortSignal): Promise<EngineGreeting>;
  /** The identity of the engine. */
  info(signal: AbortSignal): Promise<EngineInfo>;
  /**
   * All containers with a label, also stopped ones. The label is `NAME` or `NAME=VALUE`. The list is meant for tables:
   * engines before 26 list old states, so inspect a container before you decide about it.
   */
  containers(label: string, signal: AbortSignal): Promise<readonly ContainerSummary[]>;
  /** The present state of a container; undefined when it is gone. */
  inspect(id: string, signal: AbortSignal): Promise<ContainerDetails | undefined>;
  /** An image by name, digest or ID; undefined when the engine has no such image, or none can have this name. */
  image(reference: string, signal: AbortSignal): Promise<ImageDetails | undefined>;
  /** The IDs of all networks with a label, which is `NAME` or `NAME=VALUE`. */
  networks(label: string, signal: AbortSignal): Promise<readonly string[]>;
  /** The names of all volumes with a label, which is `NAME` or `NAME=VALUE`. */
  volumes(label: string, signal: AbortSignal): Promise<readonly string[]>;
  /**
   * The IDs of containers with a label that changed after a time, in seconds by the engine's clock. An ID is only a
   * hint to inspect the container: IDs can be missing, repeated or out of order. Resolves when the engine listens. The
   * stream ends when the engine ends it or the signal is aborted, and throws when the connection breaks.
   */
  changes(label: string, since: number, signal: AbortSignal): Promise<AsyncIterable<string>>;
  /**
   * Starts a container. It is `unchanged` when it runs already or waits for its restart. Docker refuses to start one
   * that is paused (`conflict`).
   */
  start(id: string, signal: AbortSignal): Promise<Outcome>;
  /**
   * Stops a container, also one that is paused or waits for its restart, and resolves when it has stopped. It is
   * `unchanged` when it does not run. The engine does not follow this by an automatic restart, but a container with the
   * policy `always` starts when the engine does.
   */
  stop(id: string, options: StopOptions, signal: AbortSignal): Promise<Outcome>;
  /** Stops a container if it runs, and starts it. It is never `unchanged`. */
  restart(id: string, options: StopOptions, signal: AbortSignal): Promise<Outcome>;
  /**
   * Changes a container as it is, without a restart. Resolves to the engine's warnings, or to undefined when the
   * container is gone. The engine refuses all of an update or nothing: an unknown policy, a policy for a container that
   * it removes by itself, more memory than memory and swap together (`forbidden`, `conflict` or `failed`).
   */
  update(id: string, update: ContainerUpdate, signal: AbortSignal): Promise<readonly string[] | undefined>;
  /**
   * The exit code of a container when it ends the next time; the last one when it has ended for good; undefined when it
   * is gone. With Docker each end counts, with Podman only one that is not followed by a restart: so inspect it then. A
   * container that was never started counts as stopped, with 0 (Podman: or -1). Waits without a limit of time.
   */
  wait(id: string, signal: AbortSignal): Promise<number | undefined>;
  /**
   * What a container has written; undefined when it is gone. The stream ends when all is read (`follow`: when the
   * container stops, even if it is restarted then) or the signal is aborted. It throws when the connection breaks. A
   * slow reader slows the engine down; nothing piles up here. Read it to its end, leave its loop, or abort the signal:
   * else a connection stays open.
   */
  logs(id: string, options: LogOptions, signal: AbortSignal): Promise<AsyncIterable<LogChunk> | undefined>;
  /**
   * A file or folder of a container as a tar archive, whatever the container does; undefined when the container or the
   * path is gone. Volumes belong to it, those of a stopped container too. The names in it begin with the last part of
   * the path. The stream ends, throws and is closed as that of `logs`. What is in it is as trustworthy as the
   * container.
   */
  archive(id: string, path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined>;
  /**
   * Removes a stopped container. The engine refuses to remove a running one (`conflict`). A container that is already
   * gone is a success.
   */
  remove(id: string, options: RemoveOptions, signal: AbortSignal): Promise<"removed" | "gone">;
}

/** The result of a change: the container changed, it was already like that, or it does not exist. */
export type Outcome = "changed" | "unchanged" | "gone";

/** The identity of an engine. */
export interface EngineInfo {
  /**
   * Stays the same as long as the engine's data folder does. Podman has no such ID; for it this is the name of its
   * machine and the path of its data folder.
   */
  readonly id: string;
  /** The host name of its machine. */
  readonly name: string;
  readonly version: string;
}

/** A container in a list. A text is empty where the engine sent none. */
export interface ContainerSummary {
  /** In full. */
  readonly id: string;
  readonly name: string;
  /** The name of its image, as it was given; the image's ID when the name belongs to another image by now. */
  readonly image: string;
  /** What it runs, as one line. */
  readonly command: string;
  /** A word: `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`. */
  readonly state: string;
  /** A phrase for people: `Up 2 hours`. */
  readonly status: string;
  /** When it was created, in seconds since 1970. */
  readonly created: number;
  readonly labels: ReadonlyMap<string, string>;
  readonly ports: readonly ContainerPort[];
}

/** A port of a container. One that is published on several addresses appears once for each. */
export interface ContainerPort {
  /** The address of the host; empty when the port is not published. */
  readonly ip: string;
  /** The port of the host; undefined when the port is not published. */
  readonly publicPort: number | undefined;
  readonly privatePort: number;
  /** `tcp`, `udp` or `sctp`. */
  readonly protocol: string;
}

/** All that live services know of a container. A text is empty where the engine sent none. */
export interface ContainerDetails extends Container {
  /** The maximum number of restarts by `on-failure`; 0 for no limit. */
  readonly maximumRetryCount: number;
  /** The limit of memory in bytes; 0 for none. */
  readonly memory: number;
  /** The limit of memory and swap together in bytes; 0 for none of its own, -1 for no limit. */
  readonly memorySwap: number;
  /** Its relative share of CPU time; 0 for the default, which is 1024. */
  readonly cpuShares: number;
  /** The CPUs it may use, as `0-2,7`; empty for all. */
  readonly cpuset: string;
  readonly mounts: readonly ContainerMount[];
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** When it was created, an RFC 3339 time as the engine wrote it. */
  readonly createdAt: string;
  /** The ports of a running container; engines list none for a stopped one. */
  readonly ports: readonly ContainerPort[];
  readonly networks: readonly ContainerNetwork[];
  /** `starting`, `healthy` or `unhealthy`; empty without a health check. */
  readonly health: string;
  readonly hostname: string;
  /** Its stop timeout in seconds; -1 for none; undefined for the engine's default, which is 10. */
  readonly stopTimeout: number | undefined;
}

/** A mount of a container. */
export interface ContainerMount {
  /** `bind`, `volume` or `tmpfs`. */
  readonly type: string;
  /** The name of the volume, which for an anonymous one is 64 hexadecimal digits; empty for other types. */
  readonly name: string;
  /** The path on the host. */
  readonly source: string;
  /** The path in the container. */
  readonly destination: string;
  readonly isReadOnly: boolean;
}

/** A network of a container, and how it is reached there. */
export interface ContainerNetwork extends NamedNetwork {
  readonly aliases: readonly string[];
  /** The IPv4 address of the container; empty while it does not run. */
  readonly address: string;
}

/** What an image defines for its containers. */
export interface ImageDetails {
  readonly id: string;
  readonly labels: ReadonlyMap<string, string>;
  /** Each as `80/tcp`. */
  readonly exposedPorts: readonly string[];
  /** Paths in the container. */
  readonly volumes: readonly string[];
  /** Its variables, each as `NAME=value`. */
  readonly environment: readonly string[];
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

/** How to stop a container. */
export interface StopOptions {
  /** The timeout in whole seconds before it is killed; -1 for none. Default: that of the container. */
  readonly timeout?: number;
}

/**
 * What to change of a container. What is left out stays, and so does what is 0 or empty: Docker cannot take a limit
 * away again, but for `memorySwap` with -1 (measured: 20.10, 28).
 */
export interface ContainerUpdate {
  readonly restartPolicy?: {
    /** `no`, `on-failure`, `always` or `unless-stopped`. */
    readonly name: string;
    /** Only with `on-failure`; 0 for no limit. */
    readonly maximumRetryCount?: number;
  };
  /**
   * In bytes. Always give `memorySwap` too: the engine refuses memory above the limit of memory and swap that the
   * container has, and counts no limit (0, -1) as one (20.10, 28).
   */
  readonly memory?: number;
  /** Memory and swap together in bytes; -1 for no limit. */
  readonly memorySwap?: number;
  readonly cpuShares?: number;
  /** As `0-2,7`. */
  readonly cpuset?: string;
}

/** Which part of the output to read. */
export interface LogOptions {
  /** How many of the last lines; all when left out. */
  readonly tail?: number;
  /** Whether to go on until the container stops. */
  readonly follow?: boolean;
  /** Only what was written after this time, in seconds since 1970 by the engine's clock. */
  readonly since?: number;
  /** Whether each line begins with an RFC 3339 time and a space; whole seconds with Podman 4.3. */
  readonly timestamps?: boolean;
}
