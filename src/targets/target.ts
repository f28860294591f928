import type { Balancer } from "../balancer/model.ts";
import type { Report } from "../diagnostics/diagnostic.ts";
import type { Field } from "../stack/file.ts";
import type { Service, Stack } from "../stack/model.ts";
import type { Printable } from "../yaml/printable.ts";

/** A file that a target writes. The name has no folder. */
export interface OutputFile {
  readonly name: string;
  readonly text: string;
  /** Whether users of the machine other than the author must be able to read it: a container's user is one. */
  readonly isPublic?: boolean;
}

/** What a target must know in addition to the stack. */
export interface TargetOptions {
  /** Lowercase letters, digits, `-` and `_`. */
  readonly stackName: string;
  /** The comment that marks generated files, from `headerFor`; undefined to leave it out. */
  readonly header: string | undefined;
  /** The path from the folder of the generated files to that of the stack file: `.`, `../shop`. */
  readonly stackFolder: string;
  readonly sidecar: SidecarOptions;
  /** The load balancers that HAProxy replaces, and the image of HAProxy. */
  readonly balancers: readonly Balancer[];
  readonly balancerImage: string;
}

/** How the sidecar that carries out autodestroy is run. */
export interface SidecarOptions {
  /** As a service of the stack, or by other means. */
  readonly kind: "service" | "none";
  /** The image of that service. */
  readonly image: string;
  /** How long a container must be stopped before it is removed. */
  readonly settleSeconds: number;
  /** Whether anonymous volumes stay when their container is removed. */
  readonly keepVolumes: boolean;
  /** The path of the engine's socket on the machine. */
  readonly socket: string;
  /** The folder of the machine that metrics are written to; undefined for no metrics. */
  readonly metricsFolder: string | undefined;
  /** Where the service keeps how containers ended: in a volume of the stack, or nowhere. */
  readonly runs: "volume" | "none";
}

/** The names of the files that a target may write, by what they are for. The order is that of the output. */
export interface OutputNames {
  /** The YAML file that starts the stack. */
  readonly stack: string;
  /** The sidecar's config, written when a service has autodestroy. */
  readonly sidecarConfig: string;
  /** The config of the load balancer; of several, each has the name of its service in the name. */
  readonly balancer: string;
}

/** A kind of output: a YAML file that starts the stack, and the files that it needs. */
export interface Target {
  readonly name: string;
  /** What messages call its YAML file. */
  readonly title: string;
  /** What it is for, for `--help`. */
  readonly summary: string;
  readonly outputs: OutputNames;
  /** The files for a stack, as data. Reports what is lost. */
  readonly lower: (stack: Stack, options: TargetOptions, report: Report) => readonly LoweredFile[];
}

/** A file before it is printed. */
export interface LoweredFile {
  readonly name: string;
  /** Data is printed as YAML, below the header and with the comments of the stack file; text is written as it is. */
  readonly content: ReadonlyMap<string, Printable> | string;
  readonly isPublic?: boolean;
}

/** A row for every field: the compiler asks for a decision about each. The order is that of the output. */
export type FieldTable<Output, Context> = { readonly [F in Field]: Row<Output, Context> };

/**
 * What becomes of a field: it is written, written with a loss, written by another row or part of the output, or lost.
 */
export type Row<Output, Context> = Kept<Output, Context> | Partly<Output, Context> | Elsewhere | Unsupported;

export interface Kept<Output, Context> {
  readonly kind: "kept";
  /** The keys it writes, from the service: `deploy.replicas`. */
  readonly keys: readonly string[];
  readonly lower: (service: Service, context: Context) => Output;
  /** What a reader of the conversion table must know. */
  readonly note: string | undefined;
}

export interface Partly<Output, Context> extends Omit<Kept<Output, Context>, "kind">, Loss {
  readonly kind: "partly";
  readonly isUsed: (service: Service, context: Context) => boolean;
}

export interface Elsewhere {
  readonly kind: "elsewhere";
  readonly where: string;
}

export interface Unsupported extends Loss {
  readonly kind: "unsupported";
  readonly isUsed: (service: Service) => boolean;
}

/** What is lost, as a clause, and what to do about it. */
interface Loss {
  readonly lost: string;
  readonly help: ((service: Service) => string | undefined) | undefined;
}

/** The field is written with its whole meaning. */
export function kept<Output, Context>(
  keys: string | readonly string[],
  lower: (service: Service, context: Context) => Output,
  note?: string,
): Kept<Output, Context> {
  return { kind: "kept", keys: typeof keys === "string" ? [keys] : keys, lower, note };
}

/** The field is written, but something is lost: a service for which `isUsed` is true gets a warning. */
export function partly<Output, Context>(
  keys: string,
  lower: (service: Service, context: Context) => Output,
  loss: {
    readonly isUsed: (service: Service, context: Context) => boolean;
    readonly lost: string;
    readonly help?: Loss["help"];
    readonly note?: string;
  },
): Partly<Output, Context> {
  return { kind: "partly", keys: [keys], lower, help: undefined, note: undefined, ...loss };
}

/** Another part of the target writes the field's meaning, or it need not be written. */
export function elsewhere(where: string): Elsewhere {
  return { kind: "elsewhere", where };
}

/** The target has no equivalent: a service that uses the field gets a warning that says what is lost. */
export function unsupported(isUsed: Unsupported["isUsed"], lost: string, help?: Loss["help"]): Unsupported {
  return { kind: "unsupported", isUsed, lost, help };
}
