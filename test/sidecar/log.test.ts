import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createLog, type LogEntry, type LogFormat } from "../../src/sidecar/log.ts";
import { policy } from "./stage.ts";

function written(entry: LogEntry, format: LogFormat): string {
  const lines: string[] = [];
  createLog(
    format,
    (line) => lines.push(line) > 0,
    () => new Date("2026-11-22T01:02:03.456Z"),
  )(entry);
  expect(lines).toHaveLength(1);
  return lines[0] ?? "";
}

const removed: LogEntry = {
  level: "info",
  event: "removed",
  container: "ab".repeat(32),
  name: "shop-job-1",
  service: "job",
  policy: policy("OFF/ON_SUCCESS"),
  exitCode: 0,
  reason: "succeeded",
};

test("a removal, for people and for machines", () => {
  expect(written(removed, "pretty")).toBe(
    "2026-11-22T01:02:03.456Z info removed shop-job-1 (abababababab): " +
      "service job, autorestart OFF, autodestroy ON_SUCCESS, exit code 0, succeeded\n",
  );
  expect(JSON.parse(written(removed, "json"))).toEqual({
    time: "2026-11-22T01:02:03.456Z",
    level: "info",
    event: "removed",
    container: "ab".repeat(32),
    name: "shop-job-1",
    service: "job",
    autorestart: "OFF",
    autodestroy: "ON_SUCCESS",
    exitCode: 0,
    reason: "succeeded",
  });
  expect(written({ level: "warning", event: "disconnected", reason: "x" }, "pretty")).toBe(
    "2026-11-22T01:02:03.456Z warning disconnected: x\n",
  );
});

test("no text can act on a terminal, begin another line, or hide", () => {
  const hostile = "\u001b[2Ja\u009b31m\n\r\u2028\u202e\u0007\u007f\ud800\u{e0041}";
  for (const format of ["json", "pretty"] as const) {
    const line = written({ ...removed, name: hostile, service: hostile, reason: hostile }, format);
    expect(line).toMatch(/^[ -~]+\n$/);
  }
  expect((JSON.parse(written({ ...removed, reason: hostile }, "json")) as LogEntry).reason).toBe(hostile);
});

test("whatever is said is one line, and JSON", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      for (const format of ["json", "pretty"] as const) {
        const line = written({ ...removed, name: text, reason: text }, format);
        expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(line.endsWith("\n")).toBe(true);
      }
      expect((JSON.parse(written({ ...removed, reason: text }, "json")) as LogEntry).reason).toBe(text);
    }),
  );
});

test("a text without end is cut", () => {
  for (const format of ["json", "pretty"] as const)
    expect(written({ ...removed, reason: "😀".repeat(100_000) }, format).length).toBeLessThan(2000);
});
