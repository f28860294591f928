/** Comments around a value, without their `#`, one line each. Lines that are apart have an empty one between them. */
export interface Comments {
  /** Above its key, or above the item. */
  readonly before: string | undefined;
  /** At the end of its first line. */
  readonly beside: string | undefined;
  /** Below the last of the values in it. */
  readonly after: string | undefined;
}

/** Comments around a value, and around the items in it if it is a list. */
export interface ValueComments extends Comments {
  /** The comments of each item, and its text. */
  readonly items: readonly { readonly text: string; readonly comments: Comments }[];
}
