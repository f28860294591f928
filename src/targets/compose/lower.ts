import type { Autorestart } from "../../lifecycle/policy.ts";
import type { Report } from "../../diagnostics/diagnostic.ts";
import { printPort, printRange } from "../../stack/grammar/port.ts";
import { printSize } from "../../stack/grammar/size.ts";
import { printVolume } from "../../stack/grammar/volume.ts";
import type { Deferred, Port, Service, Size, Variable, Volume, VolumesFrom } from "../../stack/model.ts";
import { Quoted, Sourced } from "../../yaml/print.ts";
import { lifecycleLabels } from "../sidecar.ts";
import { elsewhere, unsupported, type FieldTable } from "../target.ts";
import type { ComposeService } from "./model.ts";
import { containerName, type Network } from "./network.ts";

/** What the rows need to know beside the service. */
export interface Context {
  readonly stack: string;
  readonly network: Network;
  readonly report: Report;
}

const oneMachine = "every service runs on the one machine that starts the stack";

/** What each field becomes in a Compose file. The compiler asks for a row for every field; the order is that of the output. */
export const composeTable: FieldTable<ComposeService, Context> = {
  image: ({ image }) => ({ image }),
  command: ({ command }) => given("command", command),
  entrypoint: ({ entrypoint }) => given("entrypoint", entrypoint),
  environment: ({ environment }) => given("environment", notEmpty(new Map(environment.map(variable)))),
  labels: (service, { stack }) => ({ ...given("labels", notEmpty(labels(service, stack))) }),
  links: (service, { network }) => network.of(service),
  ports: (service, { report }) => given("ports", notEmpty(ports(service, report))),
  expose: ({ expose }) => given("expose", notEmpty(expose.map(port))),
  volumes: ({ name, volumes }, { report }) => given("volumes", notEmpty(volumes.map((item) => volume(name, item, report)))),
  volumes_from: ({ name, volumesFrom }, { report }) => given("volumes_from", notEmpty(volumesFrom.map((item) => source(name, item, report)))),
  tags: unsupported(({ tags }) => tags.length > 0, oneMachine),
  target_num_containers: ({ replicas, strategy }) => (replicas === 1 || strategy === "EVERY_NODE" ? {} : { deploy: { replicas } }),
  deployment_strategy: unsupported(({ strategy }) => strategy !== "EMPTIEST_NODE", oneMachine),
  sequential_deployment: unsupported(({ sequential }) => sequential, "the containers of the service are started all at once"),
  roles: unsupported(
    ({ roles }) => roles.length > 0,
    "the role gave the containers a token for the API of the old platform, which no longer exists",
    ({ image }) =>
      /(^|\/)haproxy(:|@|$)/.test(image)
        ? "let the balancer find the services by itself: mount `/var/run/docker.sock` and keep the links, or use another proxy"
        : undefined,
  ),
  autorestart: ({ restart }) => ({ restart: restartPolicy(restart.policy, restart.retries) }),
  restart: elsewhere("autorestart"),
  autodestroy: elsewhere("labels, the sidecar and its config"),
  autoredeploy: unsupported(
    ({ autoredeploy }) => autoredeploy,
    "nothing redeploys the service when its image was pushed; a pipeline can run `docker compose pull` and `up`",
  ),
  privileged: ({ privileged }) => (privileged ? { privileged } : {}),
  read_only: ({ readOnly }) => (readOnly ? { read_only: readOnly } : {}),
  stdin_open: ({ stdinOpen }) => (stdinOpen ? { stdin_open: stdinOpen } : {}),
  tty: ({ tty }) => (tty ? { tty } : {}),
  net: ({ hostNetwork }) => (hostNetwork ? { network_mode: "host" } : {}),
  pid: ({ hostProcesses }) => (hostProcesses ? { pid: "host" } : {}),
  dns: ({ dns }) => given("dns", notEmpty(dns)),
  dns_search: ({ dnsSearch }) => given("dns_search", notEmpty(dnsSearch)),
  cap_add: ({ capAdd }) => given("cap_add", notEmpty(capAdd)),
  cap_drop: ({ capDrop }) => given("cap_drop", notEmpty(capDrop)),
  devices: ({ devices }) => given("devices", notEmpty(devices)),
  extra_hosts: ({ extraHosts }) => given("extra_hosts", notEmpty(extraHosts)),
  security_opt: ({ securityOpt }) => given("security_opt", notEmpty(securityOpt.map((option) => option.replace(/^([a-z]+):/, "$1=")))),
  working_dir: ({ workingDir }) => given("working_dir", workingDir),
  user: ({ user }) => given("user", user === undefined ? undefined : new Quoted(user)),
  hostname: ({ hostname }) => given("hostname", hostname),
  domainname: ({ domainname }) => given("domainname", domainname),
  mac_address: ({ macAddress, hostNetwork }) => given("mac_address", hostNetwork ? undefined : macAddress),
  cgroup_parent: ({ cgroupParent }) => given("cgroup_parent", cgroupParent),
  cpuset: ({ cpuset }) => given("cpuset", cpuset === undefined ? undefined : new Quoted(cpuset)),
  cpu_shares: ({ cpuShares }) => given("cpu_shares", cpuShares),
  mem_limit: ({ memLimit }) => given("mem_limit", memLimit && size(memLimit)),
  memswap_limit: ({ memswapLimit }) => given("memswap_limit", memswapLimit && size(memswapLimit)),
};

