import type { Container } from "../../docker/engine.ts";
import type { Policy } from "../../lifecycle/policy.ts";
import { exitCodeOf, hasEnded, keepCauses, type Keeping, type Removal, type Waiting } from "../judge.ts";
import type { End, Recorder, Recording } from "./recorder.ts";
import { endOf } from "./run.ts";

/** The run of the last end of one container that was seen. */
export class ContainerRuns {
  readonly #recorder: Recorder;
  #recording: Recording | undefined;
  #finishedAt = "";

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  /** Whether the last end is in the store, or given up. */
  get isReady(): boolean {
    return this.#recording?.isFinished !== false;
  }

  /** Begins to record when the container has ended. Takes note when it was started again. */
  see(container: Container, judgement: Keeping | Waiting | Removal, { project, policy }: Whose): void {
    if (hasEnded(container, judgement)) {
      const { verdict, service } = judgement;
      const reason = judgement.verdict === "keep" ? keepCauses[judgement.cause] : "";
      const decided = { action: verdict === "remove" ? "remove" : "keep", policy, reason } as const;
      this.#record({ container, project, service, exitCode: exitCodeOf(container), decided });
    } else if (this.#recording && container.isAlive) this.#startedAgain(container);
  }

  /** The container is not there any more: the sidecar has removed it, or somebody else. */
  leave(how: "removed" | "gone"): void {
    this.#recording?.note({ done: how });
    this.#recording = undefined;
  }

  /** Resolves when the last end is in the store or given up: after 4 s at most, by the sidecar's clock. */
  async finish(): Promise<void> {
    await this.#recording?.finish();
  }

  #record(end: End): void {
    const { id: container, finishedAt: finished, startedAt: started } = end.container;
    this.#finishedAt = finished;
    if (this.#recording?.end === endOf({ container, started, finished }))
      this.#recording.note({ decided: end.decided });
    else this.#recording = this.#recorder.begin(end);
  }

  /**
   * `docker restart` stops a container and starts it at once, so that the engine itself follows this end by a restart
   * (reference jobs.md 1.1). Whoever starts it later runs the job once more.
   */
  #startedAgain({ startedAt, finishedAt }: Container): void {
    const pause = Date.parse(startedAt) - Date.parse(finishedAt);
    if (finishedAt === this.#finishedAt && pause <= longestRestart) this.#recording?.withdraw();
    else this.#recording?.note({ done: "started" });
    this.#recording = undefined;
  }
}

/** Whose container it is, and what its service's policy is. */
export interface Whose {
  readonly project: string;
  readonly policy: Policy;
}

/** How long a container is stopped while the engine restarts it, in milliseconds, at most. */
const longestRestart = 2000;
