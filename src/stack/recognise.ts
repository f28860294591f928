import type { Report } from "../diagnostics/diagnostic.ts";
import type { LocatedDocument } from "../yaml/document.ts";
import { isMapping } from "../yaml/values.ts";
import type { Field } from "./file.ts";

/** Says in one finding what a file is that is not a stack file, or whose services all slipped; false when there is nothing to say. */
export function isSomethingElse(document: LocatedDocument, fields: ReadonlySet<string>, report: Report): boolean {
  const { value: root } = document;
  if (root === null || root === undefined) report("empty-file", [], {});
  else if (!isMapping(root)) report("not-a-stack-file", [], { found: Array.isArray(root) ? "a list" : "a single value" });
  else if (Array.isArray(root["services"])) report("look-alike", { path: ["services"], part: "key" }, {});
  else if (isComposeFile(root)) report("compose-file", { path: ["services"], part: "key" }, { key: "services" });
  else return hasSlippedFields(root, fields, report) || hasNoServices(root, report);
  return true;
}

/** Whether a top-level key is a template for merge keys, or the reference to a schema, rather than a service. */
export function isTemplateKey(key: string): boolean {
  return /^(x-|\.)/i.test(key);
}

/** A service may be called `services`; a mapping of mappings without an image is not one. */
function isComposeFile(root: Readonly<Record<string, unknown>>): boolean {
  const services = root["services"];
  if (services === null) return Object.keys(root).some((key) => composeSections.has(key) && key !== "services");
  return isMapping(services) && typeof services["image"] !== "string";
}

/** Top-level sections of a Compose file. */
export const composeSections: ReadonlySet<string> = new Set(["version", "services", "networks", "volumes", "configs", "secrets", "include"]);

function hasNoServices(root: Readonly<Record<string, unknown>>, report: Report): boolean {
  const keys = Object.keys(root).filter((key) => key !== "$schema");
  if (!keys.every(isTemplateKey)) return false;
  report("no-services", keys[0] === undefined ? [] : { path: [keys[0]], part: "key" }, {});
  return true;
}

/** Fields at the top level: of the empty service above them, or of a service without a name. */
function hasSlippedFields(root: Readonly<Record<string, unknown>>, fields: ReadonlySet<string>, report: Report): boolean {
  const keys = Object.keys(root);
  const slipped = keys.filter((key) => fields.has(key) && !isService(root[key])) as Field[];
  const [first] = slipped;
  if (first === undefined) return false;
  const at = { path: [first], part: "key" } as const;
  const above = keys.slice(0, keys.indexOf(first)).findLast((key) => root[key] === null);
  if (above !== undefined) report("not-indented", { ...at, also: { path: [above], part: "key" } }, { service: above, fields: slipped });
  else if (first === "image" || slipped.includes("image")) report("unnamed-service", at, { fields: slipped });
  else return false;
  return true;
}

function isService(value: unknown): boolean {
  return isMapping(value) && "image" in value;
}
