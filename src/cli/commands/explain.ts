import stackSchema from "../../../schema/stack.schema.json" with { type: "json" };
import { balancerSettings, rowOf, serviceSettings, type Row } from "../../balancer/settings.ts";
import { catalogue, type Code, type Entry } from "../../diagnostics/catalogue/index.ts";
import { Problem } from "../../files/problem.ts";
import type { Field } from "../../stack/file.ts";
import { conversionsOf } from "../../targets/conversion.ts";
import { nearest } from "../../text/nearest.ts";
import { wrap } from "../../text/wrap.ts";
import type { DefineCommand } from "../invocation.ts";

/** `tutum-stack explain`: explains a diagnostic or a field of a service, or lists them all. */
export const defineExplain: DefineCommand = (program, { io, finish }) => {
  program
    .command("explain [subject]")
    .description(
      "explain a diagnostic, a field of a service, or a setting of the old load balancer; without a subject, list " +
        "them all",
    )
    .action((subject: string | undefined) => {
      io.stdout.write(subject === undefined ? listOfSubjects() : explanationOf(subject));
      finish(0);
    });
};

/** What can be explained. */
export function subjects(): Readonly<Record<"diagnostics" | "fields" | "settings", readonly string[]>> {
  const settings = new Set([...Object.keys(balancerSettings), ...Object.keys(serviceSettings)]);
  return { diagnostics: Object.keys(catalogue), fields: Object.keys(fields), settings: [...settings] };
}

/** What the schema says about a value. */
interface ValueSchema {
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly enumDescriptions?: readonly string[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly anyOf?: readonly ValueSchema[];
}

const fields: Readonly<Record<string, ValueSchema>> = stackSchema.definitions.service.properties;

function listOfSubjects(): string {
  const codes = Object.entries(catalogue).map(
    ([code, { severity, why }]) => `  ${code} (${severity})\n${wrap(firstSentence(why), "      ")}\n`,
  );
  const described = Object.entries(fields).map(
    ([field, { description = "" }]) => `  ${field}\n${wrap(firstSentence(description), "      ")}\n`,
  );
  const settings = wrap(subjects().settings.join(" "), "  ");
  const listed = `Diagnostics:\n${codes.join("")}\nFields of a service:\n${described.join("")}`;
  return `${listed}\nSettings of the old load balancer:\n${settings}\n`;
}

function firstSentence(text: string): string {
  return /^.*?[.:](?= |$)/.exec(text)?.[0].replace(/:$/, ".") ?? text;
}

/** Throws a Problem for a subject that does not exist. */
function explanationOf(subject: string): string {
  if (Object.hasOwn(catalogue, subject)) return explainCode(subject as Code);
  if (Object.hasOwn(fields, subject)) return explainField(subject as Field);
  const setting = explainSetting(subject);
  if (setting !== undefined) return setting;
  const known = subjects();
  const near = nearest(subject, [...known.diagnostics, ...known.fields, ...known.settings]);
  const suggestion = near ? `; did you mean ${near}?` : "";
  throw new Problem(
    `there is no diagnostic, field or setting ${JSON.stringify(subject)}${suggestion}`,
    "`tutum-stack explain` lists them all\n",
  );
}

/** Why a code exists, with a wrong and a right example. */
function explainCode(code: Code): string {
  const { severity, why, wrong, right, file, option }: Entry<never> = catalogue[code];
  const where = [...(file ? [`in ${file}`] : []), ...(option ? [`with ${option}`] : [])].join(", ");
  const condition = where === "" ? "" : ` (${where})`;
  const example = (title: string, text: string | undefined): string =>
    text === undefined ? "" : `\n${title}${condition}:\n\n${indented(text).replace(/[^\n -~]/g, "?")}`;
  return `${severity}[${code}]\n\n${wrap(why)}\n${example("Wrong", wrong)}${example("Right", right)}`;
}

/** What became of a setting of the old load balancer; undefined if it had none of this name. */
function explainSetting(variable: string): string | undefined {
  const places = [
    { found: rowOf(balancerSettings, variable), where: "On the load balancer" },
    { found: rowOf(serviceSettings, variable), where: "On a service that the load balancer links to" },
  ].flatMap(({ found, where }) => (found ? [{ ...found, where }] : []));
  if (places.length === 0) return undefined;
  const parts = places.map(
    ({ where, row }) => `\n${wrap(`${where}: ${row.meaning}.`)}\n${wrap(becomes(row), "    ")}\n`,
  );
  return `${places[0]!.name}\n\nA variable that the load balancer of the old platform read.\n${parts.join("")}`;
}

function becomes(row: Row): string {
  if (row.kind === "kept" || row.kind === "translated") return `haproxy.cfg: ${row.becomes}`;
  if (row.kind === "ignored") return `nothing: ${row.why}`;
  return `lost: ${row.why}; ${row.help}`;
}

/** What a field means, its values, and what it becomes. */
function explainField(field: Field): string {
  const schema = fields[field]!;
  const becomes = conversionsOf(field).flatMap(({ title, written, lost }) => [
    wrap(`${title}: ${written ?? "nothing"}`),
    ...(lost ? [wrap(`lost: ${lost}`, "    ")] : []),
  ]);
  return [
    `${field}\n\n${wrap(schema.description!)}\n`,
    valuesOf(schema),
    exampleOf(field, schema),
    `${becomes.join("\n")}\n`,
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function valuesOf(schema: ValueSchema): string {
  const choices = choicesOf(schema);
  const lines = (choices?.enum ?? []).map((value, index) => {
    const isDefault = value === choices?.default ? " This is the default." : "";
    return `  ${String(value)}\n${wrap(`${choices?.enumDescriptions?.[index] ?? ""}${isDefault}`, "      ")}\n`;
  });
  return lines.length === 0 ? "" : `Values:\n${lines.join("")}`;
}

function exampleOf(field: Field, schema: ValueSchema): string {
  const choices = choicesOf(schema);
  const value = schema.examples?.[0] ?? choices?.enum?.find((choice) => choice !== choices.default);
  if (value === undefined) return "";
  const line = `${field}: ${typeof value === "string" && choices ? value : JSON.stringify(value)}`;
  const image = field === "image" ? "" : "  image: busybox\n";
  return `Example:\n\n${indented(`job:\n${image}  ${line}\n`)}`;
}

/** The part of a field's schema that lists its values; undefined for a field without such a list. */
function choicesOf(schema: ValueSchema): ValueSchema | undefined {
  return [schema, ...(schema.anyOf ?? [])].find((node) => node.enum !== undefined);
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "    ");
}
