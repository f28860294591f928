import type { Clock } from "../../src/time/clock.ts";
import {
  EngineError,
  type Container,
  type SidecarEngine,
  type EngineFailure,
  type EngineGreeting,
  type ListedContainer,
  type LogChunk,
  type RemoveOptions,
  type TailOptions,
} from "../../src/docker/engine.ts";
import { composeLabels } from "../support/compose-labels.ts";
import type { Call, FakeOptions, Method, Observer } from "./fake-parts.ts";
import { linesOf, openFakeLogs, type Written } from "./fake-logs.ts";
import { createCoalescingQueue, type CoalescingQueue } from "../../src/docker/coalescing-queue.ts";

interface Inside {
  readonly container: { -readonly [K in keyof Container]: Container[K] };
  retries: number;
  readonly volumes: { readonly anonymous: readonly string[]; readonly named: readonly string[] };
  cancelRestart: (() => void) | undefined;
  isRestartBroken: boolean;
  readonly output: Written[];
}

/**
 * A container engine in memory. It restarts, refuses and forgets as a Docker Engine does, and fails when it is told to.
 */
export class FakeEngine implements SidecarEngine {
  readonly calls: Call[] = [];
  readonly volumes = new Set<string>();
  readonly observers = new Set<Observer>();
  /** Labels by the ID of the image. */
  readonly images = new Map<string, ReadonlyMap<string, string>>();
  /** How many inspects and removals went on at once, at most. */
  busiest = 0;
  /** Seconds that calls take, by method. */
  readonly takes: Partial<Record<Method, number>> = {};
  /** What calls fail with, in order, by method. */
  readonly failures: Partial<Record<Method, (Error | undefined)[]>> = {};
  /** While set, every call fails with it. */
  down: Error | undefined;
  /** Whether events and lists also tell of containers without the label, as where filters are ignored. */
  ignoresFilters = false;
  /** How far the engine's clock is from the real one, in seconds. */
  clockError = 0;
  apiVersion = "1.41";
  /** How long before the engine's time the last event stream was to begin, in seconds. */
  overlap: number | undefined;
  readonly #clock: Clock;
  readonly #all = new Map<string, Inside>();
  readonly #streams = new Set<{ readonly queue: CoalescingQueue; readonly label: string }>();
  #history: { readonly id: string; readonly time: number; readonly labels: ReadonlySet<string> }[] = [];
  #busy = 0;
  #moments = 0;
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async connect(signal: AbortSignal): Promise<EngineGreeting> {
    await this.enter("connect", undefined, signal);
    return { apiVersion: this.apiVersion, time: this.time };
  }

