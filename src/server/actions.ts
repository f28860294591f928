import { randomUUID } from "node:crypto";
import { failureOf } from "../platform/failure.ts";
import type { Kind } from "./family.ts";
import { Refused } from "./refused.ts";

/** Who asked for an action, for its record. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly userAgent: string;
}

/** How a work ends and tells what it does. */
export interface Progress {
  readonly signal: AbortSignal;
  /** Receives each step, in a few words. */
  readonly onStep: (text: string) => void;
}

/** Something that was asked for and can be followed (reference tutum-api.md 5.3). */
export interface Action {
  readonly uuid: string;
  /** Object and verb: `Service Start`. */
  readonly name: string;
  readonly object: { readonly kind: Kind; readonly uuid: string };
  readonly asked: Asked;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number | undefined;
  readonly state: "Pending" | "In progress" | "Success" | "Failed";
  /** Why it failed. */
  readonly problem: string | undefined;
  /** What was done so far. */
  readonly steps: readonly string[];
}

/** What is to be done. */
export interface Work {
  readonly name: string;
  readonly object: Action["object"];
  readonly asked: Asked;
  /** What is done for one project is done in the order in which it was asked for. */
  readonly project: string;
  /** The state that services have meanwhile, by their UUIDs. */
  readonly passing: ReadonlyMap<string, string>;
  /** Resolves when the new state is known. Rejects with what becomes the problem. */
  readonly run: (progress: Progress) => Promise<void>;
}

/** All that was asked for. */
export interface Actions {
  /** Begins something. Throws Refused when too much is going on, or when the server is about to end. */
  begin(work: Work): { readonly action: Action; readonly done: Promise<void> };
  find(uuid: string): Action | undefined;
  /** The newest first. */
  all(): readonly Action[];
  /** The state that a service has while something is done with it. */
  passing(service: string): string | undefined;
  /** Takes no more, and resolves when all that has begun is done. */
  end(): Promise<void>;
}

/** How many may go on or wait at a time. */
export const mostAtOnce = 100;

/** How long an action is kept after its end, in milliseconds, and how many at most (reference live.md 3). */
const keptFor = 3_600_000;
const mostKept = 10_000;

/** How many steps of an action are kept. */
const mostSteps = 200;

/** Actions in memory. `now` is in milliseconds since 1970. */
export function createActions(now: () => number): Actions {
  const records = createRecords(now);
  const going = new Map<string, Work>();
  const last = new Map<string, Promise<void>>();
  let isEnding = false;
  const run = async (uuid: string, work: Work, before: Promise<void>): Promise<void> => {
    await before;
    records.change(uuid, { state: "In progress" });
    try {
      // A change that has begun is never broken off half way.
      await work.run({ signal: new AbortController().signal, onStep: (text) => records.addStep(uuid, text) });
      records.change(uuid, { state: "Success", end: now() });
    } catch (error) {
      const problem = error instanceof Refused ? error.message : (failureOf(error)?.message ?? "this is a bug");
      records.change(uuid, { state: "Failed", end: now(), problem });
      throw error;
    } finally {
      going.delete(uuid);
    }
  };
  return {
    begin(work) {
      if (isEnding) throw new Refused(503, "the server is about to end");
      if (going.size >= mostAtOnce) throw new Refused(429, `${mostAtOnce} changes are going on; try again later`);
      const action = records.add(work);
      const { uuid } = action;
      going.set(uuid, work);
      const done = run(uuid, work, last.get(work.project) ?? Promise.resolve());
      const settled = done.catch(() => {});
      last.set(work.project, settled);
      void settled.then(() => last.get(work.project) === settled && last.delete(work.project));
      return { action, done };
    },
    find: (uuid) => records.all.get(uuid),
    all: () => [...records.all.values()].toReversed(),
    passing: (service) => [...going.values()].find(({ passing }) => passing.has(service))?.passing.get(service),
    async end() {
      isEnding = true;
      await Promise.all(last.values());
    },
  };
}

interface Records {
  readonly all: ReadonlyMap<string, Action>;
  add(work: Work): Action;
  change(uuid: string, to: Partial<Action>): void;
  addStep(uuid: string, text: string): void;
}

function createRecords(now: () => number): Records {
  const all = new Map<string, Action>();
  const forget = (): void => {
    for (const { uuid, end } of all.values())
      if (end !== undefined && (end < now() - keptFor || all.size > mostKept)) all.delete(uuid);
  };
  return {
    all,
    add({ name, object, asked }) {
      forget();
      const uuid = randomUUID();
      const action = {
        uuid,
        name,
        object,
        asked,
        start: now(),
        end: undefined,
        problem: undefined,
        steps: [],
      } as const;
      all.set(uuid, { ...action, state: "Pending" });
      return all.get(uuid)!;
    },
    change: (uuid, to) => void all.set(uuid, { ...all.get(uuid)!, ...to }),
    addStep(uuid, text) {
      const action = all.get(uuid)!;
      all.set(uuid, { ...action, steps: [...action.steps, text].slice(-mostSteps) });
    },
  };
}
