import type { Argument, Command, Option } from "commander";
import { visible } from "../../text/visible.ts";
import { commandsOf, findOption, isGroup, optionsOf, readTyped, type Typed } from "./typed.ts";

/** A word that could come next. */
export interface Suggestion {
  readonly value: string;
  /** One line; empty when there is nothing to say. */
  readonly description: string;
}

/** Everything that could come next: words, and a kind of files. */
export interface Suggestions {
  /** The files that could come next: none, stack files and other YAML, any file, or folders. */
  readonly files: "none" | "yaml" | "file" | "folder";
  readonly words: readonly Suggestion[];
}

/** The words that commander does not know. */
export interface Vocabulary {
  readonly diagnostics: readonly string[];
  readonly fields: readonly string[];
  readonly settings: readonly string[];
  readonly warnings: readonly string[];
  readonly artefacts: readonly string[];
  /** The names of the services in a file; none when it cannot be read. */
  readonly servicesOf: (file: string) => readonly string[];
  /** The services and stacks that live services would find, with `--stacks` if it was given. */
  readonly live: (stacks: string | undefined) => LiveNames;
}

/** What live services can be asked about. */
export interface LiveNames {
  readonly services: readonly Suggestion[];
  readonly stacks: readonly Suggestion[];
}

/** Suggests what the last word could become, from the help of the program and the words before it. */
export function suggest(program: Command, words: readonly string[], vocabulary: Vocabulary): Suggestions {
  const current = words.at(-1) ?? "";
  const typed = readTyped(program, words.slice(0, -1));
  const found = typed ? suggestFor(typed, current, vocabulary) : nothing;
  return { ...found, words: found.words.filter(({ value }) => value.startsWith(current) && visible(value) === value) };
}

const nothing: Suggestions = { files: "none", words: [] };

function suggestFor(typed: Typed, current: string, vocabulary: Vocabulary): Suggestions {
  const { command, pending, used, isAfterDashes } = typed;
  // The finished items of a value such as `bad-link,bad-port`.
  const finished = current.slice(0, current.lastIndexOf(",") + 1);
  if (pending) return valuesOf(pending, finished, typed, vocabulary);
  if (isAfterDashes || !current.startsWith("-"))
    return isGroup(command) ? namesOf(command, current) : operandsOf(typed, vocabulary);
  const [name] = current.split("=", 1);
  if (name !== current) {
    const option = findOption(command, current);
    return option?.required ? valuesOf(option, finished || `${name}=`, typed, vocabulary) : nothing;
  }
  const options = optionsOf(command).filter((option) => !used.has(option) || isRepeatable(option));
  return listOf(
    options.flatMap(({ long, short, description }) =>
      [long, short].flatMap((value) => (value === undefined ? [] : [{ value, description: shortened(description) }])),
    ),
  );
}

function isRepeatable({ description }: Option): boolean {
  return description.endsWith("can be repeated");
}

/** The values of an option: its choices, or else what its name or that of its value stands for. */
function valuesOf(
  { argChoices, flags, long }: Option,
  prefix: string,
  typed: Typed,
  vocabulary: Vocabulary,
): Suggestions {
  const [, name] = /<(.+)>/.exec(flags) ?? [];
  if (name === "dir") return { files: "folder", words: [] };
  if (name === "file") return { files: "file", words: [] };
  const { artefacts, warnings } = vocabulary;
  const known = long === "--stack" ? liveNames(typed, vocabulary).stacks : undefined;
  const services = name === "service" ? liveNames(typed, vocabulary).services : undefined;
  const named = { "file name": artefacts, codes: warnings }[name ?? ""] ?? [];
  const found = known ?? services ?? describe(argChoices ?? named, "");
  return listOf(found.map(({ value, description }) => ({ value: `${prefix}${value}`, description })));
}

/** The values of the next argument: its choices, or else what its name stands for. */
function operandsOf(typed: Typed, vocabulary: Vocabulary): Suggestions {
  const { command, operands } = typed;
  const last = command.registeredArguments.at(-1);
  const argument: Argument | undefined =
    command.registeredArguments[operands.length] ?? (last?.variadic ? last : undefined);
  if (argument?.argChoices) return plain(argument.argChoices);
  switch (argument?.name() ?? "") {
    case "file":
    case "files":
      return { files: "yaml", words: [] };
    case "dir":
      return { files: "folder", words: [] };
    case "services":
      return plain(vocabulary.servicesOf(operands[0] ?? "-").filter((name) => !operands.includes(name, 1)));
    case "service":
    case "job":
      return listOf(withoutUsed(liveNames(typed, vocabulary).services, operands));
    case "stack":
      return listOf(withoutUsed(liveNames(typed, vocabulary).stacks, operands));
    case "subject":
      return listOf([
        ...describe(vocabulary.diagnostics, "a diagnostic"),
        ...describe(vocabulary.fields, "a field"),
        ...describe(vocabulary.settings, "a setting of the old load balancer"),
      ]);
    case "command":
      return namesOf(typed.group, "");
    default:
      return nothing;
  }
}

function liveNames({ used }: Typed, { live }: Vocabulary): LiveNames {
  const [, stacks] = [...used].find(([{ long }]) => long === "--stacks") ?? [];
  return live(stacks);
}

function withoutUsed(suggestions: readonly Suggestion[], used: readonly string[]): readonly Suggestion[] {
  return suggestions.filter(({ value }) => !used.includes(value));
}

/** The commands of a group. Their other names are offered to who begins to type one. */
function namesOf(group: Command, current: string): Suggestions {
  return listOf(
    commandsOf(group).flatMap((command) =>
      [command.name(), ...(current === "" ? [] : command.aliases())].map((value) => ({
        value,
        description: command.description(),
      })),
    ),
  );
}

/** A description without what follows its first colon or bracket. */
function shortened(description: string): string {
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
