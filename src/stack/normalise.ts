import type { Path, Report } from "../diagnostics/diagnostic.ts";
import type { LocatedDocument } from "../yaml/document.ts";
import { defer, type FieldContext } from "./field-context.ts";
import type { Field, ServiceFile, StackFile } from "./file.ts";
import { normaliseCommand } from "./grammar/command.ts";
import { parseImage } from "./grammar/image.ts";
import { parseAutodestroy, parseRestart, type ParsedRestart } from "./grammar/policy.ts";
import { parseSize, parseSwapLimit } from "./grammar/size.ts";
import { parseNet, parsePid, parseRole, parseStrategy } from "./grammar/words.ts";
import { links, ports, volumes, volumesFrom } from "./lists.ts";
import type { Service, Size, Stack } from "./model.ts";
import { labels, variables } from "./variables.ts";

/** Finds out what a stack file means. Reports what a field's grammar refuses. */
export function normalise(
  document: LocatedDocument,
  file: StackFile,
  { name: stackName, interpolation, linkVariables }: Omit<Stack, "services">,
  report: Report,
): Stack {
  const stack = { name: stackName, isService: (name: string): boolean => file.has(name) };
  const services = new Map<string, Service>();
  for (const [name, serviceFile] of file)
    services.set(name, normaliseService({ name, serviceFile, document, interpolation, stack, report }));
  return { name: stackName, services, interpolation, linkVariables };
}

type MeaningOf<F extends Field> = (
  value: NonNullable<ServiceFile[F]>,
  path: Path,
  context: FieldContext,
  /** The service as far as its fields have been read. */
  service: Service,
) => Partial<Service>;

function normaliseService(context: FieldContext): Service {
  const { name, serviceFile } = context;
  const service: Service = { origin: [name], name, autorestartOrigin: [name, "autorestart"], ...defaults };
  for (const field of Object.keys(serviceFile) as Field[]) {
    const meaningOf = meanings[field] as MeaningOf<Field>;
    Object.assign(service, meaningOf(serviceFile[field]!, [name, field], context, service));
  }
  return service;
}

const defaults: Omit<Service, "origin" | "name" | "autorestartOrigin"> = {
  image: "",
  command: undefined,
  entrypoint: undefined,
  environment: [],
  labels: [],
  links: [],
  ports: [],
  expose: [],
  volumes: [],
  volumesFrom: [],
  tags: [],
  replicas: 1,
  strategy: "EMPTIEST_NODE",
  sequential: false,
  roles: [],
  policy: { autorestart: "OFF", autodestroy: "OFF" },
  retries: undefined,
  autoredeploy: false,
  privileged: false,
  readOnly: false,
  stdinOpen: false,
  tty: false,
  hostNetwork: false,
  hostPid: false,
  dns: [],
  dnsSearch: [],
  capAdd: [],
  capDrop: [],
  devices: [],
  extraHosts: [],
  securityOpt: [],
  workingDir: undefined,
  user: undefined,
  hostname: undefined,
  domainname: undefined,
  macAddress: undefined,
  cgroupParent: undefined,
  cpuset: undefined,
  cpuShares: undefined,
  memLimit: undefined,
  memswapLimit: undefined,
};

