import { createHash } from "node:crypto";
import { parse } from "yaml";
import type { Container } from "../../src/docker/engine.ts";
import type { ContainerMount, ContainerPort } from "../../src/docker/platform-engine.ts";
import type { Files } from "../../src/files/files.ts";
import type { Compose, ComposeCall, ComposeListener, ComposeResult } from "../../src/platform/compose.ts";
import type { FakePlatformEngine } from "../engine/fake-platform-engine.ts";

/** One thing that Compose does to the engine. */
export interface ComposeAction {
  readonly kind: "create" | "start" | "stop" | "remove";
  readonly service: string;
  /** The name of the container. */
  readonly container: string;
}

/** What a call comes to after so many actions. */
export interface Trouble {
  /** How many actions are done before. */
  readonly after: number;
  /**
   * Compose fails; Compose is killed; our program is killed, and Compose with it; our program is killed while Compose
   * goes on to its end, for which the lock waits.
   */
  readonly kind: "fails" | "is killed" | "program and Compose are killed" | "program is killed";
}

/** What a call rejects with when our program is killed during it. Nothing of the program should run after that. */
export class ProgramKilled extends Error {}

/** A service of a Compose file, as far as it is understood here. */
interface ServiceFile {
  readonly image: string;
  readonly command?: string | readonly string[];
  readonly entrypoint?: string | readonly string[];
  readonly environment?: Readonly<Record<string, string | number | null>> | readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly volumes?: readonly (
    | string
    | { readonly type?: string; readonly source?: string; readonly target: string }
  )[];
  readonly ports?: readonly (string | number)[];
  readonly restart?: string;
  readonly container_name?: string;
  readonly deploy?: { readonly replicas?: number };
  readonly scale?: number;
  readonly mem_limit?: string | number;
  readonly memswap_limit?: string | number;
  readonly cpu_shares?: number;
  readonly cpuset?: string;
}

type Services = Readonly<Record<string, ServiceFile>>;

/**
 * Docker Compose in memory: it reads the Compose files of a call and acts on a fake engine as Compose 2 does, at once
 * and in the same order every time. Known are `up` with what live services give it, `rm`, `down` and `config --hash`.
 */
export class FakeCompose implements Compose {
  readonly command = "docker compose";
  /** The calls, the oldest first. */
  readonly calls: ComposeCall[] = [];
  /** What was done to the engine. */
  readonly actions: ComposeAction[] = [];
  /** What the next calls come to, in order; undefined for one that works. */
  readonly troubles: (Trouble | undefined)[] = [];
  /** Images that no registry has. Any other one is there as soon as it is needed. */
  readonly missingImages = new Set<string>();
  /** Why the containers of a service cannot be started. */
  readonly unstartable = new Map<string, string>();
  readonly #engine: FakePlatformEngine;
  readonly #files: Pick<Files, "read">;
  readonly #parsed = new Map<string, { readonly text: string; readonly services: Services }>();
  #volumes = 0;

  constructor(engine: FakePlatformEngine, files: Pick<Files, "read">) {
    this.#engine = engine;
    this.#files = files;
  }

  /** Never waits for anything, so that ten thousand calls take no time. */
  async run(call: ComposeCall, { onStart }: ComposeListener): Promise<ComposeResult> {
    this.calls.push(call);
    onStart(ownProcess);
    const trouble = this.troubles.shift();
    const isLeftAlone = trouble?.kind === "program is killed";
    const run = new Run(call, isLeftAlone ? undefined : trouble);
    const result = this.#result(run);
    if (isLeftAlone || (trouble?.kind === "program and Compose are killed" && run.isTroubled))
      throw new ProgramKilled("the program was killed");
    return result;
  }

  #result(run: Run): ComposeResult {
    try {
      if (this.#engine.fake.down) throw new Failure("Cannot connect to the Docker daemon");
      return { exitCode: 0, output: this.#do(run) };
    } catch (error) {
      if (error instanceof Failure) return { exitCode: 1, output: error.message };
      throw error;
    }
  }

  #do(run: Run): string {
    const [verb, ...words] = run.call.args;
    const services = this.#read(run.call);
    switch (verb ?? "") {
      case "up":
        return this.#up(run, services, readUp(words));
      case "rm":
        for (const service of Object.keys(services)) this.#removeAll(run, service, "with its unnamed volumes");
        return "";
      case "down":
        return this.#down(run, services, words.includes("--volumes") || words.includes("-v"));
      case "config":
        return Object.entries(services)
          .map(([name, service]) => `${name} ${hashOf(service)}\n`)
          .join("");
      default:
        throw new Failure(`unknown command: ${verb}`);
    }
  }

