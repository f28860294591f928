import type { RunResource } from "../server/resource-types.ts";
import { clockOf, type Shown } from "./words.ts";

/** How a container ended, and what became of it. It is removed `settleSeconds` after its end. */
export function describeRun(
  { exitCode, isOutOfMemory, done, decided, isThere }: RunResource,
  settleSeconds?: number,
): Shown & { readonly afterwards: string } {
  const isGood = exitCode === 0;
  const code = exitCode === undefined ? "Ended" : isGood ? "Exit 0" : `Exit ${exitCode}`;
  const word = isOutOfMemory ? `${code}, out of memory` : code;
  return { word, glyph: isGood ? "✓" : "✕", mood: isGood ? "good" : "bad", afterwards: afterwards() };

  function afterwards(): string {
    if (done === "removed") return "cleaned up by autodestroy";
    if (done === "started") return "started again";
    if (!isThere) return "removed";
    if (decided.action === "keep") return "container kept";
    return settleSeconds === undefined ? "will be removed" : `will be removed ${settleSeconds} s after its end`;
  }
}

/** The name of the container of a run, as the list of containers has it: `web-1`, which Compose calls `shop_web_1`. */
export function nameOfRun(containerName: string, service: string): string {
  const [, before, number] = /^(.*)[_-](\d+)$/.exec(containerName) ?? [];
  return before && /[_-]/.test(before.charAt(before.length - service.length - 1)) && before.endsWith(service)
    ? `${service}-${number}`
    : containerName;
}

/** A time of day; with the date unless that is today's. Empty for a time that is not known. */
export function timeOf(text: string | null, now: Date): string {
  const time = new Date(text ?? "");
  if (!(time.getTime() > 0)) return "";
  const clock = clockOf(time);
  if (time.toDateString() === now.toDateString()) return clock;
  const day = time.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
  const year = time.getFullYear() === now.getFullYear() ? "" : ` ${time.getFullYear()}`;
  return `${day}${year}, ${clock}`;
}

/** How long something took: `0.4 s`, `12 s`, `3 min`, `2 h 5 min`. Empty when it is not known. */
export function durationOf(started: string, finished: string): string {
  const [start, end] = [Date.parse(started), Date.parse(finished)];
  if (!(start > 0) || !(end >= start)) return "";
  const seconds = (end - start) / 1000;
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The text of a log without what is meant for terminals: colours, movements, bells. */
export function plainText(text: string): string {
  return (
    text
      // A program that draws a progress bar returns to the beginning of its line.
      .replace(/^.*\r(?!\n|$)/gm, "")
      .replace(/\u001b\[[0-?]*[ -/]*[@-~]/g, "")
      .replace(/\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?/g, "")
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "")
  );
}
