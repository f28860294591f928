import { hasErrors, sortedAndUnique, type Diagnostic } from "./diagnostics/diagnostic.ts";
import type { Source } from "./diagnostics/source.ts";
import type { Stack } from "./stack/model.ts";
import { fields, normalise } from "./stack/normalise.ts";
import { rules } from "./stack/rules/index.ts";
import { checkShape } from "./stack/shape.ts";
import { checkTexts } from "./stack/texts.ts";
import { emit } from "./targets/emit.ts";
import { projectName } from "./targets/project-name.ts";
import { targets, type TargetName } from "./targets/index.ts";
import { sidecarOptions, type SidecarSettings } from "./targets/sidecar-options.ts";
import type { OutputFile } from "./targets/target.ts";
import { parseDocument, reporter } from "./yaml/document.ts";

/** How to read a stack file. */
export interface ReadOptions {
  /** The name that diagnostics and the generated header show; `stack.yml` if left out. */
  readonly fileName?: string;
  /** Whether `$NAME` and `${NAME}` are variables, filled in by Compose, instead of text. */
  readonly interpolate?: boolean;
}

/** How to compile one. */
export interface CompileOptions extends ReadOptions, SidecarSettings {
  /** The name of the stack, normalised as Compose does. Containers are known by their Compose project or Swarm stack, not by this name. */
  readonly name: string;
  /** `compose` if left out. */
  readonly target?: TargetName;
}

/** What became of a text. There are no files when a diagnostic is an error. */
export interface Compilation {
  readonly files: readonly OutputFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Compiles the text of a stack file. Never throws for a mistake in the text; throws a TypeError without a name, and a RangeError for
 * one without letters or digits and for other options that are out of range.
 *
 * @example
 * const { files, diagnostics } = compile("web:\n  image: nginx\n", { name: "shop" });
 */
export function compile(text: string, options: CompileOptions): Compilation {
  // For callers whom no compiler checks.
  if (typeof (options as CompileOptions | undefined)?.name !== "string")
    throw new TypeError("options.name is required: the name of the stack");
  const stackName = projectName(options.name);
  if (stackName === "")
    throw new RangeError(`the name of a stack must contain a letter or a digit: ${JSON.stringify(options.name)}`);
  const diagnostics: Diagnostic[] = [];
  const source = sourceOf(text, options);
  const read = readStack(source, { ...options, name: stackName }, diagnostics);
  if (!read || hasErrors(diagnostics)) return { files: [], diagnostics: sortedAndUnique(diagnostics) };

  const { target = "compose" } = options;
  const sidecar = sidecarOptions(options);
  const files = emit(
    targets[target],
    read.stack,
    { stack: stackName, source: baseName(source.name), sidecar },
    read.report,
  );
  return { files: hasErrors(diagnostics) ? [] : files, diagnostics: sortedAndUnique(diagnostics) };
}

/**
 * Checks the text of a stack file, without regard to a target.
 *
 * @example
 * const isValid = !validate("web:\n  image: nginx\n").some(({ severity }) => severity === "error");
 */
export function validate(text: string, options: ReadOptions = {}): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  readStack(sourceOf(text, options), options, diagnostics);
  return sortedAndUnique(diagnostics);
}

/** Reads the text of a stack file as far as its mistakes allow. Undefined when it is something else; not to be compiled when an error was reported. */
export function readStack(
  source: Source,
  options: ReadOptions & { readonly name?: string },
  diagnostics: Diagnostic[],
): { readonly stack: Stack; readonly report: ReturnType<typeof reporter> } | undefined {
  const document = parseDocument(source, diagnostics);
  if (!document) return undefined;

  const report = reporter(document, diagnostics);
  const dollar = options.interpolate ? "variable" : "text";
  const file = checkShape(document, dollar, fields, report);
  if (!file) return undefined;

  checkTexts(document, file, dollar, report);
  const stack = normalise(document, file, { dollar, name: options.name }, report);
  for (const rule of rules) rule(stack, report);
  return { stack, report };
}

/** A byte order mark is not part of the text. */
export function sourceOf(text: string, { fileName = "stack.yml" }: ReadOptions): Source {
  return { name: fileName, text: text.replace(/^\uFEFF/, "") };
}

/** The header of the output must not depend on the folder that the compiler was called from. */
function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
