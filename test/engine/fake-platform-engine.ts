import {
  EngineError,
  type Container,
  type EngineGreeting,
  type LogChunk,
  type RemoveOptions,
} from "../../src/docker/engine.ts";
import type {
  ContainerDetails,
  ContainerMount,
  ContainerSummary,
  ContainerUpdate,
  EngineInfo,
  ImageDetails,
  LogOptions,
  Outcome,
  PlatformEngine,
  StopOptions,
} from "../../src/docker/platform-engine.ts";
import { tar } from "../../src/docker/tar.ts";
import type { FakeEngine } from "./fake-engine.ts";
import type { FakeOptions } from "./fake-parts.ts";
import { openFakeLogs } from "./fake-logs.ts";

/** What a container has beyond what the sidecar knows of it. */
export type Extra = Omit<ContainerDetails, Exclude<keyof Container, "imageReference" | "hasTerminal" | "networks">>;

/** How a container is made. Its image must be among the engine's; `busybox:local` always is. */
export interface FakePlatformOptions extends FakeOptions {
  readonly details?: Partial<Extra>;
  /** The exit code when it is stopped; 137 when left out, as of a program that has to be killed. */
  readonly stopCode?: number;
}

interface Platform {
  readonly extra: { -readonly [K in keyof Extra]: Extra[K] };
  readonly stopCode: number;
}

/**
 * An engine in memory as live services see it. It shares its containers with the engine of a sidecar, `fake`, which has
 * the hands to let them exit, to remove them, and to cut all connections: `fake.exit`, `fake.delete`, `fake.die`.
 */
export class FakePlatformEngine implements PlatformEngine {
  readonly fake: FakeEngine;
  identity: EngineInfo = { id: "R2ZG:FAKE", name: "machine", version: "20.10.24" };
  /** The images, by the references that find them. */
  readonly images = new Map<string, ImageDetails>();
  /** The ID of the network of each Compose project that has one. */
  readonly projectNetworks = new Map<string, string>();
  /** How long a container is stopped while it is restarted, in seconds by the clock. */
  restartGap = 0;
  readonly #all = new Map<string, Platform>();
  #networks = 0;
  /** The texts of files by their paths, of each container. */
  readonly #files = new Map<string, Map<string, string>>();

  constructor(fake: FakeEngine) {
    this.fake = fake;
    this.addImage("busybox:local", {});
  }

  connect(signal: AbortSignal): Promise<EngineGreeting> {
    return this.fake.connect(signal);
  }

  changes(label: string, since: number, signal: AbortSignal): Promise<AsyncIterable<string>> {
    return this.fake.changes(label, since, signal);
  }

  remove(id: string, options: RemoveOptions, signal: AbortSignal): Promise<"removed" | "gone"> {
    return this.fake.remove(id, options, signal);
  }

  async info(signal: AbortSignal): Promise<EngineInfo> {
    await this.fake.enter("info", undefined, signal);
    return this.identity;
  }

