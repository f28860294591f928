import { describe, expect, test } from "vitest";
import { parseNet, parsePid, parseRole, parseStrategy } from "../../../src/stack/grammar/words.ts";

type Case = readonly [
  field: string,
  parse: (text: string) => string | undefined,
  words: readonly (readonly [text: string, meaning: string])[],
  others: readonly string[],
];

const cases: readonly Case[] = [
  [
    "deployment_strategy",
    parseStrategy,
    [
      ["EMPTIEST_NODE", "EMPTIEST_NODE"],
      ["emptiest-node", "EMPTIEST_NODE"],
      ["High_Availability", "HIGH_AVAILABILITY"],
      ["every-NODE", "EVERY_NODE"],
    ],
    ["", "EVERYNODE", "every node", "EVERY_NODE ", "on-failure", "constructor", "__proto__"],
  ],
  [
    "net",
    parseNet,
    [
      ["bridge", "bridge"],
      ["HOST", "host"],
    ],
    ["", "none", "container:web", "host\n", "$NET", "toString"],
  ],
  [
    "pid",
    parsePid,
    [
      ["host", "host"],
      ["Host", "host"],
    ],
    ["", "bridge", "container:web", " host"],
  ],
  [
    "roles",
    parseRole,
    [
      ["global", "global"],
      ["Global", "global"],
    ],
    ["", "local", "global,global"],
  ],
];

describe.each(cases)("%s", (_, parse, words, others) => {
  test.each(words)("%j is %s", (word, meaning) => {
    expect(parse(word)).toBe(meaning);
  });

  test.each(others)("%j is not one of its words", (word) => {
    expect(parse(word)).toBeUndefined();
  });
});
