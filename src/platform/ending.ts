import { actionAfterExit, type Action, type Policy } from "../lifecycle/policy.ts";

/** What happens to a container of a service when it ends, as a clause (reference live.md 5.4). */
export function whenItEnds(policy: Policy): string {
  const [success, failure] = (["success", "failure"] as const).map((exit) => words[actionAfterExit(policy, exit)]);
  return success === failure
    ? `a container that ends is ${success}`
    : `a container that ends with 0 is ${success}, any other is ${failure}`;
}

const words: Readonly<Record<Action, string>> = {
  keep: "kept",
  restart: "restarted",
  remove: "removed with its data",
};
