// Generates src/stack/validator.generated.ts from schema/stack.schema.json, src/stack-list/validator.generated.ts from
// schema/stacks.schema.json, and src/server/validator.generated.ts from schema/api.schema.json.
import { readFileSync, writeFileSync } from "node:fs";
import Ajv from "ajv";
import standaloneCode from "ajv/dist/standalone/index.js";

const output = new URL("../src/stack/validator.generated.ts", import.meta.url);
const listOutput = new URL("../src/stack-list/validator.generated.ts", import.meta.url);
const bodiesOutput = new URL("../src/server/validator.generated.ts", import.meta.url);

/** The text of the generated validator for a schema of schema/. */
export function generateValidator(schemaText, schemaName) {
  const options = { allErrors: true, verbose: true, messages: false, inlineRefs: false };
  const ajv = new Ajv.default({ ...options, strict: true, strictRequired: false, code: { source: true, esm: true } });
  ajv.addVocabulary(["errorMessage"]);
  const validate = ajv.compile(withoutAnnotations(JSON.parse(schemaText)));
  const code = standaloneCode.default(ajv, validate);
  if (/\brequire\(/.test(code))
    throw new Error("the generated validator needs a module at run time; change the schema");
  return `// Generated from schema/${schemaName} by \`npm run generate\`. Do not edit.\n// @ts-nocheck\n${code}\n`;
}

/** The text of the generated validators for the bodies of requests: a function for each definition that is a body. */
export function generateBodyValidators(schemaText) {
  const ajv = new Ajv.default({
    strict: true,
    strictTypes: false,
    inlineRefs: false,
    code: { source: true, esm: true },
  });
  const schema = JSON.parse(schemaText);
  ajv.addSchema(withoutAnnotations(schema));
  const bodies = Object.keys(schema.definitions).filter((name) => !["port", "fields", "stackService"].includes(name));
  const code = standaloneCode.default(
    ajv,
    Object.fromEntries(bodies.map((name) => [name, `${schema.$id}#/definitions/${name}`])),
  );
  if (/\brequire\(/.test(code))
    throw new Error("the generated validators need a module at run time; change the schema");
  return `// Generated from schema/api.schema.json by \`npm run generate\`. Do not edit.\n// @ts-nocheck\n${code}\n`;
}

const annotations = new Set([
  "title",
  "description",
  "markdownDescription",
  "default",
  "examples",
  "enumDescriptions",
  "defaultSnippets",
]);
const mapsOfSchemas = new Set(["properties", "patternProperties", "definitions"]);

/** The validator holds the schema, for its messages; what only editors read would make it slower to load. */
function withoutAnnotations(schema) {
  if (Array.isArray(schema)) return schema.filter(isForCompiler).map(withoutAnnotations);
  if (typeof schema !== "object" || schema === null) return schema;
  if (isEitherBoolean(schema.enum)) return { type: "boolean", errorMessage: schema.errorMessage };
  const kept = Object.entries(schema).filter(([keyword, value]) => !annotations.has(keyword) && !isEmpty(value));
  return Object.fromEntries(
    kept.map(([keyword, value]) => [
      keyword,
      mapsOfSchemas.has(keyword) ? mapValues(value) : withoutAnnotations(value),
    ]),
  );
}

/** An editor offers the values of an `enum`, with their descriptions; the compiler speaks of true and false. */
function isEitherBoolean(values) {
  return Array.isArray(values) && values.length === 2 && values.every((value) => typeof value === "boolean");
}

function mapValues(schemas) {
  const kept = Object.entries(schemas).filter(([, schema]) => isForCompiler(schema));
  return Object.fromEntries(kept.map(([name, schema]) => [name, withoutAnnotations(schema)]));
}

/** Where the compiler has words of its own, editors are given theirs by schemas that refuse the same. */
function isForCompiler(schema) {
  return !schema?.$comment?.startsWith("for editors only");
}

function isEmpty(value) {
  return Array.isArray(value) && !value.some(isForCompiler);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const read = (name) => readFileSync(new URL(`../schema/${name}`, import.meta.url), "utf8");
  writeFileSync(output, generateValidator(read("stack.schema.json"), "stack.schema.json"));
  writeFileSync(listOutput, generateValidator(read("stacks.schema.json"), "stacks.schema.json"));
  writeFileSync(bodiesOutput, generateBodyValidators(read("api.schema.json")));
}
