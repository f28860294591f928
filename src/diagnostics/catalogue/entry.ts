/** An error writes no file; a warning says that something is lost or looks wrong. */
export type Severity = "error" | "warning";

/** What is said about one finding. Undefined notes and helps are left out. */
export interface Wording {
  /** One clause, lowercase, no full stop; names the service; stands alone in a log. */
  readonly message: string;
  /** Five words or fewer, at the smallest span. */
  readonly label?: string;
  /** The label of the other party of a conflict. */
  readonly also?: string;
  /** Why. */
  readonly notes?: readonly (string | undefined)[];
  /** What to type. */
  readonly help?: readonly (string | undefined)[];
}

/** One code of the catalogue. */
export interface Entry<P> {
  readonly severity: Severity;
  readonly wording: (params: P) => Wording;
  /** Whether one place of a template can be wrong once for each service that merges it; otherwise it is said once. */
  readonly perService?: true;
  /** Why this is so, for `tutum-stack explain`. */
  readonly why: string;
  /** A stack file that yields the code; left out where it would be too long to print. */
  readonly wrong?: string;
  /** The same stack file without the mistake. */
  readonly right?: string;
  /** Whether the examples are read with `--interpolate`. */
  readonly interpolate?: true;
  /** The target that the examples are compiled to, where it makes a difference. */
  readonly target?: "swarm";
}

/** An entry that stops the compiler. */
export function error<P>(entry: Omit<Entry<P>, "severity">): Entry<P> {
  return { severity: "error", ...entry };
}

/** An entry that does not. */
export function warning<P>(entry: Omit<Entry<P>, "severity">): Entry<P> {
  return { severity: "warning", ...entry };
}
