import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { diagnosing, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { namedSource, type Source } from "../diagnostics/source.ts";
import type { Files } from "./files.ts";
import type { Beginning, Kinds } from "./plain-file.ts";
import { Problem } from "./problem.ts";

/** Where stack files come from. */
export interface Inputs {
  readonly cwd: string;
  readonly files: Files;
  /** No more than the first `most` bytes. */
  readStdin(most: number): Uint8Array;
}

/** A stack file as the command line got it. */
export interface Input {
  readonly source: Source;
  /** Whether the file is not below the current folder, or is standard input without a name. */
  readonly isElsewhere: boolean;
  /** The text is empty when the file could not be decoded; then this says why. */
  readonly failure: Diagnostic | undefined;
  /** The folder that output goes to and the stack is named after: the file's, or the current one for standard input. */
  readonly folder: string;
  /** What messages call that folder. */
  readonly folderName: string;
  /** Undefined for standard input. */
  readonly path: string | undefined;
  /** The permissions of the file, which the output also gets. */
  readonly mode: number | undefined;
}

/** Reading stops after so many bytes: more than the text that the compiler accepts (see `limits` in yaml/read.ts). */
export const mostBytes = 3 * 8 * 1024 ** 2 + 16;

/** The names of stack files that are looked for without an argument. */
export const stackFileNames = ["stack", "stackfile", "tutum", "docker-cloud", "dockercloud"].flatMap((name) => [
  `${name}.yml`,
  `${name}.yaml`,
]);

/** Whether a file has the name of a stack file, perhaps with a word more: `tutum-staging.yml`, `stack.prod.yml`. */
export function isStackFileName(name: string): boolean {
  return /^(stack|stackfile|tutum|docker-cloud|dockercloud)([-.][\w-]+)?\.ya?ml$/.test(name);
}

/** Reads a file, standard input for `-`, or by default the one stack file of the current folder. Throws a Problem. */
export function readInput(inputs: Inputs, file: string | undefined, stdinFilename: string | undefined): Input {
  if (file === "-") {
    const bytes = Problem.unless("read standard input", () => inputs.readStdin(mostBytes));
    const { name, isElsewhere } = shown(inputs.cwd, stdinFilename ?? "stdin");
    return {
      ...decode(bytes, name),
      isElsewhere: isElsewhere || stdinFilename === undefined,
      folder: inputs.cwd,
      folderName: ".",
      path: undefined,
      mode: undefined,
    };
  }
  const given = file ?? findStackFile(inputs);
  const path = resolve(inputs.cwd, given);
  const { name, isElsewhere } = shown(inputs.cwd, given);
  // Whoever names a pipe waits for its writer; one that only happens to have the name of a stack file is not read.
  const found = read(inputs, { path, name }, file === undefined ? "plain" : "any");
  return {
    ...decode(found.bytes, name),
    isElsewhere,
    folder: dirname(path),
    folderName: dirname(name),
    path,
    mode: found.mode,
  };
}

function findStackFile(inputs: Inputs): string {
  const names = Problem.unless("list this folder", () => inputs.files.list(inputs.cwd));
  const found = stackFileNames.filter((name) => names.includes(name));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  if (found.length > 1) throw new Problem(`more than one stack file here: ${found.join(", ")}; name the one to use`);
  throw new Problem(`no stack file here; looked for ${stackFileNames.join(", ")}; or name files or folders`);
}

function read(
  inputs: Inputs,
  { path, name }: { readonly path: string; readonly name: string },
  kinds: Kinds,
): Beginning {
  const found = Problem.unless(`read ${name}`, () => inputs.files.read(path, mostBytes, kinds));
  if (!found) throw new Problem(`cannot read ${name}: no such file`);
  return found;
}

/** A path below the current folder as it is seen from there, any other one as it was given, with `/`. */
function shown(cwd: string, given: string): { readonly name: string; readonly isElsewhere: boolean } {
  const below = relative(cwd, resolve(cwd, given));
  const isElsewhere = below === ".." || below.startsWith(`..${sep}`) || isAbsolute(below);
  return { name: (isElsewhere ? given : below || ".").replaceAll(sep, "/"), isElsewhere };
}

function decode(
  bytes: Uint8Array,
  name: string,
): { readonly source: Source; readonly failure: Diagnostic | undefined } {
  try {
    // Where reading has stopped, half a character is no mistake.
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: bytes.length === mostBytes });
    return { source: namedSource(text, name), failure: undefined };
  } catch {
    const source = { name, text: new TextDecoder("utf-8").decode(bytes) };
    const start = Math.max(0, source.text.indexOf("\ufffd"));
    const failure = diagnosing(source)("not-utf-8", [{ start, end: start + 1 }], { encoding: encodingOf(bytes) });
    return { source, failure };
  }
}

/** By the byte order mark. */
function encodingOf(bytes: Uint8Array): string | undefined {
  const [first, second, third, fourth] = bytes;
  const isBig = first === 0 && second === 0 && third === 0xfe && fourth === 0xff;
  const isLittle = first === 0xff && second === 0xfe;
  if (isBig || (isLittle && third === 0 && fourth === 0)) return "UTF-32";
  return isLittle || (first === 0xfe && second === 0xff) ? "UTF-16" : undefined;
}
