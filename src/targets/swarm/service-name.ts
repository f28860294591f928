import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Stack } from "../../stack/model.ts";
import { uniqueNames } from "./unique-names.ts";

/** What swarmkit allows for the whole name of a service or a network, `STACK_NAME`. */
export const longestName = 63;

/** What a service is called on a Swarm. */
export interface SwarmName {
  readonly written: string;
  /** Whether the name in the stack file is to be an alias on the network of the stack. */
  readonly needsAlias: boolean;
}

/**
 * The names that the services of a stack have on a Swarm, which takes fewer than Compose. Reports each that is another one. None is
 * the alias of a link, which would then name two services.
 */
export function serviceNames(
  { services }: Stack,
  { stack, taken }: { readonly stack: string; readonly taken: readonly string[] },
  report: Report,
): ReadonlyMap<string, SwarmName> {
  const longest = longestName - `${stack}_`.length;
  const names = new Map<string, SwarmName>();
  const inLowerCase = new Map<string, string>();
  for (const name of services.keys()) {
    if (!isValid(name) || name.length > longest || inLowerCase.has(name.toLowerCase())) continue;
    inLowerCase.set(name.toLowerCase(), name);
    names.set(name, { written: name, needsAlias: false });
  }
  const aliases = [...services.values()].flatMap(({ links }) =>
    links.flatMap((link) => (link.kind === "link" ? [link.alias] : [])),
  );
  const unique = uniqueNames([...taken, ...names.keys(), ...aliases]);
  for (const { name, origin, hostNetwork } of services.values()) {
    if (names.has(name)) continue;
    const written = unique.take(asName(name), longest);
    const other = inLowerCase.get(name.toLowerCase());
    inLowerCase.set(name.toLowerCase(), other ?? name);
    const canResolve = other === undefined && name.length <= longestName;
    const old = hostNetwork ? "unused" : canResolve ? "alias" : "lost";
    names.set(name, { written, needsAlias: old === "alias" });
    report(
      "renamed-service",
      { path: origin, part: "key" },
      { service: name, written, other, isLong: isValid(name), old },
    );
  }
  return names;
}

/** The characters of a name that Swarm takes. */
export function asName(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, "-").replace(/[-_]+$/, "");
}

/** A part of a DNS name, and underscores (swarmkit, `isValidDNSName`). */
function isValid(name: string): boolean {
  return /^[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?$/.test(name);
}
