import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normaliseCommand } from "../../../src/stack/grammar/command.ts";
import { braceVariables, dollarPieces, escapeDollars } from "../../../src/stack/grammar/dollar.ts";
import { parseLink, parseVolumesFrom } from "../../../src/stack/grammar/link.ts";
import { insteadOfPolicy, parseAutodestroy, parseRestart } from "../../../src/stack/grammar/policy.ts";
import { parsePort } from "../../../src/stack/grammar/port.ts";
import { parseSize, parseSwapLimit } from "../../../src/stack/grammar/size.ts";
import { mountPoint, parseVolume } from "../../../src/stack/grammar/volume.ts";
import { parseNet, parsePid, parseRole, parseStrategy } from "../../../src/stack/grammar/words.ts";
import { validate as generatedValidator } from "../../../src/stack/validator.generated.ts";

const shop = { name: "shop", isService: (name: string): boolean => name === "db" };

/** Every function of the grammars that takes a text. They are called with words that no schema has seen. */
const grammars: Readonly<Record<string, (text: string) => unknown>> = {
  braceVariables,
  dollarPieces,
  escapeDollars,
  insteadOfPolicy: (text) => insteadOfPolicy("restart", text),
  mountPoint,
  normaliseCommand,
  parseAutodestroy,
  parseLink: (text) => parseLink(text, shop),
  parseNet,
  parsePid,
  parsePort,
  parseRestart,
  parseRole,
  parseSize,
  parseStrategy,
  parseSwapLimit,
  parseVolume,
  parseVolumesFrom: (text) => parseVolumesFrom(text, shop),
};

/** Texts of the pieces that the grammars are made of, and texts of any characters. */
const anyText = fc.oneof(
  fc
    .array(
      fc.oneof(
        fc.constantFrom(...Array.from("$:/-_.,#\\'\"{}[]~ \n\0")),
        fc.constantFrom("always", "on-failure", "ON_SUCCESS", "host", "tcp", "ro", "mb", "db", "constructor"),
        fc.integer().map(String),
      ),
    )
    .map((pieces) => pieces.join("")),
  fc.string({ unit: "binary" }),
);

test.each(Object.entries(grammars))("%s has an answer to any text", (_, parse) => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(() => parse(text)).not.toThrow();
    }),
  );
});

interface Property {
  readonly anyOf?: readonly { readonly then?: { readonly pattern: string } }[];
  readonly items?: { readonly pattern: string };
}

const stackSchema = JSON.parse(readFileSync(new URL("../../../schema/stack.schema.json", import.meta.url), "utf8")) as {
  readonly definitions: { readonly service: { readonly properties: Readonly<Record<string, Property>> } };
};

describe("a grammar knows exactly the words that the schema accepts", () => {
  test.each([
    ["autorestart", parseRestart],
    ["restart", parseRestart],
    ["autodestroy", parseAutodestroy],
    ["deployment_strategy", parseStrategy],
    ["net", parseNet],
    ["pid", parsePid],
    ["roles", parseRole],
  ] as const)("%s", (field, parse) => {
    const property = stackSchema.definitions.service.properties[field];
    const pattern = property?.items?.pattern ?? property?.anyOf?.find(({ then }) => then)?.then?.pattern;
    const word = fc.stringMatching(new RegExp(pattern!));
    const almost = fc.tuple(word, fc.constantFrom(":", ":0", ":5", ":x", " ", "s", "-"), fc.boolean());
    const texts = fc.oneof(
      word,
      anyText,
      almost.map(([text, more, isAfter]) => (isAfter ? text + more : more + text)),
    );
    const isValid = generatedValidator as unknown as (data: unknown) => boolean;
    fc.assert(
      fc.property(texts, (text) => {
        const isAccepted = isValid({ web: { image: "nginx", [field]: field === "roles" ? [text] : text } });
        expect(parse(text) !== undefined).toBe(isAccepted);
      }),
    );
  });
});
