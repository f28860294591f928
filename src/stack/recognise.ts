import type { Report } from "../diagnostics/diagnostic.ts";
import { namedSource } from "../diagnostics/source.ts";
import { nearest } from "../text/nearest.ts";
import { parseDocument, type LocatedDocument } from "../yaml/document.ts";
import { isMapping } from "../yaml/values.ts";
import { fieldNames, isField } from "./fields.ts";

type TopLevel = Readonly<Record<string, unknown>>;

/**
 * Reports, in one diagnostic, that a file is not a stack file or that its fields are not indented. Returns whether it
 * is so.
 */
export function reportForeignFile(document: LocatedDocument, report: Report): boolean {
  const { value: root } = document;
  if (root === null || root === undefined) report("empty-file", [], {});
  else if (!isMapping(root))
    report("not-a-stack-file", [], {
      found: `its top level is ${Array.isArray(root) ? "a list" : "a single value"}, not a mapping of services`,
    });
  else if (Array.isArray(root["services"])) report("look-alike", { path: ["services"], part: "key" }, {});
  else if (isComposeFile(root))
    report("compose-file", { path: ["services"], part: "key" }, { key: "services", ...contentOf(root["services"]) });
  else return reportSlippedFields(root, report) || reportNoServices(root, report) || reportOtherContent(root, report);
  return true;
}

/** Whether a text can be read, and has a service at its top. */
export function hasService(text: string): boolean {
  const root = parseDocument(namedSource(text), [])?.value;
  return isMapping(root) && Object.values(root).some((value) => isMapping(value) && "image" in value);
}

/** Whether a top-level key is a template for merge keys rather than a service. */
export function isTemplateKey(key: string): boolean {
  return /^(x-|\.)/i.test(key);
}

/** A service may be called `services`; a mapping of mappings without an image is not one. */
function isComposeFile(root: TopLevel): boolean {
  return "services" in root && !isService(root["services"]);
}

/** What decides who can run the services of a Compose file: fields that only stack files have, and `deploy`. */
function contentOf(services: unknown): { readonly stackFields: readonly string[]; readonly hasDeploy: boolean } {
  const fields = Object.values(isMapping(services) ? services : {}).flatMap((service) =>
    isMapping(service) ? Object.keys(service) : [],
  );
  return { stackFields: ownFields.filter((field) => fields.includes(field)), hasDeploy: fields.includes("deploy") };
}

/** Fields that Compose refuses. */
const ownFields = [
  "autodestroy",
  "autorestart",
  "autoredeploy",
  "target_num_containers",
  "deployment_strategy",
  "sequential_deployment",
  "roles",
  "tags",
  "net",
] as const;

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

/** Reports fields at the top level, which belong to the service above them or to a service without a name. */
function reportSlippedFields(root: TopLevel, report: Report): boolean {
  const keys = Object.keys(root);
  const slipped = keys.filter(isField).filter((key) => !isService(root[key]) && !isComposeSection(key, root[key]));
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
      { service: above, fields: slipped, isEmpty: root[above] === null, others: [] },
    );
  return true;
}

/** Top-level `volumes` of a Compose file are a mapping, those of a service a list. */
function isComposeSection(key: string, value: unknown): boolean {
  return composeSections.has(key) && isMapping(value);
}

function reportNoServices(root: TopLevel, report: Report): boolean {
  const keys = Object.keys(root).filter((key) => key !== "$schema");
  if (!keys.every(isTemplateKey)) return false;
  report("no-services", keys[0] === undefined ? [] : { path: [keys[0]], part: "key" }, {});
  return true;
}

/** Reports a file in which no top-level key looks like a service, or is still without a value. */
function reportOtherContent(root: TopLevel, report: Report): boolean {
  const keys = Object.keys(root).filter((key) => key !== "$schema" && !isTemplateKey(key));
  if (keys.some((key) => root[key] === null || isLikeService(root[key]))) return false;
  report("not-a-stack-file", { path: [keys[0]!], part: "key" }, { found: "none of its top-level keys is a service" });
  return true;
}

/** Whether most keys of a mapping are fields, perhaps misspelt, or it has a service inside. */
function isLikeService(value: unknown): boolean {
  if (!isMapping(value)) return false;
  const keys = Object.keys(value);
  if ("image" in value || "build" in value || Object.values(value).some(isService)) return true;
  const isLikeField = (key: string): boolean =>
    isField(key) || (!isMapping(value[key]) && nearest(key, fieldNames) !== undefined);
  return keys.filter(isLikeField).length * 2 > keys.length;
}

function isService(value: unknown): boolean {
  return isMapping(value) && "image" in value;
}
