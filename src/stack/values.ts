import type { Path } from "../diagnostics/diagnostic.ts";
import type { Field } from "./file.ts";
import type { Service } from "./model.ts";

/** A text of a service that its containers or their network read as it is. */
export interface Value {
  readonly field: Field;
  readonly origin: Path;
  readonly text: string;
  /** The name of the variable or label that has this value; what stands before it in a command. */
  readonly context: string;
}

/** The values of a service that are free text: variables, labels, commands, names of hosts. */
export function* valuesOf(service: Service): Generator<Value> {
  for (const { name, value, origin } of service.environment)
    if (value !== null) yield { field: "environment", origin, text: value, context: name };
  for (const { name, value, origin } of service.labels)
    if (value !== null) yield { field: "labels", origin, text: value, context: name };
  yield* textsOf("command", service.command, service);
  yield* textsOf("entrypoint", service.entrypoint, service);
  yield* textsOf("extra_hosts", service.extraHosts, service);
  yield* textsOf("hostname", service.hostname, service);
  yield* textsOf("domainname", service.domainname, service);
  yield* textsOf("dns", service.dns, service);
  yield* textsOf("dns_search", service.dnsSearch, service);
}

function* textsOf(field: Field, value: string | readonly string[] | undefined, { origin }: Service): Generator<Value> {
  if (value === undefined) return;
  const path = [...origin, field];
  if (typeof value === "string") yield { field, origin: path, text: value, context: "" };
  else
    for (const [index, text] of value.entries())
      yield { field, origin: [...path, index], text, context: value[index - 1] ?? "" };
}
