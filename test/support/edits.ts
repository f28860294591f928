import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { namedSource } from "../../src/diagnostics/source.ts";
import { parseDocument } from "../../src/yaml/document.ts";
import { editDocument, type Edit } from "../../src/yaml/edit.ts";

/** What a text says, without anything shared; undefined if it cannot be read or is no mapping. */
export function modelOf(text: string): Record<string, any> | undefined {
  const diagnostics: Diagnostic[] = [];
  const document = parseDocument(namedSource(text), diagnostics);
  const value = document && deepCopy(document.value ?? {});
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}

/** The model with changes made to it, as the contract says; undefined if one leads through a scalar or a list. */
export function wished(model: Record<string, any>, edits: readonly Edit[]): Record<string, any> | undefined {
  const result = deepCopy(model);
  for (const { path, value } of edits) {
    const key = path.at(-1)!;
    let map = result;
    for (const segment of path.slice(0, -1)) {
      if (value !== undefined) map[segment] ??= Object.create(null);
      map = map?.[segment];
      if (value !== undefined && !isMap(map)) return undefined;
    }
    if (value !== undefined) map[key] = deepCopy(value);
    else if (isMap(map)) delete map[key];
  }
  return result;
}

/** Expects changes to be made exactly, or refused; returns the changed text, or null if it was refused. */
export function expectEdited(text: string, edits: readonly Edit[]): string | null {
  const wish = wished(modelOfLast(text)!, edits);
  const edited = editDocument({ name: "stack.yml", text }, edits);
  if (!wish) {
    expect(edited).toHaveProperty("refusal");
    return text;
  }
  if ("refusal" in edited) return null;
  const model = modelOf(edited.text);
  // Vitest's own comparison takes most of the time where there are thousands.
  if (!isDeepStrictEqual(model, wish)) expect(model, edited.text).toEqual(wish);
  return edited.text;
}

/** Many changes of one text follow each other. */
function modelOfLast(text: string): ReturnType<typeof modelOf> {
  if (last?.text !== text) last = { text, model: modelOf(text) };
  return last.model;
}

let last: { readonly text: string; readonly model: ReturnType<typeof modelOf> } | undefined;

function isMap(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function deepCopy(value: any): any {
  if (Array.isArray(value)) return value.map(deepCopy);
  if (typeof value !== "object" || value === null) return value;
  return copyKeys(value);
}

function copyKeys(value: object): Record<string, any> {
  const copy: Record<string, any> = Object.create(null);
  for (const [key, item] of Object.entries(value)) copy[key] = deepCopy(item);
  return copy;
}

/** What two texts do not have in common at their beginning and their end, in lines with their ends. */
export function changedLines(
  before: string,
  after: string,
): { readonly first: number; readonly lost: readonly string[]; readonly gained: readonly string[] } {
  const old = linesOf(before);
  const now = linesOf(after);
  const shorter = Math.min(old.length, now.length);
  let first = 0;
  while (first < shorter && old[first] === now[first]) first++;
  let last = 0;
  while (last < shorter - first && old.at(-1 - last) === now.at(-1 - last)) last++;
  return { first, lost: old.slice(first, old.length - last), gained: now.slice(first, now.length - last) };
}

/** The last line gets the end of the one before it, if it has none. */
function linesOf(text: string): readonly string[] {
  const lines = text.match(/[^\r\n]*(\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
  const last = lines.at(-1);
  if (last === undefined || /[\r\n]$/.test(last)) return lines;
  return [...lines.slice(0, -1), last + (/(\r\n|\r|\n)$/.exec(lines.at(-2) ?? "")?.[0] ?? "\n")];
}
