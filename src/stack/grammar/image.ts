import { dollarPieces } from "./dollar.ts";

/** The parts of the name of an image. */
export interface ParsedImage {
  /** The host of the registry, with its port; undefined for Docker Hub. */
  readonly registry: string | undefined;
  /** `library/postgres`, `tutum/redis`. */
  readonly path: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** Why a text is not the name of an image. */
export interface ImageProblem {
  /** The part of the text that is wrong. */
  readonly part: string;
  /** What is wrong with the part, without a subject. */
  readonly problem: string;
  /** The name that is meant, if it is plain. */
  readonly meant?: string;
}

/**
 * Parses `[REGISTRY/]PATH[:TAG][@DIGEST]` (github.com/distribution/reference, reference.go and normalize.go); the
 * problem with any other text. The first part is a registry if it contains `.` or `:`, or is `localhost`.
 */
export function parseImage(text: string): ParsedImage | ImageProblem {
  if (text.length > longest) return { part: text, problem: `has more than ${longest} characters` };
  const foreign = foreignPart(text);
  if (foreign) return foreign;
  const { name, tag, digest } = suffixesOf(text);
  const [first = ""] = name.split("/");
  const registry = name.includes("/") && isRegistry(first) ? first : undefined;
  const path = registry === undefined ? name : name.slice(registry.length + 1);
  if (path === "") return { part: text, problem: "has no name in it" };
  const problem = problemOfRegistry(registry) ?? problemOfPath(path) ?? problemOfSuffixes(path, tag, digest);
  if (!problem) return { registry, path, tag, digest };
  const corrected = printImage({ registry, path: path.toLowerCase(), tag: tag || undefined, digest });
  return corrected === text || "problem" in parseImage(corrected) ? problem : { ...problem, meant: corrected };
}

/** A name of 255 characters with a tag and a digest, and a long host before it. */
const longest = 1000;

/** The text that means an image: `parseImage(printImage(image))` equals `image`. */
export function printImage({ registry, path, tag, digest }: ParsedImage): string {
  const host = registry === undefined ? "" : `${registry}/`;
  return `${host}${path}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
}

/** What no name of an image has in it. */
function foreignPart(text: string): ImageProblem | undefined {
  const [template] = /<%.*?%>|\{\{.*?\}\}|<[^<>]*>/s.exec(text) ?? [];
  if (template !== undefined) return { part: template, problem: "is a template that nobody has filled in" };
  const [dollar] = dollarPieces(text);
  if (dollar) return { part: dollar.text, problem: "is text here, which a name cannot contain" };
  const [scheme] = /^[A-Za-z][\w+.-]*:\/\//.exec(text) ?? [];
  if (scheme !== undefined) return { part: scheme, problem: "is not part of the name" };
  const [words] = /[^\s/:]*\s+[^\s/:]*/.exec(text) ?? [];
  return words === undefined ? undefined : { part: words, problem: "contains a space" };
}

/** Cuts off the tag, which begins at the last `:` unless a `/` follows, and the digest. */
function suffixesOf(text: string): Record<"tag" | "digest", string | undefined> & { readonly name: string } {
  const [, tagged = "", digest] = /^([^@]*)(?:@(.*))?$/s.exec(text) ?? [];
  const [, name = "", tag] = /^(.*?)(?::([^:/]*))?$/s.exec(tagged) ?? [];
  return { name, tag, digest };
}

function isRegistry(text: string): boolean {
  return text === "localhost" || /[.:]/.test(text);
}

function problemOfRegistry(registry: string | undefined): ImageProblem | undefined {
  if (registry === undefined) return undefined;
  const [, host = "", port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(registry) ?? [];
  if (port !== undefined && !/^\d+$/.test(port))
    return { part: registry, problem: "must end with the number of a port" };
  const isHost = host.startsWith("[") ? /^\[[0-9A-Fa-f:]+\]$/.test(host) : host.split(".").every(isLabel);
  return isHost ? undefined : { part: registry, problem: "is not the name or the address of a registry" };
}

function isLabel(text: string): boolean {
  return /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(text);
}

const longestPath = 255;

function problemOfPath(path: string): ImageProblem | undefined {
  if (path.length > longestPath) return { part: path, problem: `has more than ${longestPath} characters` };
  if (/^[0-9a-f]{64}$/.test(path)) return { part: path, problem: "is the ID of an image, not its name" };
  if (path.split("/").includes("")) return { part: path, problem: "must have text before and after each `/`" };
  for (const component of path.split("/")) {
    const problem = problemOfComponent(component);
    if (problem !== undefined) return { part: component, problem };
  }
  return undefined;
}

function problemOfComponent(text: string): string | undefined {
  if (/[A-Z]/.test(text)) return "must be in lower case";
  if (/[^a-z0-9._-]/.test(text)) return "must consist of `a-z`, `0-9`, `.`, `_` and `-`";
  const isSeparated = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/.test(text);
  return isSeparated ? undefined : "must have a letter or a digit before and after each `.`, `_` and `-`";
}

const digestForms = [/^sha256:[0-9a-f]{64}$/, /^sha384:[0-9a-f]{96}$/, /^sha512:[0-9a-f]{128}$/];

function problemOfSuffixes(path: string, tag?: string, digest?: string): ImageProblem | undefined {
  if (tag === "") return { part: `${path}:`, problem: "has no tag after its `:`" };
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag))
    return { part: tag, problem: "must consist of letters, digits, `_`, `.` and `-`, and begin with no `.` or `-`" };
  if (digest === undefined || digestForms.some((form) => form.test(digest))) return undefined;
  return { part: `@${digest}`, problem: "must be `@sha256:` and 64 of the characters `0-9a-f`" };
}
