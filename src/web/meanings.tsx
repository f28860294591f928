import type { VNode } from "preact";
import type { Policy } from "../lifecycle/policy.ts";
import { meaningsOf } from "./meaning-words.ts";

/** What the settings mean, as the lifecycle table has it. */
export function Meanings({ policy }: { readonly policy: Policy }): VNode {
  return (
    <dl class="meanings" aria-label="What the settings mean">
      {meaningsOf(policy).map(({ when, actions, text }) => (
        <div key={when}>
          <dt>{when}</dt>
          <dd class={actions.includes("remove") ? "removes" : ""}>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
