import type { Report } from "../../diagnostics/diagnostic.ts";
import type { KnownLink, Link, Service, Stack } from "../../stack/model.ts";
import { aliasesOf, type LinkHere } from "../aliases.ts";
import { projectName } from "../project-name.ts";
import type { ExternalNetwork } from "../rows.ts";
import { swarmTitle, type SwarmService } from "./model.ts";
import { validName, type SwarmName } from "./service-name.ts";

/**
 * How the services of a stack reach each other and those of other stacks. Each has its own name on the network of the
 * stack.
 */
export interface SwarmNetwork {
  /** The `networks` of a service. */
  of(service: Service): SwarmService;
  /** The name by which a service reaches the one that it links to. */
  readonly addressOf: (service: Service, link: KnownLink) => string;
  /** The networks that the stack does not make, by their key in the file. */
  readonly external: ReadonlyMap<string, ExternalNetwork>;
}

/** Translates links to network aliases of the services they name. Reports links that get none. */
export function swarmNetwork(stack: Stack, names: ReadonlyMap<string, SwarmName>, report: Report): SwarmNetwork {
  const external = new Map<string, ExternalNetwork>();
  const links = linksHere(stack, report);
  const aliases = aliasesOf(stack, links);
  for (const { from, link } of links)
    if (aliases.isLost(link))
      reportLost(from, link, `the alias \`${link.alias}\` would name more than one service on the network`, report);
  return { of, external, addressOf };

  function addressOf(_: Service, link: KnownLink): string {
    if (link.stack === undefined) return aliases.isLost(link) ? link.service : link.alias;
    return isKept(link, stack) ? link.alias : fullName(link, link.stack);
  }

  function of(service: Service): SwarmService {
    if (service.hostNetwork) {
      external.set("host", { external: true, name: "host" });
      return { networks: new Map([["host", null]]) };
    }
    const own = [
      ...(names.get(service.name)!.needsAlias ? [service.name] : []),
      ...(aliases.of.get(service.name) ?? []),
    ];
    const others = service.links.flatMap((link) =>
      link.kind === "link" && link.stack !== undefined
        ? [foreignNetwork(service, link, projectName(link.stack), stack, report)]
        : [],
    );
    for (const name of others) external.set(name, { external: true, name });
    if (own.length === 0 && others.length === 0) return {};
    return {
      networks: new Map([
        ["default", own.length ? { aliases: own } : null],
        ...others.map((name) => [name, null] as const),
      ]),
    };
  }
}

/**
 * Reports a link to another stack, and returns the name of that stack's network. On it the linked service has its own
 * name and the name that Swarm gives it; this stack cannot give it another one.
 */
function foreignNetwork(service: Service, link: KnownLink, other: string, stack: Stack, report: Report): string {
  const network = `${other}_default`;
  report("cross-stack-link", link.origin, {
    service: service.name,
    target: link.service,
    stack: other,
    network,
    container: undefined,
    lost: isKept(link, stack) ? undefined : { alias: link.alias, name: fullName(link, other) },
    start: `docker stack deploy --compose-file docker-stack.yml ${other}`,
  });
  return network;
}

/** Whether a service of another stack is found by its own name, which is the alias and no name of this stack. */
function isKept(link: KnownLink, { services }: Stack): boolean {
  return link.alias === link.service && !services.has(link.service);
}

/** The name that Swarm gives to a service of another stack. */
function fullName(link: KnownLink, stack: string): string {
  return `${projectName(stack)}_${validName(link.service)}`;
}

/** The links to services of the same stack that its network can resolve. Reports the others. */
function linksHere({ services }: Stack, report: Report): readonly LinkHere[] {
  return [...services.values()].flatMap((from) =>
    (from.hostNetwork ? [] : from.links).flatMap((link): readonly LinkHere[] => {
      if (link.kind === "deferred") {
        reportLost(from, link, "a link that contains a variable cannot become a network alias", report);
        return [];
      }
      const linked = link.stack === undefined ? services.get(link.service) : undefined;
      if (linked?.hostNetwork) {
        const at = { path: link.origin, part: { text: link.service }, also: [...linked.origin, "net"] };
        report("link-to-host-network", at, { service: from.name, target: linked.name });
      }
      return linked && !linked.hostNetwork ? [{ from, link }] : [];
    }),
  );
}

function reportLost(from: Service, link: Link, lost: string, report: Report): void {
  report("partly-in-target", link.origin, {
    service: from.name,
    field: "links",
    target: swarmTitle,
    lost,
    help: "link to the service without an alias",
  });
}
