type Text = string;
type Variables = readonly Text[] | Readonly<Record<string, string | number | boolean | null>>;

/** A service as its author wrote it, short forms and all. Every field but `image` may be missing. */
export interface ServiceFile {
  readonly image: Text;
  readonly command?: Text | readonly Text[];
  readonly entrypoint?: Text | readonly Text[];
  readonly environment?: Variables;
  readonly labels?: Variables;
  readonly links?: readonly Text[];
  readonly ports?: readonly (Text | number)[];
  readonly expose?: readonly (Text | number)[];
  readonly volumes?: readonly Text[];
  readonly volumes_from?: readonly Text[];
  readonly tags?: readonly Text[];
  readonly target_num_containers?: number;
  readonly deployment_strategy?: Text;
  readonly sequential_deployment?: boolean;
  readonly roles?: readonly Text[];
  readonly autorestart?: Text | false;
  readonly restart?: Text | false;
  readonly autodestroy?: Text | false;
  readonly autoredeploy?: boolean;
  readonly privileged?: boolean;
  readonly read_only?: boolean;
  readonly stdin_open?: boolean;
  readonly tty?: boolean;
  readonly net?: Text;
  readonly pid?: Text;
  readonly dns?: Text | readonly Text[];
  readonly dns_search?: Text | readonly Text[];
  readonly cap_add?: readonly Text[];
  readonly cap_drop?: readonly Text[];
  readonly devices?: readonly Text[];
  readonly extra_hosts?: readonly Text[];
  readonly security_opt?: readonly Text[];
  readonly working_dir?: Text;
  readonly user?: Text | number;
  readonly hostname?: Text;
  readonly domainname?: Text;
  readonly mac_address?: Text;
  readonly cgroup_parent?: Text;
  readonly cpuset?: Text;
  readonly cpu_shares?: number;
  readonly mem_limit?: Text | number;
  readonly memswap_limit?: Text | number;
}

/** The name of a field of a service. */
export type Field = keyof ServiceFile;

/** A stack file whose shape has been checked: its services by name, in the file's order, without templates. */
export type StackFile = ReadonlyMap<string, ServiceFile>;
