// Builds build/tutum-stack for the machine it runs on: the command line and Bun in one file, which needs no Node.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { buildBundles } from "./bundles.mjs";
import { commandLine, commandLineForImage } from "./command-line.mjs";

const home = "scripts/binary";
const parts = "build/parts";
const options = [
  "--compile",
  // To parse the code takes longer than to run it.
  "--bytecode",
  // A small stack is compiled before code that a just-in-time compiler made pays for itself.
  "--compile-jit-policy=100",
  // The folder of a stack file is somebody else's: nothing in it is to change what the program does.
  "--no-compile-autoload-dotenv",
  "--no-compile-autoload-bunfig",
  "--no-compile-autoload-tsconfig",
  "--no-compile-autoload-package-json",
];

/** Embeds dist/image.js, which `sidecar-image` puts into an image. Bun opens an embedded file only when it is read. */
const withProgramForNode = {
  name: "with-program-for-node",
  setup({ onResolve, onLoad }) {
    onLoad({ filter: /\bown-main\.ts$/ }, () => ({
      contents: `import { readFileSync } from "node:fs";
        export async function ownMain() {
          const { default: path } = await import("./program.js", { with: { type: "file" } });
          return readFileSync(path, "utf8");
        }`,
    }));
    onResolve({ filter: /^\.\/program\.js$/ }, ({ path }) => ({ path, external: true }));
  },
};

const bun = installedBun() ?? installBun();
mkdirSync(parts, { recursive: true });
await build({ ...commandLineForImage, outfile: join(parts, "program.js") });
const bundles = await buildBundles({ ...commandLine, plugins: [...commandLine.plugins, withProgramForNode] });
for (const [name, text] of bundles) writeFileSync(join(parts, name), text);
execFileSync(bun, ["build", ...options, join(parts, "main.js"), "--outfile", "build/tutum-stack"], {
  stdio: ["ignore", "ignore", "inherit"],
});
rmSync(parts, { recursive: true });

/** npm installs the one of the packages that suits the machine. Undefined when it is missing or of another version. */
function installedBun() {
  const { optionalDependencies } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  const scope = join(home, "node_modules/@oven");
  const folders = existsSync(scope) ? readdirSync(scope).map((name) => join(scope, name)) : [];
  const isWanted = (folder) => {
    const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return optionalDependencies[name] === version;
  };
  const folder = folders.find(isWanted);
  return folder && join(folder, "bin/bun");
}

function installBun() {
  execFileSync("npm", ["ci", "--include=optional", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: home,
    stdio: "inherit",
  });
  const bun = installedBun();
  if (!bun) throw new Error(`there is no Bun for ${process.platform} on ${process.arch}`);
  return bun;
}
