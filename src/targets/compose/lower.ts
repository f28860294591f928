import type { Autorestart } from "../../lifecycle/policy.ts";
import type { Report } from "../../diagnostics/diagnostic.ts";
import { printRange } from "../../stack/grammar/port.ts";
import type { Deferred, Service, VolumesFrom } from "../../stack/model.ts";
import { Quoted, Sourced } from "../../yaml/printable.ts";
import { linkVariablesNote, lost } from "../losses.ts";
import type { LoweringContext } from "../lower.ts";
import { common, given, notEmpty, portItem, sizeText } from "../rows.ts";
import { elsewhere, kept, partly, unsupported, type FieldTable } from "../target.ts";
import type { ComposeService } from "./model.ts";
import { containerOf, type ComposeNetwork } from "./network.ts";
import type { ComposeVolumes } from "./volumes.ts";

/** What the rows need in addition to the service. */
interface ComposeContext extends LoweringContext {
  readonly network: ComposeNetwork;
  readonly volumes: ComposeVolumes;
}

const oneMachine = "every service runs on the one machine that starts the stack";

/** What each field becomes in a Compose file. */
export const composeTable: FieldTable<ComposeService, ComposeContext> = {
  image: common.image,
  command: common.command,
  entrypoint: common.entrypoint,
  environment: common.environment,
  labels: common.labels,
  links: kept(
    ["depends_on", "networks", "links", "external_links"],
    (service, { network }) => network.of(service),
    "an alias is a name on the network of the stack; links in a cycle have no order; to link to another stack, " +
      "start that stack first; " +
      linkVariablesNote,
  ),
  ports: kept("ports", (service, { report }) => given("ports", notEmpty(publishedPorts(service, report)))),
  expose: kept("expose", ({ expose }) => given("expose", notEmpty(expose.map(portItem)))),
  volumes: partly("volumes", (service, { volumes }) => given("volumes", notEmpty(volumes.of(service))), {
    note:
      "the volumes of a service with one container and without autodestroy are named `SERVICE-PATH`; " +
      "a name without a slash becomes a named volume; relative paths are relative to the folder of the stack file",
    isUsed: (service, { volumes }) => volumes.hasTemporary(service),
    lost:
      "a volume without a host path or a name lasts only until `docker compose down`; the old platform gave it to " +
      "the next container",
    help: () => "for data that must stay, write a host path that containers may share: `/srv/data:/data`",
  }),
  volumes_from: kept(
    ["volumes_from", "volumes"],
    ({ name, volumesFrom }, { report }) =>
      given("volumes_from", notEmpty(volumesFrom.map((item) => volumesFromItem(name, item, report)))),
    "what `:ro` names is in `volumes` as well; to use the volumes of another stack, start that stack first",
  ),
  tags: unsupported(({ tags }) => tags.length > 0, oneMachine),
  target_num_containers: kept("deploy.replicas", ({ replicas, strategy }) =>
    replicas === 1 || strategy === "EVERY_NODE" ? {} : { deploy: { replicas } },
  ),
  deployment_strategy: unsupported(
    (service) => service.strategy === "HIGH_AVAILABILITY" && isScaled(service),
    oneMachine,
  ),
  sequential_deployment: unsupported(
    (service) => service.sequential && isScaled(service),
    "all containers of the service start at once",
  ),
  roles: lost.roles,
  autorestart: kept("restart", ({ policy, retries }) => ({ restart: restartPolicy(policy.autorestart, retries) })),
  restart: elsewhere("as `autorestart`"),
  autodestroy: elsewhere("the sidecar, its config, and a volume for its runs"),
  autoredeploy: lost.autoredeploy("`docker compose pull` and `up`"),
  privileged: kept("privileged", ({ privileged }) => (privileged ? { privileged } : {})),
  read_only: common.read_only,
  stdin_open: common.stdin_open,
  tty: common.tty,
  net: kept("network_mode", ({ hostNetwork }) => (hostNetwork ? { network_mode: "host" } : {})),
  pid: kept("pid", ({ hostPid }) => (hostPid ? { pid: "host" } : {})),
  dns: common.dns,
  dns_search: common.dns_search,
  cap_add: common.cap_add,
  cap_drop: common.cap_drop,
  devices: kept("devices", ({ devices }) => given("devices", notEmpty(devices))),
  extra_hosts: common.extra_hosts,
  security_opt: kept("security_opt", ({ securityOpt }) =>
    given("security_opt", notEmpty(securityOpt.map((option) => option.replace(/^([a-z]+):/, "$1=")))),
  ),
  working_dir: common.working_dir,
  user: common.user,
  hostname: common.hostname,
  domainname: kept("domainname", ({ domainname }) => given("domainname", domainname)),
  mac_address: kept("mac_address", ({ macAddress, hostNetwork }) =>
    given("mac_address", hostNetwork ? undefined : macAddress),
  ),
  cgroup_parent: kept("cgroup_parent", ({ cgroupParent }) => given("cgroup_parent", cgroupParent)),
  cpuset: kept("cpuset", ({ cpuset }) => given("cpuset", cpuset === undefined ? undefined : new Quoted(cpuset))),
  cpu_shares: kept("cpu_shares", ({ cpuShares }) => given("cpu_shares", cpuShares)),
  mem_limit: kept("mem_limit", ({ memLimit }) => given("mem_limit", memLimit && sizeText(memLimit))),
  memswap_limit: kept("memswap_limit", ({ memswapLimit }) =>
    given("memswap_limit", memswapLimit && sizeText(memswapLimit)),
  ),
};

/** Docker's word for a restart policy. `no` is in quotes because it is false for a YAML 1.1 reader otherwise. */
function restartPolicy(autorestart: Autorestart, retries: number | undefined): string | Quoted {
  return {
    OFF: new Quoted("no"),
    ON_FAILURE: retries === undefined ? "on-failure" : `on-failure:${retries}`,
    ALWAYS: "always",
  }[autorestart];
}

function publishedPorts(service: Service, report: Report): readonly Sourced<Quoted>[] {
  if (service.hostNetwork) return [];
  if (isScaled(service)) reportFixedPorts(service, report);
  return service.ports.map(portItem);
}

/** Whether one machine runs several containers of a service. */
function isScaled({ replicas, strategy }: Service): boolean {
  return replicas > 1 && strategy !== "EVERY_NODE";
}

/** Reports each port of the host that several containers of a service would publish. */
function reportFixedPorts({ name, origin, replicas, ports }: Service, report: Report): void {
  for (const port of ports) {
    if (port.kind !== "port" || !port.host) continue;
    const at = { path: port.origin, also: [...origin, "target_num_containers"] };
    report("scaled-fixed-port", at, { service: name, replicas, port: printRange(port.host) });
  }
}

function volumesFromItem(service: string, item: VolumesFrom, report: Report): Sourced<string> {
  return new Sourced(
    item.origin,
    item.kind === "deferred" ? item.text : `${volumesFromName(service, item, report)}${item.readOnly ? ":ro" : ""}`,
  );
}

function volumesFromName(service: string, item: Exclude<VolumesFrom, Deferred>, report: Report): string {
  if (item.stack === undefined) return item.service;
  const container = containerOf(item.stack, item.service);
  report("cross-stack-volumes", item.origin, { service, target: item.service, stack: item.stack, container });
  return `container:${container.name}`;
}
