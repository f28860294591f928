import { catalogue, type Code, type Entry } from "../diagnostics/catalogue/index.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Io } from "./io.ts";
import { Problem } from "./problem.ts";

/** `tutum-stack explain`: why a code exists, with a wrong and a right example. Returns the exit code. Throws a Problem. */
export function explainCommand(io: Io, code: string): number {
  if (!Object.hasOwn(catalogue, code)) {
    const near = nearest(code, Object.keys(catalogue));
    const known = Object.keys(catalogue).map((slug) => `  ${slug}\n`);
    throw new Problem(`there is no diagnostic ${JSON.stringify(code)}${near ? `; did you mean ${near}?` : ""}`, `\nThe diagnostics are:\n${known.join("")}`);
  }
  const { severity, why, wrong, right, interpolate, target }: Entry<never> = catalogue[code as Code];
  const option = interpolate ? "--interpolate" : target && `--target ${target}`;
  const flag = option ? ` (with ${option})` : "";
  const example = (title: string, text: string | undefined): string =>
    text === undefined ? "" : `\n${title}${flag}:\n\n${text.replace(/^(?=.)/gm, "    ").replace(/[^\n -~]/g, "?")}`;
  io.stdout.write(`${severity}[${code}]\n\n${why}\n${example("Wrong", wrong)}${example("Right", right)}`);
  return 0;
}
