import type { Balancer } from "../balancer/model.ts";
import type { AllowComment } from "../diagnostics/allow.ts";
import type { Diagnostic, Report } from "../diagnostics/diagnostic.ts";
import type { Stack } from "../stack/model.ts";
import { printYaml, type CommentsAt } from "../yaml/print.ts";
import { isBalancerFile } from "./balancers.ts";
import { withHostPathsFrom } from "./host-paths.ts";
import type { OutputFile, Target, TargetOptions } from "./target.ts";

/** A stack with what its text still gives: the comments around a place, and ways to report something about a place. */
export interface ReadStack {
  readonly stack: Stack;
  readonly balancers: readonly Balancer[];
  readonly commentsAt: CommentsAt;
  readonly report: Report;
  /** Reports into another list. */
  readonly reportInto: (diagnostics: Diagnostic[]) => Report;
  readonly allowComments: readonly AllowComment[];
}

/** The files that a target writes for a stack. Reports what is lost. */
export function emit(
  target: Target,
  { stack, balancers, commentsAt, report }: ReadStack,
  options: Omit<TargetOptions, "balancers">,
): readonly OutputFile[] {
  const here = withHostPathsFrom(options.stackFolder, stack);
  return target.lower(here, { ...options, balancers }, report).map(({ name, content, isPublic }) => ({
    name,
    ...(isPublic ? { isPublic } : {}),
    text: typeof content === "string" ? content : printYaml(content, options.header, commentsAt),
  }));
}

/**
 * The names of all files that a target may write, those of `names` included that have the name of a service in them.
 * One that it does not write for a stack is stale.
 */
export function filesOf({ outputs }: Target, names: Iterable<string> = []): readonly string[] {
  const balancers = [...names].filter((name) => isBalancerFile(name, outputs.balancer));
  return [...new Set([...Object.values(outputs), ...balancers])];
}