  async containers(label: string, signal: AbortSignal): Promise<readonly ContainerSummary[]> {
    const listed = await this.fake.list(label, signal);
    return listed.map(({ id }) => this.#summaryOf(this.fake.get(id)));
  }

  async inspect(id: string, signal: AbortSignal): Promise<ContainerDetails | undefined> {
    const container = await this.fake.inspect(id, signal);
    return container && this.#detailsOf(container);
  }

  async networks(label: string, signal: AbortSignal): Promise<readonly string[]> {
    await this.fake.enter("networks", label, signal);
    const id = this.projectNetworks.get(label.replace("com.docker.compose.project=", ""));
    return id === undefined ? [] : [id];
  }

  async volumes(label: string, signal: AbortSignal): Promise<readonly string[]> {
    await this.fake.enter("volumes", label, signal);
    const own = `${label.replace("com.docker.compose.project=", "")}_`;
    return [...this.fake.volumes].filter((name) => name.startsWith(own));
  }

  /** The ID of the network of a project, which is made if it is missing. */
  networkOf(project: string): string {
    const made = (++this.#networks).toString(16).padStart(64, "e");
    return this.projectNetworks.get(project) ?? this.projectNetworks.set(project, made).get(project)!;
  }

  async image(reference: string, signal: AbortSignal): Promise<ImageDetails | undefined> {
    await this.fake.enter("image", reference, signal);
    return this.images.get(reference) ?? [...this.images.values()].find(({ id }) => id === reference);
  }

  async start(given: string, signal: AbortSignal): Promise<Outcome> {
    await this.fake.enter("start", given, signal);
    const container = this.fake.find(given);
    if (!container) return "gone";
    if (container.status === "paused") throw new EngineError("conflict", "cannot start a paused container");
    if (container.isAlive) return "unchanged";
    this.fake.start(container.id);
    return "changed";
  }

  async stop(given: string, _: StopOptions, signal: AbortSignal): Promise<Outcome> {
    await this.fake.enter("stop", given, signal);
    const container = this.fake.find(given);
    if (!container) return "gone";
    if (!container.isAlive) return "unchanged";
    this.fake.stop(container.id, this.#inside(container.id).stopCode);
    if (container.isRemovedByEngine) this.fake.delete(container.id);
    return "changed";
  }

  async restart(given: string, _: StopOptions, signal: AbortSignal): Promise<Outcome> {
    await this.fake.enter("restart", given, signal);
    const container = this.fake.find(given);
    if (!container) return "gone";
    if (container.isAlive && this.restartGap > 0) {
      if ((await this.fake.restart(container.id, this.restartGap)) === "failed")
        throw new EngineError("failed", "the container was removed while it was restarted");
      return "changed";
    }
    if (container.isAlive) this.fake.stop(container.id, this.#inside(container.id).stopCode);
    this.fake.start(container.id);
    return "changed";
  }

  async update(given: string, update: ContainerUpdate, signal: AbortSignal): Promise<readonly string[] | undefined> {
    await this.fake.enter("update", given, signal);
    const container = this.fake.find(given);
    if (!container) return undefined;
    const { extra } = this.#inside(container.id);
    refuse(update, container, extra);
    const { restartPolicy, ...limits } = update;
    // Docker takes 0 and an empty text for "no change".
    for (const [name, value] of Object.entries(limits)) if (value) Object.assign(extra, { [name]: value });
    if (!restartPolicy) {
      this.fake.happen(container.id);
      return [];
    }
    extra.maximumRetryCount = restartPolicy.maximumRetryCount ?? 0;
    this.fake.setRestartPolicy(container.id, restartPolicy.name, extra.maximumRetryCount);
    return [];
  }

  async wait(given: string, signal: AbortSignal): Promise<number | undefined> {
    await this.fake.enter("wait", given, signal);
    const id = this.fake.find(given)?.id;
    if (id === undefined) return undefined;
    return new Promise((resolve, reject) => {
      const give = (): void => observer.broke(signal.reason as Error);
      const settle = (): void => {
        this.fake.observers.delete(observer);
        signal.removeEventListener("abort", give);
      };
      let isRunning = false;
      const changed = (): void => {
        const container = this.fake.find(id);
        const wasRunning = isRunning;
        isRunning = container?.status === "running" || container?.status === "paused";
        // An end counts even if a restart follows. A container that waits for its restart has yet to run and end.
        if (container?.isAlive && (isRunning || !wasRunning)) return;
        settle();
        resolve(container?.exitCode ?? killed);
      };
      const broke = (error: Error): void => {
        settle();
        reject(error);
      };
      const observer = { changed, broke };
      this.fake.observers.add(observer);
      signal.addEventListener("abort", give);
      changed();
    });
  }

  async logs(given: string, options: LogOptions, signal: AbortSignal): Promise<AsyncIterable<LogChunk> | undefined> {
    await this.fake.enter("logs", given, signal);
    const container = this.fake.find(given);
    return container && openFakeLogs(this.fake, container, this.fake.output(container.id), options, signal);
  }

  async archive(given: string, path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined> {
    await this.fake.enter("archive", given, signal);
    const id = this.fake.find(given)?.id;
    const parent = path.slice(0, path.lastIndexOf("/") + 1);
    const files = [...(this.#files.get(id ?? "") ?? [])].flatMap(([name, text]) =>
      name === path || name.startsWith(`${path}/`) ? [{ name: name.slice(parent.length), mode: 0o644, text }] : [],
    );
    return files.length === 0 ? undefined : oneChunk(tar(files));
  }

  /** The program of a container writes a file. Its path is absolute. */
  writeFile(id: string, path: string, text: string): void {
    const files = this.#files.get(id) ?? new Map<string, string>();
    this.#files.set(id, files.set(path, text));
  }

  /** Makes a container that has not been started, as Compose does. */
  create({ details = {}, stopCode = killed, ...options }: FakePlatformOptions = {}): string {
    const id = this.fake.create(options);
    const image = this.images.get(details.imageReference ?? "busybox:local");
    if (!image) throw new Error(`no image ${details.imageReference}`);
    const extra = { ...plain(id, this.#now()), ...details };
    extra.maximumRetryCount = Number(/:(\d+)$/.exec(options.restart ?? "")?.[1] ?? 0);
    this.#all.set(id, { extra, stopCode });
    this.fake.set(id, { image: image.id });
    this.fake.happen(id);
    return id;
  }

  /** Makes a container and starts it. */
  run(options: FakePlatformOptions = {}): string {
    const id = this.create(options);
    this.fake.start(id);
    return id;
  }

  /** The program of a container writes text. */
  write(id: string, text: string, stream: LogChunk["stream"] = "stdout"): void {
    this.fake.write(id, text, stream);
  }

  /** `docker rename`. */
  rename(id: string, name: string): void {
    this.fake.set(id, { name });
    this.fake.happen(id);
  }

  /** The health check of a container comes to another result. */
  setHealth(id: string, health: string): void {
    this.#inside(id).extra.health = health;
    this.fake.happen(id);
  }

  /** Adds an image, or makes its name belong to another one. */
  addImage(reference: string, details: Partial<ImageDetails>): ImageDetails {
    const id = `sha256:${(this.images.size + 1).toString(16).padStart(64, "ba")}`;
    const labels: ReadonlyMap<string, string> = new Map();
    const nothing = { exposedPorts: [], volumes: [], environment: [], entrypoint: [], command: [] };
    const image = { id, labels, ...nothing, ...details };
    this.images.set(reference, image);
    this.fake.images.set(image.id, image.labels);
    return image;
  }

  /** What a container has mounted. */
  mounts(id: string): readonly ContainerMount[] {
    return this.#inside(id).extra.mounts;
  }

  #detailsOf(container: Container): ContainerDetails {
    const { extra } = this.#inside(container.id);
    const networks = extra.networks.map((network) => (isUp(container) ? network : { ...network, address: "" }));
    return { ...container, ...extra, ports: isUp(container) ? extra.ports : [], networks };
  }

  /** Not by way of all details: a test of many steps makes many lists. */
  #summaryOf(container: Container): ContainerSummary {
    const { id, name, status: state, labels } = container;
    const { imageReference: image, entrypoint, command: words, createdAt, ports: published } = this.#inside(id).extra;
    const created = Math.floor(Date.parse(createdAt) / 1000);
    const command = [...entrypoint, ...words].join(" ");
    const ports = isUp(container) ? published : [];
    return { id, name, image, command, state, status: phraseOf(container), created, labels, ports };
  }

  /** Also of a container that was made behind the back of this class. */
  #inside(id: string): Platform {
    const known = this.#all.get(id) ?? { extra: plain(id, this.#now()), stopCode: killed };
    this.#all.set(id, known);
    return known;
  }

  #now(): string {
    return new Date(this.fake.time * 1000).toISOString();
  }
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** The exit code of a container that was killed. */
const killed = 137;

function plain(id: string, createdAt: string): Extra {
  const limits = { memory: 0, memorySwap: 0, cpuShares: 0, cpuset: "", maximumRetryCount: 0, stopTimeout: undefined };
  const parts = { mounts: [], entrypoint: [], command: ["true"], ports: [], networks: [] };
  const texts = { imageReference: "busybox:local", createdAt, health: "", hostname: id.slice(0, 12) };
  return { ...limits, ...parts, ...texts, hasTerminal: false };
}

/** Throws where Docker 20.10 refuses an update (measured). */
function refuse(
  { restartPolicy, memory = 0, memorySwap = 0, cpuset = "" }: ContainerUpdate,
  { isRemovedByEngine }: Container,
  present: Extra,
): void {
  const forbid = (message: string): never => {
    throw new EngineError("forbidden", message);
  };
  if (restartPolicy) {
    const { name, maximumRetryCount = 0 } = restartPolicy;
    if (!["no", "on-failure", "always", "unless-stopped"].includes(name)) forbid(`invalid restart policy '${name}'`);
    if (maximumRetryCount > 0 && name !== "on-failure") forbid("maximum retry count cannot be used");
    if (isRemovedByEngine && name !== "no") throw new EngineError("conflict", "AutoRemove is enabled");
  }
  if (memory !== 0 && memory < 6 * 1024 ** 2) forbid("Minimum memory limit allowed is 6MB");
  if (memorySwap > 0 && memorySwap < memory) forbid("Minimum memoryswap limit should be larger than memory limit");
  if (memory > 0 && memorySwap === 0 && memory > present.memorySwap)
    throw new EngineError("conflict", "Memory limit should be smaller than already set memoryswap limit");
  if (!/^(?:\d+(?:-\d+)?(?:,|$))*$/.test(cpuset)) forbid("Invalid value for cpuset cpus");
}

function isUp({ status }: Container): boolean {
  return status === "running" || status === "paused";
}

/** What the list says of a state, without the time that Docker gives. */
function phraseOf({ status, exitCode }: Container): string {
  if (status === "running") return "Up 2 hours";
  if (status === "paused") return "Up 2 hours (Paused)";
  if (status === "created") return "Created";
  return `${status === "restarting" ? "Restarting" : "Exited"} (${exitCode}) 2 hours ago`;
}
