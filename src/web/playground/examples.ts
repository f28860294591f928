/** A stack file to begin with. */
export interface Example {
  readonly name: string;
  readonly text: string;
}

/** The stack files of `examples/`. The build puts them here: see `scripts/playground.mjs`. */
export const examples: readonly Example[] = [];
