const name = /^[A-Za-z0-9_][\w.-]*$/;
const stackName = /^[\w-]*[A-Za-z0-9][\w-]*$/;

/** What a reference is read against. The name is unknown while a file is only checked. */
export interface ThisStack {
  readonly name: string | undefined;
  readonly isService: (name: string) => boolean;
}

/** A service by name; `stack` when the text names another stack's. */
export interface ServiceReference {
  readonly service: string;
  readonly stack: string | undefined;
}

/**
 * Parses `service` or `service.stack`. A dot may also belong to the name of a service, so a service of this stack comes first, and
 * this stack's own name means this stack. Undefined when it is neither.
 */
function parseServiceReference(text: string, thisStack: ThisStack): ServiceReference | undefined {
  if (!name.test(text)) return undefined;
  const dot = text.lastIndexOf(".");
  if (thisStack.isService(text) || dot === -1) return { service: text, stack: undefined };
  const stack = text.slice(dot + 1);
  if (!stackName.test(stack)) return undefined;
  return { service: text.slice(0, dot), stack: stack.toLowerCase() === thisStack.name ? undefined : stack };
}

/** Parses `reference` or `reference:alias`; the alias is the service's name when none is given. */
export function parseLink(
  text: string,
  thisStack: ThisStack,
): (ServiceReference & { readonly alias: string }) | undefined {
  const [target = "", alias, ...rest] = text.split(":");
  const reference = parseServiceReference(target, thisStack);
  if (!reference || rest.length > 0 || (alias !== undefined && !name.test(alias))) return undefined;
  return { ...reference, alias: alias ?? reference.service };
}

/** Parses `reference`, `reference:ro` or `reference:rw`. */
export function parseVolumesFrom(
  text: string,
  thisStack: ThisStack,
): (ServiceReference & { readonly readOnly: boolean }) | undefined {
  const [source = "", mode = "rw", ...rest] = text.split(":");
  const reference = parseServiceReference(source, thisStack);
  if (!reference || rest.length > 0 || !/^(ro|rw)$/i.test(mode)) return undefined;
  return { ...reference, readOnly: mode.toLowerCase() === "ro" };
}
