import { catalogue, type Code } from "./index.ts";
import type { Entry } from "./entry.ts";

/** What the catalogue says about a code. Functions alone lead to the catalogue: a file without findings needs none. */
export function entryOf(code: Code): Entry<never> {
  return catalogue[code];
}

/** All codes of a severity. */
export function codesOf(severity: Entry<never>["severity"]): readonly Code[] {
  return (Object.keys(catalogue) as Code[]).filter((code) => catalogue[code].severity === severity);
}
