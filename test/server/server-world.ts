import { pid } from "node:process";
import { expect } from "vitest";
import { createWatch, type Watch } from "../../src/platform/watch.ts";
import { createStackSidecars, type StackSidecars } from "../../src/platform/stack-sidecars.ts";
import type { LogEntry } from "../../src/sidecar/log.ts";
import { createActions, type Actions } from "../../src/server/actions.ts";
import { createApp, type Rules } from "../../src/server/app.ts";
import { createBackend } from "../../src/server/backend.ts";
import { listen, usualLimits, type Listening } from "../../src/server/listen.ts";
import { createStreams, type Streams } from "../../src/server/streams.ts";
import type { Files } from "../../src/files/files.ts";
import type { World } from "../../src/platform/platform.ts";
import { LiveWorld } from "../platform/live-world.ts";

/** An answer, with its body as JSON if it is that. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: any;
}

export const token = "a-token-of-thirty-two-characters";

/** The server in memory, on a machine in memory. */
export class ServerWorld {
  readonly machine: LiveWorld;
  readonly actions: Actions;
  readonly watch: Watch;
  /** What was logged: method, route and status. */
  readonly journal: string[] = [];
  readonly bugs: unknown[] = [];
  /** What the sidecars logged. */
  readonly logged: (LogEntry & { readonly project: string })[] = [];
  readonly #ending = new AbortController();
  readonly #app: ReturnType<typeof createApp>;
  readonly #streams: Streams;
  readonly #sidecars: StackSidecars;
  #working = Promise.resolve();

  /** With stacks in memory, or with files and a stacks folder of the machine. A machine can have two servers. */
  constructor(
    stacks: Readonly<Record<string, string>> = {},
    rules: Partial<Rules> = {},
    real?: { readonly files: Files; readonly stacks: string },
    machine?: LiveWorld,
  ) {
    const files = Object.entries(stacks).map(([name, text]) => [`/stacks/${name}/stack.yml`, text]);
    this.machine = machine ?? new LiveWorld(Object.fromEntries(files) as Record<string, string>);
    const { live, files: memory } = this.machine;
    memory.running.add(pid);
    const { now } = live;
    const world: World = {
      ...live,
      env: { HOME: "/home/me" },
      shell: {},
      cwd: "/",
      files: this.machine.files,
      stacks: "/stacks",
      ...real,
    };
    this.actions = createActions(now);
    const common = { random: () => 0, ownId: undefined };
    this.watch = createWatch(world, { ...common, onConnected: () => this.#sidecars.look() });
    this.#sidecars = createStackSidecars({
      ...common,
      clock: world.clock,
      engine: () => this.machine.engine.fake,
      known: () => this.watch.now(),
      log: (project) => (entry) => void this.logged.push({ project, ...entry }),
      signal: this.#ending.signal,
    });
    const backend = createBackend(this.watch, { actions: this.actions, now });
    const all = { token, isReadOnly: false, hosts: new Set<string>(), page: [], ...rules };
    this.#streams = createStreams(backend, all);
    this.#app = createApp(backend, all, {
      onAnswer: (method, route, status) => void this.journal.push(`${method} ${route} ${status}`),
      onBug: (error) => void this.bugs.push(error),
    });
  }

  /** Connects to the engine. */
  async start(): Promise<this> {
    void this.watch.run(this.#ending.signal);
    this.#working = this.#sidecars.run();
    await this.finish(this.#until(() => this.watch.now().problem === undefined));
    return this;
  }

  /** Ends the server. */
  end(): Promise<void> {
    this.#ending.abort();
    return this.finish(this.#working);
  }

  /** Sends a request, as a client of the old platform does. */
  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const text = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
    const all = new Headers({ Host: "127.0.0.1:7070", Authorization: `Bearer ${token}` });
    if (text !== undefined) all.set("Content-Type", "application/json");
    for (const [name, value] of Object.entries(headers)) all.set(name, value);
    const content = text === undefined ? {} : { body: text };
    const request = new Request(`http://127.0.0.1:7070${path}`, { method, headers: all, ...content });
    const response = await this.finish(Promise.resolve(this.#app.fetch(request)));
    const answer = await response.text();
    const isJson = answer !== "" && (response.headers.get("content-type") ?? "").includes("json");
    const json: unknown = isJson ? JSON.parse(answer) : undefined;
    return { status: response.status, headers: response.headers, text: answer, json };
  }

  /** Listens on a port of this machine. */
  listen(limits: Partial<typeof usualLimits> = {}): Promise<Listening> {
    return listen(this.#app, this.#streams, { host: "127.0.0.1", port: 0, limits: { ...usualLimits, ...limits } });
  }

  /** Begins something that takes a while; resolves to its action when that has ended. */
  async act(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly state: string; readonly error: string | null }> {
    const { status, headers, text } = await this.ask(method, path, body);
    expect({ status, text }).toEqual({ status: 202, text });
    const uri = headers.get("x-tutum-action-uri") ?? "";
    await this.settled();
    return (await this.ask("GET", uri)).json;
  }

  /** Lets all actions come to their end. */
  async settled(): Promise<void> {
    await this.finish(this.#until(() => this.actions.all().every(({ end }) => end !== undefined)));
  }

  /** The service of a name, as the API shows it. */
  async service(name: string): Promise<any> {
    const { json } = await this.ask("GET", `/api/v1/service/?name=${name}`);
    expect(json.objects, name).toHaveLength(1);
    return (await this.ask("GET", json.objects[0].resource_uri)).json;
  }

  /** The text of a stack file. */
  text(stack: string): string | undefined {
    return this.machine.files.texts()[`/stacks/${stack}/stack.yml`];
  }

  /** Lets time pass until something is done that waits for it. */
  async finish<T>(work: Promise<T>): Promise<T> {
    const state = { isDone: false };
    const settle = (): void => void (state.isDone = true);
    work.then(settle, settle);
    for (let turn = 0; turn < 200 && !state.isDone; turn++) await new Promise((resolve) => setImmediate(resolve));
    for (let turn = 0; turn < 2000 && !state.isDone; turn++) await this.machine.clock.pass(0.1);
    return work;
  }

  /** Lets everything happen that waits for nothing but promises. */
  async quiet(): Promise<void> {
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  async #until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
  }
}
