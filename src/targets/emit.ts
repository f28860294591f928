import type { Balancer } from "../balancer/model.ts";
import type { AllowComment } from "../diagnostics/allow.ts";
import type { Diagnostic, Report } from "../diagnostics/diagnostic.ts";
import type { StackFile } from "../stack/file.ts";
import type { Stack } from "../stack/model.ts";
import { printYaml, type CommentsAt } from "../yaml/print.ts";
import { isBalancerFile } from "./balancers.ts";
import { withHostPathsFrom } from "./host-paths.ts";
import type { LoweredFile, OutputFile, Target, TargetOptions } from "./target.ts";

/** A stack with what its text still gives: the comments around a place, and ways to report something about a place. */
export interface ReadStack {
  /** What the text says, short forms and all. */
  readonly file: StackFile;
  readonly stack: Stack;
  readonly balancers: readonly Balancer[];
  readonly commentsAt: CommentsAt;
  readonly report: Report;
  /** Reports into another list. */
  readonly reportInto: (diagnostics: Diagnostic[]) => Report;
  readonly allowComments: readonly AllowComment[];
}

/** The files that a target writes for a stack, as data. Reports what is lost. */
export function lowerStack(
  target: Target,
  { stack, balancers, report }: ReadStack,
  options: Omit<TargetOptions, "balancers">,
): readonly LoweredFile[] {
  const here = withHostPathsFrom(options.stackFolder, stack);
  return target.lower(here, { ...options, balancers }, report);
}

/** The same files as text. */
export function printFiles(
  files: readonly LoweredFile[],
  { commentsAt }: Pick<ReadStack, "commentsAt">,
  header: string | undefined,
): readonly OutputFile[] {
  return files.map(({ name, content, isPublic }) => ({
    name,
    ...(isPublic ? { isPublic } : {}),
    text: typeof content === "string" ? content : printYaml(content, header, commentsAt),
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
