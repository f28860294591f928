import type { Path, Report } from "../diagnostics/diagnostic.ts";
import type { LocatedDocument } from "../yaml/document.ts";
import type { ServiceFile } from "./file.ts";
import { hasVariable } from "./grammar/dollar.ts";
import type { ThisStack } from "./grammar/link.ts";
import type { Deferred, Interpolation } from "./model.ts";

/** What surrounds a field whose meaning is to be found. */
export interface FieldContext {
  /** The name of the service. */
  readonly name: string;
  /** The service as it is in the file. */
  readonly serviceFile: ServiceFile;
  readonly document: LocatedDocument;
  readonly interpolation: Interpolation;
  readonly stack: ThisStack;
  readonly report: Report;
}

/** The text as one that waits for its variables; undefined for a text without variables. */
export function defer(text: string, origin: Path, { interpolation }: FieldContext): Deferred | undefined {
  return interpolation === "on" && hasVariable(text) ? { kind: "deferred", origin, text } : undefined;
}
