import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Store, useStore } from "./store.ts";

/** A question that stops everything else. */
export interface Question {
  readonly title: string;
  /** The screen on which the user has asked for something, as the fragment of the address. */
  readonly screen: string;
  /** What will happen, a sentence each. */
  readonly lines: readonly string[];
  /** What is destroyed, a sentence each. */
  readonly destroyed: readonly string[];
  /** Whether a yes is dangerous although nothing is destroyed at this moment. */
  readonly isDanger?: boolean;
  /** The word on the button that says yes; undefined when there is nothing to say yes to. */
  readonly yes: string | undefined;
}

/** With at most one question. */
const asked = new Store<readonly (Question & { readonly answer: (isYes: boolean) => void })[]>([]);

/** Asks, and resolves to whether the answer was yes. Whoever has left the screen is not asked, and has not said yes. */
export function confirm(question: Question): Promise<boolean> {
  if (location.hash !== question.screen) return Promise.resolve(false);
  for (const { answer } of asked.value) answer(false);
  return new Promise((resolve) => {
    const answer = (isYes: boolean): void => {
      asked.set([]);
      resolve(isYes);
    };
    asked.set([{ ...question, answer }]);
  });
}

/** The dialog for questions. The browser keeps the focus inside, and closes it at Escape. */
export function QuestionDialog(): VNode | null {
  const dialog = useRef<HTMLDialogElement>(null);
  const [question] = useStore(asked);
  useEffect(() => {
    if (!question || dialog.current?.open) return;
    dialog.current?.showModal();
    // Whoever is typing when the question appears must not answer it.
    document.getElementById("question")?.focus();
  }, [question]);
  // Who leaves the screen has not said yes.
  useEffect(() => () => asked.value.forEach(({ answer }) => answer(false)), []);
  if (!question) return null;
  const { title, lines, destroyed, isDanger, yes, answer } = question;
  return (
    <dialog ref={dialog} aria-labelledby="question" onClose={() => answer(false)}>
      <h2 id="question" tabIndex={-1}>
        {title}
      </h2>
      {lines.length > 0 && <Lines lines={lines} />}
      {destroyed.length > 0 && (
        <div class="notice bad">
          <Lines lines={destroyed} />
        </div>
      )}
      <p class="buttons">
        {yes !== undefined && (
          <button
            type="button"
            class={isDanger || destroyed.length > 0 ? "danger" : "primary"}
            onClick={() => answer(true)}
          >
            {yes}
          </button>
        )}
        <button type="button" onClick={() => answer(false)}>
          {yes === undefined ? "Close" : "Cancel"}
        </button>
      </p>
    </dialog>
  );
}

function Lines({ lines }: { readonly lines: readonly string[] }): VNode {
  return (
    <ul class="lines">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
