import { nearest } from "../text/nearest.ts";
import type { Path, Report } from "../diagnostics/diagnostic.ts";
import type { LocatedDocument } from "../yaml/document.ts";
import { isMapping } from "../yaml/values.ts";
import type { ServiceFile, StackFile } from "./file.ts";
import { dollarPieces } from "./grammar/dollar.ts";
import { insteadOfPolicy, parseAutodestroy } from "./grammar/policy.ts";
import type { Dollar } from "./model.ts";
import { notFields } from "./not-fields.ts";
import { composeSections, isSomethingElse, isTemplateKey } from "./recognise.ts";
import { validate as generatedValidate } from "./validator.generated.ts";

/** One complaint of the validator (ajv's ErrorObject, in verbose mode). */
interface Complaint {
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

interface Context {
  readonly document: LocatedDocument;
  readonly dollar: Dollar;
  readonly fields: ReadonlySet<string>;
  readonly report: Report;
}

const validate = generatedValidate as unknown as { (data: unknown): boolean; errors: readonly Complaint[] | null };

/**
 * Checks the shape of a file against the schema that editors use, too. Returns its services without the fields that were reported,
 * so that their other fields can be checked as well; undefined for a file that is something else.
 */
export function checkShape(
  document: LocatedDocument,
  dollar: Dollar,
  fields: ReadonlySet<string>,
  report: Report,
): StackFile | undefined {
  if (isSomethingElse(document, fields, report)) return undefined;
  const root = document.value as Readonly<Record<string, unknown>>;
  const complaints = validate(root) ? [] : (validate.errors ?? []).filter(({ keyword }) => keyword !== "if");
  describe(complaints, { document, dollar, fields, report });
  for (const [name, value] of Object.entries(root)) {
    if (isTemplateKey(name) && isMapping(value) && "image" in value && !document.isAnchored([name]))
      report("unused-template", { path: [name], part: "key" }, { name });
  }
  return wellFormed(document, root, complaints);
}

/** Every service, without the fields and items that the validator complained about. One that stands inside another counts, so that links to it are no mistake. */
function wellFormed(
  document: LocatedDocument,
  root: Readonly<Record<string, unknown>>,
  complaints: readonly Complaint[],
): StackFile {
  const refused = new Set(complaints.map((complaint) => JSON.stringify(refusedPath(complaint, root))));
  const isRefused = (...path: Path): boolean => refused.size > 0 && refused.has(JSON.stringify(path));
  const services = new Map<string, ServiceFile>();
  for (const name of document.keys([])) {
    if (isTemplateKey(name) || name === "$schema") continue;
    const written = root[name];
    const fields: [string, unknown][] = [["image", ""]];
    for (const [field, value] of isMapping(written) && !isRefused(name) ? Object.entries(written) : []) {
      if (!isRefused(name, field))
        fields.push([
          field,
          Array.isArray(value)
            ? value.map((item: unknown, at) => (isRefused(name, field, at) ? undefined : item))
            : value,
        ]);
      else if (isMapping(value) && "image" in value) services.set(field, { image: "" });
    }
    services.set(name, Object.fromEntries(fields) as unknown as ServiceFile);
  }
  return services;
}

/** The service or field that a complaint is about, or the item, where the others have a grammar of their own to be checked against. */
function refusedPath({ instancePath, keyword, params }: Complaint, root: unknown): Path {
  const path = pathOf(instancePath, root);
  if (keyword === "required") return [...path, String(params.missingProperty)];
  return keyword === "additionalProperties"
    ? [...path, String(params.additionalProperty)]
    : path.slice(0, fieldsWithGrammar.has(String(path[1])) ? 3 : 2);
}

/** One finding for each place: the validator complains once for each branch and keyword. */
function describe(complaints: readonly Complaint[], context: Context): void {
  const places = new Map<string, Complaint[]>();
  for (const complaint of complaints) {
    const { additionalProperty, missingProperty } = complaint.params;
    const place = JSON.stringify([complaint.instancePath, additionalProperty ?? missingProperty]);
    const known = places.get(place);
    if (known) known.push(complaint);
    else places.set(place, [complaint]);
  }
  for (const group of places.values()) describePlace(group, context);
}

function describePlace(group: readonly Complaint[], context: Context): void {
  const [first] = group;
  if (!first) return;
  const path = pathOf(first.instancePath, context.document.value);
  const service = path[0] as string | undefined;
  const name = first.params.additionalProperty ?? "";
  if (service === undefined) context.report("bad-service-name", { path: [name], part: "key" }, { name });
  else if (first.keyword === "additionalProperties") describeUnknownField(service, name, first.data as object, context);
  else if (first.keyword === "required") describeMissingImage(service, first.data as object, context);
  else if (path.length === 1) describeNonService(service, first.data, context);
  else describeValue(group, path, first.data, context);
}

function describeUnknownField(
  service: string,
  field: string,
  fieldsOfService: object,
  { fields, report }: Context,
): void {
  if (composeSections.has(service) && !("image" in fieldsOfService)) return;
  const at = { path: [service, field], part: "key" } as const;
  const value = (fieldsOfService as Record<string, unknown>)[field];
  const instead = notFields.get(field);
  if (isMapping(value) && ("image" in value || "build" in value))
    report("nested-service", at, { service, nested: field });
  else if (instead !== undefined) report("not-a-field", at, { service, field, instead });
  else report("unknown-field", at, { service, field, near: nearest(field, fields) });
}

function describeMissingImage(service: string, fieldsOfService: object, { fields, report }: Context): void {
  const at = { path: [service], part: "key" } as const;
  const isSaidOtherwise =
    "build" in fieldsOfService || Object.keys(fieldsOfService).some((key) => nearest(key, fields) === "image");
  if (composeSections.has(service)) report("compose-section", at, { section: service });
  else if (!isSaidOtherwise) report("missing-image", at, { service });
}

function describeNonService(service: string, value: unknown, { report }: Context): void {
  const at = { path: [service], part: "key" } as const;
  if (composeSections.has(service)) report("compose-section", at, { section: service });
  else if (value === null) report("empty-service", at, { service });
  else report("not-a-service", at, { name: service, found: describeType(value) });
}

function describeValue(group: readonly Complaint[], path: Path, value: unknown, context: Context): void {
  const [service, field] = path.map(String) as [string, string];
  if (value === null) return context.report("empty-field", path, { service, field });
  const { parentSchema } = group.find((complaint) => complaint.parentSchema.errorMessage !== undefined) ?? group[0]!;
  if (parentSchema.$comment === "incompatible-policies")
    return describePolicies(path, service, value as string, context);
  const expected = parentSchema.errorMessage ?? `\`${field}\` cannot be ${describeType(value)}`;
  if (context.dollar === "variable" && holdsVariable(value) && !group.some(({ params }) => params.type === "array"))
    return context.report("variable-not-possible", path, { service, field, expected });
  if (!group.some((complaint) => /^(enum|pattern|minimum)$/.test(complaint.keyword))) {
    return context.report("wrong-type", path, {
      service,
      expected,
      found: describeType(value),
      help: rewritten(group, path, value, context.document),
    });
  }
  const known = group.flatMap((complaint) => complaint.parentSchema.enum ?? []);
  const found =
    value === "" ? "this is empty" : typeof value === "number" ? "not a possible value" : "not one of these values";
  const near = typeof value === "string" ? nearest(value, known) : undefined;
  const instead =
    field === "pid" && near === undefined ? ownProcesses : insteadOfPolicy(field, context.document.written(path));
  context.report("wrong-value", path, { service, expected, found, near, instead });
}

const ownProcesses = "leave it out; a container sees only its own processes";

function holdsVariable(value: unknown): boolean {
  return typeof value === "string" && dollarPieces(value).some(({ kind }) => kind === "variable");
}

function describePolicies(path: Path, service: string, value: string, { document, report }: Context): void {
  const fieldsOfService = (document.value as Readonly<Record<string, ServiceFile>>)[service];
  const field = /^always$/i.test(String(fieldsOfService?.autorestart)) ? "autorestart" : "restart";
  const autodestroy = parseAutodestroy(value);
  if (autodestroy === "OFF") throw new Error("unreachable: the schema refused a pair of policies that is compatible");
  report("incompatible-policies", { path, also: [service, field] }, { service, field, autodestroy });
}

/** Fields in which not every text is right, so that quotes alone do not mend a value. */
const fieldsWithGrammar: ReadonlySet<string> = new Set([
  "ports",
  "expose",
  "volumes",
  "links",
  "volumes_from",
  "mem_limit",
  "memswap_limit",
]);

/** What to type instead of a value in the wrong form, where that is plain. */
function rewritten(
  group: readonly Complaint[],
  path: Path,
  value: unknown,
  document: LocatedDocument,
): string | undefined {
  const wanted = group.flatMap(({ keyword, params }) => (keyword === "type" ? [params.type] : []));
  if (isMapping(value)) return rewrittenPair(path, value);
  if (Array.isArray(value)) return undefined;
  const written = document.written(path);
  if (wanted.includes("boolean") && /^(yes|on|y)$/i.test(written)) return "write `true`";
  if (wanted.includes("boolean") && /^(no|off|n)$/i.test(written)) return "write `false`";
  const isListed = wanted.includes("array") || (wanted.includes("object") && written.includes("="));
  if (isListed) return `write it as a list: \`- ${typeof value === "string" ? JSON.stringify(value) : written}\``;
  if (wanted.includes("integer") && /^\d+$/.test(written)) return `write it without quotes: \`${written}\``;
  return wanted.includes("string") && !fieldsWithGrammar.has(String(path[1]))
    ? `put it in quotes: \`"${written}"\``
    : undefined;
}

/** An item `- NAME: value` of a list, which YAML takes for a mapping. */
function rewrittenPair(path: Path, value: Readonly<Record<string, unknown>>): string | undefined {
  const [pair, ...others] = Object.entries(value);
  if (typeof path.at(-1) !== "number" || !pair || others.length > 0) return undefined;
  const [name, text] = pair;
  if (typeof text !== "string" && typeof text !== "number" && typeof text !== "boolean") return undefined;
  return path[1] === "environment" || path[1] === "labels"
    ? `write \`- ${name}=${text}\``
    : `put it in quotes: \`- "${name}:${text}"\``;
}

function describeType(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "boolean") return String(value);
  return isMapping(value)
    ? "a mapping"
    : typeof value === "number"
      ? Number.isInteger(value)
        ? "a number"
        : "a fraction"
      : "text";
}

function pathOf(pointer: string, root: unknown): Path {
  const path: (string | number)[] = [];
  let container = root;
  for (const escaped of pointer.split("/").slice(1)) {
    const segment = escaped.replaceAll("~1", "/").replaceAll("~0", "~");
    path.push(Array.isArray(container) ? Number(segment) : segment);
    container = (container as Record<string, unknown>)[segment];
  }
  return path;
}
