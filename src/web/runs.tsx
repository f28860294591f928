import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { ListedService, RunResource, RunsResource } from "../server/resource-types.ts";
import type { List } from "./list.ts";
import { State } from "./pieces.tsx";
import { startPoll } from "./poll.ts";
import { describeRun, durationOf, nameOfRun, plainText, timeOf } from "./run-words.ts";
import { usePoll } from "./use-poll.ts";
import { sentence } from "./words.ts";

/** How often to ask for runs, in milliseconds: the server may have to read them out of a container. */
const pause = 10_000;

/** How the containers of a service ended, with their last output, also of those that are gone. */
export function Runs({ service }: { readonly service: ListedService }): VNode {
  const { poll, value, failure } = usePoll(() =>
    startPoll<List<RunResource> & RunsResource>(`${service.resource_uri}runs/?limit=20`, { seen: pause }),
  );
  useEffect(() => poll.refresh(), [service.status, service.current_num_containers]);
  const runs = value?.objects ?? [];
  return (
    <section class="card" aria-labelledby="runs">
      <h2 id="runs">Runs</h2>
      {failure && !value && <p class="notice bad">{sentence(failure.reason)}</p>}
      {value?.problems?.map((problem) => (
        <p class="notice bad" key={problem}>
          {sentence(problem)}
        </p>
      ))}
      {value && runs.length === 0 && <p class="quiet">No container of {service.name} has ended yet.</p>}
      {runs.map((run, index) => (
        <RunDetails
          key={`${run.container} ${run.finished}`}
          run={run}
          name={nameOfRun(run.containerName, service.name)}
          settleSeconds={value?.settle_seconds}
          isOpen={index === 0}
        />
      ))}
    </section>
  );
}

function RunDetails({
  run,
  name,
  settleSeconds,
  isOpen,
}: {
  readonly run: RunResource;
  readonly name: string;
  readonly settleSeconds: number | undefined;
  readonly isOpen: boolean;
}): VNode {
  const { started, finished, output } = run;
  // The next run must not close what somebody reads.
  const [isOpenAtFirst] = useState(isOpen);
  const shown = describeRun(run, settleSeconds);
  const text = plainText(output.pieces.map((piece) => piece.text).join(""));
  return (
    <details open={isOpenAtFirst}>
      <summary>
        <State shown={shown} />
        <strong>{name}</strong>
        <span class="quiet">
          {[timeOf(finished, new Date()), durationOf(started, finished)].filter(Boolean).join(", took ")}
        </span>
        <span class="quiet">{shown.afterwards}</span>
      </summary>
      {output.isCut && <p class="quiet">Only the last output was kept.</p>}
      {output.problem !== "" && <p class="quiet">{sentence(output.problem)}</p>}
      {text !== "" && (
        <pre tabIndex={0} aria-label={`Output of ${name}`}>
          {text}
        </pre>
      )}
      {text === "" && output.problem === "" && <p class="quiet">It printed nothing.</p>}
    </details>
  );
}
