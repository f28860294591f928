import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Diagnostic } from "../index.ts";
import type { ListedService, PreviewResource } from "../server/resource-types.ts";
import { carryOut } from "./activity.ts";
import { useAnswer } from "./answer.ts";
import { ask } from "./ask.ts";
import { Findings } from "./findings.tsx";
import { addedLines, bodyOf, emptyForm, findingsOfNew, type LaunchForm } from "./launch-form.ts";
import { LaunchFields } from "./launch-fields.tsx";
import { isReadOnly, whenListed } from "./live.ts";
import { Code, Title } from "./pieces.tsx";
import { refreshAll } from "./poll.ts";
import { addressOf } from "./route.ts";
import { whyNotService } from "./service-name.ts";
import { sentence } from "./words.ts";

/** What a launch would write, and what is wrong with that. */
type Found = PreviewResource & { readonly objects: readonly Diagnostic[] };

/** What is found, or why nothing is; neither before the first answer. */
interface Preview {
  readonly problem?: string;
  readonly found?: Found;
}

const nothing: Preview = {};

/** The form that launches a service: image, configuration, environment, ports, links, volumes. */
export function Launch(): VNode {
  const [form, setForm] = useState(emptyForm);
  const [problem, setProblem] = useState<string>();
  const [isGoing, setGoing] = useState(false);
  const unfit = whyNotService(form.name.trim());
  const isOff = isGoing || isReadOnly || unfit !== undefined;
  const preview = usePreview(form, unfit);
  const launch = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (isOff) return;
    setGoing(true);
    setProblem(await create(form, event.submitter?.getAttribute("value") === "start"));
    setGoing(false);
  };
  return (
    <>
      <p class="path">
        <a href={addressOf({ screen: "services" })}>All services</a>
      </p>
      <Title>Launch new service</Title>
      {isReadOnly && <p class="notice">This server is read-only: nothing can be launched.</p>}
      <form class="split" onSubmit={(event) => void launch(event)}>
        <LaunchFields form={form} onChange={setForm} />
        <section class="card preview" aria-labelledby="preview">
          <h2 id="preview">Stack file preview</h2>
          <div class="shown">
            <PreviewBox preview={preview} />
          </div>
          <p class="buttons">
            <button type="submit" class="primary" value="start" aria-disabled={isOff}>
              {isGoing ? "Launching…" : "Launch"}
            </button>
            <button type="submit" value="leave" aria-disabled={isOff}>
              Create without starting
            </button>
          </p>
          {problem !== undefined && (
            <p class="notice bad" role="alert">
              Not launched: <Code text={sentence(problem)} />
            </p>
          )}
          <Findings diagnostics={preview.found ? findingsOfNew(preview.found) : []} />
        </section>
      </form>
    </>
  );
}

/** Creates the service, begins to start it, and opens its screen. Resolves to why that was refused. */
async function create(form: LaunchForm, isStarted: boolean): Promise<string | undefined> {
  const created = await ask<ListedService>("/api/v1/service/", { method: "POST", body: bodyOf(form) });
  if (!created.ok) return created.reason;
  const { resource_uri: uri, name } = created.value;
  refreshAll();
  const stack = await whenListed(({ members }) => members.some((member) => member.resource_uri === uri));
  location.hash = stack
    ? addressOf({ screen: "service", stack: stack.name, service: name })
    : addressOf({ screen: "services" });
  if (isStarted) void carryOut(uri, `Launch ${name}`, { method: "POST", path: `${uri}start/` });
  return undefined;
}

/** Asks what would be written, a moment after the last key. */
function usePreview(form: LaunchForm, unfit: string | undefined): Preview {
  const [preview, setPreview] = useState<Preview>(nothing);
  const question = { method: "POST", body: bodyOf(form) } as const;
  const isEmpty = form.image.trim() === "" || unfit !== undefined || isReadOnly;
  useAnswer(
    isEmpty ? undefined : () => ask<Found>("/api/v1/service/preview/", question),
    (answer) => setPreview(answer.ok ? { found: answer.value } : { problem: answer.reason }),
    [form],
  );
  return isEmpty ? nothing : preview;
}

function PreviewBox({ preview: { problem, found } }: { readonly preview: Preview }): VNode {
  if (problem !== undefined)
    return (
      <p class="notice bad">
        <Code text={sentence(problem)} />
      </p>
    );
  if (!found) return <p class="quiet">Fill in the form, and the stack file appears here.</p>;
  return (
    <>
      <p class="quiet">
        <code>{found.name}</code> in the file of the stack <code>{found.stack}</code>
      </p>
      <pre tabIndex={0} aria-label="The stack file as it will be">
        {addedLines(found.before, found.text).map(({ text, isNew }, index) => (
          <span key={index} class={isNew ? "entry new" : "entry"}>
            {text}
            {"\n"}
          </span>
        ))}
      </pre>
    </>
  );
}
