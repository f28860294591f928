import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const pathOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The executable that `npm run build:binary` makes. */
export const executable = pathOf("build/tutum-stack");

/** The executable, which takes a machine that Bun runs on. */
export const needsExecutable = { isHere: existsSync(executable), how: "build/tutum-stack; npm run build:binary" };

/** The program under test as a command, without arguments: what npm installs, if nothing else was chosen. */
export let program: readonly string[] = [process.execPath, pathOf("dist/bin.js")];

/** Makes the executable the program under test, for suites that are imported after this. */
export function chooseExecutable(): void {
  program = [executable];
}
