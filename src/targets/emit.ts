import type { Report } from "../diagnostics/diagnostic.ts";
import type { Stack } from "../stack/model.ts";
import { printYaml, type CommentsAt } from "../yaml/print.ts";
import { headerFor } from "./header.ts";
import type { OutputFile, Target, TargetOptions } from "./target.ts";

/** A stack with what is known about its text: the comments around a place, and how to report something about one. */
export interface ReadStack {
  readonly stack: Stack;
  readonly commentsAt: CommentsAt;
  readonly report: Report;
}

/** What a target writes for a stack. Reports what is lost. */
export function emit(
  target: Target,
  { stack, commentsAt, report }: ReadStack,
  options: TargetOptions,
): readonly OutputFile[] {
  return target.lower(stack, options, report).map(({ name, content }) => ({
    name,
    text: typeof content === "string" ? content : printYaml(content, headerFor(options.source), commentsAt),
  }));
}

/** The name of every file that a target may write; one of them that is no longer written is stale. */
export function filesOf({ outputs }: Target): readonly string[] {
  return Object.values(outputs);
}
