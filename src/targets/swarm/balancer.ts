import type { Backend } from "../../balancer/model.ts";
import { configPath } from "../../balancer/image.ts";
import { fingerprint } from "../../balancer/fingerprint.ts";
import { printPort } from "../../stack/grammar/port.ts";
import type { Service } from "../../stack/model.ts";
import { Quoted, type Printable } from "../../yaml/print.ts";
import type { BalancerConfig } from "../balancers.ts";
import { projectName } from "../project-name.ts";
import { validName, type SwarmName } from "./service-name.ts";

/** A config of the Swarm, which it keeps on every node. */
export interface SwarmConfig {
  /** Its key in the file. */
  readonly key: string;
  readonly value: Printable;
}

/** The most characters of a config's name (swarmkit, `validateConfigOrSecretAnnotations`). */
const longestConfigName = 64;

/** A balancer's config as one of the Swarm. A config cannot be changed, so each text has a name of its own. */
export function swarmConfig({ file, text }: BalancerConfig, stackName: string): SwarmConfig {
  const key = file.replace(/\..*$/, "");
  const ending = `_haproxy-${fingerprint(stackName, text)}`;
  const name = `${stackName.slice(0, longestConfigName - ending.length)}${ending}`;
  return { key, value: { name, file: `./${file}` } };
}

/** The keys that only a load balancer has. */
export function balancerKeys(key: string, service: Service): Readonly<Record<string, Printable>> {
  return {
    configs: [{ source: key, target: configPath }],
    ...(service.command === undefined ? {} : { volumes: [{ type: "tmpfs", target: "/tmp" }] }),
    ...(service.strategy === "EVERY_NODE" && service.ports.length > 0
      ? { ports: service.ports.flatMap(hostPorts) }
      : {}),
  };
}

/**
 * Ports of each node itself: a balancer on every node needs no network that spreads requests over the nodes, and that
 * network would hide the addresses of clients.
 */
function hostPorts(port: Service["ports"][number]): readonly Printable[] {
  if (port.kind === "deferred") return [new Quoted(port.text)];
  const { host, container, protocol } = port;
  if (!host) return [new Quoted(printPort(port))];
  return Array.from({ length: container.last - container.first + 1 }, (_, index) => ({
    target: container.first + index,
    published: host.first + index,
    protocol,
    mode: "host",
  }));
}

/** The name under which a Swarm has all tasks of a backend. */
export function hostOf({ link }: Backend, names: ReadonlyMap<string, SwarmName>): string {
  if (link.stack === undefined) return `tasks.${names.get(link.service)?.name ?? link.service}`;
  return `tasks.${projectName(link.stack)}_${validName(link.service)}`;
}
