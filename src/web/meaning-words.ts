import {
  actionAfterDaemonRestart,
  actionAfterExit,
  actionAfterStop,
  isCompatible,
  type Action,
  type Policy,
} from "../lifecycle/policy.ts";

/** What happens to a container in one case. */
export interface Meaning {
  readonly when: string;
  readonly actions: readonly Action[];
  readonly text: string;
}

/** What the two settings mean, from the lifecycle table; nothing for a pair that cannot be combined. */
export function meaningsOf(policy: Policy): readonly Meaning[] {
  if (!isCompatible(policy)) return [];
  const after = (when: string, judge: typeof actionAfterExit, exits: readonly ("success" | "failure")[]): Meaning => {
    const actions = [...new Set(exits.map((exit) => judge(policy, exit)))];
    const [first, second] = actions;
    const text = second ? `with exit code 0 ${outcomes[first!]}, else ${outcomes[second]}` : outcomes[first!];
    return { when, actions, text };
  };
  return [
    after("When it ends with exit code 0", actionAfterExit, ["success"]),
    after("When it ends with another code", actionAfterExit, ["failure"]),
    after("When it is stopped by hand", actionAfterStop, ["success", "failure"]),
    after("When Docker itself restarts", actionAfterDaemonRestart, ["success", "failure"]),
  ];
}

const outcomes: Readonly<Record<Action, string>> = {
  keep: "it stays, stopped",
  restart: "it is started again",
  remove: "it is removed, with its data",
};
