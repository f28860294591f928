import { error, warning } from "./entry.ts";
import { quote } from "./words.ts";

/** What can be wrong with the text before anything is known of services: encoding, size, YAML. */
export const textCodes = {
  "not-utf-8": error<{ encoding: string | undefined }>({
    wording: ({ encoding }) => ({
      message: `the file is not UTF-8 text${encoding ? `, it looks like ${encoding}` : ""}`,
      label: "not UTF-8 from here on",
      help: ["save the file as UTF-8"],
    }),
    why: "YAML files are UTF-8 here, as everywhere in Docker. A file in another encoding would be read with wrong characters in names and passwords, so it is refused.",
  }),
  "control-character": error<{ code: string }>({
    wording: ({ code }) => ({
      message: `the file holds the control character ${code}`,
      label: "not allowed in YAML",
      help: ['remove it, or write it as an escape in double quotes, such as `"\\x1b"`'],
    }),
    why: "YAML allows no control characters but tab and line ends. They cannot be seen in an editor, and in a terminal they do things.",
    wrong: "web:\n  image: nginx\n  command: echo \u0007\n",
    right: "web:\n  image: nginx\n  command: echo\n",
  }),
  "too-large": error<{ limit: string }>({
    wording: ({ limit }) => ({
      message: `the file is larger than ${limit}`,
      label: "the limit is passed here",
      notes: ["a stack file is written by hand; the limits keep a hostile file from using up the memory"],
    }),
    why: "Reading stops at 8 MiB of text or 2 million YAML tokens, so that no file can exhaust the memory of a build machine. Ten thousand services fit well within both.",
  }),
  "nested-too-deep": error<{ limit: number }>({
    wording: ({ limit }) => ({
      message: `lists and mappings are nested more than ${limit} levels deep`,
      label: "too deep",
      notes: ["a stack file needs four levels"],
    }),
    why: "A stack file needs four levels: service, field, list, text. Hundreds of levels are a mistake or an attack on the reader's memory.",
  }),
  "empty-file": error<object>({
    wording: () => ({
      message: "the file is empty",
      label: "nothing here",
      help: ["define a service: a name, and below it, indented, `image: NAME`"],
    }),
    why: "A stack file is a mapping of services. A file with nothing in it, or with comments only, defines none; in a pipeline it is usually the sign that an earlier step failed.",
    wrong: "# nothing yet\n",
    right: "web:\n  image: nginx\n",
  }),
  "tab-indentation": error<object>({
    wording: () => ({
      message: "a tab is used for indentation",
      label: "tab",
      notes: ["YAML allows only spaces there"],
      help: ["replace the tab by spaces"],
    }),
    why: "Tabs have no fixed width, so YAML forbids them in indentation. Many editors insert them silently; set the editor to insert spaces in YAML files.",
    wrong: "web:\n\timage: nginx\n",
    right: "web:\n  image: nginx\n",
  }),
  "invalid-yaml": error<{ problem: string; help: string | undefined }>({
    wording: ({ problem, help }) => ({
      message: `the file is not valid YAML: ${problem}`,
      label: "YAML stops here",
      help: [help],
    }),
    why: "The text breaks a rule of YAML itself, so nothing can be said about its services. The place shown is where the reader gave up; the slip is there or on the line before.",
    wrong: "web:\n  image: &one &two nginx\n",
    right: "web:\n  image: nginx\n",
  }),
  "several-documents": error<object>({
    wording: () => ({
      message: "the file holds more than one YAML document",
      label: "a second one begins",
      help: ["put each stack into a file of its own"],
    }),
    why: "A line `---` starts a new YAML document. One file is one stack: the old platform read only one document, and choosing one silently would lose the others.",
    wrong: "web:\n  image: nginx\n---\ndb:\n  image: redis\n",
    right: "web:\n  image: nginx\ndb:\n  image: redis\n",
  }),
  "unknown-anchor": error<{ name: string }>({
    wording: ({ name }) => ({
      message: `the alias ${quote(`*${name}`)} has no anchor before it`,
      label: "nothing to repeat",
      help: [
        `mark the value to repeat with ${quote(`&${name}`)}, above this line`,
        "write the value in quotes if the `*` is meant as text",
      ],
    }),
    why: "`*name` repeats a value that was marked with `&name` earlier in the same file.",
    wrong: "web:\n  image: *base\n",
    right: "x-base: &base nginx\nweb:\n  image: *base\n",
  }),
  "recursive-alias": error<{ name: string }>({
    wording: ({ name }) => ({
      message: `the alias ${quote(`*${name}`)} repeats a value inside itself`,
      label: "inside its own anchor",
    }),
    why: "A value that contains itself has no end, so it cannot be written to a Compose file.",
    wrong: "web: &web\n  image: nginx\n  labels: *web\n",
    right: "web:\n  image: nginx\n",
  }),
  "too-many-aliases": error<{ limit: number }>({
    wording: ({ limit }) => ({
      message: `the aliases repeat more than ${limit} values`,
      label: "the limit is passed here",
      notes: ["aliases of aliases multiply; a few lines can stand for billions of values"],
    }),
    why: "Aliases that repeat aliases grow exponentially (the attack known as billion laughs). The limit is far above what any stack needs.",
  }),
  "unsupported-tag": error<{ tag: string }>({
    wording: ({ tag }) => ({
      message: `the YAML tag ${quote(tag)} means nothing in a stack file`,
      label: "unsupported tag",
      help: ["leave the tag out, or quote the whole value if the `!` is meant as text"],
    }),
    why: "Tags ask the reader to build special objects; the old clients' YAML reader would even have run code for some. Stack files consist of plain text, numbers, lists and mappings.",
    wrong: "web:\n  image: !name nginx\n",
    right: "web:\n  image: nginx\n",
  }),
  "bad-merge": error<object>({
    wording: () => ({
      message: "`<<` merges mappings only",
      label: "not a mapping",
      help: ["write `<<: *NAME`, or `<<: [*NAME, *OTHER]`, with anchors on mappings"],
    }),
    why: "The merge key `<<` copies the entries of one mapping, or of a list of mappings, into the mapping it stands in. Own entries win over merged ones.",
    wrong: "web:\n  <<: nginx\n  image: nginx\n",
    right: "x-base: &base\n  image: nginx\nweb:\n  <<: *base\n",
  }),
  "bad-key": error<object>({
    wording: () => ({
      message: "a key has to be text",
      label: "not text",
      help: ["write the key as plain text, in quotes if it holds special characters"],
    }),
    why: "YAML would allow lists, mappings and nothing at all as keys. Names of services, fields and variables are text.",
    wrong: "web:\n  image: nginx\n  environment:\n    [NAME]: value\n",
    right: "web:\n  image: nginx\n  environment:\n    NAME: value\n",
  }),
  "duplicate-key": warning<{ key: string }>({
    wording: ({ key }) => ({
      message: `the key ${quote(key)} is written twice, and the last one wins`,
      label: "this one is used",
      also: "this one is ignored",
      help: ["remove one of them"],
    }),
    why: "The old clients' YAML reader silently kept the last of two equal keys. The meaning is kept, but the first value is probably a leftover.",
    wrong: "web:\n  image: nginx:1.8\n  image: nginx:1.9\n",
    right: "web:\n  image: nginx:1.9\n",
  }),
} as const;
