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
            <Parts parts={parts.length === 1 ? parts.map(withOutput) : parts} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The output of a container that is removed is kept (reference jobs.md). */
function withOutput(part: Meaning["parts"][number]): Meaning["parts"][number] {
  return part.action === "remove" ? { ...part, text: `${part.text}; its last output stays under Runs` } : part;
}

/** One outcome below the other. */
export function Parts({ parts }: Pick<Meaning, "parts">): VNode {
  return (
    <>
      {parts.map(({ text }) => (
        <span key={text} class="part">
          {text}
        </span>
      ))}
    </>
  );
}
