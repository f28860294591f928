import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Stack } from "../../stack/model.ts";
import { uniqueNames } from "../unique-names.ts";

/** The most characters that swarmkit allows for the full name of a service or a network: `STACK_NAME`. */
export const longestName = 63;

/** The name of a service on a Swarm. */
export interface SwarmName {
  readonly name: string;
  /** Whether the name in the stack file must become an alias on the network of the stack. */
  readonly needsAlias: boolean;
}

/**
 * The names that the services of a stack have on a Swarm, which allows fewer names than Compose. Reports each service
 * that gets a new name. No new name is the alias of a link, which would then name two services.
 */
export function serviceNames(
  { services }: Stack,
  { stackName, taken }: { readonly stackName: string; readonly taken: readonly string[] },
  report: Report,
): ReadonlyMap<string, SwarmName> {
  const longest = longestName - `${stackName}_`.length;
  const names = new Map<string, SwarmName>();
  const byLowerCase = new Map<string, string>();
  for (const name of services.keys()) {
    if (!isValid(name) || name.length > longest || byLowerCase.has(name.toLowerCase())) continue;
    byLowerCase.set(name.toLowerCase(), name);
    names.set(name, { name, needsAlias: false });
  }
  const aliases = [...services.values()].flatMap(({ links }) =>
    links.flatMap((link) => (link.kind === "link" ? [link.alias] : [])),
  );
  const unique = uniqueNames([...taken, ...names.keys(), ...aliases]);
  for (const { name, origin, hostNetwork } of services.values()) {
    if (names.has(name)) continue;
    const newName = unique.take(validName(name), longest);
    const other = byLowerCase.get(name.toLowerCase());
    byLowerCase.set(name.toLowerCase(), other ?? name);
    const old = hostNetwork ? "unused" : useOfOldName(name, other);
    names.set(name, { name: newName, needsAlias: old === "alias" });
    report(
      "renamed-service",
      { path: origin, part: "key" },
      { service: name, written: newName, other, isLong: isValid(name), old },
    );
  }
  return names;
}

/** An old name can stay as an alias if it is a DNS name and no other service has it, in upper or lower case. */
function useOfOldName(name: string, other: string | undefined): "alias" | "lost" {
  return other === undefined && name.length <= longestName ? "alias" : "lost";
}

/** The name with `-` for each character that Swarm does not allow. */
export function validName(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, "-").replace(/[-_]+$/, "");
}

/** Whether a name is one part of a DNS name, in which swarmkit allows underscores (swarmkit, `isValidDNSName`). */
function isValid(name: string): boolean {
  return /^[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?$/.test(name);
}
