import { uuidOf } from "../platform/identifiers.ts";
import type { ServiceView, StackView } from "../platform/views.ts";
import { uriOf, type Family } from "./family.ts";
import { dateOf } from "./lists.ts";
import type { Action } from "./actions.ts";
import { definitionFields } from "./definition.ts";
import type { ActionResource, ListedService, NodeResource, StackResource } from "./resource-types.ts";

/** What an object is shown with, besides itself. */
export interface Showing {
  readonly family: Family;
  /** All services, for links. */
  readonly services: readonly ServiceView[];
  /** The state of a service with which something is being done. */
  readonly passing: (uuid: string) => string | undefined;
}

/** A service in a list: what every client reads of it (reference tutum-api.md 4). */
export function listedService(service: ServiceView, { family, passing }: Showing): ListedService {
  const { uuid, name, wanted, containers, stackRef, isCurrent, deployed } = service;
  const count = (state: RegExp): number => containers.filter((one) => state.test(one.state)).length;
  return {
    uuid,
    resource_uri: uriOf(family, "service", uuid),
    name,
    nickname: name,
    image_name: withTag(wanted?.image ?? containers[0]?.image ?? ""),
    state: passing(uuid) ?? service.state,
    status: service.word,
    synchronized: isCurrent ?? true,
    autorestart: wanted?.policy.autorestart ?? "OFF",
    autodestroy: wanted?.policy.autodestroy ?? "OFF",
    target_num_containers: wanted?.replicas ?? containers.length,
    current_num_containers: containers.length,
    running_num_containers: count(/^(running|restarting|paused)$/),
    stopped_num_containers: count(/^(exited|dead)$/),
    stack: uriOf(family, "stack", uuidOf("stack", stackRef.project)),
    public_dns: "localhost",
    deployed_datetime: dateOf(deployed === undefined ? undefined : deployed * 1000),
    tags: (wanted?.definition.tags ?? []).map((tag) => ({ name: tag })),
    changed_by_hand: service.changedByHand,
    is_well: service.isWell,
  };
}

/** All about a service. `imageEnvironment` are the variables that its image brings, each as `NAME=value`. */
export function serviceResource(service: ServiceView, showing: Showing, imageEnvironment: readonly string[]): object {
  const { containers, wanted, uuid } = service;
  const definition = wanted ? definitionFields(service, wanted.definition, showing) : {};
  return {
    ...listedService(service, showing),
    image_tag: null,
    containers: containers.map(({ id }) => uriOf(showing.family, "container", uuidOf("container", id))),
    ...definition,
    calculated_envvars: calculated(wanted?.definition.environment ?? [], imageEnvironment),
    linked_from_service: linksTo(service, showing),
    linked_to_external_service: [],
    link_variables: {},
    started_datetime: null,
    stopped_datetime: null,
    destroyed_datetime: null,
    runs: `${uriOf(showing.family, "service", uuid)}runs/`,
  };
}

function calculated(
  own: readonly { readonly name: string; readonly value: string | null }[],
  fromImage: readonly string[],
): readonly object[] {
  const names = new Set(own.map(({ name }) => name));
  const others = fromImage.flatMap((line) => {
    const at = line.indexOf("=");
    const key = at < 0 ? line : line.slice(0, at);
    return names.has(key) ? [] : [{ key, value: at < 0 ? "" : line.slice(at + 1), origin: "image" }];
  });
  return [...own.map(({ name, value }) => ({ key: name, value: value ?? "", origin: "user" })), ...others];
}

function linksTo({ name, stack, uuid }: ServiceView, { services, family }: Showing): readonly object[] {
  return services.flatMap((other) =>
    (other.wanted?.definition.links ?? []).flatMap((link) => {
      if (link.kind !== "link" || link.service !== name || (link.stack ?? other.stack) !== stack) return [];
      const [from, to] = [other.uuid, uuid].map((one) => uriOf(family, "service", one));
      return [{ name: link.alias, from_service: from, to_service: to }];
    }),
  );
}

/** An image always with its tag. */
function withTag(image: string): string {
  return image === "" || /:[^/]+$|@/.test(image) ? image : `${image}:latest`;
}

/** A stack (reference tutum-api.md 5.2). */
export function stackResource(stack: StackView, { family, passing }: Showing): StackResource {
  const { uuid, name, services, deployed, isBroken, interrupted } = stack;
  const states = services.map((service) => passing(service.uuid));
  const going = ["Terminating", "Redeploying", "Stopping", "Starting"].find((state) => states.includes(state));
  return {
    uuid,
    resource_uri: uriOf(family, "stack", uuid),
    name,
    nickname: name,
    state: going ?? (states.includes("Scaling") ? "Starting" : stack.state),
    synchronized: services.every(({ isCurrent }) => isCurrent !== false),
    services: services.map((service) => uriOf(family, "service", service.uuid)),
    deployed_datetime: dateOf(deployed === undefined ? undefined : deployed * 1000),
    destroyed_datetime: null,
    has_errors: isBroken,
    interrupted: interrupted ?? null,
  };
}

/** An action (reference tutum-api.md 5.3). */
export function actionResource(action: Action, family: Family): ActionResource {
  const { uuid, name, object, state, start, end, asked, problem, steps } = action;
  return {
    uuid,
    resource_uri: uriOf(family, "action", uuid),
    action: name,
    object: uriOf(family, object.kind, object.uuid),
    state,
    start_date: dateOf(start),
    end_date: dateOf(end),
    ip: "127.0.0.1",
    location: "Unknown",
    method: asked.method,
    path: asked.path,
    user_agent: asked.userAgent,
    body: "",
    error: problem ?? null,
    steps,
    user: null,
    is_user_action: true,
    can_be_canceled: false,
    can_be_retried: false,
  };
}

/** What is known of the machine. */
export interface Machine {
  readonly uuid: string;
  readonly name: string;
  readonly version: string;
  readonly isReachable: boolean;
  readonly containers: number;
  readonly now: number;
}

/** The one node: this machine (reference tutum-api.md 5.6). */
export function nodeResource(machine: Machine, family: Family): NodeResource {
  const { uuid, name, version, isReachable, containers, now } = machine;
  const nothing = { cpu: 0, memory: 0, disk: 0, last_metric: { cpu: 0, memory: 0, disk: 0 } };
  return {
    uuid,
    resource_uri: uriOf(family, "node", uuid),
    external_fqdn: "localhost",
    state: isReachable ? "Deployed" : "Unreachable",
    last_seen: dateOf(now),
    node_cluster: null,
    docker_version: version,
    public_ip: "127.0.0.1",
    nickname: name,
    tags: [],
    current_num_containers: containers,
    node_type: null,
    region: null,
    availability_zone: null,
    deployed_datetime: null,
    destroyed_datetime: null,
    docker_graphdriver: null,
    docker_execdriver: null,
    tunnel: null,
    ...nothing,
  };
}
