import type { Path, Report } from "../diagnostics/diagnostic.ts";
import { isSecretName } from "../text/secrets.ts";
import type { LocatedDocument } from "../yaml/document.ts";
import { isNumberOtherwise, pythonFloat, yaml11Reading } from "../yaml/yaml11.ts";
import { isField, traitsOf } from "./fields.ts";
import type { ServiceFile, StackFile } from "./file.ts";
import { dollarPieces, variableName, type DollarPiece } from "./grammar/dollar.ts";
import { isLinkVariable, variablePrefix } from "./grammar/link-variable.ts";
import { platformVariable } from "./knowledge/platform-variables.ts";
import type { Interpolation } from "./model.ts";

/** Reports the texts of services that the old platform and its clients may have read differently. */
export function checkTexts(
  document: LocatedDocument,
  file: StackFile,
  interpolation: Interpolation,
  report: Report,
): void {
  const dollars: Dollars[] = [];
  for (const [service, fields] of file) {
    checkVariableNames(service, fields, report);
    eachText(fields, [service], (path, value) => {
      const text = String(value);
      if (text.includes("\0")) report("nul-character", path, { service, field: String(path[1]) });
      if (text.includes("$")) dollars.push({ path, text, pieces: dollarPieces(text) });
      if (/["'\s]/.test(text) && !isCommand(path) && document.isPlain(path)) checkSlips(text, path, document, report);
      if (traitsOf(path)?.value !== "word") checkReading(value, path, document, report);
    });
  }
  if (interpolation === "on") {
    checkVariables(dollars, report);
    checkCommands(dollars, report);
  } else checkDollars(dollars, file, report);
}

/** A text with `$` in it. */
interface Dollars {
  readonly path: Path;
  readonly text: string;
  readonly pieces: readonly DollarPiece[];
}

/** A command may have lines and quotes of its own. */
function isCommand([, field]: Path): boolean {
  return field === "command" || field === "entrypoint";
}

/** Reports names of fields among the variables. */
function checkVariableNames(service: string, { environment }: ServiceFile, report: Report): void {
  if (typeof environment !== "object" || Array.isArray(environment)) return;
  for (const name of Object.keys(environment).filter(isField)) {
    const also = { path: [service, "environment"], part: "key" } as const;
    const at = { path: [service, "environment", name], part: "key", also } as const;
    report("field-among-variables", at, { service, field: "environment", name });
  }
}

/** Reports an unquoted text that looks like two, or like half of one in quotes. */
function checkSlips(text: string, path: Path, document: LocatedDocument, report: Report): void {
  const [service, field] = path.map(String) as [string, string];
  const { start, end } = document.locate(path);
  const [, next] = document.source.text.slice(start, end).split("\n", 2);
  if (next !== undefined && typeof path.at(-1) === "number" && /^(- |[A-Za-z_][\w.-]*=)/.test(next.trim())) {
    const found = next.trim();
    const item = found.replace(/^- +/, "");
    report("joined-lines", { path, part: { text: found } }, { service, field, next: item });
  }
  const [value = ""] = /[^=]*$/.exec(text) ?? [];
  const mark = [...new Set([value.at(0), value.at(-1)])].find((sign) => sign === '"' || sign === "'");
  if (mark !== undefined && text.split(mark).length === 2) {
    const key = path.at(-1);
    report("lone-quote", path, { service, found: typeof key === "string" ? `${key}: ${text}` : text });
  }
}

function eachText(value: unknown, path: Path, visit: (path: Path, value: string | number) => void): void {
  if (typeof value === "string" || typeof value === "number") visit(path, value);
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) eachText(item, path.concat(index), visit);
  else if (typeof value === "object" && value !== null)
    for (const [key, item] of Object.entries(value)) eachText(item, path.concat(key), visit);
}

/** Reports every `$` that is no variable, where variables are on. */
function checkVariables(dollars: readonly Dollars[], report: Report): void {
  const hasDoubled = dollars.some(({ pieces }) => pieces.some(({ kind }) => kind === "escaped"));
  for (const { path, text, pieces } of dollars)
    for (const { kind, text: found } of pieces) {
      if (kind !== "invalid" && kind !== "extended") continue;
      const secret = secretName(path, text);
      report(
        "bad-interpolation",
        { path, part: { text: found } },
        { service: String(path[0]), found, secret, hasDoubled },
      );
    }
}

/** Reports the first variable of each command, where variables are on: the shell in the container does not see it. */
function checkCommands(dollars: readonly Dollars[], report: Report): void {
  for (const { path, pieces } of dollars) {
    const piece = pieces.find(({ kind }) => kind === "variable");
    if (!piece || !isCommand(path)) continue;
    const params = { service: String(path[0]), field: String(path[1]), variable: piece.text };
    report("variable-in-command", { path, part: { text: piece.text } }, params);
  }
}

/**
 * Reports the first variable and the first doubled `$` of each text, where `$` is text. A file in which every `$` is
 * doubled was written for the client that had variables: it is reported once.
 */
function checkDollars(dollars: readonly Dollars[], file: StackFile, report: Report): void {
  const prefixesOf = linkPrefixes(file);
  const kinds = new Set(dollars.flatMap(({ pieces }) => pieces.map(({ kind }) => kind)));
  const isOneFinding = kinds.size === 1 && kinds.has("escaped");
  for (const { path, text, pieces } of dollars) {
    const piece = pieces.find(
      (found) => isMeantOtherwise(found, path, text) && !isOfLink(found, prefixesOf(String(path[0]))),
    );
    if (!piece || !traitsOf(path)?.allowsDollar) continue;
    const doubled = piece.kind !== "escaped" ? undefined : kinds.has("invalid") ? "beside others" : "for a client";
    const params = { service: String(path[0]), variable: piece.text, secret: secretName(path, text), doubled } as const;
    report("dollar-is-text", { path, part: { text: piece.text } }, params);
    if (isOneFinding) return;
  }
}

/**
 * Whether a `$` had another meaning for the client that had variables. The shell in the container reads the `$` of a
 * command (reference migration.md 6).
 */
function isMeantOtherwise({ kind, text: piece }: DollarPiece, path: Path, text: string): boolean {
  // That shell takes a bare `$$` for the number of its process.
  if (isCommand(path)) return kind === "escaped" && /\$\$[\w{(]/.test(text);
  // No shell of today has a variable of the platform; the rule for such variables says what to do.
  if (kind === "variable") return platformVariable(variableName(piece)) === undefined;
  return kind === "extended" || kind === "escaped";
}

/** Whether it is a variable of a link, which no shell has; the rule for such variables says what to do. */
function isOfLink({ kind, text }: DollarPiece, prefixes: ReadonlySet<string>): boolean {
  const [, name = ""] = /^\$\{?(\w+)/.exec(text) ?? [];
  return (kind === "variable" || kind === "extended") && isLinkVariable(name, prefixes);
}

/** What the names of the variables of a service's links begin with. Remembers what it has found. */
function linkPrefixes(file: StackFile): (service: string) => ReadonlySet<string> {
  const known = new Map<string, ReadonlySet<string>>();
  return (service) => {
    const found = known.get(service);
    if (found) return found;
    const links: readonly (string | undefined)[] = file.get(service)?.links ?? [];
    const prefixes = new Set(links.map((link = "") => variablePrefix(aliasOf(link))));
    known.set(service, prefixes);
    return prefixes;
  };
}

function aliasOf(link: string): string {
  const [reference = "", alias = reference.replace(/\..*$/s, "")] = link.split(":");
  return alias;
}

/** The name of the secret that a text is; no message holds a part of it. */
function secretName([, field, key]: Path, text: string): string | undefined {
  if (field !== "environment" && field !== "labels") return undefined;
  const name = typeof key === "string" ? key : text.slice(0, Math.max(0, text.indexOf("=")));
  return isSecretName(name) ? name : undefined;
}

/** Reports an unquoted value that means something else to a YAML 1.1 reader. */
function checkReading(value: string | number, path: Path, document: LocatedDocument, report: Report): void {
  const text = typeof value === "string" ? value : document.written(path);
  const isNumeric = traitsOf(path)?.value === "number";
  const read = yaml11Reading(text) ?? respelledNumber(value, text, isNumeric);
  const now = isNumeric && typeof value === "number" ? `the number ${value}` : "text";
  if (!read || read === now || !document.isPlain(path)) return;
  const secret = secretName(path, text);
  report("yaml-1.1-value", path, { service: String(path[0]), text, read, now, isNumeric, secret });
}

/** The number that every reader took a text for, where the text looks different: `1.10`, `0x1F`. */
function respelledNumber(value: string | number, text: string, isNumeric: boolean): string | undefined {
  if (typeof value !== "number" || !isNumberOtherwise(text)) return undefined;
  const written = !isNumeric && /^[^x]*\./.test(text) ? pythonFloat(value) : String(value);
  return written === text ? undefined : `the number ${written}`;
}
