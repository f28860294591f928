import { resolve } from "node:path";

/** The command line has no subcommands that are programs of their own, the one thing that commander loads this module for. */
const withoutChildProcess = {
  name: "without-child-process",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /\bcommander\b/.test(importer) ? { path: "nothing", namespace: "nothing" } : undefined,
    );
    onLoad({ filter: /^/, namespace: "nothing" }, () => ({ contents: "" }));
  },
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
  // The same code as ECMAScript modules: esbuild leaves out what is not used, and V8 does not parse each CommonJS wrapper once more.
  alias: { yaml: resolve("node_modules/yaml/browser/dist/index.js") },
  plugins: [withoutChildProcess],
  logLevel: "warning",
};

/** The same as one function, which dist/bin.js and the image of the sidecar call with what Node gives to a CommonJS module. */
export const commandLineForNode = {
  ...commandLine,
  banner: { js: "(function (exports, require, module, __filename, __dirname) {" },
  footer: { js: "})" },
};
