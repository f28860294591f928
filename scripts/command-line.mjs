import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { notePackages } from "./licenses.mjs";
import { withPage } from "./page.mjs";

/** Commander loads node:child_process only for subcommands that are separate programs, and there are none. */
const withoutChildProcess = {
  name: "without-child-process",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /\bcommander\b/.test(importer) ? { path: "nothing", namespace: "nothing" } : undefined,
    );
    onLoad({ filter: /^/, namespace: "nothing" }, () => ({ contents: "" }));
  },
};

/** The package as ECMAScript modules: esbuild leaves out unused code, and V8 need not parse CommonJS wrappers twice. */
const alias = { yaml: resolve("node_modules/yaml/browser/dist/index.js") };

/** How esbuild makes one file of the library, which needs nothing. To import many small files takes longer. */
export const library = {
  entryPoints: ["src/index.ts"],
  bundle: true,
  platform: "neutral",
  format: "esm",
  target: "es2023",
  // Names stay, for whoever reads a stack trace.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  mainFields: ["module", "main"],
  alias,
  plugins: [notePackages],
  logLevel: "warning",
};

/** How esbuild makes one file of the command line, which needs nothing but Node. */
export const commandLine = {
  entryPoints: ["src/bin.ts"],
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  minify: true,
  charset: "ascii",
  legalComments: "none",
  alias,
  plugins: [withoutChildProcess, withPage, notePackages],
  logLevel: "warning",
};

/**
 * The same as a function expression. dist/bin.js and the sidecar's image call it with the variables of a CommonJS
 * module.
 */
export const commandLineForNode = {
  ...commandLine,
  banner: { js: "(function (exports, require, module, __filename, __dirname) {" },
  footer: { js: "})" },
};

/**
 * Live services need Compose, which the sidecar's image has not. An engine that refuses to build an image reads about
 * 250 KiB at most: its answer to a larger request is lost.
 */
const withoutLiveServices = {
  name: "without-live-services",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/live\/[\w-]+\.ts$/ }, ({ path, importer }) =>
      /\/commands\/[\w-]+\.ts$/.test(importer)
        ? { path: resolve(dirname(importer), path), namespace: "without-live-services" }
        : undefined,
    );
    onLoad({ filter: /^/, namespace: "without-live-services" }, ({ path }) => {
      const names = [...readFileSync(path, "utf8").matchAll(/^export (?:async )?function (\w+)/gm)].map(
        ([, name]) => name,
      );
      const refusal = `Promise.reject(new Problem("the sidecar's image has no commands for live services"))`;
      const stubs = names.map((name) => `export const ${name} = () => ${refusal};\n`);
      return {
        contents: `import { Problem } from "../../files/problem.ts";\n${stubs.join("")}`,
        loader: "ts",
        resolveDir: dirname(path),
      };
    });
  },
};

/** The same for the sidecar's image, without live services. */
export const commandLineForImage = { ...commandLineForNode, plugins: [...commandLine.plugins, withoutLiveServices] };
