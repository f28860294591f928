import { fingerprint } from "../balancer/fingerprint.ts";
import { haproxyConfig, type ConfigOptions } from "../balancer/haproxy.ts";
import { replaceBalancers } from "../balancer/replacement.ts";
import type { KnownLink, Stack } from "../stack/model.ts";
import { Sourced, type Printable } from "../yaml/print.ts";
import type { LoweredFile, TargetOptions } from "./target.ts";
import { uniqueNames } from "./unique-names.ts";

/** The config of a load balancer, as a file beside the compiled one. */
export interface BalancerConfig {
  readonly file: string;
  readonly text: string;
  /** Differs when the text differs. */
  readonly fingerprint: string;
}

/**
 * The stack with HAProxy in the place of its load balancers. `nameOf` gives the name under which the target finds a
 * linked service.
 */
export function withHaproxy(
  stack: Stack,
  { balancers, balancerImage }: TargetOptions,
  nameOf: (link: KnownLink) => string,
): Stack {
  return balancers.length === 0 ? stack : replaceBalancers(stack, balancers, { image: balancerImage, nameOf });
}

/**
 * The config of each load balancer, by the name of its service. `file` is the name for a single one; several have the
 * name of their service in it.
 */
export function balancerConfigs(
  { balancers, header }: TargetOptions,
  file: string,
  names: Omit<ConfigOptions, "header">,
): ReadonlyMap<string, BalancerConfig> {
  const unique = uniqueNames([]);
  return new Map(
    balancers.map((balancer): readonly [string, BalancerConfig] => {
      const { name } = balancer.service;
      const own = balancers.length === 1 ? file : file.replace(".", `-${unique.take(name.replaceAll(".", "-"))}.`);
      const text = haproxyConfig(balancer, { header, ...names });
      return [name, { file: own, text, fingerprint: fingerprint(text) }];
    }),
  );
}

/** The files of the configs. HAProxy's user must be able to read them. */
export function balancerFiles(configs: ReadonlyMap<string, BalancerConfig>): readonly LoweredFile[] {
  return [...configs.values()].map(({ file, text }) => ({ name: file, content: text, isPublic: true }));
}

/** Whether a target with this name for a single config could have written the file: `haproxy-lb.cfg`. */
export function isBalancerFile(name: string, single: string): boolean {
  const [start = "", ...rest] = single.split(".");
  const end = `.${rest.join(".")}`;
  return (
    name === single || (name.startsWith(`${start}-`) && name.endsWith(end) && !name.slice(0, -end.length).includes("."))
  );
}

/** A compiled service with more keys; lists of the same name are joined. */
export function extended(
  lowered: Sourced<ReadonlyMap<string, Printable>>,
  more: Readonly<Record<string, Printable>>,
): Sourced<ReadonlyMap<string, Printable>> {
  const keys = new Map(lowered.value);
  for (const [key, added] of Object.entries(more)) {
    const before = keys.get(key);
    const value = before instanceof Sourced ? before.value : before;
    const joined = joinedWith(value, added);
    keys.set(key, before instanceof Sourced ? new Sourced(before.origin, joined) : joined);
  }
  return new Sourced(lowered.origin, keys);
}

function joinedWith(before: Printable | undefined, added: Printable): Printable {
  if (Array.isArray(before) && Array.isArray(added)) return [...before, ...(added as readonly Printable[])];
  if (before instanceof Map && added instanceof Map) return new Map([...before, ...added] as [string, Printable][]);
  return added;
}
