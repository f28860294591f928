import { resolve } from "node:path";
import { readStack } from "../compile.ts";
import { hasErrors, sortedAndUnique, type Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Source } from "../diagnostics/source.ts";
import type { Interpolation, Stack } from "../stack/model.ts";
import { readInput } from "../files/stack-file.ts";
import type { Io } from "./io.ts";
import { printReport } from "./report.ts";

/** The flags of the commands that only say something about a stack. */
export interface ReadFlags {
  readonly stdinFilename?: string;
}

/** The stack of a file; undefined when it has errors, which are printed. Without a meaning of `$`, either will do. Throws a Problem. */
export function readStackOnly(
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
  const finding = { source, isElsewhere, diagnostics: sortedAndUnique(diagnostics) };
  printReport(io, io.stderr, [finding], { format: "pretty" }, { exitCode: 1, text: `${source.name} is not valid` });
  return undefined;
}

/** The names of the services in a file, or in the one stack file of this folder; none when it cannot be read or is longer than this. */
export function servicesOf(io: Io, file: string | undefined, longest = Infinity): readonly string[] {
  try {
    if (file !== undefined && (io.files.length(resolve(io.cwd, file)) ?? Infinity) > longest) return [];
    const { source, failure } = readInput(io, file, undefined);
    const read = failure ? undefined : readStack(source, { interpolate: true }, []);
    return read ? [...read.stack.services.keys()] : [];
  } catch {
    return [];
  }
}

function readEitherWay(source: Source, diagnostics: Diagnostic[]): ReturnType<typeof readStack> {
  const otherwise: Diagnostic[] = [];
  const interpolated = readStack(source, { interpolate: true }, otherwise);
  return hasErrors(otherwise) ? readStack(source, {}, diagnostics) : interpolated;
}
