import type { Autodestroy, Autorestart } from "../../lifecycle/policy.ts";

/** A restart policy; `retries` is undefined for ever. */
export interface ParsedRestart {
  readonly policy: Autorestart;
  readonly retries: number | undefined;
}

const words: Readonly<Record<string, Autodestroy>> = { no: "OFF", off: "OFF", on_failure: "ON_FAILURE", on_success: "ON_SUCCESS", always: "ALWAYS" };

/** Reads a value of `autorestart` or `restart` that the schema has accepted. `on-failure:0` retries for ever, as in Docker. */
export function parseRestart(written: string | false): ParsedRestart {
  const [word = "", retries] = fold(written).split(":");
  return { policy: lookUp(word) as Autorestart, retries: Number(retries ?? 0) || undefined };
}

/** Reads a value of `autodestroy` that the schema has accepted. */
export function parseAutodestroy(written: string | false): Autodestroy {
  return lookUp(fold(written));
}

function fold(written: string | false): string {
  return written === false ? "off" : written.toLowerCase().replaceAll("-", "_");
}

function lookUp(word: string): Autodestroy {
  const value = words[word];
  if (!value) throw new Error(`unreachable: the schema accepted the policy ${word}`);
  return value;
}
