import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Field } from "../stack/file.ts";
import type { TargetName } from "../targets/index.ts";

/**
 * What becomes of a stack, the worst first: it does not compile, it cannot do its work before a person has changed
 * something, it runs but something is lost, or it works as before.
 */
export const verdicts = ["does-not-compile", "needs-work", "loses", "works"] as const;
export type Verdict = (typeof verdicts)[number];

/** What a person must know to move one stack. */
export interface MigratedStack {
  /** The stack file, as messages call it. */
  readonly file: string;
  readonly name: string;
  readonly target: TargetName;
  readonly verdict: Verdict;
  /** The names of the services; none if the text is not a stack file. */
  readonly services: readonly string[];
  /** The compiled files, as messages call them; none for a stack that does not compile. */
  readonly files: readonly string[];
  /** Errors, and warnings of what keeps the stack from working. */
  readonly toDo: readonly Diagnostic[];
  readonly lost: readonly Diagnostic[];
  /** Hints. */
  readonly toCheck: readonly Diagnostic[];
  readonly rewritten: Rewritten;
  /** Warnings that the user allows; the verdict takes no notice of them. */
  readonly accepted: readonly Diagnostic[];
  readonly kept: Kept;
  /** The variables of services that get their value from the shell which starts the stack. */
  readonly shellVariables: readonly string[];
  /** Whether Docker needs the image that `sidecar-image` builds. */
  readonly needsSidecarImage: boolean;
  /** Undefined for a stack that does not compile. */
  readonly commands?: Commands;
}

/** What the compiled files do in another way than the stack file. */
export interface Rewritten {
  readonly diagnostics: readonly Diagnostic[];
  readonly fields: readonly RewrittenField[];
  readonly volumes: readonly NamedVolume[];
  /** The services that got the variables of their links. */
  readonly linkVariables: readonly string[];
}

/** A field that the compiled file has elsewhere. */
export interface RewrittenField {
  readonly field: Field;
  /** What becomes of it, in a few words. */
  readonly becomes: string;
  readonly services: readonly string[];
}

/** A volume without a name that got one, so that its data stays. */
export interface NamedVolume {
  readonly service: string;
  readonly path: string;
  readonly name: string;
}

/** What needs no attention. */
export interface Kept {
  readonly services: readonly string[];
  /** The fields that the compiled files have unchanged. */
  readonly fields: readonly Field[];
  /** The fields that are in no compiled file, where this makes no difference to any service. */
  readonly unneeded: readonly Field[];
}

/** What to type in a shell. */
export interface Commands {
  readonly compile: string;
  readonly check: string;
  readonly start: string;
  /** Prints the labels that the nodes of a Swarm need; undefined if they need none. */
  readonly nodeLabels?: string;
}
