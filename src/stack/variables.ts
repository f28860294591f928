import type { Path } from "../diagnostics/diagnostic.ts";
import type { FieldContext } from "./field-context.ts";
import type { Variable } from "./model.ts";

/** The meaning of `environment`, or of `labels` apart from their empty values. Reports names that cannot be right. */
export function variables(field: "environment" | "labels", path: Path, context: FieldContext): readonly Variable[] {
  const byName = new Map<string, Variable>();
  for (const variable of listed(field, path, context)) {
    checkName(variable, byName.get(variable.name), field, context);
    byName.set(variable.name, variable);
  }
  return [...byName.values()];
}

/**
 * The meaning of `labels`. A label without a value is empty, because no shell has a value for it. Reports names that
 * Docker sets.
 */
export function labels(path: Path, context: FieldContext): readonly Variable[] {
  const found = variables("labels", path, context);
  for (const { name, origin } of found) {
    const prefix = reservedPrefixes.find((reserved) => name.toLowerCase().startsWith(reserved));
    if (prefix === undefined) continue;
    const part = isItem(origin) ? { text: name } : "key";
    context.report("reserved-label", { path: origin, part }, { service: context.name, label: name, prefix });
  }
  return found.map((label) => ({ ...label, value: label.value ?? "" }));
}

const reservedPrefixes = ["io.tutum-stack.", "com.docker.compose.", "com.docker.stack.", "com.docker.swarm."];

/** Every variable of a list or a mapping, in the file's order; a name may occur several times in a list. */
function listed(field: "environment" | "labels", path: Path, context: FieldContext): readonly Variable[] {
  const value = context.serviceFile[field] ?? [];
  if (isList(value)) return value.map((item, index) => fromItem(item, path.concat(index)));
  return context.document.keys(path).map((name) => fromPair(name, value[name] ?? null, path.concat(name), context));
}

function fromItem(item: string, origin: Path): Variable {
  const equals = item.indexOf("=");
  return equals === -1
    ? { origin, name: item, value: null }
    : { origin, name: item.slice(0, equals), value: item.slice(equals + 1) };
}

function fromPair(
  name: string,
  value: string | number | boolean | null,
  origin: Path,
  { document }: FieldContext,
): Variable {
  const isText = value === null || typeof value === "string";
  return { origin, name, value: isText ? value : document.written(origin) };
}

function checkName(
  { name, origin, value }: Variable,
  earlier: Variable | undefined,
  field: "environment" | "labels",
  context: FieldContext,
): void {
  const { name: service, serviceFile, document, interpolation, report } = context;
  const key = { path: origin, part: "key" } as const;
  if (name.trim() !== name) report("space-around-name", key, { service, field, name });
  if (name === "") report("bad-variable", origin, { service, field, item: document.written(origin), meant: undefined });
  else if (value === null && (isItem(origin) ? /[\s:]/ : /:/).test(name.trim()))
    reportSeparator(name.trim(), origin, field, context);
  // The text of an item is checked with all other texts; a key is not a text of the service.
  if (name.includes("\0") && !Array.isArray(serviceFile[field])) report("nul-character", key, { service, field });
  if (earlier) report("duplicate-variable", { path: origin, also: earlier.origin }, { service, field, name });
  if (interpolation === "on" && name.includes("$")) report("variable-in-name", key, { service, name });
}

/** Reports a name without a value with a `:` or a space, which separate name and value elsewhere. */
function reportSeparator(
  text: string,
  origin: Path,
  field: "environment" | "labels",
  { name: service, report }: FieldContext,
): void {
  const [, name = "", value = ""] = /^([^\s:]*)\s*:?\s*([\s\S]*)$/.exec(text) ?? [];
  const at = isItem(origin) ? origin : ({ path: origin, part: "key" } as const);
  const meant = swarmSetting.test(text) ? "swarm-setting" : `${name}${isItem(origin) ? "=" : ": "}${value}`;
  report("bad-variable", at, { service, field, item: text, meant });
}

/** Whether a variable is an item of a list. In a mapping, a name without a value may have a space. */
function isItem(origin: Path): boolean {
  return typeof origin.at(-1) === "number";
}

/** Settings of the first Swarm, which read them in `environment` (source: docker/swarm, cluster/config.go). */
const swarmSetting = /^(constraint|affinity|reschedule):/;

function isList<T>(value: readonly T[] | object): value is readonly T[] {
  return Array.isArray(value);
}
