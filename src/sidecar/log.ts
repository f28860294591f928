import type { Policy } from "../lifecycle/policy.ts";
import { visible, visibleJson } from "../text/visible.ts";

/** One line of the log. `reason` says everything that has no field of its own. */
export interface LogEntry {
  readonly level: "info" | "warning" | "error";
  /** What happened, in a word or two: `removed`, `keeping`, `connected`. */
  readonly event: string;
  readonly container?: string;
  readonly name?: string;
  readonly service?: string;
  readonly policy?: Policy;
  readonly exitCode?: number;
  readonly reason?: string;
}

/** Receives the entries of a log. */
export type Log = (entry: LogEntry) => void;

/** How a log is written: for machines, or for people. */
export type LogFormat = "json" | "pretty";

/**
 * A log that passes each entry to `write` as one whole line. `write` returns whether the line was written; the log
 * reports lost lines as soon as it can. `time` returns the time of day.
 */
export function createLog(format: LogFormat, write: (line: string) => boolean, time: () => Date): Log {
  const print = format === "json" ? jsonLine : prettyLine;
  const isWritten = (entry: LogEntry): boolean => write(`${print(entry, time().toISOString())}\n`);
  let lost = 0;
  return (entry) => {
    const reason = `${lost} lines could not be written`;
    if (lost > 0 && isWritten({ level: "warning", event: "log incomplete", reason })) lost = 0;
    if (lost > 0 || !isWritten(entry)) lost++;
  };
}

function jsonLine({ policy, ...entry }: LogEntry, time: string): string {
  const fields = Object.entries({ time, ...entry, ...policy }).map(
    ([key, value]) => [key, typeof value === "string" ? clip(value) : value] as const,
  );
  return visibleJson(JSON.stringify(Object.fromEntries(fields)));
}

function prettyLine(
  { level, event, container, name, service, policy, exitCode, reason }: LogEntry,
  time: string,
): string {
  const id = container === undefined ? undefined : `(${container.slice(0, 12)})`;
  const details = [
    service === undefined ? undefined : `service ${service}`,
    policy && `autorestart ${policy.autorestart}, autodestroy ${policy.autodestroy}`,
    exitCode === undefined ? undefined : `exit code ${exitCode}`,
    reason,
  ];
  const subject = joined([event, name, id], " ");
  const text = joined(details, ", ");
  return `${time} ${level} ${subject}${text === "" ? "" : `: ${text}`}`;
}

function joined(parts: readonly (string | undefined)[], separator: string): string {
  return visible(clip(parts.filter((part) => part !== undefined).join(separator)));
}

/** Shortens a text: neither the engine's messages nor labels have a length limit. */
function clip(text: string): string {
  return text.length > longest ? `${text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, "")}...` : text;
}

/** In UTF-16 units. */
const longest = 500;
