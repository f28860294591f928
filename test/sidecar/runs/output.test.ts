import { expect, test } from "vitest";
import type { LogChunk } from "../../../src/docker/engine.ts";
import { createTail, outputLimits } from "../../../src/sidecar/runs/output.ts";
import type { Output } from "../../../src/sidecar/runs/run.ts";

type Given = string | Uint8Array | { readonly stderr: string };

function tailOf(...chunks: readonly Given[]): Output {
  const tail = createTail();
  for (const chunk of chunks) tail.push(asChunk(chunk));
  return tail.take("");
}

function asChunk(given: Given): LogChunk {
  if (given instanceof Uint8Array) return { stream: "stdout", bytes: given };
  if (typeof given === "string") return { stream: "stdout", bytes: Buffer.from(given) };
  return { stream: "stderr", bytes: Buffer.from(given.stderr) };
}

const textOf = ({ pieces }: Output): string => pieces.map(({ text }) => text).join("");
const numbered = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => `${from + index}\n`).join("");

test("jobs 1.1: both streams, in the order in which they come", () => {
  expect(tailOf("one\n", "two\n", { stderr: "three\n" }, "four")).toEqual({
    pieces: [
      { stream: "stdout", text: "one\ntwo\n" },
      { stream: "stderr", text: "three\n" },
      { stream: "stdout", text: "four" },
    ],
    isCut: false,
    problem: "",
  });
  expect(tailOf()).toEqual({ pieces: [], isCut: false, problem: "" });
});

test.each([
  ["200 lines", numbered(1, 200), numbered(1, 200)],
  ["201 lines", numbered(1, 201), numbered(2, 201)],
  ["201 lines, the last one without an end", numbered(1, 200) + "201", `${numbered(2, 200)}201`],
  ["10,000 lines", numbered(1, 10_000), numbered(9801, 10_000)],
  ["200 empty lines", "\n".repeat(200), "\n".repeat(200)],
  ["1000 empty lines", "\n".repeat(1000), "\n".repeat(200)],
  ["65,536 bytes", "x".repeat(65_536), "x".repeat(65_536)],
  ["a line without an end of 1 MB", `${"y".repeat(1e6)}end`, `${"y".repeat(65_533)}end`],
  ["characters of three bytes", "\u20ac".repeat(50_000), "\u20ac".repeat(21_845)],
  ["characters of four bytes after one of one", `${"\u{1f600}".repeat(16_384)}a`, `${"\u{1f600}".repeat(16_383)}a`],
])("jobs 1.1: at most 200 lines and 64 KiB: %s", (_, given, kept) => {
  for (const size of [given.length, 16_384, 1000]) {
    const bytes = Buffer.from(given);
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (__, at) =>
      bytes.subarray(at * size, (at + 1) * size),
    );
    const output = tailOf(...chunks);
    expect(textOf(output) === kept).toBe(true);
    expect(output.isCut).toBe(kept !== given);
  }
});

test("jobs 1.1: the lines of both streams count together", () => {
  const output = tailOf(...Array.from({ length: 300 }, (_, at) => (at % 2 ? `${at}\n` : { stderr: `${at}\n` })));
  expect(textOf(output)).toBe(numbered(100, 299));
  expect(output.pieces[0]).toEqual({ stream: "stderr", text: "100\n" });
});

test("jobs 1.1: bytes that are no text become replacement characters, and count as such", () => {
  expect(textOf(tailOf(new Uint8Array([0, 0xff, 0x41, 0xc3])))).toBe("\u0000\ufffdA\ufffd");
  const binary = tailOf(new Uint8Array(300_000).fill(0xfe));
  expect(Buffer.byteLength(textOf(binary))).toBeLessThanOrEqual(outputLimits.bytes);
  expect(binary.isCut).toBe(true);
});

test("jobs 1.1: a character that comes in two pieces stays whole, also while the other stream writes", () => {
  const [first, second] = [new Uint8Array([0xe2, 0x82]), new Uint8Array([0xac])];
  expect(tailOf(first, { stderr: "!" }, second).pieces).toEqual([
    { stream: "stderr", text: "!" },
    { stream: "stdout", text: "\u20ac" },
  ]);
  expect(textOf(tailOf(new Uint8Array([0xef, 0xbb, 0xbf, 0x61])))).toBe("\ufeffa");
});

test("two streams that alternate without line ends make no more than 1000 pieces", () => {
  const output = tailOf(...Array.from({ length: 5000 }, (_, at) => (at % 2 ? "a" : { stderr: "b" })));
  expect(output.pieces).toHaveLength(1000);
  expect(output.isCut).toBe(true);
});

test("an output of 100 MB needs no more memory than its end", () => {
  const tail = createTail();
  const chunk = { stream: "stdout", bytes: Buffer.alloc(65_536, "z") } as const;
  const before = process.memoryUsage().heapUsed;
  for (let count = 0; count < 1600; count++) tail.push(chunk);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(50e6);
  expect(textOf(tail.take(""))).toHaveLength(65_536);
});
