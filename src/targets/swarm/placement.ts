import type { Dollar, Service, Stack } from "../../stack/model.ts";

/** A label that a node has to have. */
export interface NodeLabel {
  readonly key: string;
  readonly value: string;
}

/** The label of a node that a tag stands for: `web` is `web=true`. Undefined where Swarm could not read the constraint. */
export function nodeLabel(tag: string, dollar: Dollar): NodeLabel | undefined {
  const [, key = "", value = "true"] = /^([^=]*)(?:=([^]*))?$/.exec(tag) ?? [];
  const filledIn = (text: string): string => (dollar === "variable" ? text.replace(/\$(\w+|\{\w+\})/g, "x") : text);
  return isKey(filledIn(key)) && isValue(filledIn(value)) ? { key, value } : undefined;
}

/** A tag as a constraint. */
export function constraintOf({ key, value }: NodeLabel): string {
  return `node.labels.${key} == ${value}`;
}

/** Every label that the nodes of a cluster need for a stack, as `KEY=VALUE`, with the services that ask for it. */
export function labelsOf(stack: Stack): ReadonlyMap<string, readonly Service[]> {
  const services = new Map<string, Service[]>();
  for (const service of stack.services.values()) {
    for (const { key, value } of [...new Set(service.tags)].flatMap((tag) => nodeLabel(tag, stack.dollar) ?? [])) {
      const label = `${key}=${value}`;
      services.set(label, [...(services.get(label) ?? []), service]);
    }
  }
  return services;
}

/** What swarmkit's constraints take for a key. */
function isKey(text: string): boolean {
  return /^[\w.-]+$/.test(text);
}

/** What swarmkit's constraints take for a value; spaces around it would be cut off. */
function isValue(text: string): boolean {
  return /^[\w:.*()?+[\]\\^$|/ -]+$/.test(text) && text.trim() === text;
}
