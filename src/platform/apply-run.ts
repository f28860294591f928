import type { PlatformEngine } from "../docker/platform-engine.ts";
import type { SidecarSettings } from "../targets/sidecar-options.ts";
import { EngineError } from "../docker/engine.ts";
import { Problem } from "../files/problem.ts";
import type { ComposeResult } from "./compose.ts";
import type { Plan, Request, Step } from "./plan-model.ts";
import type { ProjectState } from "./state.ts";
import type { WantedStack } from "./compiled.ts";
import { observeProject, type ObservedContainer, type ObservedProject } from "./observed.ts";

/** The result for one service. */
export interface ServiceResult {
  readonly service: string;
  /** Why it is not as the file says; undefined when it is. */
  readonly problem: string | undefined;
}

/** What an apply needs. */
export interface ApplyTools {
  readonly engine: PlatformEngine;
  /** Runs Compose with the files of the stack. Rejects with a Problem when it cannot be started. */
  readonly compose: (args: readonly string[]) => Promise<ComposeResult>;
  /** Saves the state of the project. Throws a Problem. */
  readonly save: (state: ProjectState) => void;
  /** Makes the image of the sidecar if it is missing. Rejects with a Problem. */
  readonly provideSidecarImage: () => Promise<void>;
  /** Copies the runs of a sidecar that will be removed. Rejects with a Problem or an EngineError. */
  readonly copyRuns: (sidecar: ObservedContainer) => Promise<void>;
  /** Reports the current step in a few words. */
  readonly onStep: (text: string) => void;
  /** The time of day in milliseconds since 1970. */
  readonly now: () => number;
}

/** What is applied. */
export interface Application {
  readonly what: string;
  readonly project: string;
  readonly plan: Plan;
  readonly wanted: WantedStack;
  readonly state: ProjectState | undefined;
  readonly observed: ObservedProject;
  readonly request: Request;
  /** Whether new containers get new anonymous volumes. */
  readonly renewsVolumes: boolean;
  /** How the sidecar is run. It is saved with the state. */
  readonly sidecar: SidecarSettings;
  /** Whether a server is the sidecar of the stack. */
  readonly isServed: boolean;
}

/** An apply in progress. */
export interface Run {
  readonly tools: ApplyTools;
  readonly application: Application;
  readonly signal: AbortSignal;
  /** Why a service failed: its first problem. */
  readonly problems: Map<string, string>;
  state: ProjectState;
}

type StepOf<Kind extends Step["kind"]> = Extract<Step, { readonly kind: Kind }>;

/** The steps of a kind, of the services that had no problem yet. Throws the reason of an aborted signal. */
export function stepsOf<Kind extends Step["kind"]>(
  { application, problems, signal }: Run,
  kind: Kind,
): readonly { readonly service: string; readonly step: StepOf<Kind> }[] {
  signal.throwIfAborted();
  return application.plan.services
    .filter(({ service }) => !problems.has(service))
    .flatMap(({ service, steps }) =>
      steps.filter((step): step is StepOf<Kind> => step.kind === kind).map((step) => ({ service, step })),
    );
}

/** Does a part of the work for a service. A failure is the problem of that service only. */
export async function attempt(run: Run, service: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const isOurs = error instanceof Problem || (error instanceof EngineError && error.failure !== "unreachable");
    if (!isOurs || run.signal.aborted) throw error;
    if (!run.problems.has(service)) run.problems.set(service, error.message);
  }
}

/** The containers of the project at this moment. */
export function observe({ tools, application, signal }: Run): Promise<ObservedProject> {
  return observeProject(tools.engine, application.project, signal);
}

/** The last lines of Compose's output, as one line. */
export function lastLines(output: string): string {
  const lines = output
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return lines.slice(-3).join("; ").slice(-500) || "Compose failed and printed nothing";
}
