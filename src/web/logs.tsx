import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ListedService, LogLineResource } from "../server/resource-types.ts";
import type { List } from "./list.ts";
import { startPoll } from "./poll.ts";
import { plainText } from "./run-words.ts";
import { usePoll } from "./use-poll.ts";
import { clockOf, sentence } from "./words.ts";

/** The last output of the containers that are there, which is followed. */
export function Logs({ service }: { readonly service: ListedService }): VNode {
  const { value, failure } = usePoll(() => startPoll<List<LogLineResource>>(`${service.resource_uri}logs/?tail=300`));
  const [only, setOnly] = useState("");
  const [isFollowing, setFollowing] = useState(true);
  const box = useRef<HTMLPreElement>(null);
  const all = value?.objects ?? [];
  const chosen = only === "" ? [] : [only];
  const sources = [...new Set([...chosen, ...all.map(({ source }) => source)])].toSorted();
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
      <pre
        ref={box}
        class="log"
        tabIndex={0}
        aria-label={`Logs of ${service.name}`}
        onScroll={({ currentTarget }) => setFollowing(isAtEnd(currentTarget))}
      >
        {lines.length === 0 && <span class="quiet">{emptyWords(service, value !== undefined)}</span>}
        {keyed(lines).map(({ key, line }) => (
          <LogLine key={key} line={line} color={sources.length > 1 ? sources.indexOf(line.source) % 6 : undefined} />
        ))}
      </pre>
    </section>
  );
}

/** Who scrolls up wants to read there, and who returns to the end wants to follow again. */
function isAtEnd({ scrollTop, clientHeight, scrollHeight }: Element): boolean {
  return scrollTop + clientHeight > scrollHeight - 8;
}

/** Lines with keys by which a line is known again, so that what somebody has selected in it stays selected. */
function keyed(lines: readonly LogLineResource[]): readonly { readonly key: string; readonly line: LogLineResource }[] {
  const seen = new Map<string, number>();
  return lines.map((line) => {
    const name = `${line.source} ${line.time} ${line.text}`;
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return { key: `${name} ${count}`, line };
  });
}

function emptyWords({ current_num_containers: count }: ListedService, isKnown: boolean): string {
  if (!isKnown) return "Loading…";
  return count === 0
    ? "There are no containers. Runs shows the last output of those that were removed."
    : "Nothing yet.";
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
