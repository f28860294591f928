import type { Params } from "../../diagnostics/catalogue/index.ts";
import type { Report } from "../../diagnostics/diagnostic.ts";
import { hostNames } from "../grammar/host.ts";
import { deadName, type DeadName } from "../knowledge/dead-domains.ts";
import type { Stack } from "../model.ts";
import { valuesOf } from "../values.ts";

/** No value names a host below the domains that were shut down with the platform. */
export function deadDomain({ services }: Stack, report: Report): void {
  const names = new Map([...services.keys()].map((name) => [name.toLowerCase(), name]));
  for (const service of services.values()) {
    const values = valuesOf(service, /\./);
    if (values.length === 0) continue;
    const aliases = new Map(
      service.links.flatMap((link) => (link.kind === "link" ? [[link.alias.toLowerCase(), link.alias] as const] : [])),
    );
    const nameOf = (known: string): string | undefined => names.get(known) ?? aliases.get(known);
    for (const { field, origin, text, context } of values) {
      for (const { name, was, host } of deadNamesIn(text)) {
        const instead = was === "name" ? insteadOf(host, context, nameOf) : was;
        const at = { path: origin, part: { text: name } };
        report("dead-domain", at, { service: service.name, field, host: name, instead });
      }
    }
  }
}

/** The names of the old platform in a text, each once. */
function deadNamesIn(text: string): Iterable<DeadName & { readonly host: string }> {
  const found = new Map<string, DeadName & { readonly host: string }>();
  for (const { text: host, index, kind } of hostNames(text)) {
    const before = text[index - 1] ?? "";
    // A path is the name of a file, and an address of mail is nobody's host.
    if (kind === "part" && /[/@$%\\-]/.test(before)) continue;
    if (kind !== "address" && before === "@" && isDomainItself(host)) continue;
    const dead = deadName(host, text.slice(index + host.length, index + host.length + 10).replace(/^:\d+/, ""));
    if (dead && !found.has(dead.name)) found.set(dead.name, { ...dead, host });
  }
  return found.values();
}

/** `tutum.co` rather than a name below it. */
function isDomainItself(host: string): boolean {
  return host.split(".").length === 2;
}

/** What is to be written instead of a name such as `SERVICE.STACK.USER.svc.tutum.io`. */
function insteadOf(
  host: string,
  context: string,
  nameOf: (name: string) => string | undefined,
): Params<"dead-domain">["instead"] {
  if (/^virtual_host$/i.test(context)) return "domain";
  const [, names = "", kind] = /^(.+)\.(svc|cont|node)\.[^.]+\.[^.]+$/i.exec(host) ?? [];
  if (kind === undefined || kind.toLowerCase() === "node") return "machine";
  const [first = "", stack, user] = names.split(".");
  const service = first.replace(/-\d+$/, "");
  const known = nameOf(first.toLowerCase()) ?? nameOf(service.toLowerCase());
  if (known !== undefined) return { name: known, link: undefined };
  return user === undefined ? "outside" : { name: service, link: `${service}.${stack}` };
}
