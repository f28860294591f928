import type { Path, Report } from "../diagnostics/diagnostic.ts";
import type { LocatedDocument } from "../yaml/document.ts";
import { isNumberOtherwise, yaml11Reading } from "../yaml/yaml11.ts";
import { traitsOf } from "./fields.ts";
import type { StackFile } from "./file.ts";
import { dollarPieces } from "./grammar/dollar.ts";
import type { Dollar } from "./model.ts";

/** Looks at every text of the services for what the file's first readers may have understood differently. */
export function checkTexts(document: LocatedDocument, file: StackFile, dollar: Dollar, report: Report): void {
  for (const [service, fields] of file) {
    for (const [path, value] of texts(fields, [service])) {
      const text = String(value);
      if (text.includes("\0")) report("nul-character", path, { service, field: String(path[1]) });
      checkDollars(service, path, text, dollar, report);
      if (traitsOf(path)?.value !== "word") checkReading(document, service, path, value, report);
    }
  }
}

function* texts(value: unknown, path: Path): Generator<readonly [Path, string | number]> {
  if (typeof value === "string" || typeof value === "number") yield [path, value];
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* texts(item, [...path, index]);
  else if (typeof value === "object" && value !== null)
    for (const [key, item] of Object.entries(value)) yield* texts(item, [...path, key]);
}

function checkDollars(service: string, path: Path, text: string, dollar: Dollar, report: Report): void {
  for (const piece of dollarPieces(text)) {
    const at = { path, part: { text: piece.text } };
    if (dollar === "text" && (piece.kind === "variable" || piece.kind === "extended"))
      return traitsOf(path)?.allowsDollar ? report("dollar-is-text", at, { service, variable: piece.text }) : undefined;
    if (dollar === "variable" && (piece.kind === "invalid" || piece.kind === "extended"))
      report("bad-interpolation", at, { service, found: piece.text });
  }
}

function checkReading(
  document: LocatedDocument,
  service: string,
  path: Path,
  value: string | number,
  report: Report,
): void {
  if (!document.isPlain(path)) return;
  const text = document.written(path);
  const read = yaml11Reading(text) ?? respelt(value, text);
  const isNumeric = traitsOf(path)?.value === "number";
  const now = isNumeric && typeof value === "number" ? `the number ${value}` : "text";
  if (read && read !== now) report("yaml-1.1-value", path, { service, text, read, now, isNumeric });
}

/** What a number was for every reader, where the text that it is now looks different: `1.10`, `0x1F`. */
function respelt(value: string | number, text: string): string | undefined {
  return typeof value === "number" && String(value) !== text && isNumberOtherwise(text)
    ? `the number ${value}`
    : undefined;
}
