import type { Path } from "../diagnostics/diagnostic.ts";
import type { Policy } from "../lifecycle/policy.ts";

/**
 * What a stack file means: defaults are filled in, short forms are taken apart, and every object has the path it came
 * from. It is plain data, which can be copied, compared and sent.
 */
export interface Stack {
  /** The name of the stack; undefined while a file is only validated. */
  readonly name: string | undefined;
  readonly services: ReadonlyMap<string, Service>;
  readonly interpolation: Interpolation;
  /** Whether the variables of links are written into the environment. */
  readonly linkVariables: "on" | "off";
}

/** Whether `$` in a value begins a variable (`--interpolate`) or is text. */
export type Interpolation = "on" | "off";

/** One service. */
export interface Service {
  readonly origin: Path;
  readonly name: string;
  readonly image: string;
  readonly command: string | readonly string[] | undefined;
  readonly entrypoint: string | readonly string[] | undefined;
  readonly environment: readonly Variable[];
  readonly labels: readonly Variable[];
  readonly links: readonly Link[];
  readonly ports: readonly Port[];
  readonly expose: readonly Port[];
  readonly volumes: readonly Volume[];
  readonly volumesFrom: readonly VolumesFrom[];
  readonly tags: readonly string[];
  readonly replicas: number;
  readonly strategy: Strategy;
  readonly sequential: boolean;
  readonly roles: readonly Role[];
  readonly policy: Policy;
  /** How often a container that fails is started again; undefined for no limit. */
  readonly retries: number | undefined;
  /** The place that sets `policy.autorestart`: the field `autorestart`, or its other name `restart`. */
  readonly autorestartOrigin: Path;
  readonly autoredeploy: boolean;
  readonly privileged: boolean;
  readonly readOnly: boolean;
  readonly stdinOpen: boolean;
  readonly tty: boolean;
  readonly hostNetwork: boolean;
  readonly hostPid: boolean;
  readonly dns: readonly string[];
  readonly dnsSearch: readonly string[];
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  readonly devices: readonly string[];
  readonly extraHosts: readonly string[];
  readonly securityOpt: readonly string[];
  readonly workingDir: string | undefined;
  readonly user: string | undefined;
  readonly hostname: string | undefined;
  readonly domainname: string | undefined;
  readonly macAddress: string | undefined;
  readonly cgroupParent: string | undefined;
  readonly cpuset: string | undefined;
  readonly cpuShares: number | undefined;
  readonly memLimit: Size | undefined;
  readonly memswapLimit: Size | undefined;
}

/** Which nodes the containers of a service run on. */
export type Strategy = "EMPTIEST_NODE" | "HIGH_AVAILABILITY" | "EVERY_NODE";

/** What the containers of a service were allowed to do with the API of the old platform. */
export type Role = "global";

/** An environment variable or a label; a null value comes from the shell that starts the stack. */
export interface Variable {
  readonly origin: Path;
  readonly name: string;
  readonly value: string | null;
}

/** Text with variables (`--interpolate`), which can be taken apart only once they are filled in. */
export interface Deferred {
  readonly kind: "deferred";
  readonly origin: Path;
  readonly text: string;
}

/** A service that can be reached by a name; `stack` when it belongs to another stack. */
export type Link = Deferred | KnownLink;

export interface KnownLink {
  readonly kind: "link";
  readonly origin: Path;
  readonly service: string;
  readonly stack: string | undefined;
  readonly alias: string;
}

/** First and last port number, both included. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** A port of the container, and the port of the host that it is published as, if that is fixed. */
export type Port =
  | Deferred
  | {
      readonly kind: "port";
      readonly origin: Path;
      readonly host: Range | undefined;
      readonly container: Range;
      readonly protocol: "tcp" | "udp";
    };

/**
 * Data outside the container: kept by Docker (anonymous, named), or a path of the host (absolute, or relative to the
 * file).
 */
export type Volume =
  | Deferred
  | { readonly kind: "anonymous"; readonly origin: Path; readonly mountPath: string }
  | {
      readonly kind: "host" | "relative" | "named";
      readonly origin: Path;
      readonly source: string;
      readonly mountPath: string;
      readonly readOnly: boolean;
    };

/** A service whose volumes are mounted too; `stack` when it belongs to another stack. */
export type VolumesFrom =
  | Deferred
  | {
      readonly kind: "service";
      readonly origin: Path;
      readonly service: string;
      readonly stack: string | undefined;
      readonly readOnly: boolean;
    };

/** A number of bytes; -1 for no limit. */
export type Size = Deferred | { readonly kind: "bytes"; readonly bytes: number };
