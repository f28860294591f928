import type { Report } from "../diagnostics/diagnostic.ts";
import { nearest } from "../text/nearest.ts";
import type { LocatedDocument } from "../yaml/document.ts";
import { isMapping } from "../yaml/values.ts";
import type { Field } from "./file.ts";

/** Says in one finding what a file is that is not a stack file, or whose fields slipped; false when there is nothing to say. */
export function isSomethingElse(document: LocatedDocument, fields: ReadonlySet<string>, report: Report): boolean {
  const { value: root } = document;
  if (root === null || root === undefined) report("empty-file", [], {});
  else if (!isMapping(root))
    report("not-a-stack-file", [], {
      found: `its top level is ${Array.isArray(root) ? "a list" : "a single value"}, not a mapping of services`,
    });
  else if (Array.isArray(root["services"])) report("look-alike", { path: ["services"], part: "key" }, {});
  else if (isComposeFile(root)) report("compose-file", { path: ["services"], part: "key" }, { key: "services" });
  else
    return (
      hasSlippedFields(root, fields, report) || hasNoServices(root, report) || hasOtherThings(root, fields, report)
    );
  return true;
}

/** Whether a top-level key is a template for merge keys rather than a service. */
export function isTemplateKey(key: string): boolean {
  return /^(x-|\.)/i.test(key);
}

/** A service may be called `services`; a mapping of mappings without an image is not one. */
function isComposeFile(root: Readonly<Record<string, unknown>>): boolean {
  return "services" in root && !isService(root["services"]);
}

/** Top-level sections of a Compose file. */
export const composeSections: ReadonlySet<string> = new Set([
  "version",
  "services",
  "networks",
  "volumes",
  "configs",
  "secrets",
  "include",
]);

function hasNoServices(root: Readonly<Record<string, unknown>>, report: Report): boolean {
  const keys = Object.keys(root).filter((key) => key !== "$schema");
  if (!keys.every(isTemplateKey)) return false;
  report("no-services", keys[0] === undefined ? [] : { path: [keys[0]], part: "key" }, {});
  return true;
}

/** Fields at the top level: of the service above them, or of a service without a name. */
function hasSlippedFields(
  root: Readonly<Record<string, unknown>>,
  fields: ReadonlySet<string>,
  report: Report,
): boolean {
  const keys = Object.keys(root);
  const slipped = keys.filter(
    (key) => fields.has(key) && !isService(root[key]) && !isComposeSection(key, root[key]),
  ) as Field[];
  const [first] = slipped;
  if (first === undefined) return false;
  const at = { path: [first], part: "key" } as const;
  const earlier = keys.slice(0, keys.indexOf(first)).filter((key) => !isTemplateKey(key));
  const above = earlier.findLast((key) => root[key] === null) ?? earlier.findLast((key) => isService(root[key]));
  if (above === undefined) report("unnamed-service", at, { fields: slipped });
  else
    report(
      "not-indented",
      { ...at, also: { path: [above], part: "key" } },
      { service: above, fields: slipped, isEmpty: root[above] === null },
    );
  return true;
}

/** Top-level `volumes` of a Compose file are a mapping, those of a service a list. */
function isComposeSection(key: string, value: unknown): boolean {
  return composeSections.has(key) && isMapping(value);
}

/** Whether no top-level key is anything like a service: a mapping of mostly fields, misspelt ones included, or nothing yet. */
function hasOtherThings(root: Readonly<Record<string, unknown>>, fields: ReadonlySet<string>, report: Report): boolean {
  const keys = Object.keys(root).filter((key) => key !== "$schema" && !isTemplateKey(key));
  if (keys.some((key) => root[key] === null || isLikeService(root[key], fields))) return false;
  report("not-a-stack-file", { path: [keys[0]!], part: "key" }, { found: "none of its top-level keys is a service" });
  return true;
}

function isLikeService(value: unknown, fields: ReadonlySet<string>): boolean {
  if (!isMapping(value)) return false;
  const keys = Object.keys(value);
  const isNested = Object.values(value).some(isService);
  const isLikeField = (key: string): boolean =>
    fields.has(key) || (!isMapping(value[key]) && nearest(key, fields) !== undefined);
  return (
    isNested || ["image", "build"].some((key) => key in value) || keys.filter(isLikeField).length * 2 > keys.length
  );
}

function isService(value: unknown): boolean {
  return isMapping(value) && "image" in value;
}
