import type { SidecarConfig } from "../lifecycle/config.ts";
import type { Autodestroy } from "../lifecycle/policy.ts";
import { backOff, type Clock, type Random } from "../time/clock.ts";
import { EngineError, type Container, type SidecarEngine } from "../docker/engine.ts";
import { failureFact, keepingFact, removalFact } from "./log-entries.ts";
import type { Gate } from "./semaphore.ts";
import type { Fact, Log } from "./log.ts";
import type { ContainerState, RemovalResult } from "./metrics/metrics.ts";
import { isMadeByImage, judge, tokenOf, type Judgement, type Identity } from "./reaper.ts";

/** What containers are watched with. Functions give what may change from one moment to the next. */
export interface WatchOptions {
  readonly engine: SidecarEngine;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly config: () => SidecarConfig;
  /** Undefined while it is not known; then every container is left alone. */
  readonly identity: () => Identity | undefined;
  /** Whether anything may be removed at this moment. Asked after the last inspect, immediately before the removal. */
  readonly mayRemove: () => boolean;
  /** Nothing listens where the engine was. */
  readonly onLost: (error: EngineError) => void;
  /** The engine forbids a call, as a filtering proxy does. */
  readonly onForbidden: (error: EngineError) => void;
  /** A removal was due. Called for every attempt, and in a dry run for every exit. */
  readonly onRemoval: (policy: Autodestroy, result: RemovalResult) => void;
  /** Something that will be tried again failed. */
  readonly onFailed: () => void;
  readonly dryRun: boolean;
  /** Whether nothing that failed, or that the engine is not done with, is looked at again. */
  readonly once: boolean;
  /** Ends inspects. */
  readonly inspecting: AbortSignal;
  /** Ends removals. */
  readonly removing: AbortSignal;
}

/** How long to wait, in milliseconds. An automatic restart that fails turns `restarting` into `exited` without an event. */
const delays = { unfinished: 5000, held: 300_000, retries: { first: 1000, last: 60_000 } };

/** After so many failures in a row a container is held, and looked at rarely. */
const patience = 10;

/** How old the engine's answer may be, in milliseconds, when a removal is asked for: shorter than a container can settle. */
const freshness = 2000;

/** One container, from when it is first heard of until it is gone: a queue of one, a settle time, and what was said about it. */
export class Watched {
  readonly #id: string;
  readonly #options: WatchOptions;
  #isBusy = false;
  #work: Promise<void> = Promise.resolve();
  #isWanted = false;
  #isGone = false;
  #isForbidden = false;
  #cancel: (() => void) | undefined;
  #settling: { readonly token: string; readonly since: number } | undefined;
  #failures = 0;
  #heldUntil = 0;
  #said = "";
  #labelsOfImage: ReadonlyMap<string, string> | undefined;

  constructor(id: string, options: WatchOptions) {
    this.#id = id;
    this.#options = options;
  }

  get isForbidden(): boolean {
    return this.#isForbidden;
  }

