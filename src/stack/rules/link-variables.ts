import type { Report } from "../../diagnostics/diagnostic.ts";
import { isLinkVariable, variablePrefix } from "../grammar/link-variable.ts";
import { balancerImage, isBalancer } from "../knowledge/balancers.ts";
import type { KnownLink, Service, Stack } from "../model.ts";
import { valuesOf, type Value } from "../values.ts";

/** Every service with links does without their variables. Reported once for a file (reference migration.md 3). */
export function linkVariables({ services, linkVariables: mode }: Stack, report: Report): void {
  if (mode === "on") return;
  const found = [...services.values()].flatMap((service) => {
    const links = linksWithVariables(service, services);
    return links.length === 0 ? [] : [{ service, links }];
  });
  const [first] = found;
  if (!first) return;
  const certain = certainUse(found);
  const also = certain && { path: certain.value.origin, part: { text: certain.text } };
  report(
    "link-variables",
    { path: [...first.service.origin, "links"], part: "key", ...(also ? { also } : {}) },
    {
      services: found.map(({ service }) => service.name),
      example: `${variablePrefix(first.links[0]!.alias)}_PORT`,
      alias: first.links[0]!.alias,
      certain: certain && { service: certain.service, text: certain.text },
    },
  );
}

/** A balancer of the platform gets its servers otherwise, and nobody reads the variables of a balancer. */
function linksWithVariables({ image, hostNetwork, links }: Service, services: Stack["services"]): readonly KnownLink[] {
  if (hostNetwork || balancerImage(image)) return [];
  return links.flatMap((link) => {
    if (link.kind === "deferred") return [];
    const target = link.stack === undefined ? services.get(link.service) : undefined;
    return target && isBalancer(target.image) ? [] : [link];
  });
}

/** A service with some of its links. */
interface Linking {
  readonly service: Service;
  readonly links: readonly KnownLink[];
}

/** The first text that reads a variable of a link. */
function certainUse(
  found: readonly Linking[],
): { readonly service: string; readonly value: Value; readonly text: string } | undefined {
  for (const { service, links } of found) {
    const values = valuesOf(service, /\$|\*\*/);
    if (values.length === 0) continue;
    const prefixes = new Set(links.map(({ alias }) => variablePrefix(alias)));
    const own = new Set(service.environment.map(({ name }) => name));
    for (const value of values) {
      const text = usesIn(value.text).find(
        ({ name }) => name === undefined || (isLinkVariable(name, prefixes) && !own.has(name)),
      )?.text;
      if (text !== undefined) return { service: service.name, value, text };
    }
  }
  return undefined;
}

/** The variables in a text, and the words that images of the platform replaced with variables of a link. */
function usesIn(text: string): readonly { readonly text: string; readonly name?: string }[] {
  return [...text.matchAll(/\$\{?([A-Za-z_]\w*)|\*\*(?:LinkMe|ChangeMe)\*\*/g)].map(([found, name]) =>
    name === undefined ? { text: found } : { text: found, name },
  );
}
