import type { VNode } from "preact";
import type { Diagnostic } from "../index.ts";
import { Code } from "./pieces.tsx";

/** What is wrong with a stack file. A finding is a button where its place can be shown. */
export function Findings({
  diagnostics,
  onShow,
}: {
  readonly diagnostics: readonly Diagnostic[];
  readonly onShow?: (diagnostic: Diagnostic) => void;
}): VNode | null {
  if (diagnostics.length === 0) return null;
  return (
    <ul class="findings">
      {diagnostics.map((diagnostic) => (
        <Finding
          key={`${diagnostic.code} ${diagnostic.labels[0].span.start}`}
          diagnostic={diagnostic}
          onShow={onShow}
        />
      ))}
    </ul>
  );
}

function Finding({
  diagnostic,
  onShow,
}: {
  readonly diagnostic: Diagnostic;
  readonly onShow: ((diagnostic: Diagnostic) => void) | undefined;
}): VNode {
  const { severity, message, notes, help, labels } = diagnostic;
  const { line, column } = labels[0].start;
  return (
    <li class={severity}>
      <strong>{severity}</strong>{" "}
      {onShow ? (
        <button type="button" class="link" onClick={() => onShow(diagnostic)}>
          line {line}, column {column}
        </button>
      ) : (
        <span class="quiet">
          line {line}, column {column}
        </span>
      )}
      <p>
        <Code text={message} />
      </p>
      {[...notes, ...help.map((text) => `help: ${text}`)].map((text) => (
        <p key={text} class="quiet">
          <Code text={text} />
        </p>
      ))}
    </li>
  );
}
