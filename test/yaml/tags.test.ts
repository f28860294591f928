import { describe, expect, test } from "vitest";
import { compile, validate } from "../../src/compile.ts";

/** The tags beyond the core schema that the package `yaml` knows, and some that nobody knows. */
const names = "binary merge omap pairs set timestamp int2 python/name:os.system".split(" ");
const tags = [
  ...names.flatMap((name) => [`!!${name}`, `!<tag:yaml.org,2002:${name}>`, `!own!${name}`]),
  "!x",
  "!<x:y>",
];

/** Every place of a stack file where a tag can stand before a scalar, a list or a mapping. */
const places: readonly ((tag: string) => string)[] = [
  (tag) => `${tag} {web: {image: x}}`,
  (tag) => `? ${tag} web\n: {image: x}`,
  (tag) => `? ${tag} 'web'\n: {image: x}`,
  (tag) => `? ${tag} [a]\n: {image: x}`,
  (tag) => `web: ${tag} {image: x}`,
  (tag) => `web: {image: ${tag} x}`,
  (tag) => `web: {image: ${tag} "x"}`,
  (tag) => `web:\n  image: ${tag} |\n    x`,
  (tag) => `web: {image: x, hostname: ${tag} }`,
  (tag) => `web: {image: x, hostname: ${tag} 2015-01-01}`,
  (tag) => `web: {image: x, restart: ${tag} always}`,
  (tag) => `web: {image: x, autodestroy: ${tag} ALWAYS}`,
  (tag) => `web: {image: x, ${tag} tty: true}`,
  (tag) => `web: {image: x, environment: ${tag} [A=b]}`,
  (tag) => `web: {image: x, environment: [${tag} A=b]}`,
  (tag) => `web: {image: x, environment: ${tag} {A: b}}`,
  (tag) => `web: {image: x, environment: {A: ${tag} b}}`,
  (tag) => `web: {image: x, environment: {? ${tag} A : b}}`,
  (tag) => `web: {image: x, cap_add: ${tag} {A, B}}`,
  (tag) => `web: {image: x, labels: ${tag} [a: b]}`,
  (tag) => `x-a: &a {image: x}\nweb: {${tag} <<: *a}`,
  (tag) => `x-a: &a {image: x}\nweb: {<<: ${tag} [*a]}`,
  (tag) => `web: {<<: ${tag} {image: x}}`,
  (tag) => `x-a: ${tag} &a {image: x}\nweb: {<<: *a}`,
  (tag) => `x-a: &a ${tag} x\nweb: {image: *a}`,
];

const withHandle = (text: string): string => `%TAG !own! tag:yaml.org,2002:\n---\n${text}\n`;

test.each(tags)("%s is refused wherever it stands, for every target", (tag) => {
  for (const place of places)
    for (const target of ["compose", "swarm"] as const) {
      const text = withHandle(place(tag));
      const { files, diagnostics } = compile(text, { name: "shop", target });
      expect([text, files, diagnostics.map(({ code }) => code)]).toEqual([text, [], ["unsupported-tag"]]);
      const [{ span }] = diagnostics[0]!.labels;
      expect(text.slice(span.start, span.end)).toBe(tag);
    }
});

describe("tags of the core schema", () => {
  test.each([
    ["!!str 5", '"5"'],
    ["! 5", '"5"'],
    ["!!int 5", '"5"'],
    ["!!str <<", '"<<"'],
  ])("mean what they say: %s", (written, read) => {
    const { files, diagnostics } = compile(`web: {image: x, environment: {A: ${written}}}`, { name: "shop" });
    expect(diagnostics).toEqual([]);
    expect(files[0]!.text).toContain(`A: ${read}`);
  });

  test("keep `<<` from being a merge key", () => {
    const text = "x-a: &a {image: x}\nweb: {!!str <<: *a}\n";
    expect(validate(text).map(({ code }) => code)).toContain("missing-image");
  });
});
