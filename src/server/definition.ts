import type { ServiceDefinition } from "../platform/compiled.ts";
import type { ServiceView } from "../platform/views.ts";
import { uriOf } from "./family.ts";
import type { PortResource } from "./resource-types.ts";
import type { Showing } from "./resources.ts";

/** What a stack file says of a service, in the words of the old API (reference tutum-api.md 4). */
export function definitionFields(service: ServiceView, definition: ServiceDefinition, showing: Showing): object {
  const { policy: _, ...given } = definition;
  return {
    run_command: commandLine(given.command),
    entrypoint: commandLine(given.entrypoint),
    container_envvars: given.environment.map(({ name, value }) => ({ key: name, value: value ?? "" })),
    container_ports: portsOf(definition),
    bindings: bindingsOf(service, definition, showing),
    linked_to_service: linksOf(service, definition, showing),
    roles: given.roles,
    deployment_strategy: given.strategy,
    sequential_deployment: given.sequential,
    autoredeploy: given.autoredeploy,
    privileged: given.privileged,
    cpu_shares: given.cpuShares ?? null,
    memory: megabytes(given.memLimit),
    memory_swap: megabytes(given.memswapLimit),
    cpuset: given.cpuset ?? "",
    net: given.hostNetwork ? "host" : "bridge",
    pid: given.hostPid ? "host" : "none",
    working_dir: given.workingDir ?? null,
    labels: Object.fromEntries(given.labels.map(({ name, value }) => [name, value ?? ""])),
    hostname: given.hostname ?? null,
    domainname: given.domainname ?? null,
    mac_address: given.macAddress ?? null,
    user: given.user ?? null,
    cgroup_parent: given.cgroupParent ?? null,
    tty: given.tty,
    stdin_open: given.stdinOpen,
    read_only: given.readOnly,
    dns: given.dns,
    dns_search: given.dnsSearch,
    cap_add: given.capAdd,
    cap_drop: given.capDrop,
    devices: given.devices,
    extra_hosts: given.extraHosts,
    security_opt: given.securityOpt,
  };
}

/** A command as one line; null without one. */
export function commandLine(words: string | readonly string[] | undefined): string | null {
  if (words === undefined || typeof words === "string") return words ?? null;
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(" ");
}

/** A port in the words of the old API. */
export function portResource(inner: number, outer: number | undefined, protocol: string): PortResource {
  const name = portNames.get(inner) ?? "unknown";
  const isWeb = name === "http" || name === "https";
  return {
    protocol,
    inner_port: inner,
    outer_port: outer ?? null,
    port_name: name,
    uri_protocol: isWeb ? name : protocol,
    endpoint_uri: outer === undefined ? null : `${isWeb ? name : protocol}://localhost:${outer}/`,
  };
}

const portNames = new Map([
  [21, "ftp"],
  [22, "ssh"],
  [25, "smtp"],
  [53, "dns"],
  [80, "http"],
  [443, "https"],
  [3306, "mysql"],
  [5432, "postgresql"],
  [6379, "redis"],
  [8080, "http"],
  [27017, "mongodb"],
]);

/** More ports of a range are not shown. */
const mostOfRange = 1000;

function portsOf({ ports, expose }: ServiceDefinition): readonly object[] {
  const shown = (isPublished: boolean) => (port: ServiceDefinition["ports"][number]) => {
    if (port.kind === "deferred") return [];
    const { host, container, protocol } = port;
    const length = Math.min(container.last - container.first + 1, mostOfRange);
    return Array.from({ length }, (_, index) => ({
      ...portResource(container.first + index, host && host.first + index, protocol),
      published: isPublished,
    }));
  };
  return [...ports.flatMap(shown(true)), ...expose.flatMap(shown(false))];
}

function bindingsOf(
  { stack }: ServiceView,
  given: ServiceDefinition,
  { services, family }: Showing,
): readonly object[] {
  const volumes = given.volumes.flatMap((volume) => {
    if (volume.kind === "deferred") return [];
    const isOnHost = volume.kind !== "anonymous";
    return [
      {
        container_path: volume.mountPath,
        host_path: isOnHost ? volume.source : null,
        rewritable: !(isOnHost && volume.readOnly),
        volumes_from: null,
      },
    ];
  });
  const others = given.volumesFrom.flatMap((from) => {
    if (from.kind === "deferred") return [];
    const other = services.find(({ name, stack: own }) => name === from.service && own === (from.stack ?? stack));
    const uri = other ? uriOf(family, "service", other.uuid) : from.service;
    return [{ container_path: null, host_path: null, rewritable: !from.readOnly, volumes_from: uri }];
  });
  return [...volumes, ...others];
}

function linksOf(
  { uuid, stack }: ServiceView,
  { links }: ServiceDefinition,
  { services, family }: Showing,
): readonly object[] {
  return links.flatMap((link) => {
    if (link.kind === "deferred") return [];
    const other = services.find(({ name, stack: own }) => name === link.service && own === (link.stack ?? stack));
    const to = other ? uriOf(family, "service", other.uuid) : link.service;
    return [{ name: link.alias, from_service: uriOf(family, "service", uuid), to_service: to }];
  });
}

function megabytes(size: ServiceDefinition["memLimit"]): number | null {
  return size?.kind === "bytes" && size.bytes > 0 ? Math.ceil(size.bytes / 1024 ** 2) : null;
}
