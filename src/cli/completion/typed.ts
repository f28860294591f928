import type { Command, Option } from "commander";

/** What was typed before the word that is to be completed. */
export interface Typed {
  /** The program itself, or a group of commands, while none of its commands is named. */
  readonly command: Command;
  /** The program itself, or the last group that was named. */
  readonly group: Command;
  readonly operands: readonly string[];
  /** The options, with the values of those that have one. */
  readonly used: ReadonlyMap<Option, string | undefined>;
  /** The option whose value comes next. */
  readonly pending: Option | undefined;
  /** Whether `--` came before, after which no word is an option. */
  readonly isAfterDashes: boolean;
}

/** Reads the words as commander would read them; undefined when one that has to be a command is none. */
export function readTyped(program: Command, words: readonly string[]): Typed | undefined {
  let command = program;
  let group = program;
  let pending: Option | undefined;
  let isAfterDashes = false;
  const operands: string[] = [];
  const used = new Map<Option, string | undefined>();
  for (const word of words) {
    if (pending) {
      used.set(pending, word);
      pending = undefined;
    } else if (isAfterDashes || !isOption(word)) {
      const next = commandsOf(command).find((one) => one.name() === word || one.aliases().includes(word));
      if (!next && isGroup(command)) return undefined;
      if (next) [command, group] = [next, isGroup(next) ? next : group];
      else operands.push(word);
    } else if (word === "--") isAfterDashes = true;
    else {
      const option = findOption(command, word);
      if (option) used.set(option, /=(.*)/s.exec(word)?.[1]);
      pending = option?.required && (word === option.long || word === option.short) ? option : undefined;
    }
  }
  return { command, group, operands, used, pending, isAfterDashes };
}

/** Whether a command does nothing by itself and has commands. */
export function isGroup(command: Command): boolean {
  return command.commands.length > 0;
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
