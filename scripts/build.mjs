// Builds the library, lib/index.js beside its declarations, and the command line: dist/main.js, texts.js, rest.js and
// live.js contain all of it, dist/bin.js starts it, *.cache is their compiled code, dist/image.js is what
// `sidecar-image` puts into an image. With the argument `without-cache`, dist/ is the same on every machine.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import vm from "node:vm";
import { build } from "esbuild";
import { buildBundles, bundleNames } from "./bundles.mjs";
import { commandLineForImage, commandLineForNode, library } from "./command-line.mjs";
import { licenses } from "./licenses.mjs";

/** A stack that takes the compiler through the code that most stacks need. */
const sample = `web:
  image: nginx:1.27
  environment: { MODE: production, VERSION: "1.0" }
  links: ["db:database"]
  ports: ["80:80"]
  volumes: ["./static:/srv:ro"]
  restart: always
db:
  image: postgres:16
  environment:
    - PASSWORD=secret
  volumes:
    - /var/lib/postgresql/data
  tags: # not in a Compose file
    - database
job:
  image: example/job
  command: npm run job
  autorestart: ON_FAILURE
  autodestroy: ON_SUCCESS
`;

/** A file that takes the compiler through the code that most mistakes need. */
const mistakes = `web:
  imgae: nginx
  restart: allways
`;

/** What each bundle is made for, so that V8 compiles what that needs. */
const sampleRuns = {
  "main.js": { args: ["compile", "stack.yml"], exitCode: 0 },
  "texts.js": { args: ["validate", "mistakes.yml"], exitCode: 1 },
  "rest.js": { args: ["validate", "mistakes.yml"], exitCode: 1 },
  "live.js": { args: ["completion", "bash"], exitCode: 0 },
};

const [mode, bundle] = process.argv.slice(2);
if (mode === "cache") writeCodeCache(bundle);
else await buildAll();

/** CommonJS in minified files starts faster than ECMAScript modules (see `npm run bench`). */
async function buildAll() {
  rmSync("dist", { recursive: true, force: true });
  rmSync("build/tutum-stack", { force: true }); // of code that is out of date
  mkdirSync("dist");
  writeFileSync("dist/package.json", '{ "type": "commonjs" }\n');
  for (const [name, text] of await buildBundles(commandLineForNode)) writeFileSync(`dist/${name}`, text);
  await build({ ...commandLineForImage, outfile: "dist/image.js" });
  await build({ ...library, outfile: "lib/index.js" });
  removeUnusedDeclarations();
  writeFileSync("dist/LICENSES.txt", licenses());
  writeStart();
  if (mode === "without-cache") return;
  for (const name of bundleNames)
    execFileSync(process.execPath, ["scripts/build.mjs", "cache", name], { stdio: "pipe" });
  writeStart(identifyAll(resolve("dist"), bundleNames, statSync));
}

/** Keeps the declarations that those of the library import. The others would need packages for their types. */
function removeUnusedDeclarations() {
  const used = new Set([resolve("lib/index.d.ts")]);
  for (const path of used)
    for (const [, name] of readFileSync(path, "utf8").matchAll(/(?:from |import\()"(\.[^"]+)\.ts"/g))
      used.add(resolve(dirname(path), `${name}.d.ts`));
  for (const name of readdirSync("lib", { recursive: true })) {
    const path = resolve("lib", name);
    if (name.endsWith(".d.ts") && !used.has(path)) rmSync(path);
  }
}

function writeStart(stamp) {
  const call = `(${String(start)})(${JSON.stringify(bundleNames)}, ${JSON.stringify(stamp)});`;
  writeFileSync("dist/bin.js", `#!/usr/bin/env node\n"use strict";\n${call}\n${String(identifyAll)}\n`);
  chmodSync("dist/bin.js", 0o755);
}

/** Runs the command line in a folder of its own, then saves the code that V8 compiled for one of the bundles. */
function writeCodeCache(name) {
  const scripts = new Map();
  vm.Script = class extends vm.Script {
    constructor(text, options) {
      super(text, options);
      scripts.set(options.filename, this);
    }
  };
  const folder = mkdtempSync(join(tmpdir(), "tutum-stack-"));
  const [bin, cache] = ["bin.js", name.replace(/js$/, "cache")].map((file) => resolve("dist", file));
  const { args, exitCode } = sampleRuns[name];
  process.once("exit", () => {
    process.chdir("/");
    rmSync(folder, { recursive: true });
    if (process.exitCode !== exitCode) throw new Error(`${args.join(" ")} ended with ${process.exitCode}`);
    process.exitCode = 0;
    writeFileSync(cache, scripts.get(join(dirname(bin), name)).createCachedData());
  });
  writeFileSync(join(folder, "stack.yml"), sample);
  writeFileSync(join(folder, "mistakes.yml"), mistakes);
  process.chdir(folder);
  process.argv = [process.execPath, bin, ...args];
  createRequire(import.meta.url)(bin);
}

/**
 * Becomes dist/bin.js: runs dist/main.js, and the other bundles when they are required, with their code caches if the
 * stamp says that this build of Node made them. V8 refuses a cache of another version or other flags, but crashes on
 * one of another build of the same version, and on a damaged one. Without the caches (in a package from the registry,
 * mostly), V8 compiles the bundles, and the start takes a quarter longer.
 */
function start(names, stamp) {
  const { readFileSync, statSync } = require("node:fs");
  const { constants, Script } = require("node:vm");
  const hasCaches = identifyAll(__dirname, names, statSync) === stamp;
  const modules = new Map();
  requireBundle("./main.js");

  function requireBundle(id) {
    if (!names.includes(id.slice(2))) return require(id);
    const known = modules.get(id);
    if (known) return known.exports;
    const bundle = { exports: {} };
    modules.set(id, bundle);
    const filename = `${__dirname}/${id.slice(2)}`;
    const script = new Script(readFileSync(filename, "latin1"), {
      filename,
      cachedData: hasCaches ? readFileSync(filename.replace(/js$/, "cache")) : undefined,
      importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    script.runInThisContext()(bundle.exports, requireBundle, bundle, filename, __dirname);
    return bundle.exports;
  }
}

/**
 * A stamp that differs for each build of Node and of the bundles; `no caches` when a file is missing. A checksum would
 * need Node's streams, and loading those takes longer than the caches save.
 */
function identifyAll(folder, names, statSync) {
  const identify = (path) => {
    const { size, mtimeMs } = statSync(path);
    return `${size} ${Math.round(mtimeMs)}`;
  };
  const paths = names.flatMap((name) => [name, name.replace(/js$/, "cache")]).map((name) => `${folder}/${name}`);
  try {
    const files = [process.execPath, ...paths].map(identify);
    return [process.version, process.platform, process.arch, ...files].join(" ");
  } catch {
    return "no caches";
  }
}
