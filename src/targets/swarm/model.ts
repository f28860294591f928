import type { Escaped, Quoted, Sourced } from "../../yaml/printable.ts";
import type { CommonService, Item, VolumeItem } from "../rows.ts";
import type { OutputNames } from "../target.ts";

/** What messages call the file for a Swarm. */
export const swarmTitle = "Swarm file";

/** The files for a Swarm. */
export const swarmOutputs: OutputNames = {
  stack: "docker-stack.yml",
  sidecarConfig: "autodestroy.swarm.json",
  balancer: "haproxy.swarm.cfg",
};

/** A service for `docker stack deploy`: the keys of version 3.8 that it neither refuses nor ignores. */
export type SwarmService = CommonService & {
  readonly networks?: ReadonlyMap<string, { readonly aliases: readonly string[] } | null>;
  readonly volumes?: readonly (Item | Sourced<Escaped<VolumeItem>> | TemporaryMount)[];
  readonly healthcheck?: {
    readonly test: readonly string[];
    readonly interval: string;
    readonly timeout: string;
    readonly retries: number;
  };
  readonly deploy?: Deploy;
};

/** How Swarm runs the tasks of a service. */
type Deploy = {
  readonly mode?: "global";
  readonly replicas?: number;
  readonly placement?: {
    readonly constraints?: readonly (string | Sourced<string>)[];
    readonly preferences?: readonly { readonly spread: string }[];
  };
  readonly update_config?: { readonly parallelism: number; readonly order: "stop-first" };
  readonly restart_policy?: { readonly condition: Condition; readonly max_attempts?: number };
  readonly resources?: { readonly limits: { readonly memory: string | Quoted } };
};

/** When Swarm replaces a task that ended. */
export type Condition = "none" | "on-failure" | "any";

type TemporaryMount = { readonly type: "tmpfs"; readonly target: string };
