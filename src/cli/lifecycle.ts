import { readStack } from "../compile.ts";
import { hasErrors, inSourceOrder, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { actionAfterDaemonRestart, actionAfterExit, actionAfterStop, type Action, type Exit, type Policy } from "../lifecycle/policy.ts";
import type { Source } from "../diagnostics/source.ts";
import type { Service } from "../stack/model.ts";
import { readInput } from "./input.ts";
import type { Io } from "./io.ts";
import { printReport } from "./report.ts";

/** The flags of `lifecycle`. */
export interface LifecycleFlags {
  readonly stdinFilename?: string;
}

/** `tutum-stack lifecycle`: what happens to the containers of each service. Returns the exit code. Throws a Problem. */
export function lifecycleCommand(io: Io, file: string | undefined, flags: LifecycleFlags): number {
  const { source, isElsewhere, failure } = readInput(io, file, flags.stdinFilename);
  const diagnostics: Diagnostic[] = failure ? [failure] : [];
  const read = failure ? undefined : readEitherWay(source, diagnostics);
  if (!read || hasErrors(diagnostics)) {
    const finding = { source, isElsewhere, diagnostics: inSourceOrder(diagnostics) };
    return printReport(io, io.stderr, [finding], { format: "pretty" }, { exitCode: 1, text: `${source.name} is not valid` });
  }
  io.stdout.write(table([header, ...[...read.stack.services.values()].map(row)]));
  return 0;
}

/** What happens to a container does not depend on what `$` means. */
function readEitherWay(source: Source, diagnostics: Diagnostic[]): ReturnType<typeof readStack> {
  const otherwise: Diagnostic[] = [];
  const interpolated = readStack(source, { interpolate: true }, otherwise);
  return hasErrors(otherwise) ? readStack(source, {}, diagnostics) : interpolated;
}

const header = ["SERVICE", "AUTORESTART", "AUTODESTROY", "EXIT 0", "OTHER EXIT", "STOPPED BY HAND", "DAEMON RESTARTS"];

function row({ name, restart, autodestroy }: Service): readonly string[] {
  const policy: Policy = { autorestart: restart.policy, autodestroy };
  const retries = restart.retries === undefined ? "" : `:${restart.retries}`;
  return [
    name,
    `${restart.policy}${retries}`,
    autodestroy,
    actionAfterExit(policy, "success"),
    `${actionAfterExit(policy, "failure")}${retries && `, ${restart.retries === 1 ? "once" : `${restart.retries} times`}, then ${actionAfterStop(policy, "failure")}`}`,
    eitherWay((exit) => actionAfterStop(policy, exit)),
    eitherWay((exit) => actionAfterDaemonRestart(policy, exit)),
  ];
}

/** A container that is stopped ends with 137 or 143, or with 0 if its program handles the signal. */
function eitherWay(action: (exit: Exit) => Action): string {
  const [success, failure] = [action("success"), action("failure")];
  return success === failure ? success : `${failure}, or ${success} if exit 0`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = header.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  return rows
    .map(
      (cells) =>
        `${cells
          .map((cell, column) => cell.padEnd(widths[column]!))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
