import type { Params } from "../diagnostics/catalogue/index.ts";
import { printPort } from "../stack/grammar/port.ts";
import { printSize } from "../stack/grammar/size.ts";
import { printVolume } from "../stack/grammar/volume.ts";
import type { Port, Size, Stack, Variable, Volume } from "../stack/model.ts";
import { Block, Commented, isBlock, Quoted, Sourced, type Printable } from "../yaml/printable.ts";
import type { LoweringContext } from "./lower.ts";
import { kept } from "./target.ts";

/** Text to print: as it is, in quotes, or with the place that it came from. */
export type Item = string | Quoted | Sourced<string | Quoted>;

/** A volume in the short syntax, or in the long syntax where the short one would be read as something else. */
export type VolumeItem =
  | string
  | { readonly type: "volume"; readonly source: string; readonly target: string; readonly read_only?: true };

/** Environment or labels; a null value comes from the shell that starts the stack. */
type VariableMap = ReadonlyMap<string, VariableItem>;

type VariableItem = Sourced<Quoted | Block | null> | Quoted | Block | Commented;

/** A network that the stack does not make itself. */
export type ExternalNetwork = { readonly external: true; readonly name: string };

/** The keys of a service that all targets write alike. */
export type CommonService = {
  readonly image?: string;
  readonly command?: string | readonly string[];
  readonly entrypoint?: string | readonly string[];
  readonly environment?: VariableMap;
  readonly labels?: VariableMap;
  readonly ports?: readonly Item[];
  readonly read_only?: true;
  readonly stdin_open?: true;
  readonly tty?: true;
  readonly dns?: readonly string[];
  readonly dns_search?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly extra_hosts?: readonly string[];
  readonly working_dir?: string;
  readonly user?: Quoted;
  readonly hostname?: string;
};

/** The rows that all targets have in common. */
export const common = {
  image: kept("image", ({ image }): CommonService => ({ image })),
  command: kept("command", ({ command }): CommonService => given("command", command)),
  entrypoint: kept("entrypoint", ({ entrypoint }): CommonService => given("entrypoint", entrypoint)),
  environment: kept("environment", ({ name, environment }, { linkVariables }: LoweringContext): CommonService => {
    const own = environment.map(variableEntry);
    const linked = [...(linkVariables.get(name) ?? [])].map(linkVariableEntry);
    return given("environment", notEmpty(new Map<string, VariableItem>([...own, ...linked])));
  }),
  labels: kept("labels", ({ labels }): CommonService => given("labels", notEmpty(new Map(labels.map(variableEntry))))),
  read_only: kept("read_only", ({ readOnly }): CommonService => (readOnly ? { read_only: readOnly } : {})),
  stdin_open: kept("stdin_open", ({ stdinOpen }): CommonService => (stdinOpen ? { stdin_open: stdinOpen } : {})),
  tty: kept("tty", ({ tty }): CommonService => (tty ? { tty } : {})),
  dns: kept("dns", ({ dns }): CommonService => given("dns", notEmpty(dns))),
  dns_search: kept("dns_search", ({ dnsSearch }): CommonService => given("dns_search", notEmpty(dnsSearch))),
  cap_add: kept("cap_add", ({ capAdd }): CommonService => given("cap_add", notEmpty(capAdd))),
  cap_drop: kept("cap_drop", ({ capDrop }): CommonService => given("cap_drop", notEmpty(capDrop))),
  extra_hosts: kept("extra_hosts", ({ extraHosts }): CommonService => given("extra_hosts", notEmpty(extraHosts))),
  working_dir: kept("working_dir", ({ workingDir }): CommonService => given("working_dir", workingDir)),
  user: kept("user", ({ user }): CommonService => given("user", user === undefined ? undefined : new Quoted(user))),
  hostname: kept("hostname", ({ hostname }): CommonService => given("hostname", hostname)),
} as const;

/** A mapping with one key; an empty one if there is no value. */
export function given<Key extends string, Value>(key: Key, value: Value | undefined): { readonly [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]?: Value });
}

/** The items; undefined if there are none. */
export function notEmpty<T extends { readonly length: number } | { readonly size: number }>(items: T): T | undefined {
  return ("length" in items ? items.length : items.size) === 0 ? undefined : items;
}

/** A port in the short syntax. */
export function portItem(item: Port): Sourced<Quoted> {
  return new Sourced(item.origin, new Quoted(item.kind === "deferred" ? item.text : printPort(item)));
}

/**
 * A volume. The long syntax is for names of one letter, which the short syntax would take for the drive of a Windows
 * path (compose-go and docker/cli, `isWindowsDrive`).
 */
export function volumeItem(item: Volume): VolumeItem {
  if (item.kind === "deferred") return item.text;
  if (item.kind === "relative") return printVolume({ ...item, source: relativePath(item.source) });
  if (item.kind !== "named" || !/^[A-Za-z]$/.test(item.source)) return printVolume(item);
  const { source, mountPath: target, readOnly } = item;
  return { type: "volume", source, target, ...(readOnly ? { read_only: true } : {}) };
}

/**
 * A path relative to the compiled file. It begins with `.` or `~`, because Docker would take it for a name otherwise.
 */
export function relativePath(source: string): string {
  return /^(\.{1,2}|~)(\/|$)/.test(source) ? source : `./${source}`;
}

/** A size in the short syntax; -1 for no limit. */
export function sizeText(value: Size): string | number {
  if (value.kind === "deferred") return value.text;
  return value.bytes === -1 ? -1 : printSize(value.bytes);
}

/** The declarations of named volumes at the top of the file. */
export function namedVolumes(names: Iterable<string>): ReadonlyMap<string, Printable> {
  return new Map([...names].map((name) => [name, new Map()]));
}

/** What a message says of a volume that the old platform took for a path of the host. */
export function namedVolume(
  service: string,
  { source, mountPath }: { readonly source: string; readonly mountPath: string },
): Params<"named-volume"> {
  const isFile = [source, mountPath].every((path) => /\.[A-Za-z][A-Za-z0-9]*$/.test(path));
  return { service, name: source, isFile };
}

/** The names of the volumes that the stack itself names. */
export function volumeNames(stack: Stack): readonly string[] {
  return [...stack.services.values()].flatMap(({ volumes }) =>
    volumes.flatMap((volume) => (volume.kind === "named" ? [volume.source] : [])),
  );
}

/** The comment above the variables of links, by which a later run knows that they were written. */
export const linkVariablesComment = "The variables of links, as Docker once set them (--link-variables):";

function linkVariableEntry([name, value]: readonly [string, string], index: number): readonly [string, VariableItem] {
  const item = isBlock(value) ? new Block(value) : new Quoted(value);
  return [name, index === 0 ? new Commented(linkVariablesComment, item) : item];
}

function variableEntry({ origin, name, value }: Variable): readonly [string, Sourced<Quoted | Block | null>] {
  if (value === null) return [name, new Sourced(origin, null)];
  return [name, new Sourced(origin, isBlock(value) ? new Block(value) : new Quoted(value))];
}
