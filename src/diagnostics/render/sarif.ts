import { catalogue, type Code, type Entry } from "../catalogue/index.ts";
import type { Diagnostic, Label } from "../diagnostic.ts";
import { printJson } from "./json.ts";
import { closing, type RunReport } from "./report.ts";
import { visible } from "../../text/visible.ts";

/**
 * Diagnostics as SARIF 2.1.0: one run, with the rules that it needs. There are no fingerprints: the uploader computes
 * them from the text.
 */
export function renderSarif(report: RunReport): string {
  const found = report.files.flatMap(({ diagnostics, isElsewhere }) =>
    diagnostics.map((diagnostic) => ({ diagnostic, isElsewhere })),
  );
  const codes = [...new Set(found.map(({ diagnostic }) => diagnostic.code))];
  const indexes = new Map(codes.map((code, index) => [code, index]));
  return printJson({
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "tutum-stack", version: report.version, rules: codes.map(rule) } },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: {
          [elsewhere]: {
            description: {
              text:
                "the folder in which tutum-stack was started, for files outside of it and for standard input, " +
                "which is not a file",
            },
          },
        },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: [{ level: "note", message: message([closing(report)]) }],
          },
        ],
        results: found.map(({ diagnostic, isElsewhere }) =>
          result(diagnostic, indexes.get(diagnostic.code)!, isElsewhere),
        ),
      },
    ],
  });
}

/** A base that cannot be resolved, so that no name is mistaken for a file of the repository. */
const elsewhere = "ELSEWHERE";

function rule(code: Code): object {
  const { severity, why }: Entry<never> = catalogue[code];
  return {
    id: code,
    shortDescription: message([code.replaceAll("-", " ")]),
    fullDescription: message([why]),
    help: message([why, `\`tutum-stack explain ${code}\` shows a wrong and a right example.`]),
    defaultConfiguration: { level: severity },
  };
}

function result(
  { code, severity, message: said, file, labels, notes, help }: Diagnostic,
  ruleIndex: number,
  isElsewhere: boolean,
): object {
  const [primary, ...others] = labels;
  const artifactLocation = isElsewhere ? locationElsewhere(file) : { uri: uriOf(file) };
  const location = ({ start, end, text }: Label): object => ({
    physicalLocation: {
      artifactLocation,
      region: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
    },
    ...(text === "" ? {} : { message: message([text]) }),
  });
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: message([said, ...notes.map((text) => `note: ${text}`), ...help.map((text) => `help: ${text}`)]),
    locations: [location(primary)],
    ...(others.length === 0 ? {} : { relatedLocations: others.map((label, id) => ({ id, ...location(label) })) }),
  };
}

/** A text of several lines, in which nothing becomes a link. */
function message(lines: readonly string[]): { readonly text: string } {
  const text = lines.map(visible).join("\n");
  return { text: text.replace(/(\\*)\]\(/g, "$1$1\\](") };
}

/** An absolute path needs no base, and SARIF allows none for it. */
function locationElsewhere(path: string): object {
  const [, drive = "", rest] = /^([A-Za-z]:)?(\/.*)/s.exec(path) ?? [];
  if (rest === undefined) return { uri: uriOf(path), uriBaseId: elsewhere };
  return { uri: `file://${drive && `/${drive}`}${uriOf(rest)}` };
}

/** A relative URI of a path with `/`. Half a surrogate pair, which a URI cannot contain, becomes U+FFFD. */
function uriOf(path: string): string {
  return path
    .split("/")
    .map((part) => encodeURIComponent(part.replace(/\p{Cs}/gu, "\ufffd")))
    .join("/");
}
