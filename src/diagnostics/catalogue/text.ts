import { error, warning } from "./entry.ts";
import { quote, similar } from "./words.ts";

/** Mistakes in the text itself, before services are known: encoding, size, YAML. */
export const textCodes = {
  "not-utf-8": error<{ encoding: string | undefined }>({
    wording: ({ encoding }) => ({
      message: `the file is not UTF-8${encoding ? ` but looks like ${encoding}` : ""}`,
      label: "not UTF-8 from here on",
      help: ["save the file as UTF-8"],
    }),
    why:
      "A stack file must be UTF-8, like all text files that Docker reads. In another encoding, names and passwords " +
      "would get wrong characters, so the file is refused.",
    right: 'web:\n  image: nginx\n  labels:\n    - "owner=Jos\\u00e9"\n',
  }),
  "control-character": error<{ code: string }>({
    wording: ({ code }) => ({
      message: `the file contains the control character ${code}`,
      label: "an invisible character, shown here as its code; YAML does not allow it",
      help: [`remove the character, or write it in double quotes as the escape ${quote(code.replace("U+", "\\u"))}`],
    }),
    why:
      "Of all control characters, YAML allows only tabs and line ends. The others are invisible in an editor and " +
      "can control a terminal.",
    wrong: "web:\n  image: nginx\n  command: echo \u0007\n",
    right: "web:\n  image: nginx\n  command: echo\n",
  }),
  "lone-surrogate": error<{ code: string }>({
    wording: ({ code }) => ({
      message: `the text contains ${code}, which is half a character`,
      label: "half a character here",
      help: ['write the whole character, or one escape for it in double quotes, such as `"\\U0001F600"`'],
    }),
    why:
      "The codes U+D800 to U+DFFF are halves of characters in UTF-16. A single one is not text: no container can " +
      "have such a value, and Compose refuses a file with its escape.",
    wrong: 'web:\n  image: nginx\n  command: "\\ud83d"\n',
    right: 'web:\n  image: nginx\n  command: "\\U0001F600"\n',
  }),
  "too-large": error<{ limit: string }>({
    wording: ({ limit }) => ({
      message: `the file is larger than ${limit}`,
      label: "limit exceeded here",
      notes: ["the limit keeps a hostile file from exhausting the memory; files written by hand are much smaller"],
    }),
    why:
      "Reading stops at 8 MiB of text or 2 million YAML tokens, so that no file can exhaust the memory of a " +
      "build machine. Ten thousand services fit well within both.",
    right: "web:\n  image: nginx\n  volumes:\n    - /srv/certificates:/certificates\n",
  }),
  "nested-too-deep": error<{ limit: number }>({
    wording: ({ limit }) => ({
      message: `lists and mappings are nested more than ${limit} levels deep`,
      label: "too deep",
      notes: ["a stack file needs four levels"],
    }),
    why:
      "A stack file needs four levels: service, field, list, text. Hundreds of levels are a mistake, or an " +
      "attack on the memory of the program that reads the file.",
    wrong: `web:\n  image: nginx\n  ports: ${"[".repeat(99)}80${"]".repeat(99)}\n`,
    right: "web:\n  image: nginx\n  ports: [80]\n",
  }),
  "empty-file": error<object>({
    wording: () => ({
      message: "the file is empty",
      label: "nothing here",
      help: ["add a service: its name followed by `:`, and below it `image: NAME`, indented"],
    }),
    why:
      "A stack file defines services. An empty file, or one with only comments, defines none. In a pipeline this " +
      "usually means that an earlier step failed.",
    wrong: "# nothing yet\n",
    right: "web:\n  image: nginx\n",
  }),
  "tab-indentation": error<object>({
    wording: () => ({
      message: "a tab is used for indentation",
      label: "tab",
      notes: ["YAML allows only spaces for indentation"],
      help: ["replace the tab with spaces"],
    }),
    why:
      "Tabs have no fixed width, so YAML forbids them in indentation. Many editors insert them silently; set the " +
      "editor to insert spaces in YAML files.",
    wrong: "web:\n\timage: nginx\n",
    right: "web:\n  image: nginx\n",
  }),
  "invalid-yaml": error<{ problem: string; help: string | undefined }>({
    wording: ({ problem, help }) => ({
      message: `the file is not valid YAML: ${problem}`,
      label: "not valid from here",
      help: [help],
    }),
    why:
      "The text breaks a rule of YAML, so its services cannot be checked. The place shown is where reading " +
      "stopped; the mistake is there or on the line before.",
    wrong: "web:\n  image: &one &two nginx\n",
    right: "web:\n  image: nginx\n",
  }),
  "several-documents": error<object>({
    wording: () => ({
      message: "the file contains more than one YAML document",
      label: "second document",
      help: ["put each stack into its own file, or remove the `---` if all services are one stack"],
    }),
    why:
      "A line `---` starts a new YAML document, but a file contains one stack. The old platform read only one " +
      "document; to choose one would silently lose the others.",
    wrong: "web:\n  image: nginx\n---\ndb:\n  image: redis\n",
    right: "web:\n  image: nginx\ndb:\n  image: redis\n",
  }),
  "unknown-anchor": error<{ name: string }>({
    wording: ({ name }) => ({
      message: `the alias ${quote(`*${name}`)} has no anchor ${quote(`&${name}`)} above it`,
      label: "unknown anchor",
      help: [
        `write ${quote(`&${name}`)} before the value to repeat, above this line`,
        "put the value in quotes if `*` is meant as text",
      ],
    }),
    why: "`*name` repeats a value that was marked with `&name` earlier in the same file.",
    wrong: "web:\n  image: *base\n",
    right: "x-base: &base nginx\nweb:\n  image: *base\n",
  }),
  "recursive-alias": error<{ name: string }>({
    wording: ({ name }) => ({
      message: `the alias ${quote(`*${name}`)} is inside the value that it repeats`,
      label: "inside its own value",
      help: [`replace ${quote(`*${name}`)} with the entries that you mean`],
    }),
    why: "A value that contains itself never ends, so the compiler cannot write it to a file.",
    wrong: "web: &web\n  image: nginx\n  labels: *web\n",
    right: "web:\n  image: nginx\n",
  }),
  "too-many-aliases": error<{ limit: number }>({
    wording: ({ limit }) => ({
      message: `the aliases repeat more than ${limit} values`,
      label: "limit exceeded here",
      notes: ["aliases of aliases multiply: a few lines can stand for billions of values"],
    }),
    why:
      "Aliases that repeat aliases grow exponentially (the attack known as billion laughs). The limit is far " +
      "above what any stack needs.",
    wrong:
      "x-a: &a [web, web, web, web, web, web, web, web, web, web]\n" +
      "x-b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n" +
      "x-c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n" +
      "x-d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n" +
      "x-e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\n" +
      "web:\n  image: nginx\n  labels: [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]\n",
    right: "web:\n  image: nginx\n  labels: [web]\n",
  }),
  "unsupported-tag": error<{ tag: string }>({
    wording: ({ tag }) => ({
      message: `stack files do not support the YAML tag ${quote(tag)}`,
      label: "unsupported tag",
      help: ["leave the tag out, or put the whole value in quotes if `!` is meant as text"],
    }),
    why:
      "A tag tells a YAML reader to build a special object. The YAML reader of `tutum` and `docker-cloud` even ran " +
      "code for some tags. Stack files consist of plain text, numbers, lists and mappings.",
    wrong: "web:\n  image: !name nginx\n",
    right: "web:\n  image: nginx\n",
  }),
  "bad-merge": error<object>({
    wording: () => ({
      message: "the value of `<<` must be a mapping, or a list of mappings",
      label: "not a mapping",
      help: ["write `<<: *NAME` or `<<: [*NAME, *OTHER]`, where each anchor marks a mapping"],
    }),
    why:
      "The merge key `<<` copies the entries of one mapping, or of a list of mappings, into the mapping that " +
      "contains it. If the mapping has an entry of the same name, it keeps its own entry.",
    wrong: "web:\n  <<: nginx\n  image: nginx\n",
    right: "x-base: &base\n  image: nginx\nweb:\n  <<: *base\n",
  }),
  "bad-key": error<object>({
    wording: () => ({
      message: "a key must be text",
      label: "not text",
      help: ["write the key as plain text, in quotes if it contains special characters"],
    }),
    why:
      "In YAML a key can also be a list, a mapping or empty, but the names of services, fields and variables are " +
      "text.",
    wrong: "web:\n  image: nginx\n  environment:\n    [NAME]: value\n",
    right: "web:\n  image: nginx\n  environment:\n    NAME: value\n",
  }),
  "unused-allow": warning<{
    text: string;
    reason: "no warning" | "no value" | "an error" | "no code";
    /** The most similar code of a warning. */
    similar: string | undefined;
  }>({
    harm: "hint",
    wording: ({ text, reason, similar: code }) => ({
      message: {
        "no warning": `the comment allows ${quote(text)}, but there is no such warning here`,
        "no value": `no service or value begins at the comment that allows ${quote(text)}`,
        "an error": `${quote(text)} is an error, and a comment can allow only warnings`,
        "no code": `the comment allows ${quote(text)}, but no warning has this code`,
      }[reason],
      label: `${quote(text)} has no effect`,
      help: [
        (reason === "no code" ? similar("code", code) : undefined) ??
          (reason === "no value"
            ? "move the comment to the end of the line of a service or value, or above that line, or remove the comment"
            : `remove ${quote(text)} from the comment`),
      ],
    }),
    why:
      "A comment `# tutum-stack: allow CODE` or `CODE:FIELD` accepts warnings. At the end of a line, it accepts " +
      "those about the service or value that begins on that line. Alone on a line, it accepts those about the " +
      "service or value that begins on the next line, and about everything in it. Remove a comment that is not " +
      "needed any more, because it would hide a later warning.",
    wrong: "web:\n  image: nginx # tutum-stack: allow dead-registry\n",
    right: "web:\n  image: tutum.co/me/web # tutum-stack: allow dead-registry\n",
  }),
  "duplicate-key": warning<{ key: string }>({
    harm: "hint",
    wording: ({ key }) => ({
      message: `the key ${quote(key)} appears twice, and the last one wins`,
      label: "this one is used",
      also: "this one is ignored",
      help: ["remove one of them"],
    }),
    why:
      "The YAML reader of `tutum` and `docker-cloud` silently kept the last of two equal keys. tutum-stack does the " +
      "same, but the first value is probably a leftover.",
    wrong: "web:\n  image: nginx:1.8\n  image: nginx:1.9\n",
    right: "web:\n  image: nginx:1.9\n",
  }),
} as const;
