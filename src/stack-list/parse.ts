import { parseAllowance, type Allowance } from "../diagnostics/allow.ts";
import { codesOf } from "../diagnostics/catalogue/entries.ts";
import type { Params } from "../diagnostics/catalogue/index.ts";
import { quote } from "../diagnostics/catalogue/words.ts";
import {
  diagnosing,
  hasErrors,
  inOrderOfHarm,
  type Diagnostic,
  type Path,
  type Place,
} from "../diagnostics/diagnostic.ts";
import type { Source } from "../diagnostics/source.ts";
import { isField } from "../stack/fields.ts";
import { pathOf, type SchemaError } from "../stack/schema-errors.ts";
import { nearest } from "../text/nearest.ts";
import { parseDocument, type LocatedDocument } from "../yaml/document.ts";
import { validate as generatedValidate } from "./validator.generated.ts";

/** A stack of `tutum-stack.json`: a stack file, and how it is compiled (schema/stacks.schema.json). */
export interface ListedStack {
  /** A path from the folder of `tutum-stack.json`, not out of it. */
  readonly file: string;
  readonly name?: string;
  readonly target?: "compose" | "swarm";
  /** A folder, as the path of `file`. */
  readonly output?: string;
  readonly interpolate?: boolean;
  readonly linkVariables?: boolean;
  readonly sidecar?: "service" | "none";
  readonly sidecarImage?: string;
  /** Seconds. */
  readonly settle?: number;
  readonly keepVolumes?: boolean;
  readonly socket?: string;
  readonly metrics?: string;
  readonly runs?: "volume" | "none";
  readonly balancer?: "haproxy" | "keep";
  readonly balancerImage?: string;
  readonly allow: readonly Allowance[];
}

/** The stacks of a file, or what is wrong with it. */
export type StackList =
  | { readonly stacks: readonly ListedStack[]; readonly diagnostics?: never }
  | { readonly stacks?: never; readonly diagnostics: readonly Diagnostic[] };

const validate = generatedValidate as unknown as { (data: unknown): boolean; errors: readonly SchemaError[] | null };

/** Reads the text of `tutum-stack.json` (reference migration.md 8). Never throws for a mistake in it. */
export function parseStackList(source: Source): StackList {
  const diagnostics: Diagnostic[] = [];
  const document = parseDocument(source, diagnostics);
  if (!document) return { diagnostics };
  const diagnose = diagnosing(source);
  const report: ReportConfig = (at, params) =>
    void diagnostics.push(diagnose("bad-config", [document.locate(at)], params));
  if (!validate(document.value)) reportErrors(validate.errors ?? [], document, report);
  const stacks = hasErrors(diagnostics) ? [] : stacksOf(document.value as WrittenList, report);
  return hasErrors(diagnostics) ? { diagnostics: inOrderOfHarm(diagnostics) } : { stacks };
}

type ReportConfig = (at: Place, params: Params<"bad-config">) => void;

interface WrittenList {
  readonly stacks: readonly (Omit<ListedStack, "allow"> & { readonly allow?: readonly string[] })[];
}

function stacksOf({ stacks }: WrittenList, report: ReportConfig): readonly ListedStack[] {
  return stacks.map((stack, index) => ({
    ...stack,
    allow: (stack.allow ?? []).flatMap((text, at) => {
      const allowance = parseAllowance(text);
      const path = ["stacks", index, "allow", at];
      if (!allowance)
        report(path, {
          problem: `there is no warning ${quote(text)}`,
          near: nearest(text.split(":", 1)[0]!, codesOf("warning")),
        });
      else if (allowance.field !== undefined && !isField(allowance.field))
        report(path, { problem: `services have no field ${quote(allowance.field)}` });
      return allowance ? [allowance] : [];
    }),
  }));
}

/** One error for each place. */
function reportErrors(errors: readonly SchemaError[], document: LocatedDocument, report: ReportConfig): void {
  const reported = new Set<string>();
  for (const { instancePath, keyword, params, parentSchema, data } of errors) {
    const path = pathOf(instancePath, document.value);
    const unknown = keyword === "additionalProperties" ? (params.additionalProperty ?? "") : undefined;
    const at: Path = unknown === undefined ? path : [...path, unknown];
    if (reported.has(JSON.stringify(at))) continue;
    reported.add(JSON.stringify(at));
    const known = Object.keys((parentSchema as { readonly properties?: object }).properties ?? {});
    if (unknown !== undefined)
      report(
        { path: at, part: "key" },
        { problem: `there is no setting ${quote(unknown)}`, near: nearest(unknown, known) },
      );
    else if (keyword === "required")
      report(path, { problem: `the setting ${quote(params.missingProperty ?? "")} is missing` });
    else report(path, { problem: parentSchema.errorMessage ?? wrongType(data) });
  }
}

function wrongType(data: unknown): string {
  return `the file must be a mapping with \`stacks\`, not ${Array.isArray(data) ? "a list" : "a single value"}`;
}
