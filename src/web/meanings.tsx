import type { VNode } from "preact";
import type { Policy } from "../lifecycle/policy.ts";
import { meaningsOf, type Meaning } from "./meaning-words.ts";

/** What the settings mean, as the lifecycle table has it. */
export function Meanings({ policy }: { readonly policy: Policy }): VNode {
  return (
    <dl class="meanings" aria-label="What the settings mean">
      {meaningsOf(policy).map(({ when, parts }) => (
        <div key={when}>
          <dt>{when}</dt>
          <dd>
            <Parts parts={parts} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** One outcome below the other; those that remove data have the colour of danger. */
export function Parts({ parts }: Pick<Meaning, "parts">): VNode {
  return (
    <>
      {parts.map(({ action, text }) => (
        <span key={text} class={action === "remove" ? "part bad-text" : "part"}>
          {text}
        </span>
      ))}
    </>
  );
}
