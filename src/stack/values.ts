import type { Path } from "../diagnostics/diagnostic.ts";
import type { Field } from "./file.ts";
import type { Service, Variable } from "./model.ts";

/** A text of a service that its containers or their network read as it is. */
export interface Value {
  readonly field: Field;
  readonly origin: Path;
  readonly text: string;
  /** The name of the variable or label that has this value; what stands before it in a command. */
  readonly context: string;
}

/** The values of a service that are free text (variables, labels, commands, names of hosts) and match a pattern. */
export function valuesOf(service: Service, pattern: RegExp): readonly Value[] {
  return [
    ...namedTexts("environment", service.environment),
    ...namedTexts("labels", service.labels),
    ...textsOf("command", service.command, service),
    ...textsOf("entrypoint", service.entrypoint, service),
    ...textsOf("extra_hosts", service.extraHosts, service),
    ...textsOf("hostname", service.hostname, service),
    ...textsOf("domainname", service.domainname, service),
    ...textsOf("dns", service.dns, service),
    ...textsOf("dns_search", service.dnsSearch, service),
  ].filter(({ text }) => pattern.test(text));
}

function namedTexts(field: Field, variables: readonly Variable[]): readonly Value[] {
  return variables.flatMap(({ name, value, origin }) =>
    value === null ? [] : [{ field, origin, text: value, context: name }],
  );
}

function textsOf(field: Field, value: string | readonly string[] | undefined, { origin }: Service): readonly Value[] {
  if (value === undefined || value.length === 0) return none;
  const path = origin.concat(field);
  if (typeof value === "string") return [{ field, origin: path, text: value, context: "" }];
  return value.map((text, index) => ({ field, origin: path.concat(index), text, context: value[index - 1] ?? "" }));
}

const none: readonly Value[] = [];
