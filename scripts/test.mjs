// Behind `npm test`: alone, it checks, builds and tests everything. With arguments it only tests: one word that is in
// the names of fixture folders runs these; anything else is for vitest.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";

const args = process.argv.slice(2);
if (args.length === 0) run("npm", ["run", "test:prepare"]);
run("vitest", ["run", ...(fixturesFor(args) ?? args)]);

/** Vitest's arguments for the fixtures that are meant; undefined when none are. */
function fixturesFor([word, ...others]) {
  if (word === undefined || word.startsWith("-") || others.length > 0) return undefined;
  const folders = ["test/compile", "test/diagnostics", "test/mutations"].flatMap((folder) =>
    readdirSync(folder).map((name) => ({ name, path: `${folder}/${name}` })),
  );
  const wanted = word.replace(/\/(stack\.yml)?$/, "");
  const meant = folders.filter(({ name, path }) => (wanted.includes("/") ? path : name).includes(wanted));
  if (meant.length === 0) return undefined;
  const names = meant.map(({ name }) => name.replaceAll(".", "\\."));
  return [
    "test/compile.test.ts",
    "test/diagnostics.test.ts",
    "test/mutations.test.ts",
    "--testNamePattern",
    `(^|\\s)(${names.join("|")})(\\s|$)`,
  ];
}

function run(command, options) {
  const { status } = spawnSync(command, options, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
