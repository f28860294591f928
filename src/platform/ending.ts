import { actionAfterExit, type Action, type Policy } from "../lifecycle/policy.ts";

/** What happens to a container of a service when it ends, as a clause (reference live.md 5.4). */
export function whenItEnds(policy: Policy): string {
  const [success, failure] = (["success", "failure"] as const).map((exit) => words[actionAfterExit(policy, exit)]);
  return success === failure
    ? `when it ends, it is ${success}`
    : `when it ends with 0, it is ${success}, else ${failure}`;
}

const words: Readonly<Record<Action, string>> = {
  keep: "kept",
  restart: "started again",
  remove: "removed with its data",
};
