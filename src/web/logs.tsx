import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ListedService, LogLineResource } from "../server/resource-types.ts";
import type { List } from "./live.ts";
import { usePoll } from "./poll.ts";
import { plainText } from "./run-words.ts";
import { clockOf, sentence } from "./words.ts";

/** The last output of the containers that are there, which is followed. */
export function Logs({ service }: { readonly service: ListedService }): VNode {
  const { value, failure } = usePoll<List<LogLineResource>>(`${service.resource_uri}logs/?tail=300`);
  const [only, setOnly] = useState("");
  const [isFollowing, setFollowing] = useState(true);
  const box = useRef<HTMLPreElement>(null);
  const all = value?.objects ?? [];
  const sources = [...new Set(all.map(({ source }) => source))].toSorted();
  const lines = all.filter(({ source }) => only === "" || source === only);
  useEffect(() => {
    if (isFollowing) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [value, only, isFollowing]);
  return (
    <section class="card" aria-labelledby="logs">
      <div class="head">
        <h2 id="logs">Logs</h2>
        {sources.length > 1 && (
          <label class="inline">
            Container
            <select value={only} onChange={({ currentTarget }) => setOnly(currentTarget.value)}>
              <option value="">All</option>
              {sources.map((source) => (
                <option key={source}>{source}</option>
              ))}
            </select>
          </label>
        )}
        <label class="inline">
          <input
            type="checkbox"
            checked={isFollowing}
            onChange={({ currentTarget }) => setFollowing(currentTarget.checked)}
          />
          Follow
        </label>
      </div>
      {failure && <p class="notice bad">{sentence(failure.reason)}</p>}
      <pre ref={box} class="log" tabIndex={0} aria-label={`Logs of ${service.name}`}>
        {lines.length === 0 && <span class="quiet">{emptyWords(service, value !== undefined)}</span>}
        {lines.map((line, index) => (
          <LogLine key={index} line={line} color={sources.length > 1 ? sources.indexOf(line.source) % 6 : undefined} />
        ))}
      </pre>
    </section>
  );
}

function emptyWords({ current_num_containers: count }: ListedService, isKnown: boolean): string {
  if (!isKnown) return "Loading…";
  return count === 0 ? "There is no container. What it wrote before it was removed is under Runs." : "Nothing yet.";
}

function LogLine({ line, color }: { readonly line: LogLineResource; readonly color: number | undefined }): VNode {
  const { source, time, text, stream } = line;
  return (
    <span class={stream === "stderr" ? "entry stderr" : "entry"}>
      <span class="quiet">{time > 0 ? clockOf(new Date(time * 1000)) : ""} </span>
      {color !== undefined && <span class={`source c${color}`}>{source} </span>}
      <bdi>{plainText(text)}</bdi>
      {"\n"}
    </span>
  );
}
