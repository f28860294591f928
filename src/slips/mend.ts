import type { diagnosing, Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Line } from "./lines.ts";

/** A part of a text and what should stand there. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A way to mend a text, and what is said if it turns out to be the right one. */
export interface Mend {
  readonly edits: readonly Edit[];
  readonly say: (diagnose: ReturnType<typeof diagnosing>) => Diagnostic;
}

/** A text, and where a mistake was found in it. */
export interface Broken {
  readonly text: string;
  readonly lines: readonly Line[];
  /** The index, in `lines`, of the line of the mistake, or of the next one. */
  readonly at: number;
  /** What was found. */
  readonly mistake: Diagnostic;
}

/** The text after edits, which do not overlap. */
export function mended(text: string, edits: readonly Edit[]): string {
  return edits
    .toSorted((one, other) => other.start - one.start)
    .reduce((before, edit) => before.slice(0, edit.start) + edit.text + before.slice(edit.end), text);
}

/** The lines around a mistake, nearest first. */
export function nearbyLines({ lines, at }: Broken, before = 3, after = 3): readonly Line[] {
  return lines
    .slice(Math.max(0, at - before), at + after + 1)
    .toSorted((one, other) => distance(one, lines[at]) - distance(other, lines[at]));
}

function distance(line: Line, from: Line | undefined): number {
  return Math.abs(line.index - (from?.index ?? line.index));
}
