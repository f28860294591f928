import type { Autorestart } from "../../lifecycle/policy.ts";
import type { Interpolation, Service, Size } from "../../stack/model.ts";
import { Escaped, Quoted, Sourced } from "../../yaml/printable.ts";
import { linkVariablesNote, lost } from "../losses.ts";
import type { LoweringContext } from "../lower.ts";
import { common, given, notEmpty, portItem, sizeText, type CommonService } from "../rows.ts";
import { elsewhere, kept, partly, unsupported, type FieldTable, type Kept } from "../target.ts";
import { swarmTitle, type Condition, type SwarmService } from "./model.ts";
import { reportImageVolume } from "./image-volume.ts";
import type { SwarmNetwork } from "./network.ts";
import { constraintOf, nodeLabel } from "./placement.ts";
import { escapeTemplate } from "./template.ts";
import type { SwarmVolumes } from "./volumes.ts";

/** What the rows need in addition to the service. */
interface SwarmContext extends LoweringContext {
  readonly interpolation: Interpolation;
  readonly network: SwarmNetwork;
  readonly volumes: SwarmVolumes;
}

/** What each field becomes in a Swarm file. */
export const swarmTable: FieldTable<SwarmService, SwarmContext> = {
  image: common.image,
  command: common.command,
  entrypoint: common.entrypoint,
  environment: escaped(common.environment),
  labels: common.labels,
  links: kept(
    "networks",
    (service, { network }) => network.of(service),
    "aliases of the linked services; an alias for two services is lost, and so is an alias for a service of another " +
      "stack; " +
      linkVariablesNote,
  ),
  ports: kept(
    "ports",
    ({ ports, hostNetwork }) => (hostNetwork ? {} : given("ports", notEmpty(ports.map(portItem)))),
    "a published port belongs to the whole cluster",
  ),
  expose: elsewhere("every port is reachable on the network of the stack"),
  volumes: partly("volumes", (service, context) => mounts(service, context), {
    isUsed: (service, { volumes }) => volumes.hasTemporary(service),
    lost:
      "without a host path or a name, a volume is new and empty in every task, and Swarm replaces a task that ends " +
      "or moves; only a service with one container and without autodestroy gets names, `SERVICE-PATH`",
    help: () =>
      "for data that must stay, write a host path that all containers may share, and that exists on every node that " +
      "runs the service, or a named volume: `data:/data`",
  }),
  // The row of `volumes` writes these as well.
  volumes_from: partly("volumes", (service, context) => reportNothingBorrowed(service, context), {
    isUsed: (service, { volumes }) => volumes.hasBorrowed(service),
    lost:
      "both services mount the same volumes, but share their data only on the same node; volumes of another stack, " +
      "volumes that only an image declares, and volumes that only a variable names are not mounted",
    help: () => "give both services a tag that only one node has",
  }),
  target_num_containers: kept("deploy.replicas", ({ replicas, strategy }) =>
    replicas === 1 || strategy === "EVERY_NODE" ? {} : { deploy: { replicas } },
  ),
  deployment_strategy: kept(["deploy.mode", "deploy.placement.preferences"], ({ strategy }) => strategies[strategy]),
  tags: kept(
    "deploy.placement.constraints",
    (service, context) => constraints(service, context),
    "`tutum-stack node-labels` prints the labels that nodes need",
  ),
  sequential_deployment: partly(
    "deploy.update_config",
    ({ sequential }) => (sequential ? { deploy: { update_config: { parallelism: 1, order: "stop-first" } } } : {}),
    {
      isUsed: ({ sequential, replicas, strategy }) => sequential && (replicas > 1 || strategy === "EVERY_NODE"),
      lost: "updates replace one container after the other, but the first deployment starts all containers at once",
    },
  ),
  autorestart: kept(
    "deploy.restart_policy",
    ({ policy, retries }) => ({
      deploy: {
        restart_policy: { condition: conditions[policy.autorestart], ...given("max_attempts", retries) },
      },
    }),
    "without it, Swarm does not replace a task whose node fails or is drained",
  ),
  restart: elsewhere("as `autorestart`"),
  mem_limit: kept("deploy.resources.limits.memory", ({ memLimit }) => memory(memLimit)),
  autodestroy: elsewhere("the sidecar on every node, its config, and a volume for its runs on each node"),
  roles: lost.roles,
  autoredeploy: lost.autoredeploy("`docker service update --image`"),
  privileged: unsupported(
    ({ privileged }) => privileged,
    "Swarm has no privileged containers",
    () => "use `cap_add` for single capabilities",
  ),
  read_only: common.read_only,
  stdin_open: common.stdin_open,
  tty: common.tty,
  net: elsewhere("`host` becomes the predefined network `host`"),
  pid: unsupported(({ hostPid }) => hostPid, "Swarm cannot give a container the processes of the host"),
  dns: common.dns,
  dns_search: common.dns_search,
  cap_add: common.cap_add,
  cap_drop: common.cap_drop,
  devices: unsupported(({ devices }) => devices.length > 0, "Swarm cannot give devices to containers"),
  extra_hosts: common.extra_hosts,
  security_opt: unsupported(
    ({ securityOpt }) => securityOpt.length > 0,
    "Swarm has no security options; the defaults of the Docker engine apply",
  ),
  working_dir: common.working_dir,
  user: common.user,
  hostname: escaped(common.hostname),
  domainname: unsupported(({ domainname }) => domainname !== undefined, "Swarm cannot set a domain name"),
  mac_address: unsupported(({ macAddress }) => macAddress !== undefined, "Swarm chooses the MAC addresses itself"),
  cgroup_parent: unsupported(
    ({ cgroupParent }) => cgroupParent !== undefined,
    "Swarm uses the default cgroup of the Docker engine",
  ),
  cpuset: unsupported(({ cpuset }) => cpuset !== undefined, "Swarm cannot pin containers to CPUs"),
  cpu_shares: unsupported(({ cpuShares }) => cpuShares !== undefined, "Swarm has no CPU shares"),
  memswap_limit: unsupported(({ memswapLimit }) => memswapLimit !== undefined, "Swarm cannot limit swap"),
};

