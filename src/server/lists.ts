/** What is shown of a list, as the old API has it (reference tutum-api.md 1.2). */
export interface Page {
  readonly meta: {
    readonly limit: number;
    readonly next: string | null;
    readonly offset: number;
    readonly previous: string | null;
    readonly total_count: number;
  };
  readonly objects: readonly object[];
}

const usualLimit = 25;
const mostObjects = 1000;

/** Cuts a page out of all objects that match; only those of the page are shown. The address is that of the list. */
export function pageOf<T>(
  all: readonly T[],
  show: (one: T) => object,
  { query, address }: { readonly query: URLSearchParams; readonly address: string },
): Page {
  const limit = Math.min(numberIn(query, "limit") || usualLimit, mostObjects);
  const offset = numberIn(query, "offset");
  const pathOf = (start: number): string => {
    const next = new URLSearchParams(query);
    next.set("limit", String(limit));
    next.set("offset", String(start));
    return `${address}?${next.toString()}`;
  };
  return {
    meta: {
      limit,
      next: offset + limit < all.length ? pathOf(offset + limit) : null,
      offset,
      previous: offset > 0 ? pathOf(Math.max(0, offset - limit)) : null,
      total_count: all.length,
    },
    objects: all.slice(offset, offset + limit).map(show),
  };
}

/** A filter of a list: whether an object matches the value of a query. */
export type Filters<T> = Readonly<Record<string, (one: T, value: string) => boolean>>;

/** Those that all filters of a query let through. A query that is no filter does not count. */
export function matching<T>(all: readonly T[], query: URLSearchParams, filters: Filters<T>): readonly T[] {
  const asked = [...query].flatMap(([name, value]) => {
    const filter = Object.hasOwn(filters, name) ? filters[name] : undefined;
    return filter ? [(one: T): boolean => filter(one, value)] : [];
  });
  return asked.length === 0 ? all : all.filter((one) => asked.every((isMeant) => isMeant(one)));
}

function numberIn(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
}

/** A time as the old API writes it: `Mon, 13 Oct 2014 11:01:43 +0000`; null without one. Milliseconds since 1970. */
export function dateOf(time: number | undefined): string | null {
  return time === undefined || !(time > 0) ? null : new Date(time).toUTCString().replace("GMT", "+0000");
}
