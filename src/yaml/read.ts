import { Composer, isMap, Lexer, Parser, type Document, type YAMLError, type YAMLMap } from "yaml";
import { diagnosing, type Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Source, Span } from "../diagnostics/source.ts";
import { describeFailure } from "./failures.ts";

/** A parsed YAML document; positions of its nodes are offsets into the source. */
export type YamlDocument = Document.Parsed & {
  /** Where the comments are, in the order of the text. */
  readonly commentSpans: readonly Span[];
};

/** What a file may hold at most. Ten thousand services fit within all of it (see `npm run bench`). */
export const limits = { characters: 8 * 1024 * 1024, tokens: 2_000_000, depth: 100, aliasedValues: 500_000 } as const;

/**
 * Reads YAML 1.2 (core schema), whatever version the file declares. `limits` are checked while the text is split into
 * tokens, before the composer of `yaml`, which recurses. Returns only the first error: the others are often its
 * results. With `"tokens"` each node keeps the tokens it was made of (`srcToken`), which say where commas, dashes and
 * colons stand.
 */
export function readYaml(source: Source, keep: "nodes" | "tokens" = "nodes"): YamlDocument | Diagnostic {
  const diagnose = diagnosing(source);
  const character = source.text.search(forbiddenCharacter);
  if (character !== -1) {
    const code = codeOf(source.text, character);
    const finding = /[\ud800-\udfff]/.test(source.text.charAt(character)) ? "lone-surrogate" : "control-character";
    return diagnose(finding, [{ start: character, end: character + 1 }], { code });
  }
  const text = withLineFeeds(source.text);
  const inPieces = keep === "nodes" ? readInPieces(text) : undefined;
  if (inPieces) return inPieces;
  const tokens = tokensWithin(text);
  if ("limit" in tokens) {
    const spans = [{ start: tokens.at, end: tokens.at + 1 }] as const;
    return tokens.limit === "depth"
      ? diagnose("nested-too-deep", spans, { limit: limits.depth })
      : diagnose("too-large", spans, { limit: tokens.limit === "characters" ? "8 MiB" : "2 million YAML tokens" });
  }
  const [document, second] = compose(tokens, text.length, keep);
  const failure = failuresOf(document).toSorted((a, b) => a.pos[0] - b.pos[0])[0];
  if (failure) return describeFailure(failure, { ...source, text });
  if (second) return diagnose("several-documents", [markerBefore(text, second.range[0])], {});
  return Object.assign(document, { commentSpans: tokens.commentSpans });
}

/** How long a piece is at least, in characters. Measured: four times as much takes 5 % longer for 10,000 services. */
const pieceLength = 4096;

/** A line that begins with something else than a key, an item, a comment or white space. */
const unusualLine = /^(?:\.{3}|[^\s\w#"'./-])/m;

/**
 * Reads a long text a few keys at a time. The tokens of a piece are garbage before the next one is read, and so are
 * collected at no cost. Undefined if the text is short or too long, has a mistake, or is anything but a mapping whose
 * keys begin their lines: such a text must be read as a whole.
 */
function readInPieces(text: string): YamlDocument | undefined {
  if (text.length < 2 * pieceLength || text.length > limits.characters || unusualLine.test(text)) return undefined;
  const commentSpans: Span[] = [];
  let whole: MappingDocument | undefined;
  let count = 0;
  for (const { start, end } of piecesOf(text)) {
    const tokens = tokensWithin(text.slice(start, end), start);
    if ("limit" in tokens || (count += tokens.count) > limits.tokens) return undefined;
    const [piece, second] = compose(tokens, end, "nodes");
    if (second || failuresOf(piece).length > 0 || !isMappingOfLines(piece, text)) return undefined;
    for (const span of tokens.commentSpans) commentSpans.push(span);
    whole ??= piece;
    if (whole === piece) continue;
    for (const pair of piece.contents.items) whole.contents.items.push(pair);
    whole.contents.range = [whole.contents.range[0], piece.contents.range[1], piece.contents.range[2]];
  }
  return whole && Object.assign(whole, { commentSpans });
}

/** The parts of a text that begin with a key at the start of a line. */
function* piecesOf(text: string): Generator<Span> {
  const boundary = /\n(?=\w)/g;
  for (let start = 0; start < text.length; start = boundary.lastIndex) {
    boundary.lastIndex = start + pieceLength;
    if (!boundary.test(text)) boundary.lastIndex = text.length;
    yield { start, end: boundary.lastIndex };
  }
}

type MappingDocument = Document.Parsed & { readonly contents: YAMLMap.Parsed };

function isMappingOfLines(document: Document.Parsed, text: string): document is MappingDocument {
  const { contents } = document;
  return isMap(contents) && (contents.range[0] === 0 || text[contents.range[0] - 1] === "\n");
}

function compose(
  { list }: Tokens,
  end: number,
  keep: "nodes" | "tokens",
): readonly [Document.Parsed, ...(readonly Document.Parsed[])] {
  // The package would resolve six more tags: the value of `!!timestamp` depends on the time zone, that of `!!merge` is
  // a symbol.
  const options = {
    schema: "core",
    resolveKnownTags: false,
    uniqueKeys: false,
    stringKeys: false,
    keepSourceTokens: keep === "tokens",
  } as const;
  const [first, ...others] = new Composer(options).compose(list, true, end);
  if (!first) throw new Error("unreachable: the composer always yields a document");
  return [first, ...others];
}

function failuresOf({ errors, warnings }: Document.Parsed): readonly YAMLError[] {
  return [...errors, ...warnings];
}

/** What YAML does not allow in a text (YAML 1.2.2, production 1). */
const forbiddenCharacter =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ud800-\udfff\ufffe\uffff]/u;

/** The name of a character of the Basic Multilingual Plane, or of half a surrogate pair. */
export function codeOf(text: string, offset: number): string {
  return `U+${text.charCodeAt(offset).toString(16).toUpperCase().padStart(4, "0")}`;
}

/**
 * The same text, and the same offsets, with a line feed for each lone carriage return: it ends a line in YAML, but not
 * for the package.
 */
function withLineFeeds(text: string): string {
  return text.replace(/\r(?!\n)/g, "\n");
}

type Tokens = {
  readonly list: ReturnType<Parser["next"]> extends Generator<infer T> ? T[] : never;
  readonly commentSpans: readonly Span[];
  readonly count: number;
};
type Excess = { readonly limit: keyof typeof limits; readonly at: number };

/** What the lexer puts before each scalar, which may begin with `#`. */
const scalarMark = "\u001f";

/** The tokens of a text, or of the piece of a text that begins at `offset`. */
function tokensWithin(text: string, offset = 0): Tokens | Excess {
  if (text.length > limits.characters) return { limit: "characters", at: limits.characters };
  const parser = new Parser();
  parser.offset = offset;
  const list: Tokens["list"] = [];
  const commentSpans: Span[] = [];
  let count = 0;
  let before = "";
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme.startsWith("#") && before !== scalarMark)
      commentSpans.push({ start: parser.offset, end: parser.offset + lexeme.trimEnd().length });
    for (const token of parser.next(lexeme)) list.push(token);
    before = lexeme;
    if (parser.stack.length > limits.depth) return { limit: "depth", at: Math.min(parser.offset, text.length - 1) };
    if (++count > limits.tokens) return { limit: "tokens", at: parser.offset };
  }
  list.push(...parser.end());
  return { list, commentSpans, count };
}

function markerBefore(text: string, offset: number): { start: number; end: number } {
  const start = text.lastIndexOf("---", offset);
  return start === -1 ? { start: offset, end: offset + 1 } : { start, end: start + 3 };
}
