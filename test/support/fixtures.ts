import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

const testFolder = fileURLToPath(new URL("..", import.meta.url));

/** The names of the folders in a folder below `test`. */
export function caseNames(folder: string): readonly string[] {
  return readdirSync(join(testFolder, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

/** The path of something below `test`. */
export function pathOf(...parts: readonly string[]): string {
  return join(testFolder, ...parts);
}

/** The stack file of a case: `stack.yml`, or what `stack.mjs` makes where the file would be too large to keep. */
export async function stackFileOf(folder: string): Promise<Buffer> {
  const generator = join(folder, "stack.mjs");
  if (!existsSync(generator)) return readFileSync(join(folder, "stack.yml"));
  const { text } = (await import(generator)) as { readonly text: string };
  return Buffer.from(text);
}

/** The `tutum-stack.json` of a case, in the folder of the stack file, if it has one. */
export function stackListOf(folder: string): Readonly<Record<string, Buffer>> {
  const file = join(folder, "tutum-stack.json");
  return existsSync(file) ? { "/shop/tutum-stack.json": readFileSync(file) } : {};
}

/** The arguments that a case adds to the command line: one for each line of `args.txt`. */
export function argumentsOf(folder: string): readonly string[] {
  const file = join(folder, "args.txt");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}

/** Expects a folder to hold exactly these files; `npm run bless` writes them instead. */
export function expectFolder(folder: string, files: Readonly<Record<string, string>>): void {
  if (process.env["BLESS"]) {
    rmSync(folder, { recursive: true, force: true });
    for (const [name, text] of Object.entries(files)) write(join(folder, name), text);
  }
  expect(files).toEqual(
    Object.fromEntries(filesIn(folder).map((path) => [relative(folder, path), readFileSync(path, "utf8")])),
  );
}

/** Expects a file to hold exactly this text; `npm run bless` writes it instead. */
export function expectFile(path: string, text: string): void {
  if (process.env["BLESS"]) write(path, text);
  expect(text).toBe(existsSync(path) ? readFileSync(path, "utf8") : undefined);
}

function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

function write(path: string, text: string): void {
  if (process.env["CI"]) throw new Error("expected files are not written in CI");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
