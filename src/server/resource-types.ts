import type { Autodestroy, Autorestart, Policy } from "../lifecycle/policy.ts";

/** A service in a list. Dates are as `dateOf` writes them. */
export interface ListedService extends Policy {
  readonly uuid: string;
  readonly resource_uri: string;
  readonly name: string;
  readonly nickname: string;
  readonly image_name: string;
  /** In the old platform's words, also while something is being done: `Redeploying`. */
  readonly state: string;
  /** In our words: `Finished`, `Failed (3)`. */
  readonly status: string;
  /** Whether its containers are as the file says. */
  readonly synchronized: boolean;
  readonly autorestart: Autorestart;
  readonly autodestroy: Autodestroy;
  readonly target_num_containers: number;
  readonly current_num_containers: number;
  readonly running_num_containers: number;
  readonly stopped_num_containers: number;
  /** The address of its stack. */
  readonly stack: string;
  readonly public_dns: string;
  readonly deployed_datetime: string | null;
  readonly tags: readonly { readonly name: string }[];
  /** The containers whose restart policy is not that of the file. */
  readonly changed_by_hand: readonly string[];
  readonly is_well: boolean;
}

/** What only the old clients read. */
interface Others {
  readonly [field: string]: unknown;
}

/** What the page reads of a stack. */
export interface StackResource extends Others {
  readonly uuid: string;
  readonly resource_uri: string;
  readonly name: string;
  readonly state: string;
  readonly synchronized: boolean;
  readonly has_errors: boolean;
  /** What was interrupted: `service set web`. */
  readonly interrupted: string | null;
}

/** What the page reads of a container. */
export interface ContainerResource extends Others {
  readonly uuid: string;
  readonly resource_uri: string;
  readonly name: string;
  readonly docker_id: string;
  /** `Starting`, `Running` or `Stopped`. */
  readonly state: string;
  readonly exit_code: number | null;
  readonly exit_code_msg: string | null;
  readonly image_name: string;
  readonly container_ports: readonly PortResource[];
  readonly started_datetime: string | null;
  readonly stopped_datetime: string | null;
}

/** A port of a container. */
export interface PortResource extends Others {
  readonly protocol: string;
  readonly inner_port: number;
  readonly outer_port: number | null;
  readonly endpoint_uri: string | null;
}

/** How a container ended. Times are RFC 3339; the year 1 is unknown. */
export interface RunResource {
  readonly container: string;
  readonly containerName: string;
  readonly started: string;
  readonly finished: string;
  readonly exitCode: number | undefined;
  readonly isOutOfMemory: boolean;
  readonly decided: { readonly action: "remove" | "keep"; readonly policy: Policy };
  readonly done: "removed" | "gone" | "started" | undefined;
  readonly output: {
    readonly pieces: readonly { readonly stream: string; readonly text: string }[];
    readonly isCut: boolean;
    readonly problem: string;
  };
  readonly isThere: boolean;
}

/** What a list of runs says beside the runs. */
export interface RunsResource {
  /** How long after its end a container is removed, in seconds; undefined while this server does not remove it. */
  readonly settle_seconds?: number;
}

/** What was asked for. */
export interface ActionResource extends Others {
  readonly uuid: string;
  readonly state: "Pending" | "In progress" | "Success" | "Failed";
  readonly error: string | null;
  /** What was done so far. */
  readonly steps: readonly string[];
}

/** A line that a container has written; the time is in seconds since 1970. */
export interface LogLineResource {
  /** The name of the container, as the old platform had it: `web-1`. */
  readonly source: string;
  readonly stream: string;
  readonly time: number;
  readonly text: string;
}

/** What an apply would do. */
export interface PlanResource {
  /** One line for each service. */
  readonly lines: readonly string[];
  /** What needs a yes, a clause for each. */
  readonly destroyed: readonly string[];
  readonly is_empty: boolean;
}

/** What the creation of a service would write. */
export interface PreviewResource {
  readonly stack: string;
  readonly name: string;
  readonly before: string;
  readonly text: string;
}

/** The machine. */
export interface NodeResource extends Others {
  readonly state: string;
  readonly nickname: string;
  readonly docker_version: string;
}
