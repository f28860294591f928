import type { ListedService } from "../server/resource-types.ts";

/** What a state means for who looks at it. */
export type Mood = "good" | "bad" | "busy" | "off";

/** A state as it is shown: never by its colour alone. */
export interface Shown {
  readonly word: string;
  readonly glyph: string;
  readonly mood: Mood;
}

const busy = new Set(["Starting", "Stopping", "Redeploying", "Scaling", "Terminating"]);

/** The state of a service: what is being done with it, or how it is. */
export function stateOf({ state, status }: Pick<ListedService, "state" | "status">): Shown {
  const word = busy.has(state) ? state : status;
  if (busy.has(word)) return { word, glyph: "…", mood: "busy" };
  if (word === "Running") return { word, glyph: "▶", mood: "good" };
  if (word === "Finished" || word === "Cleaned up") return { word, glyph: "✓", mood: "good" };
  if (word.startsWith("Restarting")) return { word, glyph: "↻", mood: "busy" };
  if (word.startsWith("Failed") || word === "Unhealthy") return { word, glyph: "✕", mood: "bad" };
  if (word === "Partly running") return { word, glyph: "◐", mood: "busy" };
  if (word === "Not running") return { word, glyph: "○", mood: "off" };
  return { word, glyph: "■", mood: "off" };
}

/** How many containers a service has, of those that it should have; a job that was cleaned up has none left. */
export function containersOf(service: ListedService): string {
  const { current_num_containers: now, target_num_containers: wished, status } = service;
  if (status === "Cleaned up") return "no containers";
  const noun = wished === 1 ? "container" : "containers";
  return now === wished ? `${now} ${noun}` : `${now} of ${wished} ${noun}`;
}

/** As `14:05:09`. */
export function clockOf(time: Date): string {
  return time.toLocaleTimeString("en-GB");
}

/** Begins a sentence. The server's clauses begin with a small letter. */
export function sentence(clause: string): string {
  const text = clause.charAt(0).toUpperCase() + clause.slice(1);
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