  /** Whether so much failed that it is looked at rarely. */
  get isHeld(): boolean {
    return this.#isForbidden || this.#failures >= patience;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Whether nothing is being done and nothing is planned. */
  get isIdle(): boolean {
    return !this.#isBusy && this.#cancel === undefined;
  }

  /** Where it is on its way, for the metrics. */
  get state(): ContainerState {
    if (this.#failures > 0) return "failing";
    if (this.#isBusy) return "pending";
    return this.#settling ? "settling" : "kept";
  }

  /**
   * Looks at the container through the gate; once more if asked to meanwhile. Calls `done` when finished, with whether it can be forgotten,
   * and resolves.
   */
  look(gate: Gate, done: (isGone: boolean) => void): Promise<void> {
    this.#isWanted = true;
    if (this.#isBusy) return this.#work;
    this.#isBusy = true;
    const work = async (): Promise<void> => {
      while (this.#isWanted) {
        await gate(async () => {
          this.#isWanted = false;
          this.cancel();
          const delay = await this.#evaluate().catch((error: unknown) => this.#failed(error));
          if (delay !== undefined) this.#lookAfter(delay, gate, done);
        });
      }
      this.#isBusy = false;
      done(this.#isGone);
    };
    this.#work = work();
    return this.#work;
  }

  /** Drops what is planned. */
  cancel(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #lookAfter(delay: number, gate: Gate, done: (isGone: boolean) => void): void {
    const { clock, inspecting } = this.#options;
    if (inspecting.aborted) return;
    this.#cancel = clock.after(delay, () => {
      this.#cancel = undefined;
      void this.look(gate, done);
    });
  }

  /** Resolves with the time until the next look, if there has to be one. */
  async #evaluate(): Promise<number | undefined> {
    const { engine, clock, inspecting, once } = this.#options;
    if (inspecting.aborted) return undefined;
    const asked = clock.now();
    const container = await engine.inspect(this.#id, inspecting);
    const judgement: Judgement = container ? await this.#judge(container) : { verdict: "ignore" };
    this.#isGone = !container || judgement.verdict === "ignore";
    if (container && judgement.verdict === "remove") return this.#settle(container, judgement, asked);
    this.#startAnew(undefined);
    if (container && judgement.verdict === "keep") this.#keep(container, judgement);
    return judgement.verdict === "wait" && !once ? delays.unfinished : undefined;
  }

  async #judge(container: Container): Promise<Judgement> {
    const { engine, config, identity, inspecting } = this.#options;
    const known = identity();
    if (!known) return { verdict: "ignore" };
    const judgement = judge(container, config(), known);
    if (judgement.verdict !== "remove") return judgement;
    this.#labelsOfImage ??= (await engine.imageLabels(container.image, inspecting)) ?? new Map();
    const isMade = isMadeByImage(known.project, this.#labelsOfImage);
    return isMade ? { verdict: "keep", cause: "labels-of-image", service: judgement.service } : judgement;
  }

  #keep(container: Container, judgement: Judgement & { readonly verdict: "keep" }): void {
    const { cause } = judgement;
    this.#say(cause === "policy" ? tokenOf(container) : cause, keepingFact(container, judgement));
  }

  /** Removes a container that has been as it is for the settle time. Sooner, `docker restart` and `docker compose up` break (moby#45538). */
  async #settle(
    container: Container,
    judgement: Judgement & { readonly verdict: "remove" },
    asked: number,
  ): Promise<number | undefined> {
    const { clock, config, mayRemove, dryRun, onRemoval } = this.#options;
    const token = tokenOf(container);
    const { settleSeconds } = config();
    if (this.#settling?.token !== token) {
      this.#startAnew({ token, since: clock.now() });
      this.#say(
        `stopped ${token}`,
        removalFact("stopped", container, judgement, `removed in ${settleSeconds} s unless it is started`),
      );
    }
    const due = Math.max((this.#settling?.since ?? clock.now()) + settleSeconds * 1000, this.#heldUntil);
    if (clock.now() < due) return due - clock.now();
    const age = clock.now() - asked;
    if (age > freshness)
      throw new EngineError(
        "failed",
        `the engine's answer is ${(age / 1000).toFixed(1)} s old, and the container may have run since`,
      );
    if (!mayRemove()) return undefined;
    if (dryRun) {
      if (this.#say(`would remove ${token}`, removalFact("would remove", container, judgement)))
        onRemoval(judgement.policy.autodestroy, "dry-run");
      return undefined;
    }
    await this.#remove(container, judgement);
    return undefined;
  }

  async #remove(container: Container, judgement: Judgement & { readonly verdict: "remove" }): Promise<void> {
    const { engine, log, config, removing, onRemoval } = this.#options;
    const { autodestroy } = judgement.policy;
    const outcome = await engine
      .remove(this.#id, { volumes: config().removeVolumes }, removing)
      .catch((error: unknown) => {
        onRemoval(autodestroy, error instanceof EngineError && error.failure === "conflict" ? "conflict" : "failed");
        throw error;
      });
    if (outcome === "gone" && (await engine.inspect(this.#id, removing))) {
      onRemoval(autodestroy, "failed");
      throw new EngineError("failed", "the engine says that the container is gone, but it still has it");
    }
    this.#isGone = true;
    this.#isForbidden = false;
    log(removalFact(outcome === "removed" ? "removed" : "already gone", container, judgement));
    onRemoval(autodestroy, outcome);
  }

  #startAnew(settling: { readonly token: string; readonly since: number } | undefined): void {
    this.#settling = settling;
    this.#failures = 0;
    this.#heldUntil = 0;
    this.#isForbidden = false;
  }

  #failed(error: unknown): number | undefined {
    const { clock, random, inspecting, onLost, onForbidden, onFailed, once } = this.#options;
    const problem = error instanceof Error ? error : new Error(String(error));
    const failure = problem instanceof EngineError ? problem.failure : "failed";
    if (inspecting.aborted) return undefined;
    if (problem instanceof EngineError && failure === "unreachable") {
      onLost(problem);
      return undefined;
    }
    this.#failures++;
    this.#isForbidden = failure === "forbidden";
    const { isHeld } = this;
    const delay = isHeld ? delays.held : backOff(this.#failures - 1, delays.retries, random);
    this.#heldUntil = clock.now() + delay;
    this.#say(`${isHeld} ${problem.message}`, failureFact(this.#id, problem, isHeld));
    if (problem instanceof EngineError && this.#isForbidden) onForbidden(problem);
    if (once && failure !== "conflict") onFailed();
    return once ? undefined : delay;
  }

  /** Returns whether it is news. */
  #say(what: string, fact: Fact | undefined): boolean {
    const isNews = this.#said !== what;
    if (fact && isNews) this.#options.log(fact);
    this.#said = what;
    return isNews;
  }
}
