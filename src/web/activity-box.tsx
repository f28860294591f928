import type { VNode } from "preact";
import { activities, forget } from "./activity.ts";
import { useStore } from "./store.ts";
import { sentence } from "./words.ts";

/** What is being done with an object, step by step, and how it ended. */
export function ActivityBox({ object }: { readonly object: string }): VNode {
  const activity = useStore(activities).get(object);
  return (
    <div aria-live="polite">
      {activity && (
        <div class={`notice activity ${looks[activity.state]}`}>
          <p>
            <strong>{activity.title}</strong>: {words[activity.state]}
            {activity.problem !== undefined && ` ${sentence(activity.problem)}`}
          </p>
          {activity.steps.length > 0 && (
            <ol class="lines">
              {activity.steps.map((step, index) => (
                <li key={index}>{step}</li>
              ))}
            </ol>
          )}
          {activity.state !== "going" && (
            <button type="button" class="quiet" onClick={() => forget(object)}>
              Dismiss
            </button>
          )}
        </div>
      )}
    </div>
  );
}

const looks = { going: "", done: "good", failed: "bad" } as const;
const words = { going: "in progress…", done: "done.", failed: "failed." } as const;