/** Docker's word for a restart policy. Always quoted: an unquoted `no` is false for a YAML 1.1 reader. */
function restartPolicy(policy: Autorestart, retries: number | undefined): string | Quoted {
  return { OFF: new Quoted("no"), ON_FAILURE: retries === undefined ? "on-failure" : `on-failure:${retries}`, ALWAYS: "always" }[policy];
}

function given<Key extends keyof ComposeService>(key: Key, value: ComposeService[Key] | undefined): ComposeService {
  return value === undefined ? {} : { [key]: value };
}

function notEmpty<T extends { readonly length: number } | { readonly size: number }>(items: T): T | undefined {
  return ("length" in items ? items.length : items.size) === 0 ? undefined : items;
}

function variable({ origin, name, value }: Variable): readonly [string, Sourced<Quoted | null>] {
  return [name, new Sourced(origin, value === null ? null : new Quoted(value))];
}

function labels(service: Service, stack: string): ReadonlyMap<string, Sourced<Quoted | null> | Quoted> {
  const own = lifecycleLabels(service, stack).map(([name, value]) => [name, new Quoted(value)] as const);
  return new Map<string, Sourced<Quoted | null> | Quoted>([...service.labels.map(variable), ...own]);
}

function ports(service: Service, report: Report): readonly Sourced<Quoted>[] {
  if (service.hostNetwork) return [];
  for (const published of service.ports) {
    if (published.kind !== "port" || !published.host || service.replicas < 2 || service.strategy === "EVERY_NODE") continue;
    const at = { path: published.origin, also: [...service.origin, "target_num_containers"] };
    report("scaled-fixed-port", at, { service: service.name, replicas: service.replicas, port: printRange(published.host) });
  }
  return service.ports.map(port);
}

function port(item: Port): Sourced<Quoted> {
  return new Sourced(item.origin, new Quoted(item.kind === "deferred" ? item.text : printPort(item)));
}

function volume(service: string, item: Volume, report: Report): Sourced<string> {
  if (item.kind === "deferred") return new Sourced(item.origin, item.text);
  if (item.kind === "named") report("named-volume", { path: item.origin, part: { text: item.source } }, { service, name: item.source });
  if (item.kind !== "relative") return new Sourced(item.origin, printVolume(item));
  const written = /^(\.{1,2}|~)(\/|$)/.test(item.source) ? item.source : `./${item.source}`;
  if (!written.startsWith(".") || written !== item.source)
    report("relative-volume", { path: item.origin, part: { text: item.source } }, { service, source: item.source, written });
  return new Sourced(item.origin, printVolume({ ...item, source: written }));
}

function source(service: string, item: VolumesFrom, report: Report): Sourced<string> {
  return new Sourced(item.origin, item.kind === "deferred" ? item.text : `${sourceName(service, item, report)}${item.readOnly ? ":ro" : ""}`);
}

function sourceName(service: string, item: Exclude<VolumesFrom, Deferred>, report: Report): string {
  if (item.stack === undefined) return item.service;
  const container = containerName(item.stack, item.service);
  report("cross-stack-volumes", item.origin, { service, target: item.service, stack: item.stack, container });
  return `container:${container}`;
}

function size(value: Size): string | number {
  if (value.kind === "deferred") return value.text;
  return value.bytes === -1 ? -1 : printSize(value.bytes);
}
