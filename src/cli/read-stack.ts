import { resolve } from "node:path";
import { readStack } from "../compile.ts";
import { hasErrors, inOrderOfHarm, type Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Source } from "../diagnostics/source.ts";
import type { Interpolation, Stack } from "../stack/model.ts";
import { readInput } from "../files/stack-file.ts";
import type { Io } from "./io.ts";
import { printReport } from "./report.ts";

/** The flags of the commands that print facts about a stack and compile nothing. */
export interface ReadFlags {
  readonly stdinFilename?: string;
}

/**
 * The stack of a file; undefined when the file has errors, which are printed. Without `interpolation`, it is enough
 * that the file is valid with or without `--interpolate`. Throws a Problem.
 */
export function readValidStack(
  io: Io,
  file: string | undefined,
  flags: ReadFlags,
  interpolation?: Interpolation,
): Stack | undefined {
  const { source, isElsewhere, failure } = readInput(io, file, flags.stdinFilename);
  const diagnostics: Diagnostic[] = failure ? [failure] : [];
  const read = failure
    ? undefined
    : interpolation
      ? readStack(source, { interpolate: interpolation === "on" }, diagnostics)
      : readEitherWay(source, diagnostics);
  if (read && !hasErrors(diagnostics)) return read.stack;
  const finding = { source, isElsewhere, diagnostics: inOrderOfHarm(diagnostics) };
  printReport(io, io.stderr, [finding], { format: "pretty" }, { exitCode: 1, text: `${source.name} is not valid` });
  return undefined;
}

/**
 * The names of the services in a file, or in the one stack file of the current folder. None when the file cannot be
 * read, or has more than `maxBytes`.
 */
export function servicesOf(io: Io, file: string | undefined, maxBytes = Infinity): readonly string[] {
  try {
    if (file !== undefined && (io.files.length(resolve(io.cwd, file)) ?? Infinity) > maxBytes) return [];
    const { source, failure } = readInput(io, file, undefined);
    const read = failure ? undefined : readStack(source, { interpolate: true }, []);
    return read ? [...read.stack.services.keys()] : [];
  } catch {
    return [];
  }
}

/** Reads with `--interpolate`; if that gives errors, without it. */
function readEitherWay(source: Source, diagnostics: Diagnostic[]): ReturnType<typeof readStack> {
  const whenInterpolated: Diagnostic[] = [];
  const interpolated = readStack(source, { interpolate: true }, whenInterpolated);
  return hasErrors(whenInterpolated) ? readStack(source, {}, diagnostics) : interpolated;
}
