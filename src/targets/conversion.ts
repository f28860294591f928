import type { Field } from "../stack/file.ts";
import { composeTable } from "./compose/lower.ts";
import { targets, type TargetName } from "./index.ts";
import { swarmTable } from "./swarm/lower.ts";
import type { FieldTable, Row } from "./target.ts";

/** What a field becomes in one target. */
export interface Conversion {
  /** What the target's file is called. */
  readonly title: string;
  /** The keys that are written, and what a reader must know about them; undefined if no key is written. */
  readonly written: string | undefined;
  readonly lost: string | undefined;
}

/** What each target does with each field. */
export const fieldTables: Readonly<Record<TargetName, FieldTable<object, never>>> = {
  compose: composeTable,
  swarm: swarmTable,
};

/** What becomes of a field in every target, in words for the documentation. */
export function conversionsOf(field: Field): readonly Conversion[] {
  return Object.values(targets).map(({ name }) => conversionOf(field, name));
}

/** What becomes of a field in one target. */
export function conversionOf(field: Field, target: TargetName): Conversion {
  return { title: targets[target].title, ...conversion(fieldTables[target][field]) };
}

function conversion(row: Row<object, never>): Omit<Conversion, "title"> {
  if (row.kind === "elsewhere") return { written: row.where, lost: undefined };
  if (row.kind === "unsupported") return { written: undefined, lost: row.lost };
  const keys = row.keys.map((key) => `\`${key}\``).join(", ");
  const written = row.note === undefined ? keys : `${keys}: ${row.note}`;
  return { written, lost: row.kind === "partly" ? row.lost : undefined };
}
