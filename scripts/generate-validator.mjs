// Generates src/stack/validator.generated.ts from schema/stack.schema.json.
import { readFileSync, writeFileSync } from "node:fs";
import Ajv from "ajv";
import standaloneCode from "ajv/dist/standalone/index.js";

const output = new URL("../src/stack/validator.generated.ts", import.meta.url);

/** The text of the generated validator for a schema. */
export function generateValidator(schemaText) {
  const options = { allErrors: true, verbose: true, messages: false, inlineRefs: false };
  const ajv = new Ajv.default({ ...options, strict: true, strictRequired: false, code: { source: true, esm: true } });
  ajv.addVocabulary(["errorMessage", "enumDescriptions", "defaultSnippets"]);
  const validate = ajv.compile(withoutAnnotations(JSON.parse(schemaText)));
  const code = standaloneCode.default(ajv, validate);
  if (/\brequire\(/.test(code)) throw new Error("the generated validator needs a module at run time; change the schema");
  return `// Generated from schema/stack.schema.json by \`npm run generate\`. Do not edit.\n// @ts-nocheck\n${code}\n`;
}

const annotations = new Set(["title", "description", "default", "examples", "enumDescriptions", "defaultSnippets"]);
const mapsOfSchemas = new Set(["properties", "patternProperties", "definitions"]);

/** The validator holds the schema, for its messages; what only editors read would make it slower to load. */
function withoutAnnotations(schema) {
  if (Array.isArray(schema)) return schema.map(withoutAnnotations);
  if (typeof schema !== "object" || schema === null) return schema;
  const kept = Object.entries(schema).filter(([keyword]) => !annotations.has(keyword));
  return Object.fromEntries(kept.map(([keyword, value]) => [keyword, mapsOfSchemas.has(keyword) ? mapValues(value) : withoutAnnotations(value)]));
}

function mapValues(schemas) {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, withoutAnnotations(schema)]));
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  writeFileSync(output, generateValidator(readFileSync(new URL("../schema/stack.schema.json", import.meta.url), "utf8")));
}
