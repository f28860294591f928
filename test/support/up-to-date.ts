import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathOf } from "./fixtures.ts";

const root = pathOf("..");
const sources = ["src", "schema", "scripts/build.mjs", "scripts/command-line.mjs", "package.json"];

/** Refuses to test a program that was built from older code. */
export function setup(): void {
  const built = writtenAt("dist/bin.js");
  const newer = sources.flatMap(filesIn).find((path) => !path.endsWith(".md") && writtenAt(path) > built);
  if (newer === undefined) return;
  const problem = built === 0 ? "dist/ is missing" : `dist/ is older than ${newer}`;
  const error = new Error(`${problem}: run npm run build`);
  error.stack = error.message;
  throw error;
}

function filesIn(path: string): readonly string[] {
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path)).flatMap((name) => filesIn(`${path}/${name}`));
}

/** In milliseconds; 0 for a file that is not there. */
function writtenAt(path: string): number {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
