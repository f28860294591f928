// Counts what becomes of the stack files of a folder: `npm run corpus-report -- FOLDER [--target NAME]`. Compiles each
// file below the folder and writes nothing to it. With `--list`, prints the files that cannot work as compiled, too.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { library } from "./command-line.mjs";
import { median, printTable } from "./measured.mjs";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { target: { type: "string", default: "compose" }, list: { type: "boolean", default: false } },
});
const [folder] = positionals;
if (folder === undefined) {
  console.error("usage: npm run corpus-report -- FOLDER [--target NAME] [--list]");
  process.exit(2);
}

const contents = `
  export { compile } from "./src/compile.ts";
  export { catalogue } from "./src/diagnostics/catalogue/index.ts";`;
const stdin = { contents, resolveDir: "." };
const { outputFiles } = await build({ ...library, entryPoints: undefined, stdin, write: false });
const { compile, catalogue } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);

const files = readdirSync(folder, { recursive: true }).filter((name) => /\.ya?ml$/.test(name));
files.sort((one, other) => (one < other ? -1 : 1));
const results = files.map((name) => resultOf(name, readFileSync(join(folder, name), "utf8")));
const compiled = results.filter(({ errors }) => errors.length === 0);
const stopped = compiled.filter(({ codes }) => codes.some((code) => catalogue[code].harm === "stops"));
const lossless = compiled.filter(({ codes }) =>
  codes.every((code) => ["hint", "rewrites"].includes(catalogue[code].harm)),
);
const warnings = compiled.map(({ codes }) => codes.length);

console.log(`${files.length} files, target ${values.target}`);
printTable(
  ["", "files", "share of the compiled"],
  [
    ["compiled", compiled.length, ""],
    ["  without any warning", ...withShare(compiled.filter(({ codes }) => codes.length === 0))],
    ["  without any loss", ...withShare(lossless)],
    ["  cannot work as compiled", ...withShare(stopped)],
    ["refused", files.length - compiled.length, ""],
  ].map((row) => row.map(String)),
);
const sum = warnings.reduce((total, count) => total + count, 0);
console.log(
  `\nWarnings per compiled file: median ${median(warnings)}, ` +
    `mean ${(sum / compiled.length).toFixed(1)}, at most ${Math.max(...warnings)}; ${sum} in all`,
);
printCodes(
  "\nWhy they cannot work as compiled",
  stopped.map(({ codes }) => codes.filter((code) => catalogue[code].harm === "stops")),
);
printCodes(
  "\nAll warnings",
  compiled.map(({ codes }) => codes),
);
printCodes(
  "\nWhy they are refused",
  results.filter(({ errors }) => errors.length > 0).map(({ errors }) => errors),
);
if (values.list) for (const { name, codes } of stopped) console.log(`${name}: ${[...new Set(codes)].join(", ")}`);

/** A warning counts once for each code and field, as it is printed. */
function resultOf(name, text) {
  const { diagnostics } = compile(text, { name: "corpus", target: values.target });
  const of = (severity) => diagnostics.filter((found) => found.severity === severity);
  const kinds = new Map(of("warning").map(({ code, field }) => [`${code} ${field}`, code]));
  return { name, errors: of("error").map(({ code }) => code), codes: [...kinds.values()] };
}

function withShare(some) {
  return [some.length, `${((100 * some.length) / compiled.length).toFixed(0)} %`];
}

/** How many files have a code, and how often they have it. */
function printCodes(title, lists) {
  const rows = [...new Set(lists.flat())].map((code) => [
    code,
    lists.filter((codes) => codes.includes(code)).length,
    lists.flat().filter((found) => found === code).length,
  ]);
  console.log(title);
  printTable(
    ["code", "files", "warnings"],
    rows.toSorted((one, other) => other[1] - one[1]).map((row) => row.map(String)),
  );
}
