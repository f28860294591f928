import { EngineError, type Container, type SidecarEngine } from "../docker/engine.ts";
import { policyOf, type SidecarConfig } from "../lifecycle/config.ts";
import type { Autodestroy } from "../lifecycle/policy.ts";
import type { Clock, Random } from "../time/clock.ts";
import { hasEnded, hasLabelsOfContainer, judge, type Judgement, type Removal } from "./judge.ts";
import type { Log } from "./log.ts";
import type { RemovalResult } from "./metrics/metrics.ts";
import type { Identity } from "./project.ts";
import { ContainerRuns } from "./runs/container-runs.ts";
import type { Recorder } from "./runs/recorder.ts";
import type { Semaphore } from "./semaphore.ts";
import { stepAfter, untouched, type Observation, type Step, type TrackingState } from "./tracking-state.ts";

/** What the check of a container needs. A function returns what may change from one moment to the next. */
export interface TrackingOptions {
  readonly engine: SidecarEngine;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly config: () => SidecarConfig;
  /** Undefined while the project is not known. Nothing is removed then. */
  readonly identity: () => Identity | undefined;
  /** Whether anything may be removed at this moment. Called after the last inspect, immediately before the removal. */
  readonly mayRemove: () => boolean;
  /** Called when nothing listens at the engine's address any more. */
  readonly onLost: (error: EngineError) => void;
  /** Called when the engine, or a filtering proxy before it, forbids a call. */
  readonly onForbidden: (error: EngineError) => void;
  /** Called for every attempt to remove a container, and in a dry run for every exit that would lead to a removal. */
  readonly onRemoval: (policy: Autodestroy, result: RemovalResult) => void;
  /** Called with `once` when a check failed and will not be repeated. */
  readonly onFailed: () => void;
  readonly dryRun: boolean;
  /** Whether there is no second check after a failure, or while the engine is still busy with the container. */
  readonly once: boolean;
  /** Keeps how containers end; undefined where nobody wants to know. */
  readonly recorder?: Recorder | undefined;
  /** Aborts inspects. No check starts afterwards. */
  readonly inspecting: AbortSignal;
  /** Aborts removals. */
  readonly removing: AbortSignal;
}

/** One container, from the first hint of it until it is gone. Its checks never overlap. */
export class TrackedContainer {
  readonly #id: string;
  readonly #options: TrackingOptions;
  readonly #semaphore: Semaphore;
  readonly #onChecked: () => void;
  #state = untouched;
  /** The checks that are running or wait for the semaphore. */
  #work: Promise<void> | undefined;
  /** Whether a check is due that has not begun. */
  #isDue = false;
  /** When the running check began. */
  #checkSince: number | undefined;
  #cancelPlan: (() => void) | undefined;
  #imageLabels: ReadonlyMap<string, string> | undefined;
  readonly #runs: ContainerRuns | undefined;
  /** Whether a removal is due, but its run is not in the store yet. */
  #isRunAwaited = false;

  /** `onChecked` is called each time when no more checks are due. */
  constructor(id: string, options: TrackingOptions, semaphore: Semaphore, onChecked: () => void) {
    this.#id = id;
    this.#options = options;
    this.#semaphore = semaphore;
    this.#onChecked = onChecked;
    this.#runs = options.recorder && new ContainerRuns(options.recorder);
  }

  get state(): TrackingState {
    return this.#state;
  }

  /** Since when checks fail, or the running check has had no answer, in milliseconds; undefined if neither is so. */
  get troubledSince(): number | undefined {
    return this.#state.failingSince ?? this.#checkSince;
  }

  /** Whether a check is running or waits for the semaphore. */
  get isPending(): boolean {
    return this.#work !== undefined;
  }

  /** Whether no check is running, waiting or planned. */
  get isIdle(): boolean {
    return !this.isPending && this.#cancelPlan === undefined;
  }

  /**
   * Checks the container soon; once more afterwards, if a check has already begun. Resolves when no more checks are
   * due. Never rejects.
   */
  check(): Promise<void> {
    this.#isDue = true;
    this.#work ??= this.#checkWhileDue();
    return this.#work;
  }

  /** Cancels the check that is planned for later. */
  cancel(): void {
    this.#cancelPlan?.();
    this.#cancelPlan = undefined;
  }

