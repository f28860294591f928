import { balancersOf } from "./balancer/balancers.ts";
import type { BalancerChoice } from "./balancer/model.ts";
import { commentedAllowances } from "./diagnostics/allow.ts";
import { hasErrors, inOrderOfHarm, sortedAndUnique, type Diagnostic } from "./diagnostics/diagnostic.ts";
import { namedSource, type Source } from "./diagnostics/source.ts";
import { explainSlips } from "./slips/find.ts";
import { normalise } from "./stack/normalise.ts";
import { rules } from "./stack/rules/index.ts";
import { checkShape } from "./stack/shape.ts";
import { checkTexts } from "./stack/texts.ts";
import { balancerOptions, type BalancerSettings } from "./targets/balancer-options.ts";
import { lowerStack, printFiles, type ReadStack } from "./targets/emit.ts";
import { headerFor } from "./targets/header.ts";
import { isStackFolder } from "./targets/host-paths.ts";
import { projectName } from "./targets/project-name.ts";
import { reportMovedVolumes } from "./targets/moved-volumes.ts";
import { targets, type TargetName } from "./targets/index.ts";
import { sidecarOptions, type SidecarSettings } from "./targets/sidecar-options.ts";
import type { LoweredFile, OutputFile, Target, TargetOptions } from "./targets/target.ts";
import { parseDocument, reporter } from "./yaml/document.ts";

/** How to read a stack file. */
export interface ReadOptions {
  /** The name that diagnostics and the generated header show; `stack.yml` if left out. */
  readonly fileName?: string;
  /** Whether `$NAME` and `${NAME}` are variables, filled in by Compose, instead of text. */
  readonly interpolate?: boolean;
  /** Whether the variables of links are written into the environment of the services that have links. */
  readonly linkVariables?: boolean;
  /** What becomes of the old platform's load balancers: HAProxy with a config, or as they are; HAProxy if left out. */
  readonly balancer?: BalancerChoice;
}

/** How to compile a stack file. */
export interface CompileOptions extends ReadOptions, SidecarSettings, BalancerSettings {
  /**
   * The name of the stack, which is normalised as Compose does. Containers are found by the name of their Compose
   * project or Swarm stack.
   */
  readonly name: string;
  /** `compose` if left out. */
  readonly target?: TargetName;
  /**
   * The path from the folder of the compiled files to that of the stack file, such as `../shop`: relative host paths
   * and the header begin with it. `.` if left out.
   */
  readonly stackFolder?: string;
  /**
   * Whether the files say that they are generated; true if left out. Without that, they are the user's own, and the
   * command line does not overwrite them (reference migration.md 9).
   */
  readonly header?: boolean;
  /** The text of the file with the services that an earlier run compiled. A warning names volumes that moved since. */
  readonly earlierFile?: string;
}

