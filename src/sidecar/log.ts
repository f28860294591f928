import type { Policy } from "../lifecycle/policy.ts";

/** One thing that happened, as one line of the log. Everything that is not a field of its own is said by `reason`. */
export interface Fact {
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

/** Where facts go. */
export type Log = (fact: Fact) => void;

/** How a log is written: for machines, or for people. */
export type LogFormat = "json" | "pretty";

/** A log of one line per fact; `write` gets whole lines and says whether they were written, `time` is asked for the time of day. */
export function createLog(format: LogFormat, write: (line: string) => boolean, time: () => Date): Log {
  const line = format === "json" ? jsonLine : prettyLine;
  const isWritten = (fact: Fact): boolean => write(`${line(fact, time().toISOString())}\n`);
  let lost = 0;
  return (fact) => {
    if (
      lost > 0 &&
      isWritten({ level: "warning", event: "log incomplete", reason: `${lost} lines could not be written` })
    )
      lost = 0;
    if (lost > 0 || !isWritten(fact)) lost++;
  };
}

function jsonLine({ policy, ...fact }: Fact, time: string): string {
  const texts = Object.entries({ time, ...fact, ...policy }).map(
    ([key, value]) => [key, typeof value === "string" ? clip(value) : value] as const,
  );
  return JSON.stringify(Object.fromEntries(texts)).replace(dangerous, (character) =>
    Array.from(
      { length: character.length },
      (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}

function prettyLine({ level, event, container, name, service, policy, exitCode, reason }: Fact, time: string): string {
  const subject = [name, container === undefined ? undefined : `(${container.slice(0, 12)})`]
    .filter((part) => part !== undefined)
    .join(" ");
  const details = [
    service === undefined ? undefined : `service ${service}`,
    policy && `autorestart ${policy.autorestart}, autodestroy ${policy.autodestroy}`,
    exitCode === undefined ? undefined : `exit code ${exitCode}`,
    reason,
  ];
  const said = details.filter((part) => part !== undefined).join(", ");
  return `${time} ${level} ${visible([event, subject].filter((part) => part !== "").join(" "))}${said === "" ? "" : `: ${visible(said)}`}`;
}

function visible(text: string): string {
  return clip(text).replace(dangerous, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** Texts of the engine and of labels have no limit of their own. */
function clip(text: string): string {
  return text.length > longest ? `${text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, "")}...` : text;
}

const longest = 500;

/** Characters that act on a terminal or hide text: control and direction characters, private use, halves of pairs, line separators. */
const dangerous = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;
