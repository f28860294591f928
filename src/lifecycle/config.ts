import { autodestroyValues, autorestartValues, isCompatible, type Policy } from "./policy.ts";

/** The version of the config format. A sidecar refuses any other. */
export const configVersion = 1;

/**
 * The environment variable with the text of the config, for a sidecar that runs as a service. A mounted file could be
 * missing (Docker would mount an empty folder), out of date or unreadable.
 */
export const configVariable = "AUTODESTROY_CONFIG";

/** The least and the most seconds that a container can be given to settle (reference: `compile --settle SECONDS`). */
export const settleLimits = { least: 2, most: 3600 } as const;

/** `autodestroy.json`: the contract between compiler and sidecar. Times are in seconds. */
export interface SidecarConfig {
  /** The schema that editors use. */
  readonly $schema?: string;
  /** Says which stack file the config comes from. Marks a file that tutum-stack generated. */
  readonly comment?: string;
  readonly version: typeof configVersion;
  readonly stack: string;
  readonly settleSeconds: number;
  readonly removeVolumes: boolean;
  /** Whether the stack runs on a Swarm: then only containers of Swarm tasks are removed. False if left out. */
  readonly swarm?: boolean;
  /** Only services whose autodestroy is not OFF. */
  readonly services: Readonly<Record<string, Policy>>;
}

/** The optional keys of a config, each with a default. */
export interface ConfigSettings {
  readonly swarm?: boolean | undefined;
  readonly settleSeconds?: number | undefined;
  readonly removeVolumes?: boolean | undefined;
  readonly comment?: string | undefined;
}

/** The config for the services of a stack whose autodestroy is not OFF. */
export function sidecarConfig(
  stack: string,
  policies: ReadonlyMap<string, Policy>,
  { swarm = false, settleSeconds = 10, removeVolumes = true, comment }: ConfigSettings = {},
): SidecarConfig {
  const services: Record<string, Policy> = Object.create(null);
  for (const [name, { autorestart, autodestroy }] of policies) services[name] = { autorestart, autodestroy };
  return {
    ...(comment === undefined ? {} : { comment }),
    version: configVersion,
    stack,
    settleSeconds,
    removeVolumes,
    ...(swarm ? { swarm } : {}),
    services,
  };
}

/** A config that was read, or all that is wrong with the text: one sentence each, for a log or a terminal. */
export type ReadConfig =
  | { readonly config: SidecarConfig; readonly problems?: never }
  | { readonly config?: never; readonly problems: readonly string[] };

/** Reads `autodestroy.json` as its JSON Schema describes it. Never throws. */
export function readConfig(text: string): ReadConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problems: ["the config is not JSON"] };
  }
  if (!isMapping(value)) return { problems: ["the config must be a mapping"] };
  const problems = problemsOf(value);
  return problems.length > 0
    ? { problems: firstOf(problems) }
    : { config: withoutPrototypes(value as unknown as SidecarConfig) };
}

/** A log takes no thousands of sentences. */
function firstOf(problems: readonly string[]): readonly string[] {
  const more = problems.length - mostProblems;
  return more > 0
    ? [...problems.slice(0, mostProblems), more === 1 ? "and 1 more mistake" : `and ${more} more mistakes`]
    : problems;
}

const mostProblems = 10;

/** The policy of a service; undefined for one that the config does not name, whatever its name is. */
export function policyOf({ services }: SidecarConfig, service: string): Policy | undefined {
  return Object.hasOwn(services, service) ? services[service] : undefined;
}

type Mapping = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => readonly string[];

const fields: Readonly<Record<keyof SidecarConfig, Check>> = {
  $schema: (value) => (typeof value === "string" ? [] : ["`$schema` must be text"]),
  comment: (value) => (typeof value === "string" ? [] : ["`comment` must be text"]),
  version: (value) =>
    value === configVersion
      ? []
      : [`the config has version ${shown(value)}, but this sidecar reads version ${configVersion} only`],
  stack: checkStack,
  settleSeconds: (value) =>
    typeof value === "number" && value >= settleLimits.least && value <= settleLimits.most
      ? []
      : [`\`settleSeconds\` must be a number from ${settleLimits.least} to ${settleLimits.most}`],
  removeVolumes: (value) => (typeof value === "boolean" ? [] : ["`removeVolumes` must be true or false"]),
  swarm: (value) => (typeof value === "boolean" ? [] : ["`swarm` must be true or false"]),
  services: (value) =>
    isMapping(value)
      ? Object.entries(value).flatMap(([name, policy]) => checkService(name, policy))
      : ["`services` must be a mapping of service names to policies"],
};

const optional: ReadonlySet<string> = new Set(["$schema", "comment", "swarm"] satisfies (keyof SidecarConfig)[]);

function problemsOf(value: Mapping): readonly string[] {
  const present = Object.keys(value).flatMap((key) =>
    Object.hasOwn(fields, key)
      ? fields[key as keyof SidecarConfig](value[key])
      : [`the config has an unknown key ${shown(key)}`],
  );
  const missing = Object.keys(fields).filter((key) => !optional.has(key) && !Object.hasOwn(value, key));
  return [...present, ...missing.map((key) => `the config has no \`${key}\``)];
}

function checkStack(value: unknown): readonly string[] {
  if (value === "") return ["`stack` is empty, so the sidecar would remove containers of every stack"];
  return typeof value === "string" && /^[a-z0-9][a-z0-9_-]*$/.test(value)
    ? []
    : ["`stack` must be a name of lowercase letters, digits, `-` and `_`"];
}

function checkService(name: string, policy: unknown): readonly string[] {
  if (!/^(?![xX]-)[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name)) return [`${shown(name)} is not a valid service name`];
  const service = `service \`${name.slice(0, 60)}\``;
  if (!isMapping(policy)) return [`${service} must have \`autorestart\` and \`autodestroy\``];
  const unknown = Object.keys(policy).find((key) => key !== "autorestart" && key !== "autodestroy");
  if (unknown !== undefined) return [`${service} has an unknown key ${shown(unknown)}`];
  const { autorestart, autodestroy } = {
    autorestart: own(policy, "autorestart"),
    autodestroy: own(policy, "autodestroy"),
  };
  if (!isOneOf(autodestroyValues, autodestroy) || autodestroy === "OFF")
    return [`${service}: \`autodestroy\` must be \`ON_FAILURE\`, \`ON_SUCCESS\`, or \`ALWAYS\``];
  if (!isOneOf(autorestartValues, autorestart))
    return [`${service}: \`autorestart\` must be \`OFF\` or \`ON_FAILURE\``];
  return isCompatible({ autorestart, autodestroy })
    ? []
    : [`${service}: \`autorestart: ALWAYS\` cannot be combined with \`autodestroy: ${autodestroy}\``];
}

function isOneOf<T>(values: readonly T[], value: unknown): value is T {
  return (values as readonly unknown[]).includes(value);
}

/** The config with services that a name such as `__proto__` cannot change. */
function withoutPrototypes(config: SidecarConfig): SidecarConfig {
  return {
    ...config,
    services: Object.assign(Object.create(null) as object, config.services),
  };
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function own(mapping: Mapping, key: string): unknown {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined;
}

function shown(value: unknown): string {
  return `\`${(JSON.stringify(value) ?? "nothing").slice(0, 60)}\``;
}
