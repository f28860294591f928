import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fieldNames, traitsOf } from "../src/stack/fields.ts";
import type { Edit, Json } from "../src/yaml/edit.ts";
import { changedLines, expectEdited, modelOf } from "./support/edits.ts";

/** The folder that corpus.test.ts describes. */
const corpus = process.env["TUTUM_STACK_CORPUS"] ?? "";

describe("every field of every service of a real stack file", () => {
  test.each(files())("%s", (_, text) => {
    for (const [service, fields] of servicesOf(text)) {
      for (const [field, value] of Object.entries(fields)) {
        expectChange(text, { path: [service, field], value: undefined }, "removed");
        for (const other of othersOf(field, value)) expectChange(text, { path: [service, field], value: other }, "set");
        if (typeof value !== "object" || value === null || Array.isArray(value)) continue;
        for (const key of Object.keys(value)) {
          expectChange(text, { path: [service, field, key], value: undefined }, "removed");
          expectChange(text, { path: [service, field, key], value: "other: value" }, "set");
        }
        expectChange(text, { path: [service, field, "NEW"], value: "1" }, "added");
      }
      expectChange(text, { path: [service], value: undefined }, "removed");
    }
    expectChange(text, { path: ["new-service"], value: { image: "nginx", ports: ["80:80"] } }, "added");
  });
});

describe("every other field is added to every service of every tenth real stack file", () => {
  test.each(files().filter((_, index) => index % 10 === 0))("%s", (_, text) => {
    for (const [service, fields] of servicesOf(text)) {
      const missing = fieldNames.filter((field) => !Object.hasOwn(fields, field));
      for (const field of missing) expectChange(text, { path: [service, field], value: plausible(field) }, "added");
      const edits = missing.map((field) => ({ path: [service, field], value: plausible(field) }));
      expect(expectEdited(text, edits), service).not.toBeNull();
    }
  });
});

type Kind = "removed" | "set" | "added";

/** Expects exactly the wished model, and no line changed outside the field, its comment and the blank lines around. */
function expectChange(text: string, edit: Edit, kind: Kind): void {
  const edited = expectEdited(text, [edit]);
  const about = JSON.stringify(edit);
  if (edited === null) return expect.fail(`refused: ${about}`);
  if (/[&*]\w/.test(text)) return;
  const { first, lost, gained } = changedLines(text, edited);
  // Where the last field goes, `{}` is left behind the name of the service.
  const isLast = kind === "removed" && gained.join("").includes("{}");
  const { from, to } = regionOf(text, isLast ? { path: edit.path.slice(0, -1), value: {} } : edit, kind);
  if (lost.length > 0) expect(first, about + edited).toBeGreaterThanOrEqual(from);
  if (lost.length > 0) expect(first + lost.length, about + edited).toBeLessThanOrEqual(to);
  if (kind === "removed") expect(gained.length, about + edited).toBeLessThanOrEqual(1);
  if (kind === "added" && gained.length > 0 && !/\{/.test(lost.join(""))) expect(lost, about + edited).toEqual([]);
  const { value } = edit;
  if (kind === "set" && typeof value !== "object")
    expect(gained.length, about + edited).toBe(value === "a\nb\n" && !/["']/.test(gained.join("")) ? 3 : 1);
}

/** The lines that an edit may change: those of the service or the field, the comment above it and blank lines. */
function regionOf(text: string, { path }: Edit, kind: Kind): { readonly from: number; readonly to: number } {
  const lines = text.split(/\r\n|\r|\n/);
  const inside = (
    prefix: string,
    from: number,
    to: number,
  ): { from: number; to: number; column: number } | undefined => {
    const key = lines.findIndex(
      (line, index) => index >= from && index < to && line.trimStart().replace(/^["']/, "").startsWith(prefix),
    );
    if (key === -1) return undefined;
    const column = lines[key]!.search(/\S/);
    const isInside = (line: string): boolean => {
      const at = line.search(/\S/);
      return at === -1 || at > column || line[at] === "#" || (at === column && /^\s*- /.test(line));
    };
    let end = key + 1;
    while (end < to && isInside(lines[end]!)) end++;
    return { from: key, to: end, column };
  };
  const service = lines.findIndex((line) =>
    line
      .replace(/^["']/, "")
      .replace(/["']?\s*:/, ":")
      .startsWith(`${path[0]}:`),
  );
  if (kind === "added" || service === -1) return { from: 0, to: lines.length };
  let region = inside(`${path[0]}`, service, lines.length)!;
  if (path[1] !== undefined) {
    const fields = Array.from({ length: region.to - region.from - 1 }, (_, index) =>
      inside(`${path[1]}`, region.from + 1 + index, region.to),
    );
    const column = lines
      .slice(region.from + 1, region.to)
      .find((line) => /^\s+[^\s#]/.test(line))
      ?.search(/\S/);
    region =
      fields.find(
        (field) =>
          field && field.column === column && new RegExp(`^\\s*["']?${path[1]}["']?\\s*:`).test(lines[field.from]!),
      ) ?? region;
  }
  let { from } = region;
  while (/^\s*(#|$)/.test(lines[from - 1] ?? "x")) from--;
  return { from, to: region.to };
}

/** Other values of the same kind. */
function othersOf(field: string, value: Json): readonly Json[] {
  if (Array.isArray(value))
    return [
      [...value, "NEW=1"],
      ["first", ...value],
      value.slice(1),
      value.slice(0, -1),
      value.map((item, at) => (at === 0 ? "A=b c" : item)),
    ];
  if (typeof value === "object" && value !== null) return [];
  if (typeof value === "boolean") return [!value];
  if (typeof value === "number") return [value + 1];
  const others = /restart|destroy/.test(field) ? ["ALWAYS", "OFF", "on-failure"] : ["other", "o: ther", "a\nb\n", 8080];
  return others.filter((other) => other !== value);
}

/** A value that a field can have. */
function plausible(field: string): Json {
  const traits = traitsOf(["service", field])!;
  if (/^(environment|labels)$/.test(field)) return { A: "1", B: "x y", C: null };
  if (/^(links|ports|expose|volumes|volumes_from|tags|roles|dns|cap_|devices|extra_hosts|security)/.test(field))
    return ["80:80", "a"];
  return traits.value === "number" ? 2 : traits.value === "word" ? "OFF" : "text";
}

function servicesOf(text: string): readonly (readonly [string, Record<string, Json>])[] {
  return Object.entries(modelOf(text) ?? {}).filter(
    ([, fields]) => typeof fields === "object" && fields !== null && !Array.isArray(fields),
  );
}

function files(): readonly (readonly [name: string, text: string])[] {
  return readFileSync(join(corpus, "classes.tsv"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t")[0]!)
    .map(
      (name) =>
        [
          name,
          new TextDecoder("utf-8", { ignoreBOM: true }).decode(readFileSync(join(corpus, "files", name))),
        ] as const,
    )
    .filter(([, text]) => servicesOf(text).length > 0);
}
