import type { Quoted, Sourced } from "../../yaml/printable.ts";
import type { CommonService, Item, VolumeItem } from "../rows.ts";

/** A compiled service: the part of the Compose specification that docker-compose 1.29 knows as well. */
export type ComposeService = CommonService & {
  readonly depends_on?: readonly Item[];
  readonly links?: readonly Item[];
  readonly external_links?: readonly Item[];
  readonly networks?: ReadonlyMap<string, { readonly aliases?: readonly string[] } | null>;
  readonly expose?: readonly Item[];
  readonly volumes?: readonly (Item | Sourced<VolumeItem>)[];
  readonly volumes_from?: readonly Item[];
  readonly deploy?: { readonly replicas: number };
  readonly restart?: string | Quoted;
  readonly privileged?: true;
  readonly tmpfs?: readonly string[];
  readonly network_mode?: "host" | "none";
  readonly pid?: "host";
  readonly devices?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly domainname?: string;
  readonly mac_address?: string;
  readonly cgroup_parent?: string;
  readonly cpuset?: Quoted;
  readonly cpu_shares?: number;
  readonly mem_limit?: string | number;
  readonly memswap_limit?: string | number;
  readonly pids_limit?: number;
  readonly healthcheck?: {
    readonly test: readonly string[];
    readonly interval: string;
    readonly timeout: string;
    readonly retries: number;
  };
};
