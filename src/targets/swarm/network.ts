import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Deferred, Link, Service, Stack } from "../../stack/model.ts";
import { aliasesOf, type LinkHere } from "../aliases.ts";
import { projectName } from "../project-name.ts";
import type { SwarmService } from "./model.ts";
import { asName, type SwarmName } from "./service-name.ts";

/** How the services of a stack reach each other and those of other stacks. Every service has its own name on the stack's network. */
export interface Network {
  /** The `networks` of a service. */
  of(service: Service): SwarmService;
  /** The networks that the stack does not make, by the key they have in the file. */
  readonly external: ReadonlyMap<string, { readonly external: true; readonly name: string }>;
}

type KnownLink = Exclude<Link, Deferred>;

/** Turns links into network aliases of the services they name. Reports links that have none. */
export function networkOf(stack: Stack, names: ReadonlyMap<string, SwarmName>, report: Report): Network {
  const external = new Map<string, { readonly external: true; readonly name: string }>();
  const here = linksHere(stack, report);
  const aliases = aliasesOf(stack, here);
  for (const { from, link } of here)
    if (aliases.isLost(link))
      sayLost(from, link, `the alias \`${link.alias}\` would name more than one service on the network`, report);
  return { of, external };

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
      link.kind === "link" && link.stack !== undefined ? [joinStack(service, link, link.stack)] : [],
    );
    if (own.length === 0 && others.length === 0) return {};
    return {
      networks: new Map([
        ["default", own.length ? { aliases: own } : null],
        ...others.map((name) => [name, null] as const),
      ]),
    };
  }

  /** On the other stack's network the service has its own name, and the one that Swarm gives it. No other can be given to it from here. */
  function joinStack(service: Service, link: KnownLink, written: string): string {
    const other = projectName(written);
    const network = `${other}_default`;
    external.set(network, { external: true, name: network });
    const isKept = link.alias === link.service && !stack.services.has(link.service);
    const lost = isKept ? undefined : { alias: link.alias, name: `${other}_${asName(link.service)}` };
    const start = `docker stack deploy --compose-file docker-stack.yml ${other}`;
    report("cross-stack-link", link.origin, {
      service: service.name,
      target: link.service,
      stack: other,
      network,
      container: undefined,
      lost,
      start,
    });
    return network;
  }
}

/** The links to services of the same stack that a network can resolve. */
function linksHere({ services }: Stack, report: Report): readonly LinkHere[] {
  return [...services.values()].flatMap((from) =>
    (from.hostNetwork ? [] : from.links).flatMap((link): readonly LinkHere[] => {
      if (link.kind === "deferred") {
        sayLost(from, link, "a link that contains a variable cannot become a network alias", report);
        return [];
      }
      const target = link.stack === undefined ? services.get(link.service) : undefined;
      if (target?.hostNetwork) {
        const at = { path: link.origin, part: { text: link.service }, also: [...target.origin, "net"] };
        report("link-to-host-network", at, { service: from.name, target: target.name });
      }
      return target && !target.hostNetwork ? [{ from, link }] : [];
    }),
  );
}

function sayLost(from: Service, link: Link, lost: string, report: Report): void {
  report("partly-in-target", link.origin, {
    service: from.name,
    field: "links",
    target: "Swarm stack file",
    lost,
    help: "link to the service without an alias",
  });
}
