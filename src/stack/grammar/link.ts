const serviceName = /^[A-Za-z0-9_][\w.-]*$/;
const stackName = /^[\w-]*[A-Za-z0-9][\w-]*$/;

/** The stack that a reference stands in. Its name is unknown while a file is only validated. */
export interface ThisStack {
  readonly name: string | undefined;
  readonly isService: (name: string) => boolean;
}

/** A service by its name; `stack` is the other stack that it belongs to, if the text names one. */
export interface ServiceReference {
  readonly service: string;
  readonly stack: string | undefined;
}

/** Why a text is no reference: the part that is not valid, and what it must be. */
export interface BadReference<Problem> {
  readonly problem: Problem;
  readonly part: string;
}

/**
 * Parses `service` or `service.stack`; the problem with any other text. The name of a service may have a dot as well,
 * so a service of this stack wins. This stack's own name means this stack.
 */
function parseServiceReference(
  text: string,
  thisStack: ThisStack,
): ServiceReference | BadReference<"service" | "stack"> {
  if (!serviceName.test(text)) return { problem: "service", part: text };
  const dot = text.lastIndexOf(".");
  if (thisStack.isService(text) || dot === -1) return { service: text, stack: undefined };
  const stack = text.slice(dot + 1);
  if (!stackName.test(stack)) return { problem: "stack", part: stack };
  return { service: text.slice(0, dot), stack: stack.toLowerCase() === thisStack.name ? undefined : stack };
}

/**
 * Parses `reference` or `reference:alias`; without an alias it is the name of the service. The problem with any other
 * text.
 */
export function parseLink(
  text: string,
  thisStack: ThisStack,
): (ServiceReference & { readonly alias: string }) | BadReference<"service" | "stack" | "alias"> {
  const [referenceText, alias] = splitOnce(text);
  const reference = parseServiceReference(referenceText, thisStack);
  if ("problem" in reference) return reference;
  if (alias !== undefined && !serviceName.test(alias)) return { problem: "alias", part: alias };
  return { ...reference, alias: alias ?? reference.service };
}

/** Parses `reference`, `reference:ro` or `reference:rw`; the problem with any other text. */
export function parseVolumesFrom(
  text: string,
  thisStack: ThisStack,
): (ServiceReference & { readonly readOnly: boolean }) | BadReference<"service" | "stack" | "mode"> {
  const [referenceText, mode = "rw"] = splitOnce(text);
  const reference = parseServiceReference(referenceText, thisStack);
  if ("problem" in reference) return reference;
  if (!/^(ro|rw)$/i.test(mode)) return { problem: "mode", part: mode };
  return { ...reference, readOnly: mode.toLowerCase() === "ro" };
}

/** What is before the first `:`, and what is after it, if there is one. */
function splitOnce(text: string): readonly [string, string | undefined] {
  const colon = text.indexOf(":");
  return colon === -1 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)];
}
