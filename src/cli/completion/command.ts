import type { Command } from "commander";
import { filesOf } from "../../targets/emit.ts";
import { targets } from "../../targets/index.ts";
import { subjects } from "../commands/explain.ts";
import type { Io } from "../io.ts";
import { servicesOf } from "../read-stack.ts";
import { codesOf } from "../../diagnostics/catalogue/entries.ts";
import { liveNames } from "./live-names.ts";
import { scripts, type Shell } from "./scripts.ts";
import { suggest } from "./suggest.ts";
import { quoteForBash, splitLine } from "./words.ts";

/** `tutum-stack completion`: prints the script of a shell. Returns the exit code. */
export function completionCommand(io: Io, shell: Shell): number {
  io.stdout.write(scripts[shell]);
  return 0;
}

/**
 * Answers a completion script. Bash passes the line up to the cursor and what bash takes for the last word; zsh and
 * fish pass the words, the last of which is to be completed. Wrong words give an empty answer, never a message. Returns
 * the exit code.
 */
export function suggestCommand(io: Io, program: Command, [shell, ...words]: readonly string[]): number {
  const known = {
    ...subjects(),
    warnings: codesOf("warning"),
    artefacts: [...new Set(Object.values(targets).flatMap((target) => filesOf(target)))],
    servicesOf: (file: string) => (file === "-" ? [] : servicesOf(io, file, maxBytes)),
    live: (stacks: string | undefined) => liveNames(io, stacks, (file) => servicesOf(io, file, maxBytes)),
  };
  if (shell === "bash") return answerBash(io, (typed) => suggest(program, typed, known), words);
  const { files, words: found } = suggest(program, words, known);
  io.stdout.write([files, ...found.map(({ value, description }) => `${value}\t${description}`), ""].join("\n"));
  return 0;
}

/** Bash also splits words at `=` and `:`, replaces only the part after them, and does not quote what it inserts. */
function answerBash(
  io: Io,
  ask: (typed: readonly string[]) => ReturnType<typeof suggest>,
  [line = "", lastPart = ""]: readonly string[],
): number {
  const { words, isQuoted } = splitLine(line);
  const current = words.at(-1) ?? "";
  const replaced = isQuoted ? lastPart : (splitLine(lastPart).words.at(-1) ?? "");
  const kept = current.endsWith(replaced) ? current.length - replaced.length : 0;
  const { files, words: found } = ask(words.slice(1));
  const usable = found.filter(({ value }) => !isQuoted || quoteForBash(value) === value);
  io.stdout.write([files, ...usable.map(({ value }) => quoteForBash(value.slice(kept))), ""].join("\n"));
  return 0;
}

/** The longest stack file that is read for a completion, in bytes: the user waits for it. */
const maxBytes = 1024 ** 2;
