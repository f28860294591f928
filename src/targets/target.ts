import type { Report } from "../diagnostics/diagnostic.ts";
import type { Field } from "../stack/file.ts";
import type { Service, Stack } from "../stack/model.ts";

/** A file that a target writes. The name has no folder. */
export interface OutputFile {
  readonly name: string;
  readonly text: string;
}

/** What a target needs to know beside the stack. */
export interface TargetOptions {
  /** The name of the stack: lowercase letters, digits, `-` and `_`. */
  readonly stack: string;
  /** The base name of the stack file, for the header of what is generated. */
  readonly source: string;
  /** Whether autodestroy runs as a service of the stack, or is run by somebody else. */
  readonly sidecar: "service" | "none";
  /** The image of that service. */
  readonly sidecarImage: string;
}

/** A kind of output. */
export interface Target {
  readonly name: string;
  /** What it writes, for `--help`. */
  readonly summary: string;
  /** Every file it may write; one of them that is no longer written is stale. */
  readonly files: readonly string[];
  emit(stack: Stack, options: TargetOptions, report: Report): readonly OutputFile[];
}

/** What a service becomes, or that another row or part of the output takes care of it, or that it is lost. */
type Row<Output, Context> = ((service: Service, context: Context) => Output) | Elsewhere | Unsupported;

/** A row for every field: the compiler asks for a decision about each. */
export type FieldTable<Output, Context> = { readonly [F in Field]: Row<Output, Context> };

export interface Elsewhere {
  readonly kind: "elsewhere";
  readonly where: string;
}

export interface Unsupported {
  readonly kind: "unsupported";
  readonly isUsed: (service: Service) => boolean;
  readonly lost: string;
  readonly help: ((service: Service) => string | undefined) | undefined;
}

/** The field's meaning is written by another part of the target. */
export function elsewhere(where: string): Elsewhere {
  return { kind: "elsewhere", where };
}

/** The target has no equivalent; a service that uses the field gets a warning that says what is lost. */
export function unsupported(isUsed: Unsupported["isUsed"], lost: string, help?: Unsupported["help"]): Unsupported {
  return { kind: "unsupported", isUsed, lost, help };
}

/** Applies a field table to a service: the outputs of its rows, with their fields, in the table's order. */
export function lower<Output, Context>(
  table: FieldTable<Output, Context>,
  service: Service,
  { context, target, report }: { readonly context: Context; readonly target: string; readonly report: Report },
): readonly (readonly [Field, Output])[] {
  const outputs: (readonly [Field, Output])[] = [];
  for (const field of Object.keys(table) as Field[]) {
    const row = table[field];
    if (typeof row === "function") outputs.push([field, row(service, context)]);
    else if (row.kind === "unsupported" && row.isUsed(service)) {
      report(
        "not-in-target",
        { path: [...service.origin, field], part: "key" },
        { service: service.name, field, target, lost: row.lost, help: row.help?.(service) },
      );
    }
  }
  return outputs;
}
