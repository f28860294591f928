import { expect, test } from "vitest";
import { parse } from "yaml";
import { EngineError, type Container } from "../../src/docker/engine.ts";
import { Problem } from "../../src/files/problem.ts";
import { configVariable, policyOf, readConfig, type SidecarConfig } from "../../src/lifecycle/config.ts";
import {
  redeployServices,
  scaleService,
  setService,
  startServices,
  terminateService,
  up,
  type Context,
  type ServiceFields,
} from "../../src/platform/actions.ts";
import { stopServices } from "../../src/platform/stop.ts";
import { stackAt, type Platform, type StackRef } from "../../src/platform/platform.ts";
import { placeOfFile } from "../../src/platform/places.ts";
import { viewStacks } from "../../src/platform/views.ts";
import { judge } from "../../src/sidecar/judge.ts";
import { compile } from "../../src/compile.ts";
import { ProgramKilled } from "./fake-compose.ts";
import { away, FakeMachine } from "./world.ts";

/**
 * Random commands, edits by hand, containers that end, and everything that breaks at any moment. An oracle watches
 * every call of the engine (reference live.md 1.4, 3.3, 3.6).
 */
test.each([1, 2, 3, 4, 5])("2,000 random steps, seed %i", async (seed) => {
  const story = new Story(seed);
  for (let step = 0; step < 2000; step++) await story.step();
  await story.end();
  expect(story.count("command")).toBeGreaterThan(500);
  expect(story.count("killed")).toBeGreaterThan(20);
  expect(story.count("broken")).toBeGreaterThan(20);
});

const services = ["web", "db", "job", "other-job"] as const;
type ServiceName = (typeof services)[number];

const beginning = `# A shop
web: # the site
  image: shop/web
  restart: always
db:
  image: shop/db
  volumes: [/data]
job:
  image: shop/job
  autodestroy: ON_SUCCESS # cleans up
other-job:
  image: shop/other
  autorestart: ON_FAILURE
  autodestroy: ALWAYS
`;

const troubles = ["engine away", "killed", "Compose fails", "Compose is killed", "all are killed"] as const;
type Trouble = (typeof troubles)[number] | "none";

/** What may start a job during the present command. */
type Licence = ReadonlySet<string>;

class Story {
  readonly machine = new FakeMachine();
  readonly log: string[] = [];
  readonly #counts = new Map<string, number>();
  readonly #random: () => number;
  /** The definition with which each container was made, and those that the sidecar removed, by their IDs. */
  readonly #madeAs = new Map<string, string>();
  readonly #cleanedUp = new Set<string>();
  /** The services that were to be redeployed, which `up` may have to finish. */
  readonly #redeployed = new Set<string>();
  /** For each container by its name, the definition with which it last ran. */
  readonly #ran = new Map<string, string>();
  #licence: Licence = new Set();
  #started = 0;

