/** With an error nothing is written. A warning means that something is lost or looks wrong. */
export type Severity = "error" | "warning";

/**
 * What a warning means for the stack, the worst first: as compiled it cannot do its work, something that the old
 * platform did is lost, a line deserves a look, or the compiled file does the same in another way.
 */
export const harms = ["stops", "loses", "hint", "rewrites"] as const;
export type Harm = (typeof harms)[number];

/** The texts of one diagnostic. Undefined notes and helps are left out. */
export interface Wording {
  /** One clause, lowercase, without a full stop. Names the service and makes sense alone in a log. */
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
  /** What a warning means for the stack; undefined for an error. */
  readonly harm?: Harm;
  readonly wording: (params: P) => Wording;
  /** Whether a place in a template is reported once per service that merges it. Otherwise it is reported once. */
  readonly perService?: true;
  /** Whether all of `help` must be done. Otherwise its texts are different ways, and one of them is enough. */
  readonly needsAllHelp?: true;
  /** Why the code exists, for `tutum-stack explain`. */
  readonly why: string;
  /** A file that causes the code. Left out if it would be too long to print, or is no text. */
  readonly wrong?: string;
  /** The same file, corrected; without `wrong`, a file that is right. */
  readonly right: string;
  /** The name of the examples, if they are not stack files. */
  readonly file?: "tutum-stack.json";
  /** The option that the examples need. */
  readonly option?: "--interpolate" | "--link-variables" | "--target swarm";
}

/** An entry that stops the compiler. */
export function error<P>(entry: Omit<Entry<P>, "severity" | "harm">): Entry<P> {
  return { severity: "error", ...entry };
}

/** An entry that does not stop the compiler. */
export function warning<P>(entry: Omit<Entry<P>, "severity" | "harm"> & { readonly harm: Harm }): Entry<P> {
  return { severity: "warning", ...entry };
}
