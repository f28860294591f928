import type { ActionResource } from "../server/resource-types.ts";
import { ask, type Answer, type Question } from "./ask.ts";
import { refreshAll } from "./poll.ts";
import { confirm } from "./question.tsx";
import { declined } from "./declined.ts";
import { Store } from "./store.ts";
import { sentence } from "./words.ts";

/** Something that is being done, or was. */
export interface Activity {
  /** What is done: `Start web`. */
  readonly title: string;
  readonly state: "going" | "done" | "failed";
  readonly steps: readonly string[];
  /** Why it failed. */
  readonly problem: string | undefined;
}

/** The last activity of each stack and service, by address. */
export const activities = new Store<ReadonlyMap<string, Activity>>(new Map());

/** How often an action is asked for, in milliseconds. */
const interval = 500;

/**
 * Does something that takes a while, and shows it as the activity of an object. Asks the user before something is
 * destroyed that the server names. Resolves to whether it was done.
 */
export async function carryOut(
  object: string,
  title: string,
  { path, ...question }: Question & { readonly path: string },
): Promise<boolean> {
  const show = (change: Partial<Activity>): void => {
    const before = activities.value.get(object) ?? { title, state: "going", steps: [], problem: undefined };
    activities.set(new Map(activities.value).set(object, { ...before, ...change }));
  };
  const screen = location.hash;
  show({ title, state: "going", steps: [], problem: undefined });
  const answer = await ask(path, question);
  const problem = await followed(answer, show);
  refreshAll();
  const destroyed = declined(problem);
  if (destroyed && location.hash !== screen) {
    show({ state: "failed", problem: "nothing was done, because you left before you were asked" });
    return false;
  }
  if (destroyed) {
    forget(object);
    const yes = title.split(" ", 1)[0]!;
    const asked = { title: `${title}?`, screen, lines: [], destroyed: destroyed.map(sentence), yes };
    if (!(await confirm(asked))) return false;
    return carryOut(object, title, { ...question, path: `${path}?apply=true` });
  }
  show({ state: problem === undefined ? "done" : "failed", problem });
  return problem === undefined;
}

/** Takes the last activity of an object away. */
export function forget(object: string): void {
  const all = new Map(activities.value);
  all.delete(object);
  activities.set(all);
}

/** Follows the action that was begun. Resolves to why it failed. */
async function followed(
  answer: Answer<unknown>,
  show: (change: Partial<Activity>) => void,
): Promise<string | undefined> {
  if (!answer.ok) return answer.reason;
  if (answer.action === undefined) return undefined;
  for (;;) {
    const action = await ask<ActionResource>(answer.action);
    if (action.ok) {
      const { state, steps, error } = action.value;
      show({ steps });
      if (state === "Success") return undefined;
      if (state === "Failed") return error ?? "it failed";
    } else if (action.status === 404) return "the server was restarted meanwhile; check the state";
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}
