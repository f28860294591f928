import type { Path, Report } from "../diagnostics/diagnostic.ts";
import type { Field } from "../stack/file.ts";
import type { Service } from "../stack/model.ts";
import { Sourced, type Printable } from "../yaml/printable.ts";
import type { LinkVariables } from "./link-variables.ts";
import type { FieldTable, Row } from "./target.ts";

/** What all rows may need in addition to the service. */
export interface LoweringContext {
  readonly report: Report;
  readonly linkVariables: LinkVariables;
}

/** A mapping of the output by its keys. */
type Section = { readonly [key: string]: Printable };

/**
 * Applies a field table to a service; `title` is what messages call the target. What several rows write below one key
 * is joined. The comments of a field go to the first key that its row writes.
 */
export function lowerService<Output extends Section, Context extends LoweringContext>(
  table: FieldTable<Output, Context>,
  service: Service,
  title: string,
  context: Context,
): Sourced<ReadonlyMap<string, Printable>> {
  const lowered = new Map<string, Printable>();
  for (const field of Object.keys(table) as Field[]) {
    const row = table[field];
    reportLoss(row, field, service, title, context);
    if (row.kind === "kept" || row.kind === "partly") join(lowered, row.lower(service, context), field, service);
  }
  return new Sourced(service.origin, lowered);
}

function reportLoss<Output, Context extends LoweringContext>(
  row: Row<Output, Context>,
  field: Field,
  service: Service,
  title: string,
  context: Context,
): void {
  if (row.kind === "kept" || row.kind === "elsewhere" || !row.isUsed(service, context)) return;
  const code = row.kind === "partly" ? "partly-in-target" : "not-in-target";
  context.report(
    code,
    { path: [...service.origin, field], part: "key" },
    { service: service.name, field, target: title, lost: row.lost, help: row.help?.(service) },
  );
}

/** The place of a field. `autorestart` has another name, which the file may use. */
function originOf(field: Field, service: Service): Path {
  return field === "autorestart" ? service.autorestartOrigin : service.origin.concat(field);
}

/** Adds the output of the row of a field. The first value that is not a section gets the origin of the field. */
function join(lowered: Map<string, Printable>, output: Section, field: Field, service: Service): void {
  let isFirst = true;
  const add = (section: Map<string, Printable>, added: Section): void => {
    for (const [key, item] of Object.entries(added)) {
      if (isSection(item)) {
        const existing = section.get(key);
        const inner = existing instanceof Map ? (existing as Map<string, Printable>) : new Map<string, Printable>();
        section.set(key, inner);
        add(inner, item);
      } else {
        section.set(key, isFirst ? new Sourced(originOf(field, service), item) : item);
        isFirst = false;
      }
    }
  };
  add(lowered, output);
}

function isSection(value: Printable): value is Section {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
