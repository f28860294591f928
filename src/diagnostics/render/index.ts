import { renderCheckstyle } from "./checkstyle.ts";
import { renderCompact } from "./compact.ts";
import { renderGithub } from "./github.ts";
import { renderJson } from "./json.ts";
import { renderJunit } from "./junit.ts";
import { renderPretty, type Palette } from "./pretty.ts";
import type { RunReport } from "./report.ts";
import { renderSarif } from "./sarif.ts";

/** One way to print a report. */
interface Format {
  readonly summary: string;
  /** Lines are left out when there is nothing to say. A document is always printed whole. */
  readonly kind: "lines" | "document";
  /** How many diagnostics are printed at most. */
  readonly most: number;
  /** Returns text that ends with a line end. Only `pretty` uses the palette. */
  readonly render: (report: RunReport, palette: Palette) => string;
}

/** Nobody reads more at a terminal. */
const mostForPeople = 100;

/** GitHub refuses a SARIF file with more results than this. */
const mostForPrograms = 25_000;

/** All formats of `--format`. */
export const formats = {
  pretty: { summary: "with the lines of the file", kind: "lines", most: mostForPeople, render: renderPretty },
  compact: { summary: "one line each, as gcc", kind: "lines", most: mostForPrograms, render: renderCompact },
  json: { summary: "described by `schema report`", kind: "document", most: mostForPrograms, render: renderJson },
  sarif: { summary: "SARIF 2.1.0", kind: "document", most: mostForPrograms, render: renderSarif },
  github: { summary: "annotations of GitHub Actions", kind: "lines", most: mostForPrograms, render: renderGithub },
  junit: { summary: "JUnit XML", kind: "document", most: mostForPrograms, render: renderJunit },
  checkstyle: { summary: "Checkstyle XML", kind: "document", most: mostForPrograms, render: renderCheckstyle },
} as const satisfies Readonly<Record<string, Format>>;

/** The name of a format. */
export type FormatName = keyof typeof formats;
