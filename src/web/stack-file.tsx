import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Diagnostic } from "../index.ts";
import { ask } from "./ask.ts";
import { useDraft, type Draft } from "./drafts.ts";
import { FileArea, useDiagnostics } from "./file-area.tsx";
import { isReadOnly, type StackWithServices } from "./live.ts";
import { Button } from "./button.tsx";
import { Code, Loading } from "./pieces.tsx";
import { refreshAll, startPoll, type Polled } from "./poll.ts";
import { usePoll } from "./use-poll.ts";
import { sentence } from "./words.ts";

interface Given {
  readonly stack: StackWithServices;
  /** Shows the plan and applies it. */
  readonly onApply: () => Promise<void>;
}

/** The stack file, edited as text; a change that somebody else has made meanwhile is never overwritten. */
export function StackFile({ stack, onApply }: Given): VNode {
  const file = useFile(stack);
  const { text, onDisk, diagnostics, draft, problem } = file;
  return (
    <section class="card" aria-labelledby="file">
      <h2 id="file">Stack file</h2>
      {onDisk === undefined && !file.failure && <Loading />}
      {file.failure && !draft && <p class="notice bad">{sentence(file.failure.reason)}</p>}
      <FileArea
        label={`Stack file of ${stack.name}`}
        text={text}
        isFixed={isReadOnly || onDisk === undefined}
        diagnostics={diagnostics}
        onType={file.type}
      >
        {!isReadOnly && (
          <SaveButtons
            why={whyNot(file)}
            onSave={file.save}
            onApply={async () => (await file.save()) && onApply()}
            onDiscard={draft && file.discard}
          />
        )}
        {problem !== undefined && (
          <p class="notice bad" role="alert">
            Not saved: <Code text={sentence(problem)} />
          </p>
        )}
        {file.isClash && <Clash theirs={onDisk ?? ""} onTakeTheirs={file.discard} onKeepMine={file.keep} />}
      </FileArea>
    </section>
  );
}

/** The file on disk, and what is typed. */
interface FileState {
  readonly text: string;
  readonly onDisk: string | undefined;
  readonly failure: Polled<string>["failure"];
  readonly draft: Draft | undefined;
  /** Whether the file was changed since the draft was begun. */
  readonly isClash: boolean;
  readonly isSaving: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** Why it was not saved. */
  readonly problem: string | undefined;
  readonly type: (text: string) => void;
  readonly discard: () => void;
  /** Begins the draft anew, on what is on disk now. */
  readonly keep: () => void;
  /** Resolves to whether it was saved. */
  readonly save: () => Promise<boolean>;
}

function useFile(stack: StackWithServices): FileState {
  const uri = `${stack.resource_uri}file/`;
  const { poll, value: onDisk, etag = "", failure } = usePoll(() => startPoll<string>(uri));
  const [kept, setDraft] = useDraft(uri);
  const [problem, setProblem] = useState<string>();
  const [isSaving, setSaving] = useState(false);
  const draft = kept?.text === onDisk ? undefined : kept;
  const text = draft?.text ?? onDisk ?? "";
  const discard = (): void => setDraft(() => undefined);
  useEffect(() => {
    // By now something else may be typed.
    if (kept && !draft) setDraft((now) => (now === kept ? undefined : now));
  }, [kept, draft]);
  const save = async (): Promise<boolean> => {
    if (!draft || isSaving) return false;
    setSaving(true);
    const answer = await ask(uri, { method: "PUT", text: draft.text, headers: { "If-Match": draft.etag } });
    setSaving(false);
    setProblem(answer.ok ? undefined : answer.reason);
    if (answer.ok) {
      poll.set(draft.text, answer.etag);
      // What was typed while it was being saved stays.
      setDraft((now) => now && { text: now.text, etag: answer.etag ?? "" });
    }
    refreshAll();
    return answer.ok;
  };
  return {
    text,
    onDisk,
    failure,
    draft,
    // While the draft is being saved, the file may already have its text.
    isClash: draft !== undefined && !isSaving && etag !== "" && draft.etag !== etag,
    isSaving,
    diagnostics: useDiagnostics(`${stack.resource_uri}diagnostics/`, onDisk === undefined ? undefined : text),
    problem,
    type: (typed) => setDraft((before) => ({ text: typed, etag: before?.etag ?? etag })),
    discard,
    keep: () => setDraft((before) => before && { ...before, etag }),
    save,
  };
}

/** Why the file cannot be saved. */
function whyNot({ draft, isSaving, isClash, diagnostics }: FileState): string | undefined {
  if (!draft) return "nothing is changed";
  if (isSaving) return "it is being saved";
  if (isClash) return "the file was changed on disk";
  return diagnostics.some(({ severity }) => severity === "error") ? "the file has errors" : undefined;
}

function SaveButtons({
  why,
  onSave,
  onApply,
  onDiscard,
}: {
  readonly why: string | undefined;
  readonly onSave: () => unknown;
  readonly onApply: () => unknown;
  readonly onDiscard: (() => void) | undefined;
}): VNode {
  return (
    <p class="buttons">
      <Button kind="primary" why={why} onClick={onApply}>
        Save and apply…
      </Button>
      <Button why={why} onClick={onSave}>
        Save
      </Button>
      <Button kind="quiet" why={onDiscard ? undefined : "nothing is changed"} onClick={() => onDiscard?.()}>
        Discard
      </Button>
      {why !== undefined && onDiscard && <span class="quiet">{sentence(why)}</span>}
    </p>
  );
}

function Clash({
  theirs,
  onTakeTheirs,
  onKeepMine,
}: {
  readonly theirs: string;
  readonly onTakeTheirs: () => void;
  readonly onKeepMine: () => void;
}): VNode {
  return (
    <div class="notice bad" role="alert">
      <p>Somebody has changed the file on disk. It now says:</p>
      <pre tabIndex={0} aria-label="The file on disk">
        {theirs}
      </pre>
      <p class="buttons">
        <button type="button" onClick={onTakeTheirs}>
          Use the text on disk
        </button>
        <button type="button" onClick={onKeepMine}>
          Keep my text
        </button>
      </p>
    </div>
  );
}
