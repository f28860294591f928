import type { Printable, Quoted, Sourced } from "../../yaml/print.ts";

type Item = string | Quoted | Sourced<string | Quoted>;
type Mapping = ReadonlyMap<string, Sourced<Quoted | null> | Quoted | null>;

/** What a compiled service can say: the part of the Compose specification that docker-compose 1.29 knows, too. */
export interface ComposeService {
  readonly image?: string;
  readonly command?: string | readonly string[];
  readonly entrypoint?: string | readonly string[];
  readonly environment?: Mapping;
  readonly labels?: Mapping;
  readonly links?: readonly Item[];
  readonly external_links?: readonly Item[];
  readonly networks?: ReadonlyMap<string, { readonly aliases?: readonly string[] } | null>;
  readonly ports?: readonly Item[];
  readonly expose?: readonly Item[];
  readonly volumes?: readonly Item[];
  readonly volumes_from?: readonly Item[];
  readonly deploy?: { readonly replicas: number };
  readonly restart?: string | Quoted;
  readonly privileged?: true;
  readonly read_only?: true;
  readonly tmpfs?: readonly string[];
  readonly stdin_open?: true;
  readonly tty?: true;
  readonly network_mode?: "host" | "none";
  readonly pid?: "host";
  readonly dns?: readonly string[];
  readonly dns_search?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly devices?: readonly string[];
  readonly extra_hosts?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly working_dir?: string;
  readonly user?: Quoted;
  readonly hostname?: string;
  readonly domainname?: string;
  readonly mac_address?: string;
  readonly cgroup_parent?: string;
  readonly cpuset?: Quoted;
  readonly cpu_shares?: number;
  readonly mem_limit?: string | number;
  readonly memswap_limit?: string | number;
  readonly pids_limit?: number;
  readonly healthcheck?: { readonly test: readonly string[]; readonly interval: string; readonly timeout: string; readonly retries: number };
}

/** A Compose file without `version` (not needed any more) and `name` (docker-compose 1.x refuses it). */
export interface ComposeFile {
  readonly services: ReadonlyMap<string, Sourced<ReadonlyMap<string, Printable>> | ReadonlyMap<string, Printable>>;
  readonly networks?: ReadonlyMap<string, { readonly external: true; readonly name: string }>;
  readonly volumes?: ReadonlyMap<string, ReadonlyMap<string, Printable>>;
}
