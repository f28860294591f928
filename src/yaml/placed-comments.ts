import type { Comments, ValueComments } from "./comment-texts.ts";

/** Where the comments of a value are printed. */
export interface PlacedComments {
  /** Above its key, or above the item. */
  readonly above: string | undefined;
  /** At the end of its line, if it is a single value. */
  readonly beside: string | undefined;
  /** Below the last of its values. */
  readonly below: string | undefined;
  /** The comments of each item of a list, if it has such comments and they are not found by the places of the items. */
  readonly items: readonly Comments[];
}

/** What a value is, as far as its comments are concerned. */
export interface CommentedValue {
  /** Whether it is a single value, and not a list or mapping. */
  readonly isSingle: boolean;
  /** The number of its items; undefined if it is not a list. */
  readonly length: number | undefined;
  /** Whether the values in it have places, and so comments, of their own. */
  readonly hasOrigins: boolean;
}

/** Finds a place for every comment of a value. What does not fit beside or below the value stands above it. */
export function placeComments(
  { before, beside, after, items }: ValueComments,
  { isSingle, length, hasOrigins }: CommentedValue,
): PlacedComments {
  const distinct = hasOrigins ? [] : distinctItems(items);
  const placed = distinct.length === length ? distinct : [];
  const left = hasOrigins || distinct.length === length ? [] : items.flatMap(({ comments }) => allOf(comments));
  const isBeside = isSingle && beside !== undefined && !beside.includes("\n");
  const above = [before, isBeside ? undefined : beside, isSingle ? after : undefined, ...left];
  const lines = above.filter((comment) => comment !== undefined);
  return {
    above: lines.length > 0 ? lines.join("\n") : undefined,
    beside: isBeside ? beside : undefined,
    below: isSingle ? undefined : after,
    items: placed,
  };
}

/** The comments of the items that are written: of equal items one, in the place of the last. */
function distinctItems(items: ValueComments["items"]): readonly Comments[] {
  const backwards = new Map(items.map(({ text, comments }) => [text, comments] as const).toReversed());
  return [...backwards.values()].toReversed();
}

function allOf({ before, beside, after }: Comments): readonly (string | undefined)[] {
  return [before, beside, after];
}
