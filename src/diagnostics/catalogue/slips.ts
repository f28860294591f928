import { error, warning } from "./entry.ts";
import { listOf, quote } from "./words.ts";

/** Typing mistakes. Each was found by correcting it: the file then has fewer errors. */
export const slipCodes = {
  "indented-file": error<{ spaces: number; first: string; edge: string; lines: string | undefined }>({
    wording: ({ spaces, first, edge, lines }) => ({
      message: `the file begins indented by ${countOf(spaces, "space")}, but ${quote(edge)} stands at the left edge`,
      label: `indented by ${spaces}`,
      also: "at the left edge",
      help: [
        lines === undefined
          ? `move ${quote(first)} to the left edge, and indent its fields`
          : `remove ${countOf(spaces, "space")} from ${lines}, or indent ${quote(edge)} by ${spaces}`,
      ],
    }),
    why:
      "The column of the first key is the column of all services. Text copied from a chat or a page often keeps " +
      "its indentation in some lines only.",
    wrong: "  web:\n    image: nginx\ndb:\n  image: redis\n",
    right: "web:\n  image: nginx\ndb:\n  image: redis\n",
  }),
  "missing-dash": error<{ items: readonly string[] }>({
    wording: ({ items }) => ({
      message: `the list ${items.length > 1 ? "items" : "item"} ${listOf(shortened(items))} must begin with \`- \``,
      label: "no dash",
      notes: ["without the dash, YAML reads the item as a key, or as more text of the line above"],
      help: [
        `write ${listOf(shortened(items.map((item) => `- ${item}`)))}` +
          (items.length > 1 ? ", each on its own line" : ""),
      ],
    }),
    why: "Every item of a list begins with `- `. YAML reads a line without it as more text of the line above.",
    wrong: 'web:\n  image: nginx\n  ports:\n    - "80:80"\n    "81:81"\n',
    right: 'web:\n  image: nginx\n  ports:\n    - "80:80"\n    - "81:81"\n',
  }),
  "missing-space": error<{ found: string; after: "-" | ":" | "="; right: string; more: number }>({
    wording: ({ found, after, right, more }) => ({
      message:
        after === "="
          ? `${quote(found)} has a \`=\` where a key needs \`: \``
          : `${quote(found)} has no space after the \`${after}\``,
      label: after === "=" ? "`: ` is missing" : "no space",
      help: [`write ${quote(right)}${alike(more)}`],
    }),
    why: "`:` ends a key and `-` begins an item only with a space after it: `a:b` and `-a` are texts.",
    wrong: "web:\n  image:nginx\n  tty: true\n",
    right: "web:\n  image: nginx\n  tty: true\n",
  }),
  "missing-colon": error<{ found: string; right: string; more: number }>({
    wording: ({ found, right, more }) => ({
      message: `the key ${quote(found)} has no \`:\` after it`,
      label: "`:` is missing",
      help: [`write ${quote(right)}${alike(more)}`],
    }),
    why: "A key ends with `:`. Without it, the key and the lines below it are one text.",
    wrong: 'web:\n  image: nginx\n  ports\n    - "80:80"\n',
    right: 'web:\n  image: nginx\n  ports:\n    - "80:80"\n',
  }),
  "missing-quote": error<{ mark: string; found: string; right: string; missing: "opening" | "closing" }>({
    wording: ({ mark, found, right, missing }) => ({
      message:
        missing === "closing"
          ? `${quote(found)} has an opening ${mark}, but no closing one`
          : `${quote(found)} has a closing ${mark}, but no opening one`,
      label: missing === "closing" ? "never closed" : "never opened",
      help: [`write ${quote(right)}`],
    }),
    why: "A text that begins with a quote ends at the next quote of the same kind, even if that is many lines below.",
    wrong: 'web:\n  image: nginx\n  ports:\n    - "80:80\n  tty: true\n',
    right: 'web:\n  image: nginx\n  ports:\n    - "80:80"\n  tty: true\n',
  }),
  "quote-inside": error<{ found: string; right: string }>({
    wording: ({ found, right }) => ({
      message: `${quote(found)} has a quote inside its quotes, which ends the text`,
      label: "ends too early",
      help: [`write ${quote(right)}`],
    }),
    why:
      "The next quote of the same kind ends a text. " +
      'Inside single quotes, two of them stand for one; inside double quotes, `\\"` stands for one.',
    wrong: "web:\n  image: nginx\n  environment:\n    GREETING: 'it's here'\n",
    right: "web:\n  image: nginx\n  environment:\n    GREETING: 'it''s here'\n",
  }),
  "missing-bracket": error<{ open: string; close: string; right: string }>({
    wording: ({ open, close, right }) => ({
      message: `the bracket \`${open}\` is not closed`,
      label: `no \`${close}\` follows`,
      help: [`write ${quote(right)}`],
    }),
    why: "A list in brackets ends with `]`, and a mapping in braces with `}`.",
    wrong: "web:\n  image: nginx\n  command: [echo, hello\n  tty: true\n",
    right: "web:\n  image: nginx\n  command: [echo, hello]\n  tty: true\n",
  }),
  "uneven-indentation": error<{ first: string; now: number; wanted: number; more: number; like: string | undefined }>({
    wording: ({ first, now, wanted, more, like }) => ({
      message:
        `${quote(first)} ${now === 0 ? "stands at the left edge" : `is indented by ${countOf(now, "space")}`} ` +
        `instead of ${wanted === 0 ? "standing at the left edge" : now === 0 ? `being indented by ${wanted}` : wanted}`,
      label: now === 0 ? "at the left edge" : countOf(now, "space"),
      ...(like === undefined ? {} : { also: wanted === 0 ? "at the left edge" : countOf(wanted, "space") }),
      help: [
        (wanted === 0
          ? `move ${quote(first)} to the left edge`
          : `indent ${quote(first)} by ${countOf(wanted, "space")}`) +
          (more > 0 ? `, and move the ${countOf(more, "line")} below it by as much` : ""),
      ],
    }),
    why: "The keys of one mapping, and the items of one list, must begin in the same column.",
    wrong: 'web:\n  image: nginx\n    ports:\n      - "80:80"\n',
    right: 'web:\n  image: nginx\n  ports:\n    - "80:80"\n',
  }),
  "unquoted-text": error<{ found: string; right: string }>({
    wording: ({ found, right }) => ({
      message: `the value in ${quote(found)} must be in quotes, because it contains \`: \``,
      label: "not in quotes",
      help: [`write ${quote(right)}`],
    }),
    why: "In text without quotes, a colon with a space after it ends a key.",
    wrong: "web:\n  image: nginx\n  command: echo note: done\n",
    right: "web:\n  image: nginx\n  command: 'echo note: done'\n",
  }),
  "unusual-space": error<{ character: string }>({
    wording: ({ character }) => ({
      message: `an unusual space (${character}) is where YAML needs an ordinary one`,
      label: "not an ordinary space",
      help: ["replace it with a space from the keyboard"],
    }),
    why:
      "Text copied from a web page or a chat may contain no-break spaces, which look like spaces. For YAML they " +
      "are letters.",
    wrong: "web:\n  image:\u00a0nginx\n  tty: true\n",
    right: "web:\n  image: nginx\n  tty: true\n",
  }),
  "stray-line": error<{ found: string; others: readonly number[] }>({
    wording: ({ found, others }) => ({
      message: `${quote(found)} is neither a key nor an item of a list`,
      label: "not part of a stack",
      help: [
        others.length > 0
          ? `remove the line, and line ${others.join(" and line ")}`
          : "remove the line, or write `# ` in front of it",
      ],
    }),
    why:
      "Every line of a stack file is a key with its value, an item of a list, or a comment. Sentences, prompts " +
      "and code fences are often copied by mistake.",
    wrong: "web:\n  image: nginx\nThis is the database\ndb:\n  image: redis\n",
    right: "web:\n  image: nginx\n# This is the database\ndb:\n  image: redis\n",
  }),
  "conflict-marker": error<object>({
    wording: () => ({
      message: "the file contains a merge conflict of Git",
      label: "begins here",
      also: "ends here",
      help: ["keep one of the two versions, and remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`"],
    }),
    why: "Git writes both versions of lines that it could not merge into the file. Keep one of them.",
    wrong: "web:\n<<<<<<< HEAD\n  image: nginx:1\n=======\n  image: nginx:2\n>>>>>>> other\n",
    right: "web:\n  image: nginx:2\n",
  }),
  "template-placeholder": error<{ found: string }>({
    wording: ({ found }) => ({
      message: `${quote(found)} is a placeholder of a template, not a value`,
      label: "not filled in",
      help: [
        "compile the file that the template makes",
        `put it in quotes if the text itself is meant: ${quote(`"${found}"`)}`,
      ],
    }),
    why:
      "Tools such as Ansible and Helm replace `{{ NAME }}` before the file is read as YAML. In YAML a brace " +
      "begins a mapping.",
    wrong: "web:\n  image: {{ image }}\n",
    right: "web:\n  image: nginx\n",
  }),
  "joined-lines": warning<{ service: string; field: string; next: string }>({
    harm: "hint",
    wording: ({ service, field, next }) => ({
      message:
        `service ${quote(service)}: ${quote(next)} in ${quote(field)} has no dash, so this line is part of the ` +
        "item above",
      label: "more of the same item",
      help: [`if this line is an item of its own, write ${quote(`- ${next}`)} in the column of the other items`],
    }),
    why:
      "A line that is indented further than its item and has no dash is more text of that item, so the variable " +
      "above gets both lines as its value.",
    wrong: "web:\n  image: nginx\n  environment:\n    - A=1\n      B=2\n",
    right: "web:\n  image: nginx\n  environment:\n    - A=1\n    - B=2\n",
  }),
  "lone-quote": warning<{ service: string; found: string }>({
    harm: "hint",
    wording: ({ service, found }) => ({
      message:
        `service ${quote(service)}: ${quote(found)} has one quote without a second one, so the quote is part of ` +
        `the text`,
      label: "a lone quote",
      help: ["remove the quote, or put the whole text in quotes"],
    }),
    why:
      "A quote that does not begin a text is an ordinary character of it. A single quote at the end is usually " +
      "a mistake.",
    wrong: 'web:\n  image: nginx\n  environment:\n    - MODE=fast"\n',
    right: "web:\n  image: nginx\n  environment:\n    - MODE=fast\n",
  }),
  "field-among-variables": warning<{ service: string; field: string; name: string }>({
    harm: "hint",
    wording: ({ service, field, name }) => ({
      message:
        `service ${quote(service)}: ${quote(name)} is in ${quote(field)}, so it is a variable and not ` +
        `the field ${quote(name)}`,
      label: "indented too far",
      also: "the column of fields",
      help: [`indent ${quote(name)} like ${quote(field)} if the field is meant`],
    }),
    why:
      "A key that is indented below `environment` or `labels` is a name in that mapping. A field there has no " +
      "effect.",
    wrong: "web:\n  image: nginx\n  environment:\n    MODE: fast\n    tty: true\n",
    right: "web:\n  image: nginx\n  environment:\n    MODE: fast\n  tty: true\n",
  }),
} as const;

function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function alike(more: number): string {
  return more > 0 ? `, and change the ${countOf(more, "line")} below it in the same way` : "";
}

/** The first three, so that a message stays one line. */
function shortened(texts: readonly string[]): readonly string[] {
  return texts.length > 3 ? [...texts.slice(0, 2), `${texts[2]} ...`] : texts;
}
