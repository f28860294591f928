import type { ErrorCode, YAMLError } from "yaml";
import { diagnosing, type Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Source } from "../diagnostics/source.ts";

/** The diagnostic for what the package refused: what is wrong rather than what its parser expected. */
export function describeFailure(failure: YAMLError, source: Source): Diagnostic {
  const diagnose = diagnosing(source);
  const spans = [{ start: failure.pos[0], end: Math.max(failure.pos[1], failure.pos[0] + 1) }] as const;
  if (failure.code === "TAB_AS_INDENT") return diagnose("tab-indentation", spans, {});
  const tab = tabBelow(source.text, failure.pos[0]);
  if (tab !== undefined) return diagnose("tab-indentation", [{ start: tab, end: tab + 1 }], {});
  if (failure.code === "TAG_RESOLVE_FAILED")
    return diagnose("unsupported-tag", spans, { tag: source.text.slice(...failure.pos) });
  const deeper = failure.code === "BLOCK_AS_IMPLICIT_KEY" ? deeperLineBelow(source.text, failure.pos[0]) : undefined;
  if (deeper)
    return diagnose("invalid-yaml", [deeper], {
      problem: "a line is indented further than the key above it",
      help: "indent all keys of one mapping by the same number of spaces",
    });
  const [problem, help] = problems[failure.code] ?? [failure.message.toLowerCase(), undefined];
  return diagnose("invalid-yaml", spans, { problem, help });
}

/** A tab that indents the line of an offset, or the one after it. */
function tabBelow(text: string, offset: number): number | undefined {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const match = /^(?:[^\n]*\n)?( *)\t/.exec(text.slice(start)) ?? undefined;
  return match && start + match[0].length - 1;
}

/** The line after the one of an offset, without its indentation, if it is indented further. */
function deeperLineBelow(text: string, offset: number): { start: number; end: number } | undefined {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const match = /^( *)(?:- +)*[^\n]*\n(?:[ \r]*\n)*( *)([^\s#][^\r\n]*)/.exec(text.slice(start));
  if (!match || match[2]!.length <= match[1]!.length) return undefined;
  const end = start + match[0].length;
  return { start: end - match[3]!.length, end };
}

/** The YAML package's error codes in the words of this project. */
const problems: Partial<Record<ErrorCode, readonly [problem: string, help?: string]>> = {
  ALIAS_PROPS: ["an alias cannot have an anchor or a tag", "leave only the alias, `*NAME`"],
  BAD_ALIAS: ["`*` is not followed by a name", "put the value in quotes if `*` is meant as text"],
  BAD_COLLECTION_TYPE: ["the tag does not fit the value", "remove the word that begins with `!`"],
  BAD_DIRECTIVE: ["a line that begins with `%` is not a known directive", "remove the line"],
  BAD_DQ_ESCAPE: ["an unknown escape follows `\\` in double quotes", "write `\\\\` for one `\\`, or use single quotes"],
  BAD_INDENT: [
    "the indentation does not fit the lines above",
    "indent the keys of one mapping, and the items of one list, by the same number of spaces",
  ],
  BAD_SCALAR_START: ["text cannot begin with this character", "put the text in quotes"],
  BLOCK_AS_IMPLICIT_KEY: [
    "unquoted text contains `: `, or a key is in the wrong place",
    "put text that contains `: ` in quotes, and each key on its own line",
  ],
  BLOCK_IN_FLOW: ["an indented block is inside brackets", "write the block without brackets, or all of it on one line"],
  KEY_OVER_1024_CHARS: ["a key is longer than 1024 characters", "check whether a `:` is missing earlier in the line"],
  MISSING_CHAR: ["a closing quote, bracket, `:` or `,` is missing", "look for it here and in the lines above"],
  MULTILINE_IMPLICIT_KEY: ["a line has no `:` after its key", "write `KEY: VALUE`, or `- VALUE` for an item of a list"],
  MULTIPLE_ANCHORS: ["a value has two anchors", "keep one of the words that begin with `&`"],
  MULTIPLE_TAGS: ["a value has two tags", "keep one of the words that begin with `!`"],
  UNEXPECTED_TOKEN: [
    "this does not fit the text before it",
    "check the indentation and the quotes of this line and the one above",
  ],
};
