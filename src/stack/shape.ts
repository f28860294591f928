import type { Path, Report } from "../diagnostics/diagnostic.ts";
import type { LocatedDocument } from "../yaml/document.ts";
import { isMapping } from "../yaml/values.ts";
import { traitsOf } from "./fields.ts";
import type { ServiceFile, StackFile } from "./file.ts";
import type { Interpolation } from "./model.ts";
import { isTemplateKey, reportForeignFile } from "./recognise.ts";
import { pathOf, reportSchemaErrors, type SchemaError } from "./schema-errors.ts";
import { validate as generatedValidate } from "./validator.generated.ts";

const validate = generatedValidate as unknown as { (data: unknown): boolean; errors: readonly SchemaError[] | null };

/**
 * Checks the shape of a file against the schema, which editors use as well. Returns its services without the fields
 * that were reported, so that the other fields can be checked further; undefined for a file that is not a stack file.
 */
export function checkShape(
  document: LocatedDocument,
  interpolation: Interpolation,
  report: Report,
): StackFile | undefined {
  if (reportForeignFile(document, report)) return undefined;
  const root = document.value as Readonly<Record<string, unknown>>;
  const errors = validate(root) ? [] : (validate.errors ?? []).filter(({ keyword }) => keyword !== "if");
  reportSchemaErrors(errors, { document, interpolation, report });
  for (const [name, value] of Object.entries(root)) {
    if (isTemplateKey(name) && isMapping(value) && "image" in value && !document.isAnchored([name]))
      report("unused-template", { path: [name], part: "key" }, { name });
  }
  return acceptedServices(document, root, errors);
}

/**
 * Every service, without the fields and items that the schema refused. A service that stands inside another one counts,
 * so that links to it are not reported as well.
 */
function acceptedServices(
  document: LocatedDocument,
  root: Readonly<Record<string, unknown>>,
  errors: readonly SchemaError[],
): StackFile {
  const refused = new Set(errors.map((error) => JSON.stringify(refusedPath(error, root))));
  const isRefused = (...path: Path): boolean => refused.has(JSON.stringify(path));
  const services = new Map<string, ServiceFile>();
  for (const name of document.keys([])) {
    if (isTemplateKey(name) || name === "$schema") continue;
    const service = root[name];
    if (refused.size === 0 && isMapping(service)) {
      services.set(name, { image: "", ...service });
      continue;
    }
    const fields: [string, unknown][] = [["image", ""]];
    for (const [field, value] of isMapping(service) && !isRefused(name) ? Object.entries(service) : []) {
      if (!isRefused(name, field)) fields.push([field, acceptedItems(value, (at) => isRefused(name, field, at))]);
      else if (isMapping(value) && "image" in value) services.set(field, { image: "" });
    }
    services.set(name, Object.fromEntries(fields) as unknown as ServiceFile);
  }
  return services;
}

/** A value with undefined for each refused item of a list, so that the other items keep their indexes. */
function acceptedItems(value: unknown, isRefused: (index: number) => boolean): unknown {
  return Array.isArray(value) ? value.map((item: unknown, at) => (isRefused(at) ? undefined : item)) : value;
}

/**
 * The service or field that an error is about; the item, where the other items have a grammar to be checked against.
 */
function refusedPath({ instancePath, keyword, params }: SchemaError, root: unknown): Path {
  const path = pathOf(instancePath, root);
  if (keyword === "required") return [...path, String(params.missingProperty)];
  if (keyword === "additionalProperties") return [...path, String(params.additionalProperty)];
  return path.slice(0, traitsOf(path)?.hasGrammar ? 3 : 2);
}