  #up(run: Run, services: Services, up: Up): string {
    const names = up.services.length > 0 ? up.services : Object.keys(services);
    for (const name of names) {
      const service = services[name];
      if (!service) throw new Failure(`no such service: ${name}`);
      this.#pull(service.image);
    }
    // All are made before the first one is started.
    for (const name of names) this.#converge(run, name, services[name]!, up);
    if (up.isOnlyToBeMade) return "";
    for (const name of names) for (const container of this.#containersOf(run, name)) this.#start(run, name, container);
    return "";
  }

  #converge(run: Run, name: string, service: ServiceFile, up: Up): void {
    const wanted = up.scale.get(name) ?? service.scale ?? service.deploy?.replicas ?? 1;
    const present = this.#containersOf(run, name);
    for (const container of present.slice(wanted).toReversed()) this.#stopAndRemove(run, name, container);
    for (const container of present.slice(0, wanted))
      if (up.recreates === "all" || (up.recreates === "changed" && this.#isOutdated(container, service)))
        this.#recreate(run, name, { container, service, up });
    const numbers = new Set(this.#containersOf(run, name).map(numberOf));
    for (let number = 1; numbers.size < wanted; number++) {
      if (numbers.has(number)) continue;
      this.#create(run, name, { service, number, volumes: new Map() });
      numbers.add(number);
    }
  }

  #isOutdated({ labels, image }: Container, service: ServiceFile): boolean {
    return labels.get(hashLabel) !== hashOf(service) || this.#engine.images.get(service.image)?.id !== image;
  }

  /** The new container is made before the old one goes, under another name, and gets its unnamed volumes. */
  #recreate(
    run: Run,
    name: string,
    { container, service, up }: { readonly container: Container; readonly service: ServiceFile; readonly up: Up },
  ): void {
    const mounts = up.renewsVolumes ? [] : this.#engine.mounts(container.id);
    const volumes = new Map(mounts.filter(isUnnamed).map((mount) => [mount.destination, mount.name]));
    if (container.isAlive) this.#act(run, { kind: "stop", service: name, container: container.name });
    if (container.isAlive) this.#engine.fake.stop(container.id);
    const made = this.#create(run, name, { service, number: numberOf(container), volumes, isTemporary: true });
    this.#act(run, { kind: "remove", service: name, container: container.name });
    this.#engine.fake.delete(container.id);
    this.#engine.rename(made, container.name);
  }

