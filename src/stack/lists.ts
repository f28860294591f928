import type { Path } from "../diagnostics/diagnostic.ts";
import { defer, type FieldContext } from "./field-context.ts";
import { parseLink, parseVolumesFrom } from "./grammar/link.ts";
import { parsePort, printPort } from "./grammar/port.ts";
import { parseVolume, printVolume } from "./grammar/volume.ts";
import type { Deferred, KnownLink, Link, Port, Volume, VolumesFrom } from "./model.ts";

/** The items of a list as the shape check left them: undefined where the schema refused one. */
type Items = readonly (string | number | undefined)[];

/** The meaning of `links`. Reports a text that is not a link. */
export function links(items: Items, path: Path, context: FieldContext): readonly Link[] {
  return eachItem<KnownLink>(items, path, context, {
    keyOf: ({ service, stack, alias }) => JSON.stringify([service, stack, alias]),
    parse: (text, origin) => {
      const link = parseLink(text, context.stack);
      if (!("problem" in link)) return { kind: "link", origin, ...link };
      context.report("bad-link", origin, { service: context.name, link: text, ...link });
      return undefined;
    },
  });
}

/** The meaning of `ports` or `expose`. Reports a text that is not a port. */
export function ports(items: Items, path: Path, context: FieldContext): readonly Port[] {
  return eachItem<Exclude<Port, Deferred>>(items, path, context, {
    keyOf: printPort,
    parse: (text, origin) => {
      const port = parsePort(text);
      if (!("problem" in port)) return { kind: "port", origin, ...port };
      context.report("bad-port", origin, { service: context.name, port: text, problem: port.problem });
      return undefined;
    },
  });
}

/** The meaning of `volumes`. Reports a text that is not a volume. */
export function volumes(items: Items, path: Path, context: FieldContext): readonly Volume[] {
  return eachItem<Exclude<Volume, Deferred>>(items, path, context, {
    keyOf: printVolume,
    parse: (text, origin) => {
      const volume = parseVolume(text);
      if (!("problem" in volume)) return { origin, ...volume };
      context.report("bad-volume", origin, { service: context.name, volume: text, problem: volume.problem });
      return undefined;
    },
  });
}

/** The meaning of `volumes_from`. Reports a text that does not name a service. */
export function volumesFrom(items: Items, path: Path, context: FieldContext): readonly VolumesFrom[] {
  return eachItem<Exclude<VolumesFrom, Deferred>>(items, path, context, {
    keyOf: ({ service, stack, readOnly }) => JSON.stringify([service, stack, readOnly]),
    parse: (text, origin) => {
      const reference = parseVolumesFrom(text, context.stack);
      if (!("problem" in reference)) return { kind: "service", origin, ...reference };
      context.report("bad-volumes-from", origin, { service: context.name, source: text, ...reference });
      return undefined;
    },
  });
}

/** How to read the items of a list. */
interface ItemGrammar<T> {
  readonly parse: (text: string, origin: Path) => T | undefined;
  /** A text that only items with the same meaning have. */
  readonly keyOf: (item: T) => string;
}

/** Parses each item, unless it waits for variables. Items that mean the same count once. */
function eachItem<T extends { readonly kind: string }>(
  items: Items,
  path: Path,
  context: FieldContext,
  { parse, keyOf }: ItemGrammar<T>,
): readonly (T | Deferred)[] {
  const results = new Map<string, T | Deferred>();
  const add = (key: string, item: T | Deferred): void => {
    if (!results.has(key)) results.set(key, item);
  };
  for (const [index, item] of items.entries()) {
    if (item === undefined) continue;
    const origin = path.concat(index);
    const text = typeof item === "string" ? item : context.document.written(origin);
    const deferred = defer(text, origin, context);
    const parsed = deferred ? undefined : parse(text, origin);
    if (deferred) add(text, deferred);
    else if (parsed) add(keyOf(parsed), parsed);
  }
  return [...results.values()];
}
