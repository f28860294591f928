import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Stack } from "../../stack/model.ts";

/** The names that the services of a stack have on a Swarm, which takes fewer than Compose. Reports each that is another one. */
export function serviceNames({ services }: Stack, report: Report): ReadonlyMap<string, string> {
  const names = new Map([...services.keys()].flatMap((name) => (isValid(name) ? [[name, name] as const] : [])));
  const taken = new Set(names.values());
  for (const { name, origin } of services.values()) {
    if (names.has(name)) continue;
    const written = unique(name.replace(/[^A-Za-z0-9_-]/g, "-").replace(/[-_]+$/, ""), taken);
    taken.add(written);
    names.set(name, written);
    report("renamed-service", { path: origin, part: "key" }, { service: name, written });
  }
  return names;
}

/** A name that none of the others is: the same with a number, if it has to be. */
export function unique(name: string, taken: ReadonlySet<string>): string {
  let result = name;
  for (let number = 2; taken.has(result); number++) result = `${name}-${number}`;
  return result;
}

/** A part of a DNS name, and underscores (swarmkit, `isValidDNSName`). */
function isValid(name: string): boolean {
  return /^[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?$/.test(name);
}
