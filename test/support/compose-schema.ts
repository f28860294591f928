import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Ajv } from "ajv";

/** What the Compose specification's own schema says against a file; empty when nothing. */
export function composeSchemaErrors(file: unknown): readonly string[] {
  return validate(file) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The schema comes with the linter dclint, which keeps it up to date. */
const packageFile = createRequire(import.meta.url).resolve("dclint/package.json");
const schema = JSON.parse(readFileSync(join(dirname(packageFile), "schemas/compose.schema.json"), "utf8")) as {
  $schema: string;
  definitions: { service: { properties: Readonly<Record<string, unknown>> } };
};
schema.$schema = "http://json-schema.org/draft-07/schema#";
const validate = new Ajv({ allErrors: true, strict: false, validateFormats: false }).compile(schema);

/** The keys of a service in today's Compose files. */
export const composeServiceKeys: readonly string[] = Object.keys(schema.definitions.service.properties);
