import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { compile, readStack } from "../compile.ts";
import { hasErrors, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { namedSource, type Source } from "../diagnostics/source.ts";
import { readText, type Files } from "../files/files.ts";
import { configVariable, readConfig, type SidecarConfig } from "../lifecycle/config.ts";
import type { Policy } from "../lifecycle/policy.ts";
import { mountPoint, parseVolume } from "../stack/grammar/volume.ts";
import type { Service } from "../stack/model.ts";
import { targets } from "../targets/index.ts";
import type { BalancerSettings } from "../targets/balancer-options.ts";
import type { SidecarSettings } from "../targets/sidecar-options.ts";
import type { OutputFile } from "../targets/target.ts";
import { parseDocument } from "../yaml/document.ts";
import { overrideName, type Place } from "./places.ts";
import { withoutPrototype, type AppliedService } from "./state.ts";

/** The limits that can be changed on a running container, as in the engine's API. */
export interface Limits {
  /** Bytes; undefined for no limit. */
  readonly memory: number | undefined;
  /** Memory and swap together; undefined for the engine's default, which is twice the memory. */
  readonly memorySwap: number | undefined;
  readonly cpuShares: number | undefined;
  readonly cpuset: string | undefined;
}

/** One service as the stack file wants it. */
export interface WantedService {
  readonly name: string;
  readonly image: string;
  /** A hash for each key of its compiled form, without the keys that can be changed on running containers. */
  readonly keys: Readonly<Record<string, string>>;
  readonly policy: Policy;
  /** The restart policy as Docker writes it: `on-failure:3`. */
  readonly restart: string;
  readonly replicas: number;
  readonly limits: Limits;
  /** The volumes that Docker keeps, by their path in the container; `undefined` for one without a name. */
  readonly volumes: ReadonlyMap<string, string | undefined>;
  /** All that the stack file says of it, with its defaults. */
  readonly definition: ServiceDefinition;
}

/** What a stack file says of a service. */
export type ServiceDefinition = Service;

/** A stack as its file wants it. */
export interface WantedStack {
  readonly services: ReadonlyMap<string, WantedService>;
  /** The service of the sidecar in the Compose file; undefined when it has none. */
  readonly sidecar: { readonly name: string; readonly keys: Readonly<Record<string, string>> } | undefined;
  /** The sidecars that the user wrote, in the stack file or in a second Compose file: services with a config. */
  readonly sidecarsByHand: ReadonlySet<string>;
  /** What the sidecar does; undefined when no service has autodestroy. */
  readonly config: SidecarConfig | undefined;
  readonly outputs: readonly OutputFile[];
  /** The variables whose values the services take from the shell. */
  readonly shellVariables: readonly string[];
}

/** A compiled stack file, or why there is none. */
export type CompiledPlace = { readonly source: Source; readonly diagnostics: readonly Diagnostic[] } & (
  | { readonly wanted: WantedStack; readonly failed?: never }
  | { readonly wanted?: never; readonly failed: true }
);

/** What a compiled stack depends on besides its file. */
export interface CompileSettings {
  readonly project: string;
  readonly sidecar: SidecarSettings;
  readonly linkVariables: boolean;
  readonly balancer: BalancerSettings;
  /** The text of `docker-compose.override.yml`; undefined when there is none. */
  readonly override: string | undefined;
  /** The values of the variables that the services may take from the shell. */
  readonly shell: Readonly<Record<string, string | undefined>>;
  /** The text of `.env` beside the stack file, which Compose reads for the variables that the shell lacks. */
  readonly dotEnv: string | undefined;
}

/** Compiles the text of a stack file in memory (reference live.md 3.3). */
export function compilePlace(place: Place, text: string, settings: CompileSettings): CompiledPlace {
  const fileName = basename(place.file);
  const source = namedSource(text, fileName);
  const { project: name, linkVariables } = settings;
  const { files, diagnostics } = compile(text, {
    fileName,
    name,
    linkVariables,
    ...settings.sidecar,
    ...settings.balancer,
  });
  if (hasErrors(diagnostics)) return { source, diagnostics, failed: true };
  const { stack } = readStack(source, { name: settings.project }, [])!;
  return { source, diagnostics, wanted: wantedOf([...stack.services.values()], files, settings) };
}

function wantedOf(
  services: readonly Service[],
  outputs: readonly OutputFile[],
  settings: CompileSettings,
): WantedStack {
  const { outputs: names } = targets.compose;
  const lowered = readYamlData(outputs.find(({ name }) => name === names.stack)!.text);
  const shellVariables = [...new Set(services.flatMap(bareNames))];
  const common = commonHash(lowered, settings, shellVariables);
  const compiled = withoutPrototype((lowered["services"] ?? {}) as Record<string, Mapping>);
  const known = new Set(services.map(({ name }) => name));
  const sidecar = Object.keys(compiled).find((name) => !known.has(name));
  const configText = outputs.find(({ name }) => name === names.sidecarConfig)?.text;
  return {
    services: new Map(
      services.map((service) => [service.name, wantedService(service, compiled[service.name]!, common)]),
    ),
    sidecar: sidecar === undefined ? undefined : { name: sidecar, keys: keysOf(sidecar, compiled[sidecar]!, common) },
    sidecarsByHand: new Set([
      ...services.flatMap(({ name, environment }) => (environment.some(hasConfigName) ? [name] : [])),
      ...sidecarsIn(settings.override).filter((name) => name !== sidecar),
    ]),
    config: configText === undefined ? undefined : readConfig(configText).config,
    outputs,
    shellVariables,
  };
}

function hasConfigName({ name }: { readonly name: string }): boolean {
  return name === configVariable;
}

/** The services with a config in a second Compose file. */
function sidecarsIn(override: string | undefined): readonly string[] {
  const services = Object(readYamlData(override ?? "")["services"]) as Mapping;
  return Object.keys(services).filter((name) => isSidecar(Object(services[name]) as Mapping));
}

/** A mapping of a YAML file. */
export type Mapping = Readonly<Record<string, unknown>>;

/** Hashes of what a service depends on outside of its own definition: networks, a second Compose file, the shell. */
type Common = (name: string, service: Mapping) => Readonly<Record<string, string>>;

function commonHash(
  lowered: Mapping,
  { override, shell, dotEnv }: CompileSettings,
  shellVariables: readonly string[],
): Common {
  const values = shellVariables.map((name) => [name, shell[name] ?? linesFor(name, dotEnv)] as const);
  const second = override === undefined ? undefined : readYamlData(override);
  return (name, service) => {
    const environment = service["environment"];
    const taken = values.filter(([own]) => JSON.stringify(environment ?? null).includes(JSON.stringify(own)));
    const overridden = second && overriddenOf(second, name);
    return {
      ...(overridden === undefined ? {} : { [overrideName]: hash(overridden) }),
      ...(lowered["networks"] === undefined ? {} : { "the stack's networks": hash(lowered["networks"]) }),
      ...(taken.length === 0 ? {} : { "variables of the shell": hash(taken) }),
    };
  };
}

/**
 * What a second Compose file says about a service; undefined when nothing. What it says about other services is left
 * out: it must not run a finished job again.
 */
function overriddenOf(second: Mapping, name: string): unknown {
  const own = withoutPrototype((second["services"] ?? {}) as Mapping)[name];
  const others = Object.entries(second).filter(([key]) => key !== "services" && key !== "version");
  return own === undefined && others.length === 0 ? undefined : [own ?? null, others];
}

/** The lines of a `.env` file that are about a variable. */
function linesFor(name: string, dotEnv: string | undefined): readonly string[] {
  const lines = (dotEnv ?? "").split(/\r?\n/).map((line) => line.trim().replace(/^export\s+/, ""));
  return lines.filter((line) => line.startsWith(name) && /^\s*(?:[=:]|$)/.test(line.slice(name.length)));
}

/** The keys that Docker can change on a container, and those that do not concern containers. */
const liveKeys: ReadonlySet<string> = new Set([
  "restart",
  "scale",
  "mem_limit",
  "memswap_limit",
  "cpu_shares",
  "cpuset",
  "depends_on",
]);

function keysOf(name: string, service: Mapping, common: Common): Readonly<Record<string, string>> {
  const keys = withoutPrototype<string>({});
  for (const [key, value] of Object.entries(service)) {
    const kept = key === "deploy" ? withoutReplicas(value as Mapping) : value;
    if (!liveKeys.has(key) && kept !== undefined) keys[key] = hash(kept);
  }
  return Object.assign(keys, common(name, service));
}

/** On one machine, a service for every node has one container, whatever its `target_num_containers` is. */
function replicasOf({ deploy }: Mapping): number {
  const { replicas = 1 } = Object(deploy) as { readonly replicas?: number };
  return replicas;
}

function withoutReplicas(deploy: Mapping): Mapping | undefined {
  const others = Object.entries(deploy).filter(([key]) => key !== "replicas");
  return others.length === 0 ? undefined : Object.fromEntries(others);
}

function wantedService(service: Service, compiled: Mapping, common: Common): WantedService {
  const { limits, deferred } = limitsOf(service);
  return {
    name: service.name,
    image: service.image,
    keys: { ...keysOf(service.name, compiled, common), ...(deferred.length === 0 ? {} : { limits: hash(deferred) }) },
    policy: service.policy,
    restart: restartOf(compiled),
    replicas: replicasOf(compiled),
    limits,
    volumes: volumesOf(compiled),
    definition: service,
  };
}

/** The named and anonymous volumes of a compiled service, by their path in the container. */
function volumesOf({ volumes }: Mapping): ReadonlyMap<string, string | undefined> {
  const items: readonly unknown[] = Array.isArray(volumes) ? volumes : [];
  return new Map(
    items.flatMap((item): [string, string | undefined][] => {
      if (typeof item !== "string") {
        const { source, target } = item as { readonly source: string; readonly target: string };
        return [[mountPoint(target), source]];
      }
      const volume = parseVolume(item.replaceAll("$$", () => "$"));
      if ("problem" in volume || (volume.kind !== "anonymous" && volume.kind !== "named")) return [];
      return [[mountPoint(volume.mountPath), volume.kind === "named" ? volume.source : undefined]];
    }),
  );
}

/** The limits of a service. Only Compose knows the value of a limit with variables: it is `deferred`. */
function limitsOf({ memLimit, memswapLimit, cpuShares, cpuset }: Service): {
  readonly limits: Limits;
  readonly deferred: readonly string[];
} {
  const sizes = [memLimit, memswapLimit];
  const [memory, memorySwap] = sizes.map((size) => (size?.kind === "bytes" ? size.bytes : undefined));
  return {
    limits: { memory, memorySwap, cpuShares, cpuset },
    deferred: sizes.flatMap((size) => (size?.kind === "deferred" ? [size.text] : [])),
  };
}

function bareNames({ environment }: Service): readonly string[] {
  return environment.flatMap(({ name, value }) => (value === null ? [name] : []));
}

/** Whether a service of a Compose file is a sidecar: it has the variable with the config. */
export function isSidecar(service: Mapping): boolean {
  const { environment } = service as { readonly environment?: unknown };
  if (Array.isArray(environment)) return environment.some((line) => String(line).split("=", 1)[0] === configVariable);
  return typeof environment === "object" && environment !== null && Object.hasOwn(environment, configVariable);
}

/** The services of the Compose file on disk, in the form of applied services. */
export function servicesOnDisk(
  files: Files,
  { folder }: Place,
  { settings, shellVariables }: { readonly settings: CompileSettings; readonly shellVariables: readonly string[] },
): ReadonlyMap<string, Omit<AppliedService, "since">> {
  const { stack: name } = targets.compose.outputs;
  const text = readText(files, { path: join(folder, name), name, most: 128 * 1024 ** 2 })?.text ?? "";
  const lowered = readYamlData(text);
  const common = commonHash(lowered, settings, shellVariables);
  const services = Object.entries((lowered["services"] ?? {}) as Record<string, Mapping>);
  return new Map(
    services.map(([own, compiled]) => {
      const restart = restartOf(compiled);
      // Whether it was a job does not matter: its containers are there.
      return [
        own,
        { keys: keysOf(own, compiled, common), restart, replicas: replicasOf(compiled), autodestroy: "OFF" },
      ];
    }),
  );
}

function restartOf({ restart }: Mapping): string {
  return typeof restart === "string" ? restart : "no";
}

/** A YAML text as data; nothing when it cannot be read. */
export function readYamlData(text: string): Mapping {
  const value = parseDocument({ name: "", text }, [])?.value;
  return typeof value === "object" && value !== null ? (value as Mapping) : {};
}

function hash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}
