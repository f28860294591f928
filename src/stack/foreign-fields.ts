import { insteadOfDeploy } from "./deploy.ts";

const override =
  "put it into docker-compose.override.yml, which Compose adds by itself (Swarm: a second --compose-file)";

/**
 * Fields of Compose files, of the old API and of its tools that stack files never had, with what to do instead. Every
 * key of today's Compose service that is no field is here; those that nothing stands for go into the override file.
 */
export const foreignFields: ReadonlyMap<string, string> = new Map([
  ["build", "build the image beforehand, push it, and name it with `image: NAME`"],
  ["dockerfile", "build the image beforehand, push it, and name it with `image: NAME`"],
  ["env_file", "write the variables into `environment`; a name without a value gets its value from the shell"],
  ["env", "write `environment`"],
  ["external_links", "write `links`, with `SERVICE.STACK:ALIAS`"],
  ["depends_on", "write `links`; linked services start first"],
  ["container_name", "leave it out; containers are named after the stack and the service"],
  ["networks", "leave it out; the services of a stack share a network, and `links` reach services of other stacks"],
  ["network_mode", "write `net: host` for the network of the machine"],
  [
    "deploy",
    "write `target_num_containers`, `autorestart`, `deployment_strategy`, `tags` or `mem_limit` for its settings",
  ],
  ["scale", "write `target_num_containers`"],
  ["extends", "use a merge key: `<<: *ANCHOR`"],
  ["name", "leave it out; the key of the service is its name"],
  ["linked_to_service", "write `links`"],
  ["container_ports", "write `ports`"],
  ["container_envvars", "write `environment`"],
  ["bindings", "write `volumes` and `volumes_from`"],
  ["run_command", "write `command`"],
  ["autoreplace", "leave it out; the old platform dropped it in 2014"],
  ["cmd", "write `command`"],
  ["workdir", "write `working_dir`"],
  ["work_dir", "write `working_dir`"],
  ["memory", "write `mem_limit`"],
  ["replicas", "write `target_num_containers`"],
  ["log_driver", "put `logging: {driver: NAME}` into docker-compose.override.yml, which Compose adds by itself"],
  ["log_opt", "put `logging: {options: ...}` into docker-compose.override.yml, which Compose adds by itself"],
  [
    "volume_driver",
    "put `driver: NAME` below the volume into docker-compose.override.yml, which Compose adds by itself",
  ],
  ...words(
    `healthcheck logging ulimits init annotations attach blkio_config cgroup configs
    cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpus credential_spec develop
    device_cgroup_rules dns_opt gpus group_add ipc isolation label_file mem_reservation mem_swappiness models
    oom_kill_disable oom_score_adj pids_limit platform post_start pre_stop profiles provider pull_policy
    pull_refresh_after runtime secrets shm_size stop_grace_period stop_signal storage_opt sysctls tmpfs use_api_socket
    userns_mode uts`,
  ).map((field): [string, string] => [field, override]),
]);

/** What to write instead of a field that stack files never had, given its value; undefined for any other field. */
export function insteadOf(field: string, value: unknown): string | undefined {
  const seen = field === "deploy" ? insteadOfDeploy(value) : insteadOfValue(field, value);
  return seen ?? foreignFields.get(field);
}

function insteadOfValue(field: string, value: unknown): string | undefined {
  if (field === "scale" && Number.isInteger(value)) return `write \`target_num_containers: ${value as number}\``;
  if (field === "depends_on" && isTexts(value))
    return `write \`links: [${value.join(", ")}]\`; linked services start first`;
  if (field === "network_mode" && value === "bridge") return "leave it out; that is how containers are connected";
  if (field === "network_mode" && value !== "host") return override;
  return field === "init" && value === false ? "leave it out; that is the default" : undefined;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string");
}

function words(text: string): readonly string[] {
  return text.split(/\s+/);
}
