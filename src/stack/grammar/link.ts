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

/**
 * Parses `service` or `service.stack`; undefined for any other text. The name of a service may have a dot as well, so a
 * service of this stack wins. This stack's own name means this stack.
 */
function parseServiceReference(text: string, thisStack: ThisStack): ServiceReference | undefined {
  if (!serviceName.test(text)) return undefined;
  const dot = text.lastIndexOf(".");
  if (thisStack.isService(text) || dot === -1) return { service: text, stack: undefined };
  const stack = text.slice(dot + 1);
  if (!stackName.test(stack)) return undefined;
  return { service: text.slice(0, dot), stack: stack.toLowerCase() === thisStack.name ? undefined : stack };
}

/**
 * Parses `reference` or `reference:alias`; without an alias it is the name of the service. Undefined for any other
 * text.
 */
export function parseLink(
  text: string,
  thisStack: ThisStack,
): (ServiceReference & { readonly alias: string }) | undefined {
  const [referenceText = "", alias, ...rest] = text.split(":");
  const reference = parseServiceReference(referenceText, thisStack);
  if (!reference || rest.length > 0 || (alias !== undefined && !serviceName.test(alias))) return undefined;
  return { ...reference, alias: alias ?? reference.service };
}

/** Parses `reference`, `reference:ro` or `reference:rw`; undefined for any other text. */
export function parseVolumesFrom(
  text: string,
  thisStack: ThisStack,
): (ServiceReference & { readonly readOnly: boolean }) | undefined {
  const [referenceText = "", mode = "rw", ...rest] = text.split(":");
  const reference = parseServiceReference(referenceText, thisStack);
  if (!reference || rest.length > 0 || !/^(ro|rw)$/i.test(mode)) return undefined;
  return { ...reference, readOnly: mode.toLowerCase() === "ro" };
}
