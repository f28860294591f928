import type { Autodestroy, Autorestart } from "../../lifecycle/policy.ts";
import { lookUp } from "./words.ts";

/** What a value of `autorestart` means; `retries` is undefined for no limit. */
export interface ParsedRestart {
  readonly autorestart: Autorestart;
  readonly retries: number | undefined;
}

/**
 * Parses a value of `autorestart` or `restart`; undefined for a word that is not one. `on-failure:0` has no limit of
 * retries, as in Docker.
 */
export function parseRestart(value: string | false): ParsedRestart | undefined {
  const [, word = "", count] = /^([^:]*)(?::([0-9]{1,9}))?$/.exec(textOf(value)) ?? [];
  const autorestart = lookUp(autorestartWords, word);
  if (autorestart === undefined || (count !== undefined && autorestart !== "ON_FAILURE")) return undefined;
  return { autorestart, retries: Number(count ?? 0) || undefined };
}

/** Parses a value of `autodestroy`; undefined for a word that is not one. */
export function parseAutodestroy(value: string | false): Autodestroy | undefined {
  return lookUp(autodestroyWords, textOf(value));
}

/**
 * What to write instead of a word that is not a policy, where another tool has it or where it can mean only one thing.
 */
export function insteadOfPolicy(field: string, written: string): string | undefined {
  const isRestart = field === "autorestart" || field === "restart";
  if (!isRestart && field !== "autodestroy") return undefined;
  if (/^(never|none)$/i.test(written)) return "write `OFF`";
  if (isRestart && /^(on|true|yes|unless-stopped)$/i.test(written)) return "write `ALWAYS`";
  if (/^(on|true|yes|1)$/i.test(written))
    return (
      "write `ON_SUCCESS` to remove containers that succeeded, `ON_FAILURE` for those that failed, or `ALWAYS` " +
      "for both"
    );
  return isRestart && /^on[-_]failure:/i.test(written)
    ? "write `on-failure:N`, where N is the number of retries, or `ON_FAILURE`"
    : undefined;
}

/** An unquoted `off` or `no` is false for a YAML 1.1 reader. */
function textOf(value: string | false): string {
  return value === false ? "off" : value;
}

const autorestartWords: ReadonlyMap<string, Autorestart> = new Map([
  ["no", "OFF"],
  ["off", "OFF"],
  ["on_failure", "ON_FAILURE"],
  ["always", "ALWAYS"],
]);

const autodestroyWords: ReadonlyMap<string, Autodestroy> = new Map([
  ["no", "OFF"],
  ["off", "OFF"],
  ["on_failure", "ON_FAILURE"],
  ["on_success", "ON_SUCCESS"],
  ["always", "ALWAYS"],
]);
