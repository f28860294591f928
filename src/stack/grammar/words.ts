import type { Role, Strategy } from "../model.ts";

/** The meaning of one of a few words, in upper or lower case and with `-` or `_`; undefined for any other text. */
export function lookUp<T>(words: ReadonlyMap<string, T>, text: string): T | undefined {
  return words.get(text.toLowerCase().replaceAll("-", "_"));
}

/** Parses a value of `deployment_strategy`; undefined for a word that is not one. */
export function parseStrategy(text: string): Strategy | undefined {
  return lookUp(strategies, text);
}

/** Parses an item of `roles`; undefined for a word that is not one. */
export function parseRole(text: string): Role | undefined {
  return lookUp(roles, text);
}

/** Parses a value of `net`; undefined for a word that is not one. */
export function parseNet(text: string): "bridge" | "host" | undefined {
  return lookUp(networks, text);
}

/** Parses a value of `pid`; undefined for a word that is not one. */
export function parsePid(text: string): "host" | undefined {
  return lookUp(pidNamespaces, text);
}

const strategies: ReadonlyMap<string, Strategy> = new Map([
  ["emptiest_node", "EMPTIEST_NODE"],
  ["high_availability", "HIGH_AVAILABILITY"],
  ["every_node", "EVERY_NODE"],
]);

const roles: ReadonlyMap<string, Role> = new Map([["global", "global"]]);

const networks: ReadonlyMap<string, "bridge" | "host"> = new Map([
  ["bridge", "bridge"],
  ["host", "host"],
]);

const pidNamespaces: ReadonlyMap<string, "host"> = new Map([["host", "host"]]);
