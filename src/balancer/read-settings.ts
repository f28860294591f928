import type { Path, Place, Report } from "../diagnostics/diagnostic.ts";
import { hasVariable } from "../stack/grammar/dollar.ts";
import type { Interpolation, Service, Variable } from "../stack/model.ts";
import { nearest } from "../text/nearest.ts";
import { balancerSettings, rowOf, type Row } from "./settings.ts";

/** A setting as the file has it. */
export interface Setting<Name extends string = string> {
  /** The name of its row. */
  readonly name: Name;
  readonly variable: Variable;
  /** Its value; undefined if it is known only when the stack starts. */
  readonly text: string | undefined;
}

/** The settings of a service by the names of their variables, in upper case. One that is empty is left out. */
export type Settings<Name extends string = string> = ReadonlyMap<string, Setting<Name>>;

/** How to read settings, and where to report. */
export interface ReadingContext {
  readonly interpolation: Interpolation;
  readonly report: Report;
}

/** The settings of a service. Names are compared without case. Reports each that is left out. */
export function readSettings<Name extends string>(
  service: Service,
  table: Readonly<Record<Name, Row>>,
  { interpolation, report }: ReadingContext,
): Settings<Name> {
  const found = new Map<string, Setting<Name>>();
  for (const variable of service.environment) {
    const known = rowOf(table, variable.name);
    if (!known || variable.value?.trim() === "") continue;
    const { name, row } = known;
    if (row.kind === "lost") reportLost(service, variable, row, report);
    if (row.kind === "lost" || row.kind === "ignored") continue;
    const isUnknown = variable.value === null || (interpolation === "on" && hasVariable(variable.value));
    if (isUnknown && !isCertificate(name)) reportLost(service, variable, knownTooLate, report);
    else
      found.set(variable.name.toUpperCase(), { name, variable, text: isUnknown ? undefined : plain(variable.value) });
  }
  return found;

  /** The value as the container gets it: with variables, `$$` is a `$`. */
  function plain(value: string): string {
    return interpolation === "on" ? value.replaceAll("$$", "$") : value;
  }
}

/** The value of a setting; undefined if the file does not have it. */
export function textOf<Name extends string>(settings: Settings<Name>, name: Name): string | undefined {
  return settings.get(name)?.text;
}

/** The items of a list: commas separate them, `\,` is a comma, and so do the lines of a block. */
export function listOf(text: string | undefined): readonly string[] {
  return (text ?? "")
    .split(/(?<!\\),|\n/)
    .map((item) => oneLine(item.replaceAll("\\,", ",")))
    .filter((item) => item !== "");
}

/** The text without line breaks and other control characters, which would end a line of the config. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
}

/** The port numbers in a list; undefined for an item that is none. */
export function portOf(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

/** Reports a variable of a service that the balancer ignores or that is left out. */
export function reportLost(
  { name: service }: Service,
  { name, origin }: Variable,
  { why, help }: { readonly why: string; readonly help: string },
  report: Report,
): void {
  report("lost-balancer-setting", placeOf(origin, name), { service, setting: name, why, help });
}

/** Reports variables of the balancer that are one edit away from a setting. Others may be for anybody. */
export function reportMisspelt(service: Service, report: Report): void {
  for (const variable of service.environment) {
    if (rowOf(balancerSettings, variable.name)) continue;
    const near = nearest(variable.name, Object.keys(balancerSettings), 1);
    if (near === undefined) continue;
    const help = `did you mean \`${near}\`?`;
    reportLost(service, variable, { why: "the load balancer has no setting of this name", help }, report);
  }
}

/** The place of a variable's name. */
export function placeOf(origin: Path, name: string): Place {
  return { path: origin, part: typeof origin.at(-1) === "number" ? { text: name } : "key" };
}

const knownTooLate = {
  why: "its value is known only when the stack starts, and the config is written before",
  help: "write the value into the stack file",
};

/** Whether a value reaches the container as a variable, so that the compiler need not know it. */
function isCertificate(name: string): boolean {
  return name === "SSL_CERT" || name === "DEFAULT_SSL_CERT" || name === "CA_CERT";
}
