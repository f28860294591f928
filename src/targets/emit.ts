import type { AllowComment } from "../diagnostics/allow.ts";
import type { Diagnostic, Report } from "../diagnostics/diagnostic.ts";
import type { Stack } from "../stack/model.ts";
import { printYaml, type CommentsAt } from "../yaml/print.ts";
import { withHostPathsFrom } from "./host-paths.ts";
import type { OutputFile, Target, TargetOptions } from "./target.ts";

/** A stack with what its text still gives: the comments around a place, and ways to report something about a place. */
export interface ReadStack {
  readonly stack: Stack;
  readonly commentsAt: CommentsAt;
  readonly report: Report;
  /** Reports into another list. */
  readonly reportInto: (diagnostics: Diagnostic[]) => Report;
  readonly allowComments: readonly AllowComment[];
}

/** The files that a target writes for a stack. Reports what is lost. */
export function emit(
  target: Target,
  { stack, commentsAt, report }: ReadStack,
  options: TargetOptions,
): readonly OutputFile[] {
  return target.lower(withHostPathsFrom(options.stackFolder, stack), options, report).map(({ name, content }) => ({
    name,
    text: typeof content === "string" ? content : printYaml(content, options.header, commentsAt),
  }));
}

/** The names of all files that a target may write. One that it does not write for a stack is stale. */
export function filesOf({ outputs }: Target): readonly string[] {
  return Object.values(outputs);
}
