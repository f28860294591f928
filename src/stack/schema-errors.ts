import type { Path, Report } from "../diagnostics/diagnostic.ts";
import { nearest } from "../text/nearest.ts";
import type { LocatedDocument } from "../yaml/document.ts";
import { isMapping } from "../yaml/values.ts";
import { describeType, suggestedValue } from "./corrections.ts";
import { fieldNames } from "./fields.ts";
import type { ServiceFile } from "./file.ts";
import { hasVariable } from "./grammar/dollar.ts";
import { insteadOfPolicy, parseAutodestroy } from "./grammar/policy.ts";
import type { Interpolation } from "./model.ts";
import { insteadOf } from "./foreign-fields.ts";
import { composeSections } from "./recognise.ts";

/** One error of the validator (ajv's ErrorObject, in verbose mode). */
export interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: { readonly additionalProperty?: string; readonly missingProperty?: string; readonly type?: string };
  readonly parentSchema: {
    readonly errorMessage?: string;
    readonly $comment?: string;
    readonly enum?: readonly string[];
  };
  readonly data: unknown;
}

interface CheckedFile {
  readonly document: LocatedDocument;
  readonly interpolation: Interpolation;
  readonly report: Report;
}

/** Reports the errors of the validator, which has one for each branch and keyword, as one diagnostic for each place. */
export function reportSchemaErrors(errors: readonly SchemaError[], file: CheckedFile): void {
  const places = new Map<string, [SchemaError, ...SchemaError[]]>();
  for (const error of errors) {
    const { additionalProperty, missingProperty } = error.params;
    const place = JSON.stringify([error.instancePath, additionalProperty ?? missingProperty]);
    const known = places.get(place);
    if (known) known.push(error);
    else places.set(place, [error]);
  }
  for (const group of places.values()) reportPlace(group, file);
}

/** The path that a JSON pointer into a value means. */
export function pathOf(pointer: string, root: unknown): Path {
  const path: (string | number)[] = [];
  let container = root;
  for (const escaped of pointer.split("/").slice(1)) {
    const segment = escaped.replaceAll("~1", "/").replaceAll("~0", "~");
    path.push(Array.isArray(container) ? Number(segment) : segment);
    container = (container as Record<string, unknown>)[segment];
  }
  return path;
}

function reportPlace(group: readonly [SchemaError, ...SchemaError[]], file: CheckedFile): void {
  const [first] = group;
  const path = pathOf(first.instancePath, file.document.value);
  const service = path[0] as string | undefined;
  const name = first.params.additionalProperty ?? "";
  if (service === undefined) file.report("bad-service-name", { path: [name], part: "key" }, { name });
  else if (first.keyword === "additionalProperties") reportUnknownField(service, name, first.data as object, file);
  else if (first.keyword === "required") reportMissingImage(service, first.data as object, file);
  else if (path.length === 1) reportNonService(service, first.data, file);
  else reportValue(group, path, file);
}

function reportUnknownField(service: string, field: string, fieldsOfService: object, { report }: CheckedFile): void {
  if (composeSections.has(service) && !("image" in fieldsOfService)) return;
  const at = { path: [service, field], part: "key" } as const;
  const value = (fieldsOfService as Record<string, unknown>)[field];
  const instead = insteadOf(field, value);
  if (isMapping(value) && ("image" in value || "build" in value))
    report("nested-service", at, { service, nested: field });
  else if (instead !== undefined) report("not-a-field", at, { service, field, instead });
  else report("unknown-field", at, { service, field, near: nearest(field, fieldNames) });
}

/** Reports a service without an image, unless another diagnostic says why: `build`, or a misspelt `image`. */
function reportMissingImage(service: string, fieldsOfService: object, { report }: CheckedFile): void {
  const at = { path: [service], part: "key" } as const;
  const isReportedOtherwise =
    "build" in fieldsOfService || Object.keys(fieldsOfService).some((key) => nearest(key, fieldNames) === "image");
  if (composeSections.has(service)) report("compose-section", at, { section: service });
  else if (!isReportedOtherwise) report("missing-image", at, { service });
}

function reportNonService(service: string, value: unknown, { report }: CheckedFile): void {
  const at = { path: [service], part: "key" } as const;
  if (composeSections.has(service)) report("compose-section", at, { section: service });
  else if (value === null) report("empty-service", at, { service });
  else report("not-a-service", at, { name: service, found: describeType(value) });
}

function reportValue(group: readonly [SchemaError, ...SchemaError[]], path: Path, file: CheckedFile): void {
  const { document, interpolation, report } = file;
  const [service, field] = path.map(String) as [string, string];
  const value = group[0].data;
  if (value === null) {
    const index = path.at(-1);
    return report("empty-field", path, { service, field, item: typeof index === "number" ? index + 1 : undefined });
  }
  const { parentSchema } = group.find((error) => error.parentSchema.errorMessage !== undefined) ?? group[0];
  if (parentSchema.$comment === "incompatible-policies") return reportPolicies(path, service, value, file);
  const expected = parentSchema.errorMessage ?? `\`${field}\` cannot be ${describeType(value)}`;
  const wantedTypes = group.flatMap(({ keyword, params }) => (keyword === "type" ? [params.type ?? ""] : []));
  if (interpolation === "on" && typeof value === "string" && hasVariable(value) && !wantedTypes.includes("array"))
    return report("variable-not-possible", path, { service, field, expected });
  if (!group.some(({ keyword }) => /^(enum|pattern|minimum)$/.test(keyword))) {
    const help = suggestedValue(value, {
      path,
      wantedTypes,
      inText: document.written(path),
      raw: rawOf(path, document),
    });
    return report("wrong-type", path, { service, expected, found: describeType(value), help });
  }
  const words = group.flatMap((error) => error.parentSchema.enum ?? []);
  const near = typeof value === "string" ? nearest(value, words) : undefined;
  const instead = field === "pid" && near === undefined ? ownProcesses : insteadOfPolicy(field, document.written(path));
  report("wrong-value", path, { service, expected, found: describeRefusal(value), near, instead });
}

/** The value as it stands in the text; its first line. */
function rawOf(path: Path, document: LocatedDocument): string {
  const { start, end } = document.locate(path);
  return document.source.text.slice(start, end);
}

const ownProcesses = "leave it out; a container sees only its own processes";

function describeRefusal(value: unknown): string {
  if (value === "") return "this is empty";
  return typeof value === "number" ? "not a possible value" : "not one of these values";
}

function reportPolicies(path: Path, service: string, value: unknown, { document, report }: CheckedFile): void {
  const fieldsOfService = (document.value as Readonly<Record<string, ServiceFile>>)[service];
  const field = /^always$/i.test(String(fieldsOfService?.autorestart)) ? "autorestart" : "restart";
  const autodestroy = typeof value === "string" ? parseAutodestroy(value) : undefined;
  if (autodestroy === undefined || autodestroy === "OFF")
    throw new Error("unreachable: the schema refused a pair of policies that is compatible");
  report("incompatible-policies", { path, also: [service, field] }, { service, field, autodestroy });
}
