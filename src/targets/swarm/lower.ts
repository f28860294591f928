import type { Autorestart } from "../../lifecycle/policy.ts";
import type { Dollar, Service, Size } from "../../stack/model.ts";
import { mapTexts, Quoted, Sourced, type Printable } from "../../yaml/print.ts";
import { lost } from "../losses.ts";
import { common, given, notEmpty, portItem, sizeText, type CommonContext, type CommonService } from "../rows.ts";
import { elsewhere, kept, partly, unsupported, type FieldTable } from "../target.ts";
import type { Condition, SwarmService } from "./model.ts";
import type { Network } from "./network.ts";
import { constraintOf, nodeLabel } from "./placement.ts";
import { escapeTemplate } from "./template.ts";
import type { Volumes } from "./volumes.ts";

/** What the rows need to know beside the service. */
export interface Context extends CommonContext {
  readonly dollar: Dollar;
  readonly network: Network;
  readonly volumes: Volumes;
}

/** What each field becomes in a Swarm stack file. */
export const swarmTable: FieldTable<SwarmService, Context> = {
  image: common.image,
  command: common.command,
  entrypoint: common.entrypoint,
  environment: escaped(common.environment),
  labels: common.labels,
  links: kept(
    "networks",
    (service, { network }) => network.of(service),
    "aliases of the linked services; an alias for two services is lost, and so is an alias for a service of another stack",
  ),
  ports: kept(
    "ports",
    ({ ports, hostNetwork }) => (hostNetwork ? {} : given("ports", notEmpty(ports.map(portItem)))),
    "a published port belongs to the whole cluster",
  ),
  expose: elsewhere("every port is reachable on the network of the stack"),
  volumes: partly("volumes", (service, { volumes }) => given("volumes", notEmpty(volumes.of(service))), {
    isUsed: (service, { volumes }) => volumes.hasTemporary(service),
    lost: "every task gets a new, empty volume if the volume has no name and no host path; Swarm replaces a task that ends or moves",
    help: () =>
      "use a host path, which must exist on every node that runs the service, or a named volume: `data:/data`",
  }),
  volumes_from: partly("volumes", () => ({}), {
    isUsed: ({ volumesFrom }) => volumesFrom.length > 0,
    lost: "both services mount the same volumes, but share their data only on the same node; volumes of another stack, volumes that only an image declares, and volumes that only a variable names are not mounted",
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
    ({ restart }) => ({
      deploy: {
        restart_policy: {
          condition: conditions[restart.policy],
          ...(restart.retries === undefined ? {} : { max_attempts: restart.retries }),
        },
      },
    }),
    "without it, Swarm does not replace a task whose node fails or is drained",
  ),
  restart: elsewhere("as `autorestart`"),
  mem_limit: kept("deploy.resources.limits.memory", ({ memLimit }) => memory(memLimit)),
  autodestroy: elsewhere("the sidecar on every node and its config"),
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
  net: kept("networks", () => ({}), "`host` becomes the predefined network `host`"),
  pid: unsupported(({ hostProcesses }) => hostProcesses, "Swarm cannot give a container the processes of the host"),
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

/** Written for every service: without it Swarm replaces what ends for ever. */
const conditions: Readonly<Record<Autorestart, Condition>> = { OFF: "none", ON_FAILURE: "on-failure", ALWAYS: "any" };

function constraints({ name, tags, origin }: Service, { dollar, report }: Context): SwarmService {
  const written = tags.flatMap((tag, index) => {
    const label = nodeLabel(tag, dollar);
    const place = [...origin, "tags", index];
    if (!label) report("bad-tag", place, { service: name, tag });
    return label ? [new Sourced(place, constraintOf(label))] : [];
  });
  return written.length ? { deploy: { placement: { constraints: written } } } : {};
}

function memory(limit: Size | undefined): SwarmService {
  const text = limit && sizeText(limit);
  return typeof text === "string" ? { deploy: { resources: { limits: { memory: new Quoted(text) } } } } : {};
}

/** The same row where Swarm looks for templates. */
function escaped<Context>(
  row: ReturnType<typeof kept<CommonService, Context>>,
): ReturnType<typeof kept<CommonService, Context>> {
  const lower = (service: Service, context: Context): CommonService =>
    Object.fromEntries(
      Object.entries(row.lower(service, context)).map(([key, value]) => [
        key,
        mapTexts(value as Printable, escapeTemplate),
      ]),
    );
  return { ...row, lower };
}