const strategies: Readonly<Record<Service["strategy"], SwarmService>> = {
  EMPTIEST_NODE: {},
  HIGH_AVAILABILITY: { deploy: { placement: { preferences: [{ spread: "node.id" }] } } },
  EVERY_NODE: { deploy: { mode: "global" } },
};

/** Every service has a condition: without one Swarm replaces each task that ends, with no limit. */
const conditions: Readonly<Record<Autorestart, Condition>> = { OFF: "none", ON_FAILURE: "on-failure", ALWAYS: "any" };

function constraints({ name, tags, origin }: Service, { interpolation, report }: SwarmContext): SwarmService {
  const found = tags.flatMap((tag, index) => {
    const label = nodeLabel(tag, interpolation);
    const path = [...origin, "tags", index];
    if (!label) report("bad-tag", path, { service: name, tag });
    return label ? [new Sourced(path, constraintOf(label))] : [];
  });
  return found.length ? { deploy: { placement: { constraints: found } } } : {};
}

function mounts(service: Service, { volumes, report }: SwarmContext): SwarmService {
  volumes.reportPlaces(service);
  reportImageVolume(service, volumes.keptPaths(service), report);
  return given("volumes", notEmpty(volumes.of(service)));
}

/** Reports a `volumes_from` of which nothing is kept, because the services that it names have no volumes here. */
function reportNothingBorrowed(service: Service, { volumes, report }: SwarmContext): SwarmService {
  const { name, origin, volumesFrom } = service;
  if (volumesFrom.length === 0 || volumes.hasBorrowed(service)) return {};
  report(
    "not-in-target",
    { path: [...origin, "volumes_from"], part: "key" },
    {
      service: name,
      field: "volumes_from",
      target: swarmTitle,
      lost:
        "the service mounts nothing: on a Swarm volumes of another stack, those that only an image declares, " +
        "and those that only a variable names are not mounted",
      help: "give both services the same named volume: `data:/data`",
    },
  );
  return {};
}

function memory(limit: Size | undefined): SwarmService {
  const text = limit && sizeText(limit);
  return typeof text === "string" ? { deploy: { resources: { limits: { memory: new Quoted(text) } } } } : {};
}

/** The row of a field in which Swarm looks for templates. */
function escaped<Context>(row: Kept<CommonService, Context>): Kept<CommonService, Context> {
  const lower = (service: Service, context: Context): CommonService =>
    Object.fromEntries(
      Object.entries(row.lower(service, context)).map(([key, value]) => [key, new Escaped(value, escapeTemplate)]),
    );
  return { ...row, lower };
}
