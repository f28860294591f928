import { ask, type Answer } from "./ask.ts";
import { startPoll, type Asking, type Poll, type Polled } from "./poll.ts";

/** A list of the old API. */
export interface List<T> {
  readonly objects: readonly T[];
  /** Why some cannot be shown. */
  readonly problems?: readonly string[];
}

/** As many as one answer can have. */
const limit = "1000";

/** A part of a list, as the server sends it. */
interface Part<T> extends List<T> {
  readonly meta: { readonly next: string | null };
}

/** A whole list. */
export interface WholeList<T> extends List<T> {
  /** The parts that it was made of. A list that was changed here has none, so that all are asked for again. */
  readonly parts: readonly Known<T>[];
}

interface Known<T> {
  readonly part: Part<T>;
  readonly etag: string | undefined;
}

/** Objects are told apart by their UUIDs. */
interface Named {
  readonly uuid: string;
}

/** Asks for all objects of a list, however many parts that takes. The address has no `limit`. */
export function askForAll<T extends Named>(
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<Answer<WholeList<T>>> {
  return allAfter<T>(pathOf(path, query), []);
}

/** Keeps a whole list up to date. */
export function startListPoll<T extends Named>(
  path: string,
  query: Readonly<Record<string, string>> = {},
): Poll<WholeList<T>> {
  return startPoll(pathOf(path, query), { again: askAgain<T> });
}

function pathOf(path: string, query: Readonly<Record<string, string>>): string {
  return `${path}?${new URLSearchParams({ limit, ...query }).toString()}`;
}

const askAgain = <T extends Named>(path: string, { value }: Polled<WholeList<T>>): ReturnType<Asking<WholeList<T>>> =>
  allAfter(path, value?.parts ?? []);

/** Asks for each part. Only those that have changed since are sent. */
async function allAfter<T extends Named>(first: string, before: readonly Known<T>[]): Promise<Answer<WholeList<T>>> {
  const parts: Known<T>[] = [];
  let status = 304;
  for (let next: string | null = first; next !== null; next = parts.at(-1)!.part.meta.next) {
    const known = before[parts.length];
    const headers = known?.etag === undefined ? {} : { "If-None-Match": known.etag };
    const answer: Answer<Part<T>> = await ask<Part<T>>(next, { headers });
    if (!answer.ok) return answer;
    if (answer.status === 304 && known) parts.push(known);
    else {
      parts.push({ part: answer.value, etag: answer.etag });
      ({ status } = answer);
    }
  }
  const all = parts.flatMap(({ part }) => part.objects);
  // What was removed or added meanwhile moves the others: one may be in two parts.
  const objects = [...new Map(all.map((one) => [one.uuid, one])).values()];
  const { problems = [] } = parts[0]!.part;
  return { ok: true, status, value: { objects, problems, parts }, etag: undefined, action: undefined };
}