/** What each field means. The compiler asks for a row for every field. */
const meanings: { readonly [F in Field]: MeaningOf<F> } = {
  image: (image, path, context) => ({ image: checkedImage(image, path, context) }),
  command: (_, path, context) => ({ command: command("command", path, context) }),
  entrypoint: (_, path, context) => ({ entrypoint: command("entrypoint", path, context) }),
  environment: (_, path, context) => ({ environment: variables("environment", path, context) }),
  labels: (_, path, context) => ({ labels: labels(path, context) }),
  links: (items, path, context) => ({ links: links(items, path, context) }),
  ports: (items, path, context) => ({ ports: ports(items, path, context) }),
  expose: (items, path, context) => ({ expose: ports(items, path, context) }),
  volumes: (items, path, context) => ({ volumes: volumes(items, path, context) }),
  volumes_from: (items, path, context) => ({ volumesFrom: volumesFrom(items, path, context) }),
  tags: (tags) => ({ tags: distinct(tags) }),
  target_num_containers: (replicas) => ({ replicas }),
  deployment_strategy: (strategy) => ({ strategy: accepted(parseStrategy(strategy), strategy) }),
  sequential_deployment: (sequential) => ({ sequential }),
  roles: (roles) => ({ roles: distinct(roles.map((role) => accepted(parseRole(role), role))) }),
  autorestart: (value, _, { serviceFile }, service) =>
    serviceFile.restart === undefined ? restartOf(accepted(parseRestart(value), value), service) : {},
  restart: (value, path, context, service) => ({
    ...restartOf(agreedRestart(value, path, context), service),
    autorestartOrigin: path,
  }),
  autodestroy: (value, _, __, { policy }) => ({
    policy: { ...policy, autodestroy: accepted(parseAutodestroy(value), value) },
  }),
  autoredeploy: (autoredeploy) => ({ autoredeploy }),
  privileged: (privileged) => ({ privileged }),
  read_only: (readOnly) => ({ readOnly }),
  stdin_open: (stdinOpen) => ({ stdinOpen }),
  tty: (tty) => ({ tty }),
  net: (net) => ({ hostNetwork: parseNet(net) === "host" }),
  pid: (pid) => ({ hostPid: parsePid(pid) === "host" }),
  dns: (dns) => ({ dns: oneOrMore(dns) }),
  dns_search: (dnsSearch) => ({ dnsSearch: oneOrMore(dnsSearch) }),
  cap_add: (capAdd) => ({ capAdd: distinct(capAdd) }),
  cap_drop: (capDrop) => ({ capDrop: distinct(capDrop) }),
  devices: (devices) => ({ devices: distinct(devices) }),
  extra_hosts: (extraHosts) => ({ extraHosts: distinct(extraHosts) }),
  security_opt: (securityOpt) => ({ securityOpt: distinct(securityOpt) }),
  working_dir: (workingDir) => ({ workingDir }),
  user: (_, path, { document }) => ({ user: document.written(path) }),
  hostname: (hostname) => ({ hostname }),
  domainname: (domainname) => ({ domainname }),
  mac_address: (macAddress) => ({ macAddress }),
  cgroup_parent: (cgroupParent) => ({ cgroupParent }),
  cpuset: (cpuset) => ({ cpuset }),
  cpu_shares: (cpuShares) => ({ cpuShares }),
  mem_limit: (value, path, context) => ({ memLimit: size("mem_limit", value, path, context) }),
  memswap_limit: (value, path, context) => ({ memswapLimit: size("memswap_limit", value, path, context) }),
};

/** The name of an image. Reports a text that is none; the shape check has reported an empty one. */
function checkedImage(image: string, path: Path, context: FieldContext): string {
  if (image === "" || defer(image, path, context)) return image;
  const parsed = parseImage(image);
  if ("problem" in parsed)
    context.report("bad-image", { path, part: { text: parsed.part } }, { service: context.name, image, ...parsed });
  return image;
}

/**
 * A command that every reader splits alike. One with variables that cannot be checked before they are filled in stays
 * as it is.
 */
function command(field: "command" | "entrypoint", path: Path, context: FieldContext): Service["command"] {
  const value = context.serviceFile[field];
  if (typeof value !== "string") return value;
  const normalised = normaliseCommand(value);
  if (!("problem" in normalised)) return normalised.text;
  if (!defer(value, path, context))
    context.report("bad-command", path, { service: context.name, field, problem: normalised.problem });
  return value;
}

function size(
  field: "mem_limit" | "memswap_limit",
  value: string | number,
  origin: Path,
  context: FieldContext,
): Size | undefined {
  const text = String(value);
  const deferred = defer(text, origin, context);
  if (deferred) return deferred;
  const bytes = field === "memswap_limit" ? parseSwapLimit(text) : parseSize(text);
  if (bytes !== undefined) return { kind: "bytes", bytes };
  context.report("bad-size", origin, { service: context.name, field, size: text });
  return undefined;
}

function restartOf({ autorestart, retries }: ParsedRestart, { policy }: Service): Pick<Service, "policy" | "retries"> {
  return { policy: { ...policy, autorestart }, retries };
}

/** The value of `restart`. Reports a service that has `autorestart` as well. */
function agreedRestart(value: string | false, path: Path, context: FieldContext): ParsedRestart {
  const { name: service, serviceFile, report } = context;
  const restart = accepted(parseRestart(value), value);
  if (serviceFile.autorestart === undefined) return restart;
  const other = accepted(parseRestart(serviceFile.autorestart), serviceFile.autorestart);
  const at = { path, part: "key", also: { path: [service, "autorestart"], part: "key" } } as const;
  if (restart.autorestart === other.autorestart && restart.retries === other.retries)
    report("duplicate-restart", at, { service });
  else
    report("conflicting-restart", at, {
      service,
      restart: String(value),
      autorestart: String(serviceFile.autorestart),
    });
  return restart;
}

function oneOrMore(value: string | readonly string[]): readonly string[] {
  return typeof value === "string" ? [value] : distinct(value);
}

function distinct<T extends string>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}

/** What a grammar made of a word that the schema has accepted. A test makes sure that the two accept the same words. */
function accepted<T>(parsed: T | undefined, word: string | false): T {
  if (parsed === undefined) throw new Error(`unreachable: the schema accepted ${word}`);
  return parsed;
}
