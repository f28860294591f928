import { describe, expect, test } from "vitest";
import { hostNames } from "../../../src/stack/grammar/host.ts";

/** The names that could be hosts, each with what its surroundings make of it. */
function read(text: string): readonly string[] {
  return hostNames(text).flatMap(({ text: name, kind }) => (kind === "part" ? [] : [`${name} ${kind}`]));
}

describe("names of hosts in a text", () => {
  test.each([
    ["db-1", ["db-1 word"]],
    ["db-1:5432", ["db-1 address"]],
    ["http://db-1", ["http part", "db-1 address"].slice(1)],
    ["mongodb://a-1:27017,a-2:27017/db", ["a-1 address", "27017 address", "a-2 address", "27017 address"]],
    ["redis://user:pass-1@cache.common", ["cache.common address"]],
    ["a-1, b-2;c-3", ["a-1 word", "b-2 word", "c-3 word"]],
    ["--host=db-1", ["db-1 word"]],
    ["(db-1)", ["db-1 word"]],
    ["/data/db-1", []],
    ["db-1/data", []],
    ["x:db-1", []],
    ["$db-1", []],
    ["${db-1}", []],
    ["db-1:1", []],
    ["db-1:5432.1", []],
    ["", []],
  ])("%s", (text, expected) => expect(read(text)).toEqual(expected));

  test("every name knows where it stands", () => {
    const text = "tcp://me@db-1:80 and a.b, c-1:99";
    for (const { text: name, index } of hostNames(text)) expect(text.slice(index, index + name.length)).toBe(name);
  });

  test("a million characters take no time worth a thought", () => {
    expect(hostNames("a".repeat(1_000_000))).toHaveLength(1);
    expect(hostNames("a.".repeat(500_000))).toHaveLength(1);
    expect(hostNames("://@".repeat(250_000))).toHaveLength(0);
  });
});