  #create(
    run: Run,
    name: string,
    {
      service,
      number,
      volumes,
      isTemporary = false,
    }: {
      readonly service: ServiceFile;
      readonly number: number;
      readonly volumes: ReadonlyMap<string, string>;
      readonly isTemporary?: boolean;
    },
  ): string {
    const { project, folder, files } = run.call;
    const own = service.container_name ?? `${project}-${name}-${number}`;
    this.#act(run, { kind: "create", service: name, container: own });
    const mounts = (service.volumes ?? []).map((volume) => this.#mount(project, volume, volumes));
    const named = (kept: boolean): string[] =>
      mounts
        .filter(({ type, name: volume }) => type === "volume" && unnamed.test(volume) === kept)
        .map((one) => one.name);
    const memory = bytesOf(service.mem_limit);
    return this.#engine.create({
      project,
      service: name,
      name: isTemporary ? `temporary_${own}` : own,
      labels: {
        ...service.labels,
        "com.docker.compose.container-number": String(number),
        "com.docker.compose.project.working_dir": folder,
        "com.docker.compose.project.config_files": files.join(","),
        [hashLabel]: hashOf(service),
      },
      restart: service.restart ?? "no",
      environment: this.#environmentOf(run.call, service),
      volumes: { anonymous: named(true), named: named(false) },
      networks: [{ id: this.#engine.networkOf(project), name: `${project}_default` }],
      details: {
        imageReference: service.image,
        entrypoint: wordsOf(service.entrypoint),
        command: wordsOf(service.command),
        mounts,
        ports: (service.ports ?? []).map(portOf),
        memory,
        memorySwap: bytesOf(service.memswap_limit) || 2 * memory,
        cpuShares: service.cpu_shares ?? 0,
        cpuset: service.cpuset ?? "",
      },
    });
  }

  #mount(
    project: string,
    volume: NonNullable<ServiceFile["volumes"]>[number],
    kept: ReadonlyMap<string, string>,
  ): ContainerMount {
    const [source, destination, mode] = partsOf(volume);
    const common = { destination, isReadOnly: mode === "ro" };
    if (source === undefined) {
      const name = kept.get(destination) ?? (++this.#volumes).toString(16).padStart(64, "5");
      return { ...common, type: "volume", name, source: "" };
    }
    if (/^[./~]/.test(source)) return { ...common, type: "bind", name: "", source };
    return { ...common, type: "volume", name: `${project}_${source}`, source: "" };
  }

  #start(run: Run, service: string, container: Container): void {
    if (container.isAlive) return;
    const problem = this.#engine.fake.has(container.id) ? this.unstartable.get(service) : undefined;
    this.#act(run, { kind: "start", service, container: container.name });
    if (problem !== undefined) throw new Failure(`Error response from daemon: ${problem}`);
    this.#engine.fake.start(container.id);
  }

  #removeAll(run: Run, service: string, what: "with its unnamed volumes" | "alone"): void {
    for (const container of this.#containersOf(run, service)) {
      const volumes = what === "alone" ? [] : this.#engine.mounts(container.id).filter(isUnnamed);
      this.#stopAndRemove(run, service, container);
      for (const { name } of volumes) this.#engine.fake.volumes.delete(name);
    }
  }

  #stopAndRemove(run: Run, service: string, container: Container): void {
    if (container.isAlive) {
      this.#act(run, { kind: "stop", service, container: container.name });
      this.#engine.fake.stop(container.id);
    }
    this.#act(run, { kind: "remove", service, container: container.name });
    this.#engine.fake.delete(container.id);
  }

  #down(run: Run, services: Services, removesVolumes: boolean): string {
    for (const service of Object.keys(services))
      this.#removeAll(run, service, removesVolumes ? "with its unnamed volumes" : "alone");
    this.#engine.projectNetworks.delete(run.call.project);
    const own = `${run.call.project}_`;
    if (removesVolumes)
      for (const volume of this.#engine.fake.volumes)
        if (volume.startsWith(own)) this.#engine.fake.volumes.delete(volume);
    return "";
  }

  /** Counts an action, unless the call comes to its trouble before. */
  #act(run: Run, action: ComposeAction): void {
    run.count();
    this.actions.push(action);
  }

  #containersOf({ call: { project } }: Run, service: string): readonly Container[] {
    return this.#engine.fake
      .all()
      .filter(({ labels }) => labels.get(projectLabel) === project && labels.get(serviceLabel) === service)
      .filter(({ labels }) => labels.get("com.docker.compose.oneoff")?.toLowerCase() !== "true")
      .toSorted((one, other) => numberOf(one) - numberOf(other));
  }

  #pull(image: string): void {
    if (this.#engine.images.has(image)) return;
    if (this.missingImages.has(image)) throw new Failure(`pull access denied for ${image}`);
    this.#engine.addImage(image, {});
  }

  #environmentOf(call: ComposeCall, { environment = {}, image }: ServiceFile): readonly string[] {
    const entries = Array.isArray(environment)
      ? (environment as readonly string[]).map((line): [string, string | number | null] => {
          const [name = "", ...rest] = line.split("=");
          return [name, rest.length === 0 ? null : rest.join("=")];
        })
      : Object.entries(environment as Readonly<Record<string, string | number | null>>);
    const own = new Map(
      (this.#engine.images.get(image)?.environment ?? []).map((line) => [line.split("=", 1)[0], line]),
    );
    for (const [name, value] of entries) {
      const given = value ?? call.variables[name];
      if (given !== undefined) own.set(name, `${name}=${String(given).replaceAll("$$", "$")}`);
    }
    return [...own.values()];
  }

  /** The services of the Compose files; a later file adds to those of an earlier one. */
  #read({ files }: ComposeCall): Services {
    const services = Object.create(null) as Record<string, ServiceFile>;
    for (const path of files) {
      const text = this.#files.read(path, Infinity, "plain")?.bytes.toString();
      if (text === undefined) throw new Failure(`open ${path}: no such file or directory`);
      const known = this.#parsed.get(path);
      const found = known?.text === text ? known.services : servicesIn(text);
      this.#parsed.set(path, { text, services: found });
      for (const [name, service] of Object.entries(found)) services[name] = { ...services[name], ...service };
    }
    return services;
  }
}