/** The result for a text. There are no files when a diagnostic is an error. */
export interface Compilation {
  readonly files: readonly OutputFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Compiles the text of a stack file. Never throws for a mistake in the text. Throws a TypeError if the name is missing
 * or an argument has the wrong type, and a RangeError if the name has no letter or digit, or if another option is out
 * of range.
 *
 * @example
 * const { files, diagnostics } = compile("web:\n  image: nginx\n", { name: "shop" });
 */
export function compile(text: string, options: CompileOptions): Compilation {
  const { files, diagnostics } = compileText(text, options);
  return { files, diagnostics };
}

/** The result for a text, with what the text says and the files as data. */
export interface CompiledText extends Compilation {
  /** Undefined if the text is not a stack file. */
  readonly read: ReadStack | undefined;
  /** The diagnostics, and those that a comment of the file allows. */
  readonly found: readonly Diagnostic[];
  readonly lowered: readonly LoweredFile[];
}

/** The same as `compile`, with what the text says and the files as data. */
export function compileText(text: string, options: CompileOptions): CompiledText {
  if (typeof (options as CompileOptions | undefined)?.name !== "string")
    throw new TypeError("options.name is required: the name of the stack");
  checkTypes(text, options);
  const { target = "compose" } = options;
  if (!Object.hasOwn(targets, target))
    throw new RangeError(`options.target must be one of ${Object.keys(targets).join(", ")}, not ${quoted(target)}`);
  const sidecar = sidecarOptions(options);
  const { balancer, balancerImage } = balancerOptions(options);
  const stackName = projectName(options.name);
  if (stackName === "")
    throw new RangeError(`the name of a stack must contain a letter or a digit: ${quoted(options.name)}`);
  const diagnostics: Diagnostic[] = [];
  const source = namedSource(text, options.fileName);
  const read = readStack(source, { ...options, name: stackName, balancer }, diagnostics);
  const { stackFolder = "." } = options;
  if (!isStackFolder(stackFolder))
    throw new RangeError(`options.stackFolder must be "." or begin with "./" or "../": ${quoted(stackFolder)}`);
  const stackFile = stackFolder === "." ? baseName(source.name) : `${stackFolder}/${baseName(source.name)}`;
  const header = options.header === false ? undefined : headerFor(stackFile);
  const targetOptions = { stackName, header, stackFolder, sidecar, balancerImage };
  const lowered = read && !hasErrors(diagnostics) ? lowerStack(targets[target], read, targetOptions) : [];
  const files = read ? printFiles(lowered, read, header) : [];
  const after = files[0]?.text;
  if (read && options.earlierFile !== undefined && after !== undefined && options.earlierFile !== after)
    reportMovedVolumes(read.stack, { before: options.earlierFile, after }, { target, stackName }, read.report);
  const reported = withoutAllowed(source, read, diagnostics, targetOptions);
  const isFailed = hasErrors(diagnostics);
  return {
    files: isFailed ? [] : files,
    diagnostics: inOrderOfHarm(reported),
    read,
    found: inOrderOfHarm(diagnostics),
    lowered: isFailed ? [] : lowered,
  };
}

/**
 * Checks the text of a stack file, whatever the target. Never throws for a mistake in the text. Throws a TypeError if
 * an argument has the wrong type.
 *
 * @example
 * const isValid = !validate("web:\n  image: nginx\n").some(({ severity }) => severity === "error");
 */
export function validate(text: string, options: ReadOptions = {}): readonly Diagnostic[] {
  checkTypes(text, options);
  const diagnostics: Diagnostic[] = [];
  const source = namedSource(text, options.fileName);
  const read = readStack(source, options, diagnostics);
  const { balancerImage } = balancerOptions({});
  const sidecar = sidecarOptions({});
  const targetOptions = { stackName: "stack", header: undefined, stackFolder: ".", sidecar, balancerImage };
  return inOrderOfHarm(withoutAllowed(source, read, diagnostics, targetOptions));
}

/**
 * Reads the text of a stack file as far as its mistakes allow, and adds to `diagnostics`. The stack must not be
 * compiled if one of them is an error; undefined if the text is not a stack file.
 */
export function readStack(
  source: Source,
  options: ReadOptions & { readonly name?: string },
  diagnostics: Diagnostic[],
): ReadStack | undefined {
  const read = readAsIs(source, options, diagnostics);
  if (!hasErrors(diagnostics)) return read;
  const reread = (text: string): readonly Diagnostic[] => {
    const others: Diagnostic[] = [];
    readAsIs({ name: source.name, text }, options, others);
    return sortedAndUnique(others);
  };
  const explained = explainSlips(source, sortedAndUnique(diagnostics), reread);
  // Not as arguments of `splice`: a call takes about a hundred thousand.
  diagnostics.length = 0;
  for (const diagnostic of explained) diagnostics.push(diagnostic);
  return read;
}

function readAsIs(
  source: Source,
  options: ReadOptions & { readonly name?: string },
  diagnostics: Diagnostic[],
): ReadStack | undefined {
  const document = parseDocument(source, diagnostics);
  if (!document) return undefined;

  const report = reporter(document, diagnostics);
  const interpolation = options.interpolate ? "on" : "off";
  const linkVariables = options.linkVariables ? "on" : "off";
  const file = checkShape(document, interpolation, report);
  if (!file) return undefined;

  checkTexts(document, file, interpolation, report);
  const stack = normalise(document, file, { interpolation, linkVariables, name: options.name }, report);
  for (const rule of rules) rule(stack, report);
  const balancers = balancersOf(stack, options.balancer ?? "haproxy", report);
  return {
    file,
    stack,
    balancers,
    commentsAt: (origin) => document.comments(origin),
    report,
    reportInto: (others) => reporter(document, others),
    allowComments: document.allowComments,
  };
}

/**
 * The diagnostics that no comment of the file allows, and a warning for each comment that allows nothing, in any target
 * and with or without interpolation (reference migration.md 7).
 */
function withoutAllowed(
  source: Source,
  read: ReadStack | undefined,
  diagnostics: readonly Diagnostic[],
  targetOptions: Omit<TargetOptions, "balancers">,
): readonly Diagnostic[] {
  if (!read || read.allowComments.length === 0) return diagnostics;
  const allowances = commentedAllowances(read.allowComments);
  const reported = allowances.without(diagnostics);
  if (hasErrors(diagnostics)) return reported;
  const others: Diagnostic[] = [];
  readAsIs(source, { interpolate: read.stack.interpolation === "off" }, others);
  for (const target of Object.values<Target>(targets))
    target.lower(read.stack, { ...targetOptions, balancers: read.balancers }, read.reportInto(others));
  allowances.without(others);
  return [...reported, ...allowances.unused(source)];
}

/** For callers without a type checker. */
function checkTypes(text: unknown, options: unknown): void {
  if (typeof text !== "string")
    throw new TypeError(`the first argument must be the text of a stack file, a string, not ${typeOf(text)}`);
  if (typeof options !== "object" || options === null)
    throw new TypeError(`options must be an object, not ${typeOf(options)}`);
  for (const [name, type] of Object.entries(optionTypes)) {
    const value = (options as Readonly<Record<string, unknown>>)[name];
    if (value !== undefined && typeof value !== type)
      throw new TypeError(`options.${name} must be a ${type}, not ${typeOf(value)}`);
  }
}

const optionTypes: Readonly<Record<keyof CompileOptions, "string" | "boolean" | "number">> = {
  name: "string",
  fileName: "string",
  interpolate: "boolean",
  linkVariables: "boolean",
  target: "string",
  stackFolder: "string",
  header: "boolean",
  earlierFile: "string",
  sidecar: "string",
  sidecarImage: "string",
  settleSeconds: "number",
  keepVolumes: "boolean",
  socket: "string",
  metricsFolder: "string",
  balancer: "string",
  balancerImage: "string",
  runs: "string",
};

function typeOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}

/**
 * The last part of a path. The header of the output must not depend on the folder in which the compiler was started.
 */
function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
