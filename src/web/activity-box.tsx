import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { activities, forget, type Activity } from "./activity.ts";
import { Button } from "./button.tsx";
import { useStore } from "./store.ts";
import { sentence } from "./words.ts";

/** What is being done with an object, step by step, and how it ended. It does not grow while one looks at it. */
export function ActivityBox({ object }: { readonly object: string }): VNode {
  const activity = useStore(activities).get(object);
  // Who has read that it is done, and leaves, need not read it again.
  useEffect(
    () => () => {
      if (activities.value.get(object)?.state === "done") forget(object);
    },
    [object],
  );
  return <div aria-live="polite">{activity && <Box activity={activity} onDismiss={() => forget(object)} />}</div>;
}

function Box({
  activity: { title, state, steps, problem },
  onDismiss,
}: {
  readonly activity: Activity;
  readonly onDismiss: () => void;
}): VNode {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => list.current?.scrollTo({ top: list.current.scrollHeight }), [steps.length]);
  return (
    <div class={`notice activity ${looks[state]}`}>
      <div class="line">
        <p>
          <strong>{title}</strong>: {words[state]}
          {problem !== undefined && ` ${sentence(problem)}`}
        </p>
        <Button kind="quiet" why={state === "going" ? "it is in progress" : undefined} onClick={onDismiss}>
          Dismiss
        </Button>
      </div>
      {(state === "going" || (state === "failed" && steps.length > 0)) && (
        <ol ref={list} class="lines steps" tabIndex={0} aria-label={`Steps of ${title}`}>
          {steps.map((step, index) => (
            <li key={index}>{step}</li>
          ))}
        </ol>
      )}
    </div>
  );
}

const looks = { going: "", done: "good", failed: "bad" } as const;
const words = { going: "in progress…", done: "done.", failed: "failed." } as const;
