import type { Report } from "../diagnostics/diagnostic.ts";
import type { Field } from "../stack/file.ts";
import type { Service } from "../stack/model.ts";
import { Quoted, Sourced, type Printable } from "../yaml/print.ts";
import type { FieldTable, Row } from "./target.ts";

/** What lowering needs beside the service. */
export interface Lowering<Context> {
  readonly context: Context;
  /** What the target's file is called in messages. */
  readonly title: string;
  readonly report: Report;
}

/** Applies a field table to a service. What several rows write below one key is joined; the first key that a row writes carries its field's comments. */
export function lowerService<Output extends object, Context>(
  table: FieldTable<Output, Context>,
  service: Service,
  lowering: Lowering<Context>,
): Sourced<ReadonlyMap<string, Printable>> {
  const lowered = new Map<string, Printable>();
  for (const field of Object.keys(table) as Field[]) {
    const output = lowerField(table[field], field, service, lowering);
    const origin = field === "autorestart" ? service.autorestartOrigin : [...service.origin, field];
    if (output) join(lowered, new Sourced(origin, output as Printable));
  }
  return new Sourced(service.origin, lowered);
}

function lowerField<Output extends object, Context>(
  row: Row<Output, Context>,
  field: Field,
  service: Service,
  { context, title, report }: Lowering<Context>,
): Output | undefined {
  if (row.kind === "elsewhere") return undefined;
  if (row.kind !== "kept" && row.isUsed(service, context)) {
    const code = row.kind === "partly" ? "partly-in-target" : "not-in-target";
    const at = { path: [...service.origin, field], part: "key" as const };
    report(code, at, { service: service.name, field, target: title, lost: row.lost, help: row.help?.(service) });
  }
  return row.kind === "unsupported" ? undefined : row.lower(service, context);
}

/** Adds the keys of an output. The origin goes to the first value that is no section. */
function join(into: Map<string, Printable>, { origin, value }: Sourced<Printable>): void {
  let isFirst = true;
  const add = (section: Map<string, Printable>, output: object): void => {
    for (const [key, item] of Object.entries(output) as [string, Printable][]) {
      if (isSection(item)) {
        const existing = section.get(key);
        const inner = existing instanceof Map ? (existing as Map<string, Printable>) : new Map<string, Printable>();
        section.set(key, inner);
        add(inner, item);
      } else {
        section.set(key, isFirst ? new Sourced(origin, item) : item);
        isFirst = false;
      }
    }
  };
  add(into, value as object);
}

function isSection(value: Printable): value is { readonly [key: string]: Printable } {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && !(value instanceof Map || value instanceof Sourced || value instanceof Quoted);
}
