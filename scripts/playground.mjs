// Makes build/playground.html: the compiler with an editor in one file, which needs no server and asks nobody for
// anything. With a path as its argument, the file goes there.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { forBrowser } from "./page.mjs";

const [target = "build/playground.html"] = process.argv.slice(2);
const own = "src/web/playground";

const examples = readdirSync("examples").map((name) => ({
  name,
  text: readFileSync(`examples/${name}/stack.yml`, "utf8"),
}));

/** Puts the stack files of examples/ into the bundle. */
const withExamples = {
  name: "with-examples",
  setup({ onLoad }) {
    onLoad({ filter: /\/playground\/examples\.ts$/ }, () => ({
      contents: `export const examples = ${JSON.stringify(examples)};`,
    }));
  },
};

const { outputFiles } = await build({
  ...forBrowser,
  entryPoints: [`${own}/main.tsx`],
  format: "iife",
  charset: "ascii",
  alias: { yaml: "./node_modules/yaml/browser/dist/index.js" },
  plugins: [...forBrowser.plugins, withExamples],
});
// The end of a script is where these letters are, whatever they are part of.
const script = outputFiles[0].text.replaceAll("</script", String.raw`<\/script`);
const sheets = ["src/web/page.css", "src/web/screens.css", `${own}/playground.css`];
const css = sheets.map((path) => readFileSync(path, "utf8")).join("");
const { code: style } = await transform(css, { loader: "css", minify: true });
const hash = createHash("sha256").update(script).digest("base64");
// CodeMirror makes style sheets, and marks lines with small images that it holds itself.
const policy = [
  "default-src 'none'",
  `script-src 'sha256-${hash}'`,
  "style-src 'unsafe-inline'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
const parts = { POLICY: policy, STYLE: style, SCRIPT: script };
const html = readFileSync(`${own}/playground.html`, "utf8").replace(/POLICY|STYLE|SCRIPT/g, (part) => parts[part]);
mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, html);
console.log(`${target}: ${Math.round(html.length / 1024)} KiB, ${Math.round(gzipSync(html).length / 1024)} KiB gzip`);
