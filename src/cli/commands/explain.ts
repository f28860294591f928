import stackSchema from "../../../schema/stack.schema.json" with { type: "json" };
import { catalogue, type Code, type Entry } from "../../diagnostics/catalogue/index.ts";
import { nearest } from "../../text/nearest.ts";
import type { Field } from "../../stack/file.ts";
import { conversionsOf, type Conversion } from "../../targets/conversion.ts";
import type { Io } from "../io.ts";
import { Problem } from "../../files/problem.ts";

/** `tutum-stack explain`: what a diagnostic or a field of the language means, or which there are. Returns the exit code. Throws a Problem. */
export function explainCommand(io: Io, subject: string | undefined): number {
  io.stdout.write(subject === undefined ? listOfSubjects() : explanationOf(subject));
  return 0;
}

/** What can be explained. */
export function subjects(): { readonly diagnostics: readonly string[]; readonly fields: readonly string[] } {
  return { diagnostics: Object.keys(catalogue), fields: Object.keys(fields) };
}

const fields: Readonly<Record<string, { readonly description: string }>> = stackSchema.definitions.service.properties;

function explanationOf(subject: string): string {
  if (Object.hasOwn(catalogue, subject)) return explainCode(subject as Code);
  if (Object.hasOwn(fields, subject)) return explainField(subject as Field);
  const known = subjects();
  const near = nearest(subject, [...known.diagnostics, ...known.fields]);
  const suggestion = near ? `; did you mean ${near}?` : "";
  throw new Problem(
    `there is no diagnostic or field ${JSON.stringify(subject)}${suggestion}`,
    "`tutum-stack explain` lists them all\n",
  );
}

function listOfSubjects(): string {
  const lists = Object.entries(subjects()).map(
    ([kind, names]) => `The ${kind} are:\n${names.map((name) => `  ${name}\n`).join("")}`,
  );
  return lists.join("\n");
}

/** Why a code exists, with a wrong and a right example. */
function explainCode(code: Code): string {
  const { severity, why, wrong, right, interpolate, target }: Entry<never> = catalogue[code];
  const option = interpolate ? "--interpolate" : target && `--target ${target}`;
  const flag = option ? ` (with ${option})` : "";
  const example = (title: string, text: string | undefined): string =>
    text === undefined ? "" : `\n${title}${flag}:\n\n${text.replace(/^(?=.)/gm, "    ").replace(/[^\n -~]/g, "?")}`;
  return `${severity}[${code}]\n\n${why}\n${example("Wrong", wrong)}${example("Right", right)}`;
}

/** What a field means, and what it becomes. */
function explainField(field: Field): string {
  const lines = conversionsOf(field).map(({ title, written, lost }: Conversion) =>
    [`${title}: ${written ?? "nothing"}`, lost && `    lost: ${lost}`].filter((line) => line !== undefined).join("\n"),
  );
  return `${field}\n\n${fields[field]!.description}\n\n${lines.join("\n")}\n`;
}
