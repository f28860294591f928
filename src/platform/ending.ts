import { actionAfterExit, type Action, type Policy } from "../lifecycle/policy.ts";

/**
 * What happens to a container of a service when it ends, as a clause (reference live.md 5.4). Without a sidecar or a
 * server of this program, a sidecar of the user must do the removing.
 */
export function whenItEnds(policy: Policy, isRemovedHere: boolean): string {
  const success = actionAfterExit(policy, "success");
  const failure = actionAfterExit(policy, "failure");
  const words = { ...all, ...(isRemovedHere ? {} : { remove: `${all.remove} if you run a sidecar yourself` }) };
  return success === failure
    ? `a container that ends is ${words[success]}`
    : `a container that ends with 0 is ${words[success]}, any other is ${words[failure]}`;
}

const all: Readonly<Record<Action, string>> = {
  keep: "kept",
  restart: "restarted",
  remove: "removed with its data",
};
