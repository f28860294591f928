import type { Path, Report } from "../diagnostics/diagnostic.ts";
import type { Policy } from "../lifecycle/policy.ts";
import type { LocatedDocument } from "../yaml/document.ts";
import type { Field, ServiceFile, StackFile } from "./file.ts";
import { normaliseCommand } from "./grammar/command.ts";
import { dollarPieces } from "./grammar/dollar.ts";
import { parseLink, parseVolumesFrom, type ThisStack } from "./grammar/link.ts";
import { parseAutodestroy, parseRestart, type ParsedRestart } from "./grammar/policy.ts";
import { parsePort } from "./grammar/port.ts";
import { parseSize, parseSwapLimit } from "./grammar/size.ts";
import { parseVolume } from "./grammar/volume.ts";
import { parseNet, parsePid, parseRole, parseStrategy } from "./grammar/words.ts";
import type { Deferred, Dollar, Link, Port, Service, Size, Stack, Variable, Volume, VolumesFrom } from "./model.ts";

/** Finds out what a stack file means. Reports what a field's grammar refuses. */
export function normalise(
  document: LocatedDocument,
  file: StackFile,
  { dollar, name: stackName }: { readonly dollar: Dollar; readonly name: string | undefined },
  report: Report,
): Stack {
  const stack = { name: stackName, isService: (name: string): boolean => file.has(name) };
  const services = new Map<string, Service>();
  for (const [name, written] of file)
    services.set(name, normaliseService({ name, written, document, dollar, stack, report }));
  return { services, dollar };
}

interface Context {
  readonly name: string;
  readonly written: ServiceFile;
  readonly document: LocatedDocument;
  readonly dollar: Dollar;
  readonly stack: ThisStack;
  readonly report: Report;
}

/** A service before its policy is put together, because three fields say something about it. */
type Meaning = Omit<Service, "policy"> & Policy;

type Row<F extends Field> = (value: NonNullable<ServiceFile[F]>, path: Path, context: Context) => Partial<Meaning>;

function normaliseService(context: Context): Service {
  const { name, written } = context;
  const meaning: Meaning = { origin: [name], name, autorestartOrigin: [name, "autorestart"], ...defaults };
  for (const field of Object.keys(written) as Field[])
    Object.assign(meaning, (rows[field] as Row<Field>)(written[field]!, [name, field], context));
  const { autorestart, autodestroy, ...others } = meaning;
  return { ...others, policy: { autorestart, autodestroy } };
}

