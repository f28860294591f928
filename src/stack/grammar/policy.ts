import type { Autodestroy, Autorestart } from "../../lifecycle/policy.ts";

/** What a value of `autorestart` means; `retries` is undefined for no limit. */
export interface ParsedRestart {
  readonly autorestart: Autorestart;
  readonly retries: number | undefined;
}

const words: Readonly<Record<string, Autodestroy>> = {
  no: "OFF",
  off: "OFF",
  on_failure: "ON_FAILURE",
  on_success: "ON_SUCCESS",
  always: "ALWAYS",
};

/** Reads a value of `autorestart` or `restart` that the schema has accepted. `on-failure:0` retries for ever, as in Docker. */
export function parseRestart(written: string | false): ParsedRestart {
  const [word = "", retries] = fold(written).split(":");
  return { autorestart: lookUp(word) as Autorestart, retries: Number(retries ?? 0) || undefined };
}

/** Reads a value of `autodestroy` that the schema has accepted. */
export function parseAutodestroy(written: string | false): Autodestroy {
  return lookUp(fold(written));
}

/** What to write instead of a word that no policy has, where other tools have it or where it can only mean one thing. */
export function insteadOfPolicy(field: string, written: string): string | undefined {
  const isRestart = field === "autorestart" || field === "restart";
  if (!isRestart && field !== "autodestroy") return undefined;
  if (/^(never|none)$/i.test(written)) return "write `OFF`";
  if (isRestart && /^(on|true|yes|unless-stopped)$/i.test(written)) return "write `ALWAYS`";
  return isRestart && /^on[-_]failure:/i.test(written)
    ? "write `on-failure:N`, where N is the number of retries, or `ON_FAILURE`"
    : undefined;
}

function fold(written: string | false): string {
  return written === false ? "off" : written.toLowerCase().replaceAll("-", "_");
}

function lookUp(word: string): Autodestroy {
  const value = words[word];
  if (!value) throw new Error(`unreachable: the schema accepted the policy ${word}`);
  return value;
}
