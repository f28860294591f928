import type { Path } from "../diagnostics/diagnostic.ts";
import type { LoweredFile } from "../targets/target.ts";
import { Commented, Sourced, type Printable } from "../yaml/print.ts";

/** A value of a compiled service that comes from a place of the stack file. */
export interface WrittenValue {
  readonly origin: Path;
  /** Where the compiled service has it: `ports`, `deploy.replicas`. */
  readonly key: string;
  readonly value: Printable;
}

/** What a compiled file with services says, seen from the stack file. */
export interface WrittenFile {
  /** The fields of services and the items of their lists. */
  readonly values: readonly WrittenValue[];
  /** The services that got the variables of their links. */
  readonly withLinkVariables: readonly string[];
}

/** Finds out what stands where in a compiled file with services. */
export function writtenFile({ content }: LoweredFile): WrittenFile {
  const services = typeof content === "string" ? undefined : content.get("services");
  const written = [...mapping(services)].flatMap(([, service]) => (service instanceof Sourced ? [service] : []));
  return {
    values: written.flatMap(({ value }) => [...mapping(value)].flatMap(([key, inner]) => valuesOf(key, inner))),
    withLinkVariables: written.flatMap(({ origin, value }) =>
      hasLinkVariables(mapping(value).get("environment")) ? [String(origin[0])] : [],
    ),
  };
}

/** The values with an origin below a key, those in mappings and lists included. */
function valuesOf(key: string, value: Printable): readonly WrittenValue[] {
  if (value instanceof Sourced)
    return [{ origin: value.origin, key, value: value.value }, ...valuesOf(key, value.value)];
  if (Array.isArray(value)) return (value as readonly Printable[]).flatMap((item) => valuesOf(key, item));
  return [...mapping(value)].flatMap(([name, inner]) => valuesOf(`${key}.${name}`, inner));
}

/** A comment of our own in the environment is the one above the variables of links. */
function hasLinkVariables(environment: Printable | undefined): boolean {
  const variables = environment instanceof Sourced ? environment.value : environment;
  return [...mapping(variables).values()].some((value) => value instanceof Commented);
}

function mapping(value: Printable | undefined): ReadonlyMap<string, Printable> {
  return value instanceof Map ? (value as ReadonlyMap<string, Printable>) : new Map();
}
