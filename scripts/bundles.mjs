// Bundles the command line as three files, so that a start reads no more than it runs. Nothing in src/ shows where they
// part: whoever imports a module of `onDemand` calls it as any other, and its file is read at the first call.
import { readFileSync } from "node:fs";
import { dirname, posix, resolve } from "node:path";
import { build } from "esbuild";
import { commandLine } from "./command-line.mjs";

/** What a plain `compile` or `validate` does not call. These modules export functions only. */
const onDemand = [
  "src/cli/other-commands.ts",
  "src/slips/find.ts",
  "src/stack-list/parse.ts",
  "src/balancer/read-balancer.ts",
  "src/balancer/replacement.ts",
  "src/balancer/haproxy.ts",
  "src/targets/swarm/stack.ts",
  "src/diagnostics/catalogue/entries.ts",
  "src/diagnostics/render/checkstyle.ts",
  "src/diagnostics/render/compact.ts",
  "src/diagnostics/render/github.ts",
  "src/diagnostics/render/junit.ts",
  "src/diagnostics/render/sarif.ts",
];

/** Each may require the ones before it at once, and the others when it runs. */
export const bundleNames = ["main.js", "rest.js", "live.js"];

/**
 * The text of each bundle by its name: CommonJS, as a function expression or not, which requires the others by these
 * names. `main.js` has what `src/bin.ts` imports; `rest.js`, the modules of `onDemand`; `live.js`, what is imported by
 * `import()`.
 */
export async function buildBundles(options = commandLine) {
  for (const path of onDemand) refuseOtherExports(path);
  const parts = await split(options);
  return new Map(await Promise.all(bundleNames.map(async (name) => [name, await join(name, parts, options)])));
}

/** The code in many small parts, as ECMAScript modules, with the bundle of each. */
async function split(options) {
  const { outputFiles, metafile } = await build({
    ...options,
    entryPoints: [...options.entryPoints, ...onDemand],
    outbase: "src",
    outdir: ".",
    format: "esm",
    splitting: true,
    minify: false,
    write: false,
    metafile: true,
    banner: {},
    footer: {},
    plugins: [...options.plugins, leaveOutOnDemand],
  });
  const texts = new Map(outputFiles.map(({ path, text }) => [path, text]));
  const bundles = new Map();
  const assign = (bundle, path) => {
    if (bundles.has(path)) return;
    bundles.set(path, bundle);
    for (const { path: imported, kind, external } of metafile.outputs[path].imports)
      if (kind === "import-statement" && !external) assign(bundle, imported);
  };
  assign("main.js", "bin.js");
  for (const path of onDemand) assign("rest.js", partOf(path));
  for (const path of Object.keys(metafile.outputs)) assign("live.js", path);
  return new Map(
    [...bundles].map(([path, bundle]) => [
      path,
      { bundle, text: texts.get(resolve(path)), exports: metafile.outputs[path].exports },
    ]),
  );
}

/** One bundle of its parts. It exports all of them under their names. */
async function join(name, parts, options) {
  const own = [...parts.keys()].filter((path) => parts.get(path).bundle === name);
  const { outputFiles } = await build({
    ...options,
    entryPoints: undefined,
    stdin: { contents: name === "main.js" ? atOnce(own) : whenNeeded(own), resolveDir: "." },
    write: false,
    plugins: [partsOf(name, parts)],
  });
  return outputFiles[0].text;
}

/** `bin.js` comes last, because it runs the program. */
function atOnce(paths) {
  const others = paths.filter((path) => path !== "bin.js");
  return [...others.map((path) => `export * as ${JSON.stringify(path)} from "./${path}";`), 'import "./bin.js";'].join(
    "\n",
  );
}

function whenNeeded(paths) {
  const getters = paths.map((path) => `get ${JSON.stringify(path)}() { return require("./${path}"); }`);
  return `module.exports = { ${getters.join(",\n")} };`;
}

const scheme = "on-demand:";

/** Keeps the imports of modules that are called on demand. */
const leaveOutOnDemand = {
  name: "leave-out-on-demand",
  setup({ onResolve }) {
    const paths = new Map(onDemand.map((path) => [resolve(path), path]));
    onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, importer, kind }) => {
      const found = kind === "entry-point" ? undefined : paths.get(resolve(dirname(importer), path));
      return found && { path: `${scheme}${partOf(found)}`, external: true };
    });
  },
};

/** Finds the parts: those of this bundle as they are, those of another one in what it exports. */
function partsOf(bundle, parts) {
  return {
    name: "parts",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${scheme}`) }, ({ path }) => ({
        path: path.slice(scheme.length),
        namespace: "call",
      }));
      onResolve({ filter: /^\.\.?\// }, ({ path, importer }) => {
        const found = posix.join(importer === "<stdin>" ? "." : posix.dirname(importer), path);
        const part = parts.get(found);
        return part
          ? { path: found, namespace: part.bundle === bundle ? "own" : "of-another" }
          : { path, external: true };
      });
      onLoad({ filter: /^/, namespace: "own" }, ({ path }) => ({ contents: parts.get(path).text, resolveDir: "." }));
      onLoad({ filter: /^/, namespace: "of-another" }, ({ path }) => ({
        contents: `module.exports = require("./${parts.get(path).bundle}")[${JSON.stringify(path)}];`,
      }));
      onLoad({ filter: /^/, namespace: "call" }, ({ path }) => {
        const { bundle: other, exports } = parts.get(path);
        const call = (name) =>
          `export const ${name} = (...args) => require("./${other}")[${JSON.stringify(path)}].${name}(...args);`;
        return { contents: exports.map(call).join("\n") };
      });
    },
  };
}

/** Throws an error for a module that exports anything but functions, because only a call can wait for its file. */
function refuseOtherExports(path) {
  const [other] = /^export (?!(?:async )?function |type |interface ).*/m.exec(readFileSync(path, "utf8")) ?? [];
  if (other) throw new Error(`${path} is loaded on demand, and must export functions only: ${other}`);
}

function partOf(path) {
  return path.replace(/^src\//, "").replace(/\.ts$/, ".js");
}
