// Builds build/tutum-stack for the machine it runs on: the command line and Bun in one file, which needs no Node.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { commandLine, commandLineForImage } from "./command-line.mjs";

const home = "scripts/binary";
const bundle = "build/main.js";
const programForNode = "build/program.js";
const options = [
  "--compile",
  // To parse the code takes longer than to run it.
  "--bytecode",
  // A small stack is compiled before code that a just-in-time compiler made pays for itself.
  "--compile-jit-policy=10",
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
await build({ ...commandLineForImage, outfile: programForNode });
await build({ ...commandLine, outfile: bundle, plugins: [...commandLine.plugins, withProgramForNode] });
execFileSync(bun, ["build", ...options, bundle, "--outfile", "build/tutum-stack"], {
  stdio: ["ignore", "ignore", "inherit"],
});
for (const path of [bundle, programForNode]) rmSync(path);

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
