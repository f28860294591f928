import {
  actionAfterDaemonRestart,
  actionAfterExit,
  actionAfterStop,
  isCompatible,
  type Action,
  type Exit,
  type Policy,
} from "../lifecycle/policy.ts";

/** What happens to a container in one case. */
export interface Meaning {
  readonly when: string;
  /** One outcome, or one for exit code 0 and one for all others. */
  readonly parts: readonly { readonly action: Action; readonly text: string }[];
}

/** What the two settings mean, from the lifecycle table; nothing for a pair that cannot be combined. */
export function meaningsOf(policy: Policy): readonly Meaning[] {
  if (!isCompatible(policy)) return [];
  return [
    { when: "When it ends with exit code 0", parts: [partOf(actionAfterExit(policy, "success"))] },
    { when: "When it ends with another code", parts: [partOf(actionAfterExit(policy, "failure"))] },
    { when: "When it is stopped by hand", parts: eitherWay((exit) => actionAfterStop(policy, exit)) },
    { when: "When the engine restarts", parts: eitherWay((exit) => actionAfterDaemonRestart(policy, exit)) },
  ];
}

function eitherWay(judge: (exit: Exit) => Action): Meaning["parts"] {
  const [success, failure] = [judge("success"), judge("failure")];
  return success === failure ? [partOf(success)] : [partOf(success, "Exit code 0: "), partOf(failure, "Other codes: ")];
}

function partOf(action: Action, before = ""): Meaning["parts"][number] {
  const text = outcomes[action];
  return { action, text: before === "" ? text.charAt(0).toUpperCase() + text.slice(1) : before + text };
}

const outcomes: Readonly<Record<Action, string>> = {
  keep: "stays, stopped",
  restart: "starts again",
  remove: "removed with its data",
};
