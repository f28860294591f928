import type { FormatName } from "../../src/diagnostics/render/index.ts";
import { elementsOf, parseXml } from "./xml.ts";

/** What every format says of a diagnostic. */
export interface Said {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly severity: string;
  readonly code: string;
  readonly message: string;
}

/** Reads a report as the programs do that it is for. */
export const readReport: Readonly<Record<FormatName, (text: string) => readonly Said[]>> = {
  pretty: (text) =>
    readLines(
      text,
      /^(?<severity>error|warning)\[(?<code>[^\]]+)\]: (?<message>.*)\n *--> (?<file>.*):(?<line>\d+):(?<column>\d+)$/gm,
    ),
  compact: (text) =>
    readLines(
      text,
      /^(?<file>.*?):(?<line>\d+):(?<column>\d+): (?<severity>\w+): (?<message>.*) \[(?<code>[^\]]+)\]$/gm,
    ),
  json: (text) =>
    (JSON.parse(text) as JsonReport).diagnostics.map(({ labels, ...said }) => ({ ...pick(said), ...labels[0]!.start })),
  sarif: (text) => (JSON.parse(text) as SarifLog).runs[0].results.map(readResult),
  github: (text) => text.split("\n").flatMap((line) => (line.startsWith("::") ? [readCommand(line)] : [])),
  junit: (text) =>
    elementsOf(parseXml(text), "testcase").flatMap(({ attributes, children }) =>
      children.map((failure) => {
        const [said] = readLines(
          `${attributes["classname"]}:${attributes["name"]}`,
          /^(?<file>.*?):(?<line>\d+):(?<column>\d+): (?<message>.*) \[(?<code>[^\]]+)\]$/g,
        );
        return { ...said!, severity: failure.attributes["type"]!, message: failure.attributes["message"]! };
      }),
    ),
  checkstyle: (text) =>
    elementsOf(parseXml(text), "file").flatMap(({ attributes: { name }, children }) =>
      children.map(({ attributes: { line, column, severity, source, message } }) => ({
        file: name!,
        line: Number(line),
        column: Number(column),
        severity: severity!,
        code: source!.replace("tutum-stack.", ""),
        message: message!.split("\n")[0]!,
      })),
    ),
};

interface JsonReport {
  readonly diagnostics: readonly (Said & {
    readonly labels: readonly { readonly start: { readonly line: number; readonly column: number } }[];
  })[];
}

interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly [
    {
      readonly physicalLocation: {
        readonly artifactLocation: { readonly uri: string };
        readonly region: { readonly startLine: number; readonly startColumn: number };
      };
    },
  ];
}

/** A file of SARIF as far as the tests look into it. */
export interface SarifLog {
  readonly runs: readonly [
    {
      readonly tool: {
        readonly driver: {
          readonly rules: readonly { readonly id: string; readonly defaultConfiguration: { readonly level: string } }[];
        };
      };
      readonly invocations: readonly [
        { readonly toolExecutionNotifications: readonly { readonly message: { readonly text: string } }[] },
      ];
      readonly results: readonly SarifResult[];
    },
  ];
}

function pick({ file, severity, code, message }: Omit<Said, "line" | "column">): Omit<Said, "line" | "column"> {
  return { file, severity, code, message };
}

function readLines(text: string, pattern: RegExp): readonly Said[] {
  return [...text.matchAll(pattern)].map(({ groups }) => {
    const { line, column, ...said } = groups as Readonly<Record<string, string>>;
    return { ...(said as unknown as Said), line: Number(line), column: Number(column) };
  });
}

function readResult({ ruleId, level, message, locations: [{ physicalLocation }] }: SarifResult): Said {
  const { artifactLocation, region } = physicalLocation;
  const [said] = message.text.split("\n");
  return {
    file: decodeURIComponent(artifactLocation.uri),
    line: region.startLine,
    column: region.startColumn,
    severity: level,
    code: ruleId,
    message: said!,
  };
}

/** As the runner of GitHub Actions reads a line. */
function readCommand(line: string): Said {
  const [, severity, properties, text] = /^::(\w+) (.*?)::(.*)$/.exec(line)!;
  const unescape = (escaped: string): string =>
    escaped
      .replaceAll("%0D", "\r")
      .replaceAll("%0A", "\n")
      .replaceAll("%3A", ":")
      .replaceAll("%2C", ",")
      .replaceAll("%25", "%");
  const {
    file,
    line: first,
    col,
    title,
  } = Object.fromEntries(properties!.split(",").map((property) => property.split("=").map(unescape))) as Record<
    string,
    string
  >;
  return {
    file: file!,
    line: Number(first),
    column: Number(col),
    severity: severity!,
    code: title!,
    message: unescape(text!).split("\n")[0]!,
  };
}
