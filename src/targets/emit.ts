import type { Report } from "../diagnostics/diagnostic.ts";
import type { Stack } from "../stack/model.ts";
import { printYaml, type CommentsAt } from "../yaml/print.ts";
import { headerFor } from "./header.ts";
import { configText } from "./sidecar.ts";
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
  const { yaml, config } = target.lower(stack, options, report);
  const files = [{ name: target.file, text: printYaml(yaml, headerFor(options.source), commentsAt) }];
  return config ? [...files, { name: target.configFile, text: configText(config) }] : files;
}

/** The name of every file that a target may write; one of them that is no longer written is stale. */
export function filesOf({ file, configFile }: Target): readonly string[] {
  return [file, configFile];
}
