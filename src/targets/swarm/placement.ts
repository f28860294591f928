import type { Interpolation, Service, Stack } from "../../stack/model.ts";

/** A label that a node must have. */
export interface NodeLabel {
  readonly key: string;
  readonly value: string;
}

/** The label that a tag asks for: `web` is `web=true`. Undefined where Swarm could not read the constraint. */
export function nodeLabel(tag: string, interpolation: Interpolation): NodeLabel | undefined {
  const [, key = "", value = "true"] = /^([^=]*)(?:=([^]*))?$/.exec(tag) ?? [];
  const filledIn = (text: string): string => (interpolation === "on" ? text.replace(/\$(\w+|\{\w+\})/g, "x") : text);
  return isKey(filledIn(key)) && isValue(filledIn(value)) ? { key, value } : undefined;
}

/** The constraint that asks for a label. */
export function constraintOf({ key, value }: NodeLabel): string {
  return `node.labels.${key} == ${value}`;
}

/** Every label that a stack asks for, as `KEY=VALUE`, with the services that ask for it. */
export function labelsOf(stack: Stack): ReadonlyMap<string, readonly Service[]> {
  const services = new Map<string, Service[]>();
  for (const service of stack.services.values()) {
    for (const { key, value } of [...new Set(service.tags)].flatMap(
      (tag) => nodeLabel(tag, stack.interpolation) ?? [],
    )) {
      const label = `${key}=${value}`;
      services.set(label, [...(services.get(label) ?? []), service]);
    }
  }
  return services;
}

/** Whether swarmkit reads the text as the key of a constraint. */
function isKey(text: string): boolean {
  return /^[\w.-]+$/.test(text);
}

/** Whether swarmkit reads the text as the value of a constraint; it would cut off spaces around it. */
function isValue(text: string): boolean {
  return /^[\w:.*()?+[\]\\^$|/ -]+$/.test(text) && text.trim() === text;
}