  async #checkWhileDue(): Promise<void> {
    while (this.#isDue) {
      await this.#semaphore(async () => {
        this.#isDue = false;
        this.cancel();
        this.#checkSince = this.#options.clock.now();
        const wait = await this.#checkNow().catch((error: unknown) => this.#fail(error));
        this.#checkSince = undefined;
        if (wait !== undefined) this.#plan(wait);
      });
      if (this.#isRunAwaited) await this.#awaitRun();
    }
    this.#work = undefined;
    this.#onChecked();
  }

  /** Not within the semaphore: a log that hangs holds up no other container. */
  async #awaitRun(): Promise<void> {
    this.#isRunAwaited = false;
    await this.#runs?.finish();
    this.#isDue = true;
  }

  #plan(wait: number): void {
    const { clock, inspecting } = this.#options;
    if (inspecting.aborted) return;
    this.#cancelPlan = clock.after(wait, () => {
      this.#cancelPlan = undefined;
      void this.check();
    });
  }

  /**
   * Inspects the container and does what follows. Resolves with the milliseconds until the next check, if one is
   * needed.
   */
  async #checkNow(): Promise<number | undefined> {
    const { engine, clock, inspecting, onRemoval } = this.#options;
    if (inspecting.aborted) return undefined;
    const askedAt = clock.now();
    const container = await engine.inspect(this.#id, inspecting);
    const judgement = container ? await this.#judge(container) : undefined;
    if (!container) this.#runs?.leave("gone");
    else if (judgement) this.#record(container, judgement);
    const { removal, wait } =
      container && judgement && judgement.verdict !== "ignore"
        ? this.#step({ kind: "inspected", container, judgement, askedAt })
        : this.#step({ kind: "gone" });
    if (removal?.isDryRun) onRemoval(removal.judgement.policy.autodestroy, "dry-run");
    else if (removal && this.#runs?.isReady === false) this.#isRunAwaited = true;
    else if (removal) await this.#remove(removal.container, removal.judgement);
    return wait;
  }

  #record(container: Container, judgement: Judgement): void {
    const { config, identity } = this.#options;
    const project = identity()?.project.name;
    const policy = judgement.verdict === "ignore" ? undefined : policyOf(config(), judgement.service);
    if (judgement.verdict === "ignore" || project === undefined || !policy) return;
    this.#runs?.see(container, judgement, { project, policy });
  }

  async #judge(container: Container): Promise<Judgement> {
    const { engine, config, identity, inspecting } = this.#options;
    const known = identity();
    if (!known) return { verdict: "ignore" };
    const judgement = judge(container, config(), known);
    const isRun = this.#runs && judgement.verdict === "keep" && hasEnded(container, judgement);
    if (judgement.verdict !== "remove" && !isRun) return judgement;
    const { service } = judgement;
    this.#imageLabels ??= await engine.imageLabels(container.image, inspecting);
    if (!this.#imageLabels) return isRun ? judgement : { verdict: "keep", cause: "image-gone", service };
    return hasLabelsOfContainer(known.project, this.#imageLabels)
      ? { verdict: "keep", cause: "labels-of-image", service }
      : judgement;
  }

  async #remove(container: Container, judgement: Removal): Promise<void> {
    const { onRemoval } = this.#options;
    const { autodestroy } = judgement.policy;
    const result = await this.#requestRemoval().catch((error: unknown) => {
      onRemoval(autodestroy, error instanceof EngineError && error.failure === "conflict" ? "conflict" : "failed");
      throw error;
    });
    this.#runs?.leave(result);
    this.#step({ kind: "removed", container, judgement, result });
    onRemoval(autodestroy, result);
  }

  async #requestRemoval(): Promise<"removed" | "gone"> {
    const { engine, config, removing } = this.#options;
    const result = await engine.remove(this.#id, { volumes: config().removeVolumes }, removing);
    if (result === "gone" && (await engine.inspect(this.#id, removing)))
      throw new EngineError("failed", "the engine reports that the container is gone, but it still exists");
    return result;
  }

  /** Takes note of a failed call. Returns the milliseconds until the next check, if one is needed. */
  #fail(reason: unknown): number | undefined {
    const { inspecting, onLost } = this.#options;
    const error = reason instanceof Error ? reason : new Error(String(reason));
    if (inspecting.aborted) return undefined;
    if (error instanceof EngineError && error.failure === "unreachable") {
      onLost(error);
      return undefined;
    }
    return this.#step({ kind: "failed", id: this.#id, error }).wait;
  }

  #step(observation: Observation): Step {
    const { clock, config, log, mayRemove, onForbidden, onFailed, once, ...options } = this.#options;
    const { settleSeconds } = config();
    const now = clock.now();
    const step = stepAfter(this.#state, observation, { ...options, once, now, settleSeconds, mayRemove: mayRemove() });
    const { state, entries, failure } = step;
    this.#state = state;
    for (const entry of entries) log(entry);
    if (failure instanceof EngineError && failure.failure === "forbidden") onForbidden(failure);
    const isConflict = failure instanceof EngineError && failure.failure === "conflict";
    if (failure && once && !isConflict) onFailed();
    return step;
  }
}
