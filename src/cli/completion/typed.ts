import type { Command, Option } from "commander";

/** What was typed before the word that is to be completed. */
export interface Typed {
  /** The program itself while there is no command yet. */
  readonly command: Command;
  readonly operands: readonly string[];
  readonly used: ReadonlySet<Option>;
  /** The option whose value comes next. */
  readonly pending: Option | undefined;
  /** Whether `--` came before, after which no word is an option. */
  readonly isAfterDashes: boolean;
}

/** Reads the words as commander would read them; undefined when the first one is not a command. */
export function readTyped(program: Command, words: readonly string[]): Typed | undefined {
  let command: Command | undefined = program;
  let pending: Option | undefined;
  let isAfterDashes = false;
  const operands: string[] = [];
  const used = new Set<Option>();
  for (const word of words) {
    if (!command) return undefined;
    if (pending) pending = undefined;
    else if (isAfterDashes || !isOption(word)) {
      if (command === program) command = commandsOf(program).find((candidate) => candidate.name() === word);
      else operands.push(word);
    } else if (word === "--") isAfterDashes = true;
    else {
      const option = findOption(command, word);
      if (option) used.add(option);
      pending = option?.required && (word === option.long || word === option.short) ? option : undefined;
    }
  }
  return command && { command, operands, used, pending, isAfterDashes };
}

/** The commands that the help shows. */
export function commandsOf(command: Command): readonly Command[] {
  return command.createHelp().visibleCommands(command);
}

/** The options that the help shows. */
export function optionsOf(command: Command): readonly Option[] {
  return command.createHelp().visibleOptions(command);
}

/** The option in a word, which can also contain its value: `--name`, `--name=shop`, `-oout`. */
export function findOption(command: Command, word: string): Option | undefined {
  const [name] = word.split("=", 1);
  return optionsOf(command).find(
    ({ long, short }) => long === name || (short !== undefined && !word.startsWith("--") && word.startsWith(short)),
  );
}

function isOption(word: string): boolean {
  return word.startsWith("-") && word !== "-";
}
