import type { Path, Report } from "../diagnostics/diagnostic.ts";
import type { LocatedDocument } from "../yaml/document.ts";
import { isNumberOtherwise, yaml11Reading } from "../yaml/yaml11.ts";
import { traitsOf } from "./fields.ts";
import type { StackFile } from "./file.ts";
import { dollarPieces, variableName } from "./grammar/dollar.ts";
import { platformVariable } from "./knowledge/platform-variables.ts";
import type { Interpolation } from "./model.ts";

/** Reports the texts of services that the old platform and its clients may have read differently. */
export function checkTexts(
  document: LocatedDocument,
  file: StackFile,
  interpolation: Interpolation,
  report: Report,
): void {
  for (const [service, fields] of file) {
    for (const [path, value] of texts(fields, [service])) {
      const text = String(value);
      if (text.includes("\0")) report("nul-character", path, { service, field: String(path[1]) });
      checkDollars(text, path, interpolation, report);
      if (traitsOf(path)?.value !== "word") checkReading(value, path, document, report);
    }
  }
}

function* texts(value: unknown, path: Path): Generator<readonly [Path, string | number]> {
  if (typeof value === "string" || typeof value === "number") yield [path, value];
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* texts(item, [...path, index]);
  else if (typeof value === "object" && value !== null)
    for (const [key, item] of Object.entries(value)) yield* texts(item, [...path, key]);
}

/** Reports the first variable where variables are off, and every invalid `$` where they are on. */
function checkDollars(text: string, path: Path, interpolation: Interpolation, report: Report): void {
  const service = String(path[0]);
  for (const piece of dollarPieces(text)) {
    const at = { path, part: { text: piece.text } };
    // No shell of today has it; the rule for such variables says what to do.
    if (piece.kind === "variable" && platformVariable(variableName(piece.text)) !== undefined) continue;
    if (interpolation === "off" && (piece.kind === "variable" || piece.kind === "extended")) {
      if (traitsOf(path)?.allowsDollar) report("dollar-is-text", at, { service, variable: piece.text });
      return;
    }
    if (interpolation === "on" && (piece.kind === "invalid" || piece.kind === "extended"))
      report("bad-interpolation", at, { service, found: piece.text });
  }
}

/** Reports an unquoted value that means something else to a YAML 1.1 reader. */
function checkReading(value: string | number, path: Path, document: LocatedDocument, report: Report): void {
  if (!document.isPlain(path)) return;
  const text = document.written(path);
  const read = yaml11Reading(text) ?? respelledNumber(value, text);
  const isNumeric = traitsOf(path)?.value === "number";
  const now = isNumeric && typeof value === "number" ? `the number ${value}` : "text";
  if (read && read !== now) report("yaml-1.1-value", path, { service: String(path[0]), text, read, now, isNumeric });
}

/** The number that every reader took a text for, where the text looks different: `1.10`, `0x1F`. */
function respelledNumber(value: string | number, text: string): string | undefined {
  return typeof value === "number" && String(value) !== text && isNumberOtherwise(text)
    ? `the number ${value}`
    : undefined;
}
