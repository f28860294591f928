import { diagnosing, type Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Source } from "../diagnostics/source.ts";
import { isAsWished, isModelMap, Models, withEdits, type Edit, type ModelMap } from "./edit/model.ts";
import { rewrite } from "./edit/rewrite.ts";
import { readYaml, type YamlDocument } from "./read.ts";
import { toValues } from "./values.ts";

export type { Edit, Json } from "./edit/model.ts";

/** The changed text, or a clause that says why it cannot be changed. */
export type Edited = { readonly text: string } | { readonly refusal: string };

/**
 * Changes values of a stack file and nothing else: lines that need no change stay as they are, byte for byte. What
 * others inherit from a changed value by an alias or a merge key is written out for them. The changed text is read
 * again; if it does not say exactly what was wished, the change is refused. Never throws.
 */
export function editDocument(source: Source, edits: readonly Edit[]): Edited {
  const mark = /^\uFEFF?/.exec(source.text)![0];
  const text = source.text.slice(mark.length);
  const before = read({ ...source, text });
  if ("refusal" in before) return before;
  const changed = withEdits(before.model, edits);
  if ("refusal" in changed) return changed;
  const { wish } = changed;
  if (isAsWished(before.model, wish)) return { text: source.text };
  const edited = rewrite(text, before.document, before.models, wish);
  const after = read({ ...source, text: edited });
  if ("refusal" in after) return after;
  if (!isAsWished(after.model, wish)) return { refusal: "it cannot be changed without another value changing as well" };
  return { text: mark + edited };
}

interface Read {
  readonly document: YamlDocument;
  readonly models: Models;
  readonly model: ModelMap;
}

function read(source: Source): Read | { readonly refusal: string } {
  const document = readYaml(source, "tokens");
  if ("severity" in document) return { refusal: document.message };
  const diagnostics: Diagnostic[] = [];
  const models = new Models(toValues(document, diagnosing(source), diagnostics));
  const error = diagnostics.find(({ severity }) => severity === "error");
  if (error) return { refusal: error.message };
  const model = models.of(document.contents);
  if (isModelMap(model)) return { document, models, model };
  return "value" in model && model.value === null
    ? { document, models, model: new Map() }
    : { refusal: "its top level is not a mapping of services" };
}