  async list(label: string, signal: AbortSignal): Promise<readonly ListedContainer[]> {
    await this.enter("list", undefined, signal);
    return [...this.#all.values()]
      .filter(({ container }) => this.ignoresFilters || hasLabel(container, label))
      .map(({ container: { id, labels } }) => ({ id, labels }));
  }

  async inspect(id: string, signal: AbortSignal): Promise<Container | undefined> {
    await this.enter("inspect", id, signal);
    const found = this.find(id);
    return found && { ...found };
  }

  async imageLabels(image: string, signal: AbortSignal): Promise<ReadonlyMap<string, string> | undefined> {
    await this.enter("imageLabels", image, signal);
    return this.images.get(image);
  }

  async remove(id: string, { volumes }: RemoveOptions, signal: AbortSignal): Promise<"removed" | "gone"> {
    await this.enter("remove", id, signal);
    const inside = this.#all.get(id);
    if (!inside) return "gone";
    const { status } = inside.container;
    if (["running", "paused", "restarting", "removing"].includes(status))
      throw new EngineError("conflict", `the container is ${status}`);
    this.#all.delete(id);
    if (volumes) for (const name of inside.volumes.anonymous) this.volumes.delete(name);
    this.#tell(inside);
    return "removed";
  }

  async changes(label: string, since: number, signal: AbortSignal): Promise<AsyncIterable<string>> {
    this.overlap = this.time - since;
    await this.enter("changes", undefined, signal);
    const stream = { queue: createCoalescingQueue(), label };
    for (const event of this.#history.slice(-256))
      if (event.time >= since && (this.ignoresFilters || event.labels.has(label))) stream.queue.put(event.id);
    this.#streams.add(stream);
    signal.addEventListener("abort", () => {
      this.#streams.delete(stream);
      stream.queue.close(undefined);
    });
    return stream.queue.ids();
  }

  async logs(
    id: string,
    { tail, since }: TailOptions,
    signal: AbortSignal,
  ): Promise<AsyncIterable<LogChunk> | undefined> {
    await this.enter("logs", id, signal);
    const container = this.find(id);
    return container && openFakeLogs(this, container, this.output(container.id), { tail, since: since ?? 0 }, signal);
  }

  /** What a container has written. */
  output(id: string): readonly Written[] {
    return this.#inside(id).output;
  }

  /** The program of a container writes text. */
  write(id: string, text: string | Uint8Array, stream: LogChunk["stream"] = "stdout"): void {
    const { output } = this.#inside(id);
    for (const bytes of linesOf(text)) output.push({ stream, bytes, time: this.time });
    this.#observe(id);
  }

  /** The number of event streams that are open. */
  get streams(): number {
    return this.#streams.size;
  }

  /** Makes a container that has not been started. */
  create(options: FakeOptions = {}): string {
    const id = (++this.#count).toString(16).padStart(64, "f0");
    const {
      name = `shop-${options.service ?? "job"}-${this.#count}`,
      project = "shop",
      service = "job",
      restart = "no",
      volumes = { anonymous: [], named: [] },
    } = options;
    const [restartPolicy = "no", retries = "0"] = restart.split(":");
    const ours = project === "" ? {} : composeLabels(project, service, this.#count);
    const labels = new Map(Object.entries({ ...options.imageLabels, ...ours, ...options.labels }));
    const image = `sha256:${id}`;
    this.images.set(image, new Map(Object.entries(options.imageLabels ?? {})));
    const container = {
      id,
      name,
      image,
      imageReference: "busybox:local",
      status: "created",
      isAlive: false,
      exitCode: 0,
      startedAt: never,
      finishedAt: never,
      restartCount: 0,
      isOutOfMemory: false,
      error: "",
      restartPolicy,
      isRemovedByEngine: options.autoRemove ?? false,
      labels,
      environment: options.environment ?? [],
      hasTerminal: options.hasTerminal ?? false,
      networks: options.networks ?? [],
    };
    this.#all.set(id, {
      container,
      retries: Number(retries),
      volumes,
      cancelRestart: undefined,
      isRestartBroken: false,
      output: [],
    });
    for (const volume of [...volumes.anonymous, ...volumes.named]) this.volumes.add(volume);
    return id;
  }

  /** Makes a container and starts it. */
  run(options: FakeOptions = {}): string {
    const id = this.create(options);
    this.start(id);
    return id;
  }

  /** `docker start`. */
  start(id: string): void {
    const inside = this.#inside(id);
    Object.assign(inside.container, { restartCount: 0 });
    this.#start(inside);
  }

  /** The program of a container ends by itself. */
  exit(id: string, exitCode: number): void {
    const inside = this.#inside(id);
    const { container } = inside;
    const { restartPolicy, restartCount } = container;
    const isAgain =
      restartPolicy === "always" ||
      restartPolicy === "unless-stopped" ||
      (restartPolicy === "on-failure" && exitCode !== 0);
    const isRestarted = isAgain && (inside.retries === 0 || restartCount < inside.retries);
    Object.assign(container, {
      status: isRestarted ? "restarting" : "exited",
      isAlive: isRestarted,
      exitCode,
      finishedAt: this.#now(),
    });
    if (isRestarted)
      inside.cancelRestart = this.#clock.after(100 * 2 ** Math.min(restartCount, 9), () => this.#restart(inside));
    this.#tell(inside);
    if (container.isRemovedByEngine) this.#all.delete(id);
  }

  /** `docker stop` or `docker kill`: the engine does not restart the container. */
  stop(id: string, exitCode = 137): void {
    const inside = this.#inside(id);
    inside.cancelRestart?.();
    const code = inside.container.status === "restarting" ? inside.container.exitCode : exitCode;
    Object.assign(inside.container, { status: "exited", isAlive: false, exitCode: code, finishedAt: this.#now() });
    this.#tell(inside);
  }

  /**
   * `docker restart`: between stop and start the container looks as if it had just exited (moby#45538). Resolves when
   * it is done or has failed.
   */
  restart(id: string, gap = 0.3): Promise<"restarted" | "failed"> {
    this.stop(id);
    return new Promise((resolve) => {
      this.#clock.after(gap * 1000, () => {
        if (this.#all.has(id)) this.start(id);
        resolve(this.#all.has(id) ? "restarted" : "failed");
      });
    });
  }

  /** The next automatic restart does not start the container, and no event tells of it. */
  breakRestart(id: string): void {
    this.#inside(id).isRestartBroken = true;
  }

  /** `docker rm -f`. */
  delete(id: string): void {
    const inside = this.#inside(id);
    this.#all.delete(id);
    this.#tell(inside);
  }

  /** Writes what no ordinary course of events leads to, and tells nobody. */
  set(id: string, state: Partial<Container>): void {
    Object.assign(this.#inside(id).container, state);
    this.#observe(id);
  }

  /** `docker pause` and `docker unpause`. */
  pause(id: string, status: "paused" | "running" = "paused"): void {
    this.set(id, { status });
    this.happen(id);
  }

  /** `docker update --restart`. A restart that the container waits for still comes. */
  setRestartPolicy(id: string, restartPolicy: string, retries: number): void {
    this.#inside(id).retries = retries;
    this.set(id, { restartPolicy });
    this.happen(id);
  }

  /** An event tells of a container, now and to who asks later. */
  happen(id: string): void {
    this.#tell(this.#inside(id));
  }

  /** The container with an ID, or with one that begins so. */
  find(id: string): Container | undefined {
    const begins = ({ container }: Inside): boolean => id.length >= 12 && container.id.startsWith(id);
    const found = this.#all.get(id) ?? [...this.#all.values()].find(begins);
    return found?.container;
  }

  has(id: string): boolean {
    return this.#all.has(id);
  }

  /** All containers, in the order in which they were made. */
  all(): readonly Container[] {
    return [...this.#all.values()].map(({ container }) => container);
  }

  get(id: string): Container {
    return this.#inside(id).container;
  }

  /** Tells of something that happened to a container, be it true or not. */
  tell(id: string): void {
    const labels = this.#all.get(id)?.container.labels;
    this.#send(id, labels ? filtersOf(labels) : undefined);
  }

  /** Ends all event streams: with an error, or as if the engine had closed them. */
  drop(error?: Error): void {
    for (const { queue } of this.#streams) queue.close(error);
    this.#streams.clear();
  }

  /** The engine is gone, and its memory of events with it. Containers go on. */
  die(): void {
    this.down = new EngineError("unreachable", "nothing listens");
    this.#history = [];
    const error = new EngineError("failed", "the connection broke");
    this.drop(error);
    for (const { broke } of this.observers) broke(error);
  }

  /** The engine is back. */
  revive(): void {
    this.down = undefined;
  }

  /** Lets the next calls of a kind fail. */
  fail(method: Method, failure: EngineFailure, times = 1): void {
    const some = Array.from({ length: times }, () => new EngineError(failure, `${method} failed`));
    this.failures[method] = [...(this.failures[method] ?? []), ...some];
  }

  /** How often something was asked for. */
  asked(method: Method, id?: string): number {
    return this.calls.filter((call) => call.method === method && (id === undefined || call.id === id)).length;
  }

  /** Begins a call: notes it, lets its time pass, and fails when it is to fail. */
  async enter(method: Method, id: string | undefined, signal: AbortSignal): Promise<void> {
    this.calls.push({ method, at: this.#clock.now(), ...(id === undefined ? {} : { id }) });
    const isCounted = method === "inspect" || method === "remove";
    this.#busy += isCounted ? 1 : 0;
    this.busiest = Math.max(this.busiest, this.#busy);
    try {
      await this.#pass(this.takes[method] ?? 0, signal);
      const failure = this.down ?? this.failures[method]?.shift();
      if (failure) throw failure;
    } finally {
      this.#busy -= isCounted ? 1 : 0;
    }
  }

  async #pass(seconds: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await Promise.resolve();
    if (seconds === 0) return;
    const elapsed = new AbortController();
    const cancel = this.#clock.after(seconds * 1000, () => elapsed.abort());
    await new Promise<void>((resolve, reject) => {
      elapsed.signal.addEventListener("abort", () => resolve());
      const give = (): void => reject(signal.reason as Error);
      signal.addEventListener("abort", give, { once: true, signal: elapsed.signal });
    }).finally(cancel);
  }

  #start(inside: Inside): void {
    inside.cancelRestart?.();
    Object.assign(inside.container, {
      status: "running",
      isAlive: true,
      exitCode: 0,
      startedAt: this.#now(),
      error: "",
    });
    this.#tell(inside);
  }

  #restart(inside: Inside): void {
    inside.container.restartCount++;
    if (inside.isRestartBroken) {
      this.set(inside.container.id, { status: "exited", isAlive: false, exitCode: 127, error: "no such file" });
      return;
    }
    this.#start(inside);
  }

  #tell({ container }: Inside): void {
    const labels = filtersOf(container.labels);
    this.#history = [...this.#history.slice(-256), { id: container.id, time: this.time, labels }];
    this.#send(container.id, labels);
    this.#observe(container.id);
  }

  #observe(id: string): void {
    for (const { changed } of this.observers) changed(id);
  }

  /** Without labels, to everybody. */
  #send(id: string, labels: ReadonlySet<string> | undefined): void {
    for (const stream of this.#streams)
      if (this.ignoresFilters || !labels || labels.has(stream.label)) stream.queue.put(id);
  }

  #inside(id: string): Inside {
    const inside = this.#all.get(id);
    if (!inside) throw new Error(`no container ${id}`);
    return inside;
  }

  /** Seconds since 1970 by the engine's clock. */
  get time(): number {
    return 1_700_000_000 + this.#clock.now() / 1000 + this.clockError;
  }

  /** Never the same twice, as with an engine, which gives nanoseconds. */
  #now(): string {
    const digits = String(++this.#moments % 1e6).padStart(6, "0");
    return new Date(this.time * 1000).toISOString().replace("Z", `${digits}Z`);
  }
}

const never = "0001-01-01T00:00:00Z";

function hasLabel({ labels }: Container, label: string): boolean {
  return label.includes("=") ? filtersOf(labels).has(label) : labels.has(label);
}

function filtersOf(labels: ReadonlyMap<string, string>): ReadonlySet<string> {
  return new Set([...labels].flatMap(([name, value]) => [name, `${name}=${value}`]));
}