/** A call at work. */
class Run {
  readonly call: ComposeCall;
  isTroubled = false;
  readonly #trouble: Trouble | undefined;
  #count = 0;

  constructor(call: ComposeCall, trouble: Trouble | undefined) {
    this.call = call;
    this.#trouble = trouble;
  }

  /** Throws when the call has come to its trouble. */
  count(): void {
    if (!this.#trouble || this.#count++ < this.#trouble.after) return;
    this.isTroubled = true;
    throw new Failure(this.#trouble.kind === "fails" ? "it failed" : "ended by SIGKILL");
  }
}

/** What Compose says when it ends with 1. */
class Failure extends Error {}

/** What `up` is to do. */
interface Up {
  readonly services: readonly string[];
  readonly recreates: "all" | "changed" | "none";
  readonly renewsVolumes: boolean;
  readonly isOnlyToBeMade: boolean;
  readonly scale: ReadonlyMap<string, number>;
}

function readUp(words: readonly string[]): Up {
  const flags = new Set<string>();
  const services: string[] = [];
  const scale = new Map<string, number>();
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === "--scale") {
      const [service = "", count] = words[++at]!.split("=");
      scale.set(service, Number(count));
    } else if (word.startsWith("-")) flags.add(word);
    else services.push(word);
  }
  const known = ["-d", "--no-deps", "--force-recreate", "--renew-anon-volumes", "--no-start", "--no-recreate"];
  const unknown = [...flags].find((flag) => !known.includes(flag));
  if (unknown !== undefined) throw new Failure(`unknown flag: ${unknown}`);
  return {
    services,
    recreates: flags.has("--force-recreate") ? "all" : flags.has("--no-recreate") ? "none" : "changed",
    renewsVolumes: flags.has("--renew-anon-volumes"),
    isOnlyToBeMade: flags.has("--no-start"),
    scale,
  };
}

const ownProcess = 4_000_000;
const projectLabel = "com.docker.compose.project";
const serviceLabel = "com.docker.compose.service";
const hashLabel = "com.docker.compose.config-hash";
const unnamed = /^[0-9a-f]{64}$/;

function servicesIn(text: string): Services {
  try {
    const { services } = Object(parse(text)) as { readonly services?: Services };
    return services ?? {};
  } catch (error) {
    throw new Failure(`yaml: ${(error as Error).message}`);
  }
}

/** As Compose, of everything but how many containers there are. */
function hashOf(service: ServiceFile): string {
  const compared = { ...service, deploy: undefined, scale: undefined };
  return createHash("sha256").update(JSON.stringify(compared)).digest("hex");
}

function numberOf({ labels }: Container): number {
  return Number(labels.get("com.docker.compose.container-number"));
}

function isUnnamed({ type, name }: ContainerMount): boolean {
  return type === "volume" && unnamed.test(name);
}

function partsOf(
  volume: NonNullable<ServiceFile["volumes"]>[number],
): readonly [source: string | undefined, destination: string, mode: string | undefined] {
  if (typeof volume !== "string") return [volume.source, volume.target, undefined];
  const [first = "", second, mode] = volume.split(":");
  return second === undefined || second === "ro" || second === "rw"
    ? [undefined, first, second]
    : [first, second, mode];
}

function portOf(port: string | number): ContainerPort {
  const [numbers = "", protocol = "tcp"] = String(port).split("/");
  const [host, inside] = numbers.includes(":") ? numbers.split(":") : [undefined, numbers];
  const publicPort = host === undefined ? 32_768 : Number(host);
  return { ip: "0.0.0.0", publicPort, privatePort: Number(inside), protocol };
}

function wordsOf(words: string | readonly string[] = []): readonly string[] {
  return typeof words === "string" ? words.split(" ") : words;
}

function bytesOf(size: string | number | undefined): number {
  const [, number = "0", unit = ""] = /^(\d+)([bkmg]?)/i.exec(String(size ?? 0)) ?? [];
  return Number(number) * ({ k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[unit.toLowerCase()] ?? 1);
}
