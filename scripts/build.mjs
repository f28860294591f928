// Builds the command line: dist/main.js contains all of it, dist/bin.js starts it, dist/main.cache is its compiled
// code, dist/image.js is what `sidecar-image` puts into an image. With the argument `without-cache`, dist/ is the same
// on every machine.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Script } from "node:vm";
import { build } from "esbuild";
import { commandLineForImage, commandLineForNode } from "./command-line.mjs";

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

const [mode] = process.argv.slice(2);
if (mode === "cache") writeCodeCache();
else await buildCommandLine();

/** CommonJS in one minified file starts faster than ECMAScript modules (see `npm run bench`). */
async function buildCommandLine() {
  mkdirSync("dist", { recursive: true });
  rmSync("dist/main.cache", { force: true });
  rmSync("build/tutum-stack", { force: true }); // of code that is out of date
  writeFileSync("dist/package.json", '{ "type": "commonjs" }\n');
  await build({ ...commandLineForNode, outfile: "dist/main.js" });
  await build({ ...commandLineForImage, outfile: "dist/image.js" });
  const stamp = mode === "without-cache" ? undefined : makeCodeCache();
  writeFileSync(
    "dist/bin.js",
    `#!/usr/bin/env node\n"use strict";\n(${String(start)})(${JSON.stringify(stamp)});\n${String(identifyAll)}\n`,
  );
  chmodSync("dist/bin.js", 0o755);
}

/** Makes the code cache in a process of its own. Returns its stamp. */
function makeCodeCache() {
  execFileSync(process.execPath, ["scripts/build.mjs", "cache"], { stdio: "pipe" });
  return identifyAll(resolve("dist"), statSync);
}

/** Runs the command line in a folder of its own, then saves the code that V8 compiled for it. */
function writeCodeCache() {
  const filename = resolve("dist/main.js");
  const script = new Script(readFileSync(filename, "latin1"), { filename });
  const folder = mkdtempSync(join(tmpdir(), "tutum-stack-"));
  try {
    writeFileSync(join(folder, "stack.yml"), sample);
    process.argv = [process.execPath, filename, "compile", join(folder, "stack.yml")];
    script.runInThisContext()({}, createRequire(filename), {}, filename, dirname(filename));
  } finally {
    rmSync(folder, { recursive: true });
  }
  if (process.exitCode !== 0) throw new Error("the sample stack was not compiled");
  writeFileSync("dist/main.cache", script.createCachedData());
}

/**
 * Becomes dist/bin.js: runs dist/main.js, with its code cache if the stamp says that this build of Node made it. V8
 * refuses a cache of another version or other flags, but crashes on one of another build of the same version, and on a
 * damaged one. Without the cache (in a package from the registry, mostly), V8 compiles main.js, and the start takes a
 * quarter longer.
 */
function start(stamp) {
  const { readFileSync, statSync } = require("node:fs");
  const { constants, Script } = require("node:vm");
  const filename = `${__dirname}/main.js`;
  const script = new Script(readFileSync(filename, "latin1"), {
    filename,
    cachedData: codeCache(),
    importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  script.runInThisContext()(exports, require, module, __filename, __dirname);

  function codeCache() {
    try {
      return identifyAll(__dirname, statSync) === stamp ? readFileSync(`${__dirname}/main.cache`) : undefined;
    } catch {
      return undefined;
    }
  }
}

/**
 * A stamp that differs for each build of Node and of dist/. A checksum would need Node's streams, and loading those
 * takes longer than the cache saves.
 */
function identifyAll(folder, statSync) {
  const identify = (path) => {
    const { size, mtimeMs } = statSync(path);
    return `${size} ${Math.round(mtimeMs)}`;
  };
  const files = [process.execPath, `${folder}/main.js`, `${folder}/main.cache`].map(identify);
  return [process.version, process.platform, process.arch, ...files].join(" ");
}
