import type { Outcome } from "../../platform/change.ts";
import { isEmpty, type Plan } from "../../platform/plan-model.ts";
import type { StopOutcome } from "../../platform/stop.ts";
import { visible } from "../../text/visible.ts";
import { printReport } from "../report.ts";
import { renderPlan } from "./plan-text.ts";
import type { Session } from "./session.ts";

/**
 * Prints the result of a change: identifiers on standard output, as the old clients do, and everything else on standard
 * error. Returns the exit code.
 */
export function reportOutcome(session: Session, outcome: Outcome, identifier: string): number {
  const { io } = session;
  switch (outcome.kind) {
    case "invalid":
      return printReport(
        io,
        io.stderr,
        [{ source: outcome.source, isElsewhere: false, diagnostics: outcome.diagnostics }],
        { format: "pretty" },
        { exitCode: 1, text: "nothing was changed" },
      );
    case "refused":
      return complain(session, `the stack file cannot be changed: ${outcome.reason}`);
    case "declined":
      return declined(session, outcome.destroyed);
    case "written":
      return reportWritten(session, outcome, identifier);
    case "done":
      return reportDone(session, outcome, identifier);
    case "planned":
    default:
      return 0;
  }
}

/** The same for a stop. */
export function reportStop(session: Session, outcome: StopOutcome, identifier: string): number {
  if (outcome.kind === "declined") return declined(session, outcome.destroyed);
  if (outcome.kind === "planned") return 0;
  session.io.stdout.write(`${identifier}\n`);
  return 0;
}

/** Says that nothing was done because the user did not confirm it. */
export function declined(session: Session, destroyed: readonly string[]): number {
  if (!session.io.canAsk) for (const sentence of destroyed) session.io.stderr.write(`  ${visible(sentence)}\n`);
  return complain(session, "nothing was done; add `--yes` to do this without a question");
}

/** Prints a problem, and returns the exit code 1. */
export function complain({ io }: Session, sentence: string): number {
  io.stderr.write(`tutum-stack: ${visible(sentence)}\n`);
  return 1;
}

function reportWritten(
  { io, flags }: Session,
  { plan, file }: Outcome & { readonly kind: "written" },
  identifier: string,
): number {
  if (flags.output === "json") io.stdout.write(`${JSON.stringify({ uuid: identifier, plan, results: [] }, null, 2)}\n`);
  else io.stdout.write(`${identifier}\n`);
  if (!flags.quiet && flags.output !== "json" && !isEmpty(plan))
    io.stderr.write(`${visible(`the change is not applied yet; \`tutum-stack up ${file}\` applies it`)}\n`);
  return 0;
}

function reportDone(
  { io, flags }: Session,
  { plan, results }: Outcome & { readonly kind: "done" },
  identifier: string,
): number {
  const failed = results.filter(({ problem }) => problem !== undefined);
  if (flags.output === "json") {
    io.stdout.write(`${JSON.stringify({ uuid: identifier, plan, results }, null, 2)}\n`);
    return failed.length > 0 ? 1 : 0;
  }
  if (identifier !== "") io.stdout.write(`${identifier}\n`);
  if (!flags.quiet) io.stderr.write(done(plan, new Set(failed.map(({ service }) => service))));
  for (const { service, problem } of failed)
    io.stderr.write(`tutum-stack: service ${service}: ${visible(problem ?? "")}\n`);
  return failed.length > 0 ? 1 : 0;
}

/** What was done and what the user must know, for the services that were changed or have notes. */
function done({ services, sidecar, ...plan }: Plan, failed: ReadonlySet<string>): string {
  const shown = {
    ...plan,
    services: services.filter(
      ({ service, steps, notes }) => !failed.has(service) && (steps.length > 0 || notes.length > 0),
    ),
    sidecar: failed.has(sidecar.service) ? ({ ...sidecar, kind: "none" } as const) : sidecar,
  };
  return isEmpty(shown) && shown.services.length === 0 ? "" : renderPlan(shown, "done");
}
