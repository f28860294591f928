/**
 * The series of a text in the exposition format of Prometheus, with their values: `name{a="b",c="d"}` with labels
 * sorted by name.
 */
export type Series = ReadonlyMap<string, number>;

/**
 * Reads the exposition format, version 0.0.4, as the textfile collector does. Throws for whatever it or `promtool check
 * metrics` complains of.
 */
export function readMetrics(text: string): Series {
  const series = new Map<string, number>();
  const seen = new Set<string>();
  let family: { readonly name: string; type?: string } | undefined;
  for (const line of linesOf(text)) {
    const [, keyword, about, rest] = /^# (HELP|TYPE) ([a-z][a-z0-9_]*) (.+)$/.exec(line) ?? [];
    if (keyword === "HELP") {
      const name = about!;
      check(!seen.has(name) && /^(?:[^\\]|\\[\\n])+$/.test(rest!), line);
      seen.add(name);
      family = { name };
    } else if (keyword === "TYPE") {
      check(
        family !== undefined &&
          family.name === about &&
          family.type === undefined &&
          ["counter", "gauge", "summary"].includes(rest!),
        line,
      );
      check((rest === "counter") === about.endsWith("_total"), line);
      family.type = rest!;
    } else {
      const [, name = "", labels = "", value = ""] = /^([a-z][a-z0-9_]*)\{(.*)\} (\S+)$/.exec(line) ?? [];
      check(family?.type !== undefined && /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/.test(value), line);
      check(
        family.type === "summary"
          ? [`${family.name}_sum`, `${family.name}_count`].includes(name)
          : name === family.name,
        line,
      );
      const key = `${name}{${readLabels(labels, line).toSorted().join(",")}}`;
      check(!series.has(key), line);
      series.set(key, Number(value));
    }
  }
  return series;
}

function linesOf(text: string): readonly string[] {
  check(text.endsWith("\n") && !text.includes("\r"), "the end of a line");
  return text.slice(0, -1).split("\n");
}

function readLabels(text: string, line: string): readonly string[] {
  const label = /([a-z_]+)="((?:[^"\\]|\\[\\n"])*)"(?:,|$)/y;
  const labels: string[] = [];
  while (label.lastIndex < text.length) {
    const [found, name] = label.exec(text) ?? [];
    check(found !== undefined && !labels.some((other) => other.startsWith(`${name}=`)), line);
    labels.push(found.replace(/,$/, ""));
  }
  return labels;
}

function check(isRight: boolean, line: string): asserts isRight {
  if (!isRight) throw new Error(`not in the exposition format: ${line}`);
}
