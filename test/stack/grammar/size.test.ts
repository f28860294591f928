import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseSize, parseSwapLimit, printSize } from "../../../src/stack/grammar/size.ts";

const kibi = 1024;
const mebi = kibi * 1024;
const gibi = mebi * 1024;

describe("sizes", () => {
  test.each([
    ["0", 0],
    ["1", 1],
    ["536870912", 512 * mebi],
    ["512b", 512],
    ["64k", 64 * kibi],
    ["512m", 512 * mebi],
    ["512M", 512 * mebi],
    ["512mb", 512 * mebi],
    ["512 mb", 512 * mebi],
    ["512MB", 512 * mebi],
    ["512MiB", 512 * mebi],
    ["2g", 2 * gibi],
    ["2 GB", 2 * gibi],
    ["1.5g", 1.5 * gibi],
    ["0.5m", 0.5 * mebi],
    ["1t", 1024 * gibi],
    [" 512m ", 512 * mebi],
  ])("%j", (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  test.each([
    "",
    " ",
    "lots",
    "m",
    "-1",
    "-512m",
    "+512m",
    "1,5g",
    "1.g",
    ".5g",
    "512 m b",
    "512x",
    "512mm",
    "0x10",
    "1e3",
    "NaN",
    "99999999999t",
  ])("not a size: %j", (text) => {
    expect(parseSize(text)).toBeUndefined();
  });
});

describe("limits of memory and swap", () => {
  test.each([
    ["-1", -1],
    ["512m", 512 * mebi],
    ["-2", undefined],
    [" -1", undefined],
    ["", undefined],
  ])("%j", (text, bytes) => {
    expect(parseSwapLimit(text)).toBe(bytes);
  });
});

describe("printed", () => {
  test.each([
    [0, "0b"],
    [1, "1b"],
    [1023, "1023b"],
    [1024, "1k"],
    [512 * mebi, "512m"],
    [1.5 * gibi, "1536m"],
    [2 * gibi, "2g"],
    [1_000_000_000, "1000000000b"],
  ])("%d", (bytes, text) => {
    expect(printSize(bytes)).toBe(text);
  });

  test("a printed size is the size again", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.constantFrom(1, kibi, mebi, gibi), (count, unit) => {
        const bytes = Math.floor(count / unit) * unit;
        expect(parseSize(printSize(bytes))).toBe(bytes);
      }),
    );
  });
});
