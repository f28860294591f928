import { uuidOf } from "../platform/identifiers.ts";
import type { ListedContainer } from "../platform/observed.ts";
import { containerState, exitCodeOf } from "../platform/states.ts";
import type { Seen, ServiceView } from "../platform/views.ts";
import { commandLine, portResource } from "./definition.ts";
import { uriOf, type Family } from "./family.ts";
import { dateOf } from "./lists.ts";
import type { ContainerResource, PortResource } from "./resource-types.ts";

/** A container with the service that it is of. */
export interface ContainerView {
  readonly uuid: string;
  /** As the old platform named it: `hello-1`. */
  readonly name: string;
  readonly service: ServiceView;
  readonly container: ListedContainer;
}

/** The containers of services. */
export function containersOf(services: readonly ServiceView[]): readonly ContainerView[] {
  return services.flatMap((service) =>
    service.containers.map((container) => ({
      uuid: uuidOf("container", container.id),
      name: `${service.name}-${container.number}`,
      service,
      container,
    })),
  );
}

/** A container (reference tutum-api.md 5.1). */
export function containerResource(
  { uuid, name, service, container }: ContainerView,
  { family, node, details: all }: { readonly family: Family; readonly node: string; readonly details: Seen["details"] },
): ContainerResource {
  const details = all.get(container.id);
  const exitCode = exitCodeOf(container);
  const isOver = exitCode !== undefined;
  return {
    uuid,
    resource_uri: uriOf(family, "container", uuid),
    name,
    docker_id: container.id,
    service: uriOf(family, "service", service.uuid),
    node: uriOf(family, "node", node),
    state: containerState(container),
    synchronized: service.isCurrent ?? true,
    exit_code: exitCode ?? null,
    exit_code_msg: details?.error || null,
    image_name: container.image,
    run_command: details ? commandLine(details.command) : container.command,
    entrypoint: details && details.entrypoint.length > 0 ? commandLine(details.entrypoint) : null,
    container_ports: portsOf(container),
    container_envvars: (details?.environment ?? []).map((line) => {
      const [key = "", ...rest] = line.split("=");
      return { key, value: rest.join("=") };
    }),
    bindings: (details?.mounts ?? []).map(({ destination, source, type, isReadOnly }) => ({
      container_path: destination,
      host_path: type === "bind" ? source : null,
      rewritable: !isReadOnly,
      volume: null,
    })),
    autorestart: service.wanted?.policy.autorestart ?? "OFF",
    autodestroy: service.wanted?.policy.autodestroy ?? "OFF",
    linked_to_container: [],
    link_variables: {},
    public_dns: "localhost",
    private_ip: details?.networks.find(({ address }) => address !== "")?.address ?? "",
    last_metric: { cpu: 0, memory: 0, disk: 0 },
    deployed_datetime: dateOf(container.created * 1000),
    started_datetime: dateOf(timeOf(details?.startedAt)),
    stopped_datetime: isOver ? dateOf(timeOf(details?.finishedAt)) : null,
    destroyed_datetime: null,
  };
}

/** A port that is published on several addresses is one. */
function portsOf({ ports }: ListedContainer): readonly PortResource[] {
  const unique = new Map(ports.map((port) => [`${port.publicPort} ${port.privatePort} ${port.protocol}`, port]));
  return [...unique.values()].map(({ publicPort, privatePort, protocol }) => ({
    ...portResource(privatePort, publicPort, protocol),
    published: publicPort !== undefined,
  }));
}

/** Engines write the year 1 for never. */
function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text) || undefined;
}
