// How esbuild makes the page and the playground of src/web.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { build, transform } from "esbuild";
import { notePackages } from "./licenses.mjs";

const web = "src/web";
const types = { ".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml" };

/** How code for a browser is bundled. */
export const forBrowser = {
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2023",
  jsx: "automatic",
  jsxImportSource: "preact",
  charset: "utf8",
  legalComments: "none",
  write: false,
  plugins: [notePackages],
  logLevel: "warning",
};

/** The files of the page, as `PageFile` of src/server/page-files.ts. The browser loads the first screen first. */
export async function buildPage() {
  const { outputFiles } = await build({
    ...forBrowser,
    entryPoints: { page: `${web}/main.tsx` },
    splitting: true,
    outdir: "page",
    chunkNames: "[name]-[hash]",
  });
  const scripts = outputFiles.map(({ path, text }) => file(`/${basename(path)}`, text));
  const read = (name) => readFileSync(`${web}/${name}`, "utf8");
  const styles = ["page.css", "screens.css"].map(async (name) =>
    file(`/${name}`, (await transform(read(name), { loader: "css", minify: true })).code),
  );
  const others = [file("/", read("page.html"), ".html"), file("/icon.svg", read("icon.svg"))];
  return [...others, ...(await Promise.all(styles)), ...scripts];
}

function file(path, text, ending = /\.\w+$/.exec(path)[0]) {
  return { path, type: `${types[ending]}; charset=utf-8`, text };
}

/** Puts the page into the bundle of the command line. */
export const withPage = {
  name: "with-page",
  setup({ onLoad }) {
    onLoad({ filter: /\/server\/page-files\.ts$/ }, async () => ({
      contents: `export const pageFiles = ${JSON.stringify(await buildPage())};`,
    }));
  },
};

/** The files without which the first screen cannot be shown. */
export function firstFiles(files) {
  const byPath = new Map(files.map((one) => [one.path, one]));
  const first = new Set(["/", "/page.css", "/icon.svg", "/page.js"]);
  for (const path of first)
    for (const [, name] of byPath.get(path).text.matchAll(/(?:from|import)\s*"\.(\/[\w-]+\.js)"/g)) first.add(name);
  return files.filter(({ path }) => first.has(path));
}
