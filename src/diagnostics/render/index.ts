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
  /** Whether a warning is printed once for each code and field of a file, for people, or at each of its places. */
  readonly places: "first" | "every";
  /** How many diagnostics are printed at most. */
  readonly most: number;
  /** Returns text that ends with a line end. Only `pretty` uses the palette. */
  readonly render: (report: RunReport, palette: Palette) => string;
}

/** Nobody reads more at a terminal. */
const mostForPeople = 100;

/** GitHub refuses a SARIF file with more results than this. */
const mostForPrograms = 25_000;

const forPeople = { kind: "lines", places: "first" } as const;
const document = { kind: "document", most: mostForPrograms } as const;

/** All formats of `--format`. */
export const formats = {
  pretty: { ...forPeople, summary: "with the lines of the file", most: mostForPeople, render: renderPretty },
  compact: { ...forPeople, summary: "one line each, as gcc", most: mostForPrograms, render: renderCompact },
  json: { ...document, summary: "described by `schema report`", places: "every", render: renderJson },
  sarif: { ...document, summary: "SARIF 2.1.0", places: "every", render: renderSarif },
  github: { ...forPeople, summary: "annotations of GitHub Actions", most: mostForPrograms, render: renderGithub },
  junit: { ...document, summary: "JUnit XML", places: "first", render: renderJunit },
  checkstyle: { ...document, summary: "Checkstyle XML", places: "first", render: renderCheckstyle },
} as const satisfies Readonly<Record<string, Format>>;

/** The name of a format. */
export type FormatName = keyof typeof formats;
