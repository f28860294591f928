import type { Params } from "../../diagnostics/catalogue/index.ts";
import type { Report } from "../../diagnostics/diagnostic.ts";
import { hostNames, wordsOfName, type HostName } from "../grammar/host.ts";
import { isEnding } from "../knowledge/endings.ts";
import type { KnownLink, Service, Stack } from "../model.ts";
import { valuesOf, type Value } from "../values.ts";

type Instead = Params<"dead-name">["instead"];

/** What a name is looked up in. All names are in lower case. */
interface Names {
  readonly stack: string | undefined;
  readonly services: ReadonlyMap<string, Service>;
  /** The links of the service that has the value, by alias. */
  readonly links: ReadonlyMap<string, KnownLink>;
  /** The same by `service.stack`. */
  readonly foreign: ReadonlyMap<string, KnownLink>;
  /** Every stack that a service of the file is linked to. */
  readonly linkedStacks: ReadonlySet<string>;
  /** Names with an address of their own. */
  readonly hosts: ReadonlySet<string>;
}

/** No value names a single container, or a service with its stack: only the old platform's DNS had such names. */
export function deadName({ name, services }: Stack, report: Report): void {
  const byName = new Map([...services].map(([key, service]) => [key.toLowerCase(), service]));
  const linkedStacks = new Set([...services.values()].flatMap((service) => knownLinks(service).flatMap(stackOf)));
  for (const service of services.values()) {
    // Every name of the old DNS that no service has today ends in a number, or has a stack behind a dot.
    const values = valuesOf(service, /-[1-9]|\./);
    if (values.length === 0) continue;
    const links = new Map(knownLinks(service).map((link) => [link.alias.toLowerCase(), link]));
    const foreign = new Map(knownLinks(service).map((link) => [`${link.service}.${link.stack}`.toLowerCase(), link]));
    const hosts = new Set(service.extraHosts.map((text) => text.toLowerCase().replace(/[:=].*$/s, "")));
    const names: Names = { stack: name, services: byName, links, foreign, linkedStacks, hosts };
    for (const value of values) reportNames(value, service, names, report);
  }
}

function reportNames(value: Value, service: Service, names: Names, report: Report): void {
  if (!/^(environment|labels|command|entrypoint)$/.test(value.field) || /^virtual_host$/i.test(value.context)) return;
  const reported = new Set<string>();
  for (const host of hostNames(value.text)) {
    if (host.kind === "part" || reported.has(host.text)) continue;
    const instead = insteadOf(host, value, names);
    if (instead === undefined) continue;
    reported.add(host.text);
    const at = { path: value.origin, part: { text: host.text } };
    report("dead-name", at, { service: service.name, field: value.field, host: host.text, instead });
  }
}

/** What to write instead of a name; undefined for one that no rule of the old DNS gave, or that is known today. */
function insteadOf(host: HostName, value: Value, names: Names): Instead | undefined {
  const name = host.text.toLowerCase();
  if (names.services.has(name) || names.links.has(name) || names.hosts.has(name)) return undefined;
  return containerName(name, host, value, names) ?? nameWithStack(name, host, names);
}

/** `SERVICE-N` and `ALIAS-N`. A word that is no address needs more evidence, because `us-east-1` looks the same. */
function containerName(name: string, host: HostName, value: Value, names: Names): Instead | undefined {
  const [, base = "", number] = /^(.+)-([1-9]\d{0,3})$/.exec(name) ?? [];
  const link = names.links.get(base);
  const service = link && link.stack !== undefined ? undefined : names.services.get(link?.service ?? base);
  if (!link && !service) return undefined;
  const containers = service?.strategy === "EVERY_NODE" ? Infinity : (service?.replicas ?? Infinity);
  if (host.kind === "word" && (Number(number) > containers || !namesHosts(host, value))) return undefined;
  return { kind: "service", name: link?.alias ?? service!.name, isOneOfMany: containers > 1 };
}

/** `SERVICE.STACK` and `SERVICE-N.STACK`. */
function nameWithStack(name: string, host: HostName, names: Names): Instead | undefined {
  const dot = name.lastIndexOf(".");
  const stack = name.slice(dot + 1);
  const base = name.slice(0, Math.max(dot, 0));
  const candidates = [base, base.replace(/-[1-9]\d*$/, "")];
  if (base === "" || !/[a-z]/.test(base)) return undefined;
  const link = candidates.map((candidate) => names.foreign.get(`${candidate}.${stack}`)).find((known) => known);
  if (link) return { kind: "service", name: link.alias, isOneOfMany: false };
  const own = names.services.get(candidates[0]!) ?? names.services.get(candidates[1]!);
  const isThisStack = own !== undefined && stack === names.stack;
  if (isEnding(stack) && !(isThisStack && host.kind === "address")) return undefined;
  if (isThisStack) return { kind: "service", name: own.name, isOneOfMany: false };
  const isStack = names.linkedStacks.has(stack);
  if (!isStack && (host.kind !== "address" || base.includes("."))) return undefined;
  const service = own?.name ?? candidates[1]!;
  const isTaken = names.services.has(service.toLowerCase()) || names.links.has(service.toLowerCase());
  return {
    kind: "link",
    service,
    stack,
    alias: isTaken ? `${service}-of-${stack}` : undefined,
    isOwn: own !== undefined,
  };
}

/** Whether the name of a variable, or the option before a word of a command, says that hosts follow. */
function namesHosts({ index }: HostName, { field, text, context }: Value): boolean {
  if (field === "labels") return false;
  if (field === "environment") return isAboutHosts(context);
  const [, option = context] = /(?:^|\s)(-[\w-]+)[=\s]\S*$/.exec(text.slice(Math.max(0, index - 200), index)) ?? [];
  return option === "-h" || (option.startsWith("--") && isAboutHosts(option));
}

function isAboutHosts(name: string): boolean {
  const words = wordsOfName(name);
  return words.some(isHostWord) && !/^(name|id|label|prefix|key)$/.test(words.at(-1) ?? "");
}

/** Words of a name whose value is hosts; `s` and `es` at their ends are cut off. */
const hostWords: ReadonlySet<string> = new Set(
  [
    "host hostname server url uri addr address endpoint node peer seed master slave primary replica backend upstream",
    "broker member contactpoint join ensemble quorum bootstrap zookeeper zk dsn connect cluster",
  ].flatMap((line) => line.split(" ")),
);

function isHostWord(word: string): boolean {
  return [word, word.replace(/s$/, ""), word.replace(/es$/, "")].some(
    (form) => hostWords.has(form) || /host(name)?$/.test(form),
  );
}

function knownLinks({ links }: Service): readonly KnownLink[] {
  return links.filter((link): link is KnownLink => link.kind === "link");
}

function stackOf({ stack }: KnownLink): readonly string[] {
  return stack === undefined ? [] : [stack.toLowerCase()];
}
