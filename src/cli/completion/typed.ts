import type { Command, Option } from "commander";

/** What was typed before the word that is to be completed. */
export interface Typed {
  /** The program itself while there is no command yet. */
  readonly command: Command;
  readonly operands: readonly string[];
  readonly used: ReadonlySet<Option>;
  /** The option whose value comes next. */
  readonly pending: Option | undefined;
  /** Whether `--` was there. */
  readonly isWithoutOptions: boolean;
}

/** Reads words as commander will; undefined when they name no command. */
export function readTyped(program: Command, words: readonly string[]): Typed | undefined {
  let command: Command | undefined = program;
  let pending: Option | undefined;
  let isWithoutOptions = false;
  const operands: string[] = [];
  const used = new Set<Option>();
  for (const word of words) {
    if (!command) return undefined;
    if (pending) pending = undefined;
    else if (isWithoutOptions || !isOption(word)) {
      if (command === program) command = commandsOf(program).find((candidate) => candidate.name() === word);
      else operands.push(word);
    } else if (word === "--") isWithoutOptions = true;
    else {
      const option = findOption(command, word);
      if (option) used.add(option);
      pending = option?.required && (word === option.long || word === option.short) ? option : undefined;
    }
  }
  return command && { command, operands, used, pending, isWithoutOptions };
}

/** The commands that the help shows. */
export function commandsOf(command: Command): readonly Command[] {
  return command.createHelp().visibleCommands(command);
}

/** The options that the help shows. */
export function optionsOf(command: Command): readonly Option[] {
  return command.createHelp().visibleOptions(command);
}

/** The option that a word is: alone, or with its value as in `--name=shop` and `-oout`. */
export function findOption(command: Command, word: string): Option | undefined {
  const [name] = word.split("=", 1);
  return optionsOf(command).find(
    ({ long, short }) => long === name || (short !== undefined && !word.startsWith("--") && word.startsWith(short)),
  );
}

function isOption(word: string): boolean {
  return word.startsWith("-") && word !== "-";
}
