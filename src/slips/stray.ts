import { contentSpan, isItem, keyOf } from "./lines.ts";
import { nearbyLines, type Broken, type Mend } from "./mend.ts";

/** Sentences, prompts and marks that were copied along with a file. */
export function* strayLines(broken: Broken): Generator<Mend> {
  if (!/^(invalid-yaml|bad-service-name|empty-service|not-a-service|not-a-stack-file)$/.test(broken.mistake.code))
    return;
  for (const line of nearbyLines(broken, 2, 1)) {
    const isSentence = /^[^:]*\S\s+\S/.test(line.content) && (keyOf(line) === undefined || / .*:$/.test(line.content));
    const isMark = /^(```|~~~|\$ |# |>|\*\*|===|---+$|\.\.\.$|[^\w\s]+$)/.test(line.content);
    if (isItem(line) || (!isSentence && !isMark)) continue;
    const { start, end } = contentSpan(line);
    const fences = /^(```|~~~)/.test(line.content)
      ? broken.lines.filter(({ content }) => content.startsWith(line.content.slice(0, 3)))
      : [line];
    yield {
      edits: fences.map((fence) => ({ start: fence.start, end: fence.end, text: "" })),
      say: (diagnose) =>
        diagnose("stray-line", [{ start, end }], {
          found: line.content,
          others: fences.filter((fence) => fence !== line).map(({ index }) => index + 1),
        }),
    };
  }
}
