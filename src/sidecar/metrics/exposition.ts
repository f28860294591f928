/** One metric with all its series. The name follows the rules of Prometheus: base units, and `_total` for counters. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "summary";
  readonly samples: readonly Sample[];
}

/** One number of a metric. A summary has two: its sum and its count. */
export interface Sample {
  readonly suffix?: "_sum" | "_count";
  readonly labels?: Labels;
  readonly value: number;
}

/** The values of labels, by name. */
export type Labels = Readonly<Record<string, string>>;

/** The media type of the text exposition format. */
export const contentType = "text/plain; version=0.0.4; charset=utf-8";

/** Metrics in the text exposition format of Prometheus, version 0.0.4. Every sample also gets the common labels. */
export function printFamilies(families: readonly Family[], common: Labels): string {
  return families.map((family) => printFamily(family, common)).join("");
}

function printFamily({ name, help, type, samples }: Family, common: Labels): string {
  const lines = samples.map(
    ({ suffix = "", labels = {}, value }) => `${name}${suffix}${printLabels({ ...common, ...labels })} ${value}\n`,
  );
  return `# HELP ${name} ${help.replace(/[\\\n]/g, escape)}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function printLabels(labels: Labels): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/[\\\n"]/g, escape)}"`)
    .join(",")}}`;
}

function escape(character: string): string {
  return character === "\n" ? "\\n" : `\\${character}`;
}