  constructor(seed: number) {
    this.#random = generator(seed);
    this.machine.files.create("/shop/stack.yml", beginning, 0o644);
    this.machine.engine.fake.observers.add({ changed: () => this.#check(), broke: () => {} });
  }

  count(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  async step(): Promise<void> {
    const kind = this.#one(["command", "command", "command", "exit", "exit", "sidecar", "edit", "look"]);
    this.#note(kind);
    if (kind === "command") await this.#command();
    else if (kind === "exit") this.#exit();
    else if (kind === "sidecar") this.#sidecarWorks();
    else if (kind === "edit") this.#editByHand();
    else await this.#look();
    this.#checkFiles();
  }

  /** Without any trouble, `up` makes everything as the file says. */
  async end(): Promise<void> {
    this.machine.onCall = () => {};
    const platform = await this.machine.start();
    const stack = await stackOf(platform);
    const outcome = await this.#allow(services, () =>
      this.machine.finish(up(this.#context(platform, true), stack, {})),
    );
    expect(outcome, this.log.slice(-20).join("\n")).toMatchObject({ kind: "done" });
    const text = this.#text();
    const { files } = compile(text, { name: "shop", fileName: "stack.yml" });
    const { services: wanted } = parse(files[0]!.text) as {
      readonly services: Record<string, { readonly restart: string }>;
    };
    for (const container of this.#containers())
      expect(policyText(container), container.name).toBe(wanted[serviceOf(container)]!.restart);
    expect(this.#runningConfig() !== undefined).toBe(files.length > 1);
  }

  async #command(): Promise<void> {
    const name = this.#one(services);
    const yes = this.#random() < 0.5;
    const [what, work] = this.#chooseCommand(name);
    const trouble = this.#chooseTrouble();
    this.log.push(`${what} (${yes ? "yes" : "no"}${trouble === "none" ? "" : `, ${trouble}`})`);
    if (what.startsWith("redeploy") && trouble !== "none") this.#redeployed.add(name);
    const before = { text: this.#text(), containers: this.#containers() };
    try {
      const platform = await this.machine.start();
      this.#breakSomething(trouble);
      const licensed = /^(redeploy|start|scale)/.test(what) ? [name] : [];
      const outcome = await this.#allow(licensed, () =>
        this.machine.finish(stackOf(platform).then((stack) => work(this.#context(platform, yes), stack))),
      );
      if (!yes && !/^(redeploy|terminate|scale)/.test(what)) this.#checkKept(before.containers);
      if (outcome.kind === "declined") expect(this.#text()).toBe(before.text);
      if (what === "up" && outcome.kind === "done" && trouble === "none") this.#redeployed.clear();
    } catch (error) {
      if (error instanceof ProgramKilled) this.#note("killed");
      else if (error instanceof Problem || error instanceof EngineError) this.#note("broken");
      else throw error;
    } finally {
      this.machine.onCall = () => {};
      this.machine.compose.troubles.length = 0;
      this.machine.engine.fake.down = undefined;
      this.machine.isKilled = false;
    }
  }

  #chooseCommand(
    name: ServiceName,
  ): readonly [string, (context: Context, stack: StackRef) => Promise<{ readonly kind: string }>] {
    const fields: ServiceFields = this.#one<ServiceFields>([
      { autorestart: this.#one(["OFF", "ON_FAILURE", "ALWAYS"]) },
      { autodestroy: this.#one(["OFF", "ON_FAILURE", "ON_SUCCESS", "ALWAYS"]) },
      { autorestart: "ALWAYS", autodestroy: "OFF" },
      { autorestart: "OFF", autodestroy: "ALWAYS" },
      { environment: { A: String(Math.floor(this.#random() * 3)) } },
      { mem_limit: this.#one(["64m", "128m"]) },
      { tags: ["x"] },
    ]);
    const count = Math.floor(this.#random() * 4);
    const only = new Set([name]);
    return this.#one<readonly [string, (context: Context, stack: StackRef) => Promise<{ readonly kind: string }>]>([
      ["up", (context, stack) => up(context, stack, {})],
      [
        `set ${name} ${JSON.stringify(fields)}`,
        (context, stack) => setService(context, stack, name, { fields, next: "apply" }),
      ],
      [
        `set ${name} ${JSON.stringify(fields)}`,
        (context, stack) => setService(context, stack, name, { fields, next: "apply" }),
      ],
      [`scale ${name} ${count}`, (context, stack) => scaleService(context, stack, name, count)],
      [`start ${name}`, (context, stack) => startServices(context, stack, only)],
      [`stop ${name}`, (context, stack) => stopServices(context, stack, only)],
      [
        `redeploy ${name}`,
        (context, stack) => redeployServices(context, stack, { services: only, renewsVolumes: false }),
      ],
      ...(this.#random() < 0.1
        ? [
            [
              `terminate ${name}`,
              (context: Context, stack: StackRef) => terminateService(context, stack, name),
            ] as const,
          ]
        : []),
    ]);
  }

  #chooseTrouble(): Trouble {
    return this.#one<Trouble>(["none", "none", "none", "none", ...troubles]);
  }

  #breakSomething(trouble: Trouble): void {
    let left = Math.floor(this.#random() * 30);
    this.machine.onCall = () => {
      this.#check();
      if (this.#random() < 0.2) this.#sidecarWorks();
      if (left-- > 0) return;
      if (trouble === "killed") this.machine.kill();
      if (trouble === "engine away") this.machine.engine.fake.down = away;
    };
    const after = Math.floor(this.#random() * 4);
    if (trouble === "Compose fails") this.machine.compose.troubles.push({ after, kind: "fails" });
    if (trouble === "Compose is killed") this.machine.compose.troubles.push({ after, kind: "is killed" });
    if (trouble === "all are killed")
      this.machine.compose.troubles.push({
        after,
        kind: this.#one(["program and Compose are killed", "program is killed"]),
      });
  }

  /** Everything that a container does on its own. */
  #exit(): void {
    const alive = this.#containers().filter(({ status }) => status === "running");
    if (alive.length === 0) return;
    const { id, name } = this.#one(alive);
    const code = this.#one([0, 0, 1, 137]);
    this.log.push(`${name} ends with ${code}`);
    this.machine.engine.fake.exit(id, code);
  }

  /** The sidecar of the stack, if its container runs: it removes what the table says. */
  #sidecarWorks(): void {
    const config = this.#runningConfig();
    if (!config || this.machine.engine.fake.down) return;
    const identity = { project: { orchestrator: "compose", name: "shop" }, ownId: undefined } as const;
    for (const container of this.#containers())
      if (judge(container, config, identity).verdict === "remove") {
        this.#cleanedUp.add(container.id);
        this.machine.engine.fake.delete(container.id);
      }
  }

  /** An edit of the stack file by hand: always a valid one. */
  #editByHand(): void {
    const text = this.#text();
    const edits: readonly (readonly [RegExp, string])[] = [
      [/autodestroy: ON_SUCCESS/, "autodestroy: ON_FAILURE"],
      [/autodestroy: ON_FAILURE/, "autodestroy: ON_SUCCESS"],
      [/image: shop\/db(:\d)?/, `image: shop/db:${Math.floor(this.#random() * 3)}`],
      [/^/, "# by hand\n"],
      [/(# by hand\n)+/, ""],
    ];
    const [pattern, next] = this.#one(edits);
    const edited = text.replace(pattern, next);
    if (compile(edited, { name: "shop" }).files.length === 0) return;
    this.log.push(`by hand: ${next.trim()}`);
    this.machine.files.remove("/shop/stack.yml");
    this.machine.files.create("/shop/stack.yml", edited, 0o644);
  }

  /** What is shown is what the engine has. */
  async #look(): Promise<void> {
    const platform = await this.machine.start();
    const [view] = await viewStacks(platform, this.machine.signal);
    for (const { name, containers, state } of view!.services) {
      const own = this.#containers().filter((container) => serviceOf(container) === name);
      expect(containers.map(({ id }) => id).toSorted()).toEqual(own.map(({ id }) => id).toSorted());
      const isAllUp = own.length > 0 && own.every(({ isAlive }) => isAlive);
      expect(state === "Running", `${name} is ${state}\n${this.log.slice(-20).join("\n")}`).toBe(isAllUp);
    }
  }

  /** No service is ever at once restarted for ever and cleaned up; no finished job runs again. */
  #check(): void {
    const config = this.#runningConfig();
    for (const container of this.#containers()) {
      if (!this.#madeAs.has(container.id))
        this.#madeAs.set(container.id, definitionOf(this.#text(), serviceOf(container)));
      const policy = config && policyOf(config, serviceOf(container));
      const isPair = policy !== undefined && container.restartPolicy === "always";
      if (isPair) this.#fail(`${container.name} has ALWAYS and autodestroy`);
    }
    const { actions } = this.machine.compose;
    for (; this.#started < actions.length; this.#started++) {
      const { kind, service, container } = actions[this.#started]!;
      if (kind === "start") this.#checkRun(service, container);
    }
  }

  #checkRun(service: string, container: string): void {
    const definition = definitionOf(this.#text(), service);
    const isJob = /^autodestroy: "?(ON|ALWAYS)/m.test(sectionOf(this.#text(), service));
    const isNew = !isJob || this.#ran.get(container) !== definition;
    if (!isNew && !this.#licence.has(service)) this.#fail(`${container} ran again`);
    this.#ran.set(container, definition);
  }

  /** Without a yes, only services with a container of an earlier definition get new ones. */
  #checkKept(before: readonly Container[]): void {
    const now = new Set(this.#containers().map(({ id }) => id));
    for (const container of before) {
      // What Compose had only begun to make, it takes away itself.
      if (this.#redeployed.has(serviceOf(container)) || container.status === "created") continue;
      const definition = definitionOf(this.#text(), serviceOf(container));
      const own = before.filter((other) => serviceOf(other) === serviceOf(container));
      const isCurrent = own.every(({ id }) => this.#madeAs.get(id) === definition);
      if (isCurrent && !now.has(container.id) && !this.#cleanedUp.has(container.id))
        this.#fail(`${container.name} was removed without a yes`);
    }
  }

  #checkFiles(): void {
    const text = this.#text();
    const { files, diagnostics } = compile(text, { name: "shop" });
    if (files.length === 0 && text.trim() !== "# A shop")
      this.#fail(`the stack file is broken: ${JSON.stringify(diagnostics)}\n${text}`);
    const compiled = this.machine.files.read("/shop/docker-compose.yml")?.bytes.toString();
    if (compiled !== undefined && typeof parse(compiled) !== "object") this.#fail("the compiled file is broken");
  }

  #fail(problem: string): never {
    throw new Error(`${problem}\n${this.log.slice(-25).join("\n")}\n${this.#text()}`);
  }

  async #allow<T>(names: readonly string[], action: () => Promise<T>): Promise<T> {
    this.#licence = new Set(names);
    try {
      return await action();
    } finally {
      this.#check();
      this.#licence = new Set();
    }
  }

  #context(platform: Platform, yes: boolean): Context {
    const conversation = {
      confirm: () => Promise.resolve(yes),
      onPlan: () => true,
      onActions: () => true,
      onStep: () => {},
    };
    return { platform, conversation, what: "a test", signal: this.machine.signal };
  }

  #containers(): readonly Container[] {
    return this.machine.engine.fake.all().filter((container) => !isSidecar(container));
  }

  #runningConfig(): SidecarConfig | undefined {
    const sidecar = this.machine.engine.fake.all().find((container) => isSidecar(container) && container.isAlive);
    const text = sidecar?.environment.find((line) => line.startsWith(`${configVariable}=`));
    return text === undefined ? undefined : readConfig(text.slice(configVariable.length + 1)).config;
  }

  #text(): string {
    return this.machine.files.read("/shop/stack.yml")!.bytes.toString();
  }

  #note(what: string): void {
    this.#counts.set(what, this.count(what) + 1);
  }

  #one<T>(of: readonly T[]): T {
    return of[Math.floor(this.#random() * of.length)]!;
  }
}

function stackOf(platform: Platform): Promise<StackRef> {
  return stackAt(platform, placeOfFile("/shop/stack.yml"), undefined, new AbortController().signal);
}

function serviceOf({ labels }: Container): string {
  return labels.get("com.docker.compose.service") ?? "";
}

function isSidecar({ environment }: Container): boolean {
  return environment.some((line) => line.startsWith(`${configVariable}=`));
}

function policyText({ restartPolicy }: Container): string {
  return restartPolicy;
}

function sectionOf(text: string, service: string): string {
  const { autodestroy = "OFF" } = Object((parse(text) as Readonly<Record<string, unknown>> | null)?.[service]) as {
    readonly autodestroy?: string;
  };
  return `autodestroy: ${autodestroy}`;
}

/** What makes the containers of a service, without what is changed on them as they run. */
function definitionOf(text: string, service: string): string {
  const {
    autorestart: _,
    restart: __,
    autodestroy: ___,
    mem_limit: ____,
    tags: _____,
    ...definition
  } = Object((parse(text) as Readonly<Record<string, unknown>> | null)?.[service]) as Record<string, unknown>;
  return JSON.stringify(definition);
}

/** The same numbers for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
