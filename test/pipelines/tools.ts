import { join } from "node:path";
import { execute } from "../real/programs.ts";

/** A program of a version that the tests install for themselves. */
export interface Tool {
  readonly name: string;
  readonly isHere: boolean;
  /** What is missing when it is not here, and where it comes from. */
  readonly how: string;
  /** The folder of its commands. */
  readonly bin: string;
}

/** Installs npm of a major version into a new folder, from the registry that this machine uses. */
export async function installNpm(major: number, folder: string): Promise<Tool> {
  const options = ["--prefer-offline", "--fetch-retry-mintimeout=1000", "--no-audit", "--no-fund", "--prefix", folder];
  const { code } = await execute(["npm", "install", ...options, `npm@${major}`], { env: process.env });
  return {
    name: `npm ${major}`,
    isHere: code === 0,
    how: `npm ${major}; \`npm install npm@${major}\` must be able to reach the npm registry`,
    bin: join(folder, "node_modules/.bin"),
  };
}

/** Installs pre-commit of a version, or the newest, into a new folder, from the index that pip uses on this machine. */
export async function installPreCommit(version: string, folder: string): Promise<Tool> {
  const wanted = version === "newest" ? "pre-commit" : `pre-commit==${version}`;
  const python = await execute(["python3", "-m", "venv", folder]);
  const bin = join(folder, "bin");
  const install = [join(bin, "pip"), "install", "--quiet", wanted];
  const { code } = python.code === 0 ? await execute(install, { env: process.env }) : python;
  return {
    name: `pre-commit ${version}`,
    isHere: code === 0,
    how: `pre-commit ${version}; pip must be able to reach PyPI, and python3 needs venv: apt-get install python3-venv`,
    bin,
  };
}
