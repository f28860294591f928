import { EngineError } from "../docker/engine.ts";
import { describeCandidate, NoProject } from "./find-project.ts";
import { isIntended, type SidecarOptions, type SidecarState } from "./state.ts";

/**
 * Logs why a connection has ended, and reports a lasting problem to the health check. Returns how many milliseconds are
 * left for further attempts: 0 or less means that the sidecar must give up.
 */
export function reportLoss(options: SidecarOptions, state: SidecarState, problem: Error): number {
  const { clock, onHealth, once } = options;
  const failure = problem instanceof EngineError ? problem.failure : undefined;
  logOnce(options, state, problem);
  if (failure === "forbidden" || problem instanceof NoProject) onHealth(problem.message);
  state.refusedSince = failure === "unreachable" ? (state.refusedSince ?? clock.now()) : undefined;
  if (once && (failure === "unreachable" || problem instanceof NoProject)) return 0;
  return state.refusedSince === undefined ? Infinity : state.refusedSince + longestRefusal - clock.now();
}

/** How long nothing may listen at the engine's address, in milliseconds. */
const longestRefusal = 60_000;

/** How many projects are listed when the sidecar cannot tell which one is its own. */
const mostCandidates = 50;

/** Logs a problem, unless it was the last problem that was logged. */
function logOnce({ log }: SidecarOptions, state: SidecarState, problem: Error): void {
  const candidates = problem instanceof NoProject ? problem.candidates : [];
  const text = [problem.message, ...candidates.map(describeCandidate)].join("\n");
  if (text === state.loggedProblem) return;
  state.loggedProblem = text;
  const event = problem instanceof NoProject ? "no project" : "disconnected";
  log({ level: isIntended(problem) ? "info" : "warning", event, reason: problem.message });
  for (const candidate of candidates.slice(0, mostCandidates))
    log({ level: "warning", event: "candidate", reason: describeCandidate(candidate) });
  const more = candidates.length - mostCandidates;
  if (more > 0) log({ level: "warning", event: "candidate", reason: `and ${more} more` });
}
