import type { Command } from "commander";
import { filesOf } from "../../targets/emit.ts";
import { targets } from "../../targets/index.ts";
import { subjects } from "../commands/explain.ts";
import type { Io } from "../io.ts";
import { servicesOf } from "../read-stack.ts";
import { warnings } from "../report.ts";
import { scripts, type Shell } from "./scripts.ts";
import { suggest } from "./suggest.ts";
import { quoteForBash, splitLine } from "./words.ts";

/** `tutum-stack completion`: prints the script of a shell. Returns the exit code. */
export function completionCommand(io: Io, shell: Shell): number {
  io.stdout.write(scripts[shell]);
  return 0;
}

/**
 * What the scripts ask for: from bash the line up to the cursor and what bash takes for the last word, from the others the words, of
 * which the last one is to be completed. A mistake gives no words, never a message. Returns the exit code.
 */
export function suggestCommand(io: Io, program: Command, [shell, ...words]: readonly string[]): number {
  const known = {
    ...subjects(),
    warnings: warnings(),
    artefacts: [...new Set(Object.values(targets).flatMap((target) => filesOf(target)))],
    servicesOf: (file: string) => (file === "-" ? [] : servicesOf(io, file, longest)),
  };
  if (shell === "bash") return answerBash(io, (typed) => suggest(program, typed, known), words);
  const { files, words: found } = suggest(program, words, known);
  io.stdout.write([files, ...found.map(({ value, description }) => `${value}\t${description}`), ""].join("\n"));
  return 0;
}

/** Bash splits words at `=` and `:`, too, and replaces only what is behind; it inserts a word as it is, without quoting. */
function answerBash(
  io: Io,
  ask: (typed: readonly string[]) => ReturnType<typeof suggest>,
  [line = "", behind = ""]: readonly string[],
): number {
  const { words, isQuoted } = splitLine(line);
  const current = words.at(-1) ?? "";
  const replaced = isQuoted ? behind : (splitLine(behind).words.at(-1) ?? "");
  const kept = current.endsWith(replaced) ? current.length - replaced.length : 0;
  const { files, words: found } = ask(words.slice(1));
  const usable = found.filter(({ value }) => !isQuoted || quoteForBash(value) === value);
  io.stdout.write([files, ...usable.map(({ value }) => quoteForBash(value.slice(kept))), ""].join("\n"));
  return 0;
}

/** More would keep whoever presses the key waiting. */
const longest = 1024 ** 2;