const defaults: Omit<Meaning, "origin" | "name" | "autorestartOrigin"> = {
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
  autorestart: "OFF",
  retries: undefined,
  autodestroy: "OFF",
  autoredeploy: false,
  privileged: false,
  readOnly: false,
  stdinOpen: false,
  tty: false,
  hostNetwork: false,
  hostProcesses: false,
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
const rows: { readonly [F in Field]: Row<F> } = {
  image: (image) => ({ image }),
  command: (_, path, context) => ({ command: command("command", path, context) }),
  entrypoint: (_, path, context) => ({ entrypoint: command("entrypoint", path, context) }),
  environment: (_, path, context) => ({ environment: variables("environment", path, context) }),
  labels: (_, path, context) => ({ labels: labels(path, context) }),
  links: (items, path, context) => ({
    links: eachItem<Exclude<Link, Deferred>>(items, path, context, (text, origin) => {
      const link = parseLink(text, context.stack);
      if (link) return { kind: "link", origin, ...link };
      context.report("bad-link", origin, { service: context.name, link: text });
      return undefined;
    }),
  }),
  ports: (items, path, context) => ({ ports: ports(items, path, context) }),
  expose: (items, path, context) => ({ expose: ports(items, path, context) }),
  volumes: (items, path, context) => ({
    volumes: eachItem<Exclude<Volume, Deferred>>(items, path, context, (text, origin) => {
      const volume = parseVolume(text);
      if (!("problem" in volume)) return { origin, ...volume };
      context.report("bad-volume", origin, { service: context.name, volume: text, problem: volume.problem });
      return undefined;
    }),
  }),
  volumes_from: (items, path, context) => ({
    volumesFrom: eachItem<Exclude<VolumesFrom, Deferred>>(items, path, context, (text, origin) => {
      const source = parseVolumesFrom(text, context.stack);
      if (source) return { kind: "service", origin, ...source };
      context.report("bad-volumes-from", origin, { service: context.name, source: text });
      return undefined;
    }),
  }),
  tags: (tags) => ({ tags: distinct(tags) }),
  target_num_containers: (replicas) => ({ replicas }),
  deployment_strategy: (strategy) => ({ strategy: accepted(parseStrategy(strategy), strategy) }),
  sequential_deployment: (sequential) => ({ sequential }),
  roles: (roles) => ({ roles: distinct(roles.map((role) => accepted(parseRole(role), role))) }),
  autorestart: (value, _, { written }) => (written.restart === undefined ? accepted(parseRestart(value), value) : {}),
  restart: (value, path, context) => ({ ...agreedRestart(value, path, context), autorestartOrigin: path }),
  autodestroy: (value) => ({ autodestroy: accepted(parseAutodestroy(value), value) }),
  autoredeploy: (autoredeploy) => ({ autoredeploy }),
  privileged: (privileged) => ({ privileged }),
  read_only: (readOnly) => ({ readOnly }),
  stdin_open: (stdinOpen) => ({ stdinOpen }),
  tty: (tty) => ({ tty }),
  net: (net) => ({ hostNetwork: parseNet(net) === "host" }),
  pid: (pid) => ({ hostProcesses: parsePid(pid) === "host" }),
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

/** Takes each item apart, unless a variable has to be filled in first. What means the same counts once; what the schema refused is not there. */
function eachItem<T extends { readonly kind: string }>(
  items: readonly (string | number | undefined)[],
  path: Path,
  context: Context,
  parse: (text: string, origin: Path) => T | undefined,
): readonly (T | Deferred)[] {
  const results = new Map<string, T | Deferred>();
  for (const [index, item] of items.entries()) {
    if (item === undefined) continue;
    const origin = [...path, index];
    const text = context.document.written(origin);
    const result = defer(text, origin, context) ?? parse(text, origin);
    const meaning = JSON.stringify({ ...result, origin: undefined });
    if (result && !results.has(meaning)) results.set(meaning, result);
  }
  return [...results.values()];
}

function defer(text: string, origin: Path, { dollar }: Context): Deferred | undefined {
  const holdsVariable = dollar === "variable" && dollarPieces(text).some((piece) => piece.kind === "variable");
  return holdsVariable ? { kind: "deferred", origin, text } : undefined;
}

/** A text as every reader splits it; one with variables cannot be checked before they are filled in. */
function command(field: "command" | "entrypoint", path: Path, context: Context): Service["command"] {
  const written = context.written[field];
  if (typeof written !== "string") return written;
  const normalised = normaliseCommand(written);
  if (!("problem" in normalised)) return normalised.text;
  if (!defer(written, path, context))
    context.report("bad-command", path, { service: context.name, field, problem: normalised.problem });
  return written;
}

function ports(items: readonly (string | number)[], path: Path, context: Context): readonly Port[] {
  return eachItem<Exclude<Port, Deferred>>(items, path, context, (text, origin) => {
    const port = parsePort(text);
    if (!("problem" in port)) return { kind: "port", origin, ...port };
    context.report("bad-port", origin, { service: context.name, port: text, problem: port.problem });
    return undefined;
  });
}

function size(field: string, value: string | number, origin: Path, context: Context): Size | undefined {
  const text = String(value);
  const deferred = defer(text, origin, context);
  if (deferred) return deferred;
  const bytes = field === "memswap_limit" ? parseSwapLimit(text) : parseSize(text);
  if (bytes !== undefined) return { kind: "bytes", bytes };
  context.report("bad-size", origin, { service: context.name, field, size: text });
  return undefined;
}

function variables(field: "environment" | "labels", path: Path, context: Context): readonly Variable[] {
  const written = context.written[field] ?? [];
  const found = Array.isArray(written)
    ? written.map((item: string, index) => fromItem(item, [...path, index]))
    : context.document
        .keys(path)
        .map((name) =>
          fromPair(
            name,
            (written as Exclude<typeof written, readonly string[]>)[name] ?? null,
            [...path, name],
            context.document,
          ),
        );
  const byName = new Map<string, Variable>();
  for (const variable of found) {
    const { name, origin } = variable;
    const earlier = byName.get(name);
    if (name.trim() !== name)
      context.report("space-around-name", { path: origin, part: "key" }, { service: context.name, field, name });
    if (name === "")
      context.report("bad-variable", origin, { service: context.name, field, item: context.document.written(origin) });
    if (name.includes("\0") && !Array.isArray(written))
      context.report("nul-character", { path: origin, part: "key" }, { service: context.name, field });
    if (earlier)
      context.report(
        "duplicate-variable",
        { path: origin, also: earlier.origin },
        { service: context.name, field, name },
      );
    if (context.dollar === "variable" && name.includes("$"))
      context.report("variable-in-name", { path: origin, part: "key" }, { service: context.name, name });
    byName.set(name, variable);
  }
  return [...byName.values()];
}

function fromItem(item: string, origin: Path): Variable {
  const equals = item.indexOf("=");
  return equals === -1
    ? { origin, name: item, value: null }
    : { origin, name: item.slice(0, equals), value: item.slice(equals + 1) };
}

function fromPair(
  name: string,
  value: string | number | boolean | null,
  origin: Path,
  document: LocatedDocument,
): Variable {
  return { origin, name, value: value === null ? null : typeof value === "string" ? value : document.written(origin) };
}

/** Labels have no shell to be taken from: one without a value is empty. */
function labels(path: Path, context: Context): readonly Variable[] {
  const found = variables("labels", path, context);
  for (const { name, origin } of found) {
    const prefix = reservedPrefixes.find((reserved) => name.toLowerCase().startsWith(reserved));
    if (prefix)
      context.report(
        "reserved-label",
        { path: origin, part: typeof origin.at(-1) === "number" ? { text: name } : "key" },
        { service: context.name, label: name, prefix },
      );
  }
  return found.map((label) => ({ ...label, value: label.value ?? "" }));
}

const reservedPrefixes = ["io.tutum-stack.", "com.docker.compose.", "com.docker.stack.", "com.docker.swarm."];

function agreedRestart(value: string | false, path: Path, { name, written, report }: Context): ParsedRestart {
  const restart = accepted(parseRestart(value), value);
  if (written.autorestart === undefined) return restart;
  const other = accepted(parseRestart(written.autorestart), written.autorestart);
  const at = { path, part: "key", also: { path: [name, "autorestart"], part: "key" } } as const;
  const same = restart.autorestart === other.autorestart && restart.retries === other.retries;
  if (same) report("duplicate-restart", at, { service: name });
  else
    report("conflicting-restart", at, {
      service: name,
      restart: String(value),
      autorestart: String(written.autorestart),
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
