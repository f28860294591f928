// Generates src/stack/validator.generated.ts from schema/stack.schema.json.
import { readFileSync, writeFileSync } from "node:fs";
import Ajv from "ajv";
import standaloneCode from "ajv/dist/standalone/index.js";

const output = new URL("../src/stack/validator.generated.ts", import.meta.url);

/** The text of the generated validator for a schema. */
export function generateValidator(schemaText) {
  const ajv = new Ajv.default({ allErrors: true, verbose: true, strict: true, strictRequired: false, code: { source: true, esm: true } });
  ajv.addVocabulary(["errorMessage", "enumDescriptions", "defaultSnippets"]);
  const validate = ajv.compile(JSON.parse(schemaText));
  const code = standaloneCode.default(ajv, validate);
  if (/\brequire\(/.test(code)) throw new Error("the generated validator needs a module at run time; change the schema");
  return `// Generated from schema/stack.schema.json by \`npm run generate\`. Do not edit.\n// @ts-nocheck\n${code}\n`;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  writeFileSync(output, generateValidator(readFileSync(new URL("../schema/stack.schema.json", import.meta.url), "utf8")));
}
