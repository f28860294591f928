import { styleText } from "node:util";
import { plain, type Palette } from "../diagnostics/render/pretty.ts";
import type { Io, Output } from "./io.ts";

/** Whether a stream gets colours: FORCE_COLOR, then NO_COLOR, then whether it is a terminal that knows them. */
export function hasColour({ env }: Io, output: Output): boolean {
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined && forced !== "") return forced !== "0" && forced !== "false";
  return !env["NO_COLOR"] && env["TERM"] !== "dumb" && output.isTerminal;
}

/** The colours of diagnostics on a stream. */
export function paintFor(io: Io, output: Output): Palette {
  if (!hasColour(io, output)) return plain;
  const style =
    (...styles: ("bold" | "red" | "yellow" | "blue")[]) =>
    (text: string) =>
      styleText(styles, text, { validateStream: false });
  return {
    error: style("bold", "red"),
    warning: style("bold", "yellow"),
    frame: style("bold", "blue"),
    strong: style("bold"),
  };
}
