import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Diagnostic } from "../index.ts";
import type { StackResource } from "../server/resource-types.ts";
import { carryOut } from "./activity.ts";
import { ask } from "./ask.ts";
import { useDraft } from "./drafts.ts";
import { Field } from "./fields.tsx";
import { FileArea, useDiagnostics } from "./file-area.tsx";
import { isReadOnly, useLive, whenListed } from "./live.ts";
import { Code, Title } from "./pieces.tsx";
import { refreshAll } from "./poll.ts";
import { addressOf } from "./route.ts";
import { whyNotNamed } from "./stack-name.ts";
import { sentence } from "./words.ts";

const stacks = "/api/v1/stack/";
const example = 'web:\n  image: nginx:1.27\n  ports:\n    - "8080:80"';

/** The form that creates a stack: its name and its file. */
export function NewStack(): VNode {
  const [name, setName] = useState("");
  const [draft, setDraft] = useDraft(stacks);
  const [problem, setProblem] = useState<string>();
  const [isGoing, setGoing] = useState(false);
  const taken = (useLive().stacks ?? []).map((stack) => stack.name);
  const text = draft?.text ?? "";
  const isEmpty = text.trim() === "";
  const diagnostics = useDiagnostics(`${stacks}diagnostics/`, isEmpty || isReadOnly ? undefined : text);
  const type = (typed: string): void => setDraft(() => (typed === "" ? undefined : { text: typed, etag: "" }));
  const why = isGoing ? "it is being created" : whyNot({ name, taken, isEmpty, diagnostics });
  const create = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (why !== undefined) return;
    setGoing(true);
    const refused = await createStack({ name, text }, event.submitter?.getAttribute("value") === "start");
    setGoing(false);
    setProblem(refused);
    if (refused === undefined) setDraft(() => undefined);
  };
  return (
    <>
      <p class="path">
        <a href={addressOf({ screen: "services" })}>All services</a>
      </p>
      <Title>New stack</Title>
      <form class="card form" onSubmit={(event) => void create(event)}>
        <Field label="Name" hint="Also the name of the Compose project" value={name} required onInput={setName} />
        <h2>Stack file</h2>
        <FileArea label="Stack file" text={text} hint={example} isFixed={isReadOnly} {...{ diagnostics, onType: type }}>
          <p class="buttons">
            <button type="submit" class="primary" value="start" aria-disabled={why !== undefined}>
              Create and start
            </button>
            <button type="submit" value="leave" aria-disabled={why !== undefined}>
              Create without starting
            </button>
            {why !== undefined && (
              <span class="quiet">
                <Code text={sentence(why)} />
              </span>
            )}
          </p>
          {problem !== undefined && (
            <p class="notice bad" role="alert">
              Not created: <Code text={sentence(problem)} />
            </p>
          )}
        </FileArea>
      </form>
    </>
  );
}

/** Why the stack cannot be created yet. */
function whyNot(form: {
  readonly name: string;
  readonly taken: readonly string[];
  readonly isEmpty: boolean;
  readonly diagnostics: readonly Diagnostic[];
}): string | undefined {
  if (isReadOnly) return "this server is read-only";
  if (form.name === "") return "give the stack a name";
  const unfit = whyNotNamed(form.name, form.taken);
  if (unfit !== undefined) return unfit;
  if (form.isEmpty) return "type or paste the stack file";
  return form.diagnostics.some(({ severity }) => severity === "error") ? "the file has errors" : undefined;
}

/** Creates the stack, begins to apply it, and opens its screen. Resolves to why that was refused. */
async function createStack(
  { name, text }: { readonly name: string; readonly text: string },
  isStarted: boolean,
): Promise<string | undefined> {
  const created = await ask<StackResource>(stacks, { method: "POST", body: { name, file: text } });
  if (!created.ok) return created.reason;
  const { resource_uri: uri } = created.value;
  refreshAll();
  await whenListed(({ resource_uri: listed }) => listed === uri);
  location.hash = addressOf({ screen: "stack", stack: name });
  if (isStarted) void carryOut(uri, `Start ${name}`, { method: "POST", path: `${uri}apply/` });
  return undefined;
}
