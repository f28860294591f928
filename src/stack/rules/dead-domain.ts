import type { Params } from "../../diagnostics/catalogue/index.ts";
import type { Report } from "../../diagnostics/diagnostic.ts";
import { hostNames } from "../grammar/host.ts";
import { deadName } from "../knowledge/dead-domains.ts";
import type { Service, Stack } from "../model.ts";
import { valuesOf } from "../values.ts";

/** No value names a host below the domains that were shut down with the platform. */
export function deadDomain({ services }: Stack, report: Report): void {
  for (const service of services.values()) {
    for (const { field, origin, text, context } of valuesOf(service)) {
      const reported = new Set<string>();
      for (const { text: host, index, kind } of hostNames(text)) {
        const before = text[index - 1] ?? "";
        // A path is the name of a file, and an address of mail is nobody's host.
        if (kind === "part" && /[/@$%\\-]/.test(before)) continue;
        if (kind !== "address" && before === "@" && isDomainItself(host)) continue;
        const dead = deadName(host, text.slice(index + host.length, index + host.length + 10).replace(/^:\d+/, ""));
        if (dead === undefined || reported.has(dead.name)) continue;
        reported.add(dead.name);
        const instead = dead.was === "name" ? insteadOf(host, service, services, context) : dead.was;
        const at = { path: origin, part: { text: dead.name } };
        report("dead-domain", at, { service: service.name, field, host: dead.name, instead });
      }
    }
  }
}

/** `tutum.co` rather than a name below it. */
function isDomainItself(host: string): boolean {
  return host.split(".").length === 2;
}

/** What is to be written instead of a name such as `SERVICE.STACK.USER.svc.tutum.io`. */
function insteadOf(
  host: string,
  { links }: Service,
  services: Stack["services"],
  context: string,
): Params<"dead-domain">["instead"] {
  if (/^virtual_host$/i.test(context)) return "domain";
  const [, names = "", kind] = /^(.+)\.(svc|cont|node)\.[^.]+\.[^.]+$/i.exec(host) ?? [];
  if (kind === undefined || kind.toLowerCase() === "node") return "machine";
  const [first = "", stack, user] = names.split(".");
  const service = first.replace(/-\d+$/, "");
  const own = [...services.keys(), ...links.flatMap((link) => (link.kind === "link" ? [link.alias] : []))];
  const known = own.find((name) => [first, service].some((wanted) => wanted.toLowerCase() === name.toLowerCase()));
  if (known !== undefined) return { name: known, link: undefined };
  return user === undefined ? "outside" : { name: service, link: `${service}.${stack}` };
}
