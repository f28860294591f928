import type { ComponentChildren, VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Diagnostic } from "../index.ts";
import { useAnswer } from "./answer.ts";
import { ask } from "./ask.ts";
import { Findings } from "./findings.tsx";
import type { List } from "./list.ts";
import { isReadOnly } from "./live.ts";

interface Given {
  readonly label: string;
  readonly text: string;
  readonly hint?: string;
  /** Whether it cannot be edited. */
  readonly isFixed: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly onType: (text: string) => void;
  /** What stands between the text and its mistakes, so that it does not move when they come and go. */
  readonly children: ComponentChildren;
}

/** The text of a stack file, and what is wrong with it. A click on the position of a mistake selects it. */
export function FileArea({ label, text, hint, isFixed, diagnostics, onType, children }: Given): VNode {
  const area = useRef<HTMLTextAreaElement>(null);
  const show = ({ labels: [{ span }] }: Diagnostic): void => {
    const shift = text.startsWith("\uFEFF") ? 1 : 0;
    area.current?.focus();
    area.current?.setSelectionRange(span.start + shift, span.end + shift);
  };
  return (
    <>
      <textarea
        ref={area}
        class="code"
        aria-label={label}
        value={text}
        placeholder={hint}
        readOnly={isFixed}
        rows={Math.min(30, Math.max(8, text.split("\n").length + 1))}
        spellcheck={false}
        autocomplete="off"
        onInput={({ currentTarget }) => onType(currentTarget.value)}
      />
      {children}
      <Findings diagnostics={diagnostics} onShow={show} />
    </>
  );
}

/** What is wrong with a text, a moment after the last key; nothing without a text. */
export function useDiagnostics(path: string, text: string | undefined): readonly Diagnostic[] {
  const [found, setFound] = useState<readonly Diagnostic[]>([]);
  const question = isReadOnly ? {} : ({ method: "POST", body: { text } } as const);
  useAnswer(
    text === undefined ? undefined : () => ask<List<Diagnostic>>(path, question),
    (answer) => answer.ok && setFound(answer.value.objects),
    [text],
  );
  return text === undefined ? [] : found;
}
