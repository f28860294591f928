import type { Argument, Command, Option } from "commander";
import { visible } from "../../text/visible.ts";
import { commandsOf, findOption, optionsOf, readTyped, type Typed } from "./typed.ts";

/** A word that could come next. */
export interface Suggestion {
  readonly value: string;
  /** One line; empty when there is nothing to say. */
  readonly description: string;
}

/** What could come next. */
export interface Suggestions {
  /** The files that fit beside the words: stack files and other YAML, any file, or folders. */
  readonly files: "none" | "yaml" | "file" | "folder";
  readonly words: readonly Suggestion[];
}

/** What commander does not know. */
export interface Subjects {
  readonly diagnostics: readonly string[];
  readonly fields: readonly string[];
  readonly warnings: readonly string[];
  readonly artefacts: readonly string[];
  /** The names of the services in a file; none when it cannot be read. */
  readonly servicesOf: (file: string) => readonly string[];
}

/** What could stand in the place of the last word: all that the program says about itself, by what has been typed before. */
export function suggest(program: Command, words: readonly string[], subjects: Subjects): Suggestions {
  const current = words.at(-1) ?? "";
  const typed = readTyped(program, words.slice(0, -1));
  const found = typed ? suggestFor(program, typed, current, subjects) : nothing;
  return { ...found, words: found.words.filter(({ value }) => value.startsWith(current) && visible(value) === value) };
}

const nothing: Suggestions = { files: "none", words: [] };

function suggestFor(program: Command, typed: Typed, current: string, subjects: Subjects): Suggestions {
  const { command, pending, used, isWithoutOptions } = typed;
  const listed = current.slice(0, current.lastIndexOf(",") + 1);
  if (pending) return valuesOf(pending, listed, subjects);
  if (isWithoutOptions || !current.startsWith("-"))
    return command === program ? namesOf(program) : operandsOf(program, typed, subjects);
  const [name] = current.split("=", 1);
  if (name !== current) {
    const option = findOption(command, current);
    return option?.required ? valuesOf(option, listed || `${name}=`, subjects) : nothing;
  }
  const options = optionsOf(command).filter((option) => !used.has(option));
  return listOf(
    options.flatMap(({ long, short, description }) =>
      [long, short].flatMap((value) => (value === undefined ? [] : [{ value, description: inShort(description) }])),
    ),
  );
}

/** By the choices of an option, or else by the name of its value. */
function valuesOf({ argChoices, flags }: Option, prefix: string, { artefacts, warnings }: Subjects): Suggestions {
  const [, name] = /<(.+)>/.exec(flags) ?? [];
  if (name === "dir") return { files: "folder", words: [] };
  if (name === "file") return { files: "file", words: [] };
  const named = { "file name": artefacts, codes: warnings }[name ?? ""] ?? [];
  return plain((argChoices ?? named).map((value) => `${prefix}${value}`));
}

/** By the choices of an argument, or else by its name. */
function operandsOf(program: Command, { command, operands }: Typed, subjects: Subjects): Suggestions {
  const last = command.registeredArguments.at(-1);
  const argument: Argument | undefined =
    command.registeredArguments[operands.length] ?? (last?.variadic ? last : undefined);
  if (argument?.argChoices) return plain(argument.argChoices);
  switch (argument?.name() ?? "") {
    case "file":
    case "files":
      return { files: "yaml", words: [] };
    case "services":
      return plain(subjects.servicesOf(operands[0] ?? "-").filter((name) => !operands.includes(name, 1)));
    case "subject":
      return listOf([...describe(subjects.diagnostics, "a diagnostic"), ...describe(subjects.fields, "a field")]);
    case "command":
      return namesOf(program);
    default:
      return nothing;
  }
}

function namesOf(program: Command): Suggestions {
  return listOf(commandsOf(program).map((command) => ({ value: command.name(), description: command.description() })));
}

/** Without what is in brackets or listed behind a colon. */
function inShort(description: string): string {
  return description.replace(/(?:: | \().*/, "");
}

function plain(values: readonly string[]): Suggestions {
  return listOf(describe(values, ""));
}

function describe(values: readonly string[], description: string): readonly Suggestion[] {
  return values.map((value) => ({ value, description }));
}

function listOf(words: readonly Suggestion[]): Suggestions {
  return { files: "none", words };
}
