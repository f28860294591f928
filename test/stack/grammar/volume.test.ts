import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseVolume, printVolume, type ParsedVolume } from "../../../src/stack/grammar/volume.ts";

describe("volumes", () => {
  test.each<readonly [string, ParsedVolume]>([
    ["/data", { kind: "anonymous", mountPath: "/data" }],
    ["/", { kind: "anonymous", mountPath: "/" }],
    ["/srv/data:/data", { kind: "host", source: "/srv/data", mountPath: "/data", readOnly: false }],
    ["/srv/data:/data:ro", { kind: "host", source: "/srv/data", mountPath: "/data", readOnly: true }],
    ["/srv/data:/data:rw", { kind: "host", source: "/srv/data", mountPath: "/data", readOnly: false }],
    ["/srv/data:/data:RO", { kind: "host", source: "/srv/data", mountPath: "/data", readOnly: true }],
    ["/with space:/a b", { kind: "host", source: "/with space", mountPath: "/a b", readOnly: false }],
    ["data:/data", { kind: "named", source: "data", mountPath: "/data", readOnly: false }],
    ["data.v1_x-2:/data:ro", { kind: "named", source: "data.v1_x-2", mountPath: "/data", readOnly: true }],
    ["./x:/data", { kind: "relative", source: "./x", mountPath: "/data", readOnly: false }],
    ["../x:/data", { kind: "relative", source: "../x", mountPath: "/data", readOnly: false }],
    [".:/data", { kind: "relative", source: ".", mountPath: "/data", readOnly: false }],
    ["..:/data", { kind: "relative", source: "..", mountPath: "/data", readOnly: false }],
    ["a/b:/data:ro", { kind: "relative", source: "a/b", mountPath: "/data", readOnly: true }],
    ["~/x:/data", { kind: "relative", source: "~/x", mountPath: "/data", readOnly: false }],
    ["~:/data", { kind: "relative", source: "~", mountPath: "/data", readOnly: false }],
    [".ssh:/root/.ssh", { kind: "relative", source: ".ssh", mountPath: "/root/.ssh", readOnly: false }],
  ])("%s", (text, volume) => {
    expect(parseVolume(text)).toEqual(volume);
  });
});

describe("not volumes", () => {
  test.each([
    ["", /empty/],
    ["data", /begin with `\/`/],
    ["./data", /begin with `\/`/],
    ["/a:", /empty/],
    [":/a", /empty/],
    ["/a::ro", /empty/],
    ["/a:/b:", /empty/],
    ["/a:b", /begin with `\/`/],
    ["/a:./b", /begin with `\/`/],
    ["/a:ro", /host is missing/],
    ["/a:/b:readonly", /`ro` or `rw`/],
    ["/a:/b:ro,z", /`ro` or `rw`/],
    ["/a:/b:ro:x", /more than two/],
    ["da ta:/data", /name must consist/],
    ["-data:/data", /name must consist/],
    ["<name>:/data", /name must consist/],
  ])("%j", (text, problem) => {
    expect(parseVolume(text)).toEqual({ problem: expect.stringMatching(problem) as string });
  });
});

test("a printed volume is the volume again", () => {
  fc.assert(
    fc.property(volumes, (volume) => {
      expect(parseVolume(printVolume(volume))).toEqual(volume);
    }),
  );
});

const segments = fc
  .array(fc.stringMatching(/^[A-Za-z0-9 ._$-]{1,8}$/), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join("/"));
const mountPath = segments.map((path) => `/${path}`);
const sourced = (kind: "host" | "relative" | "named", source: fc.Arbitrary<string>): fc.Arbitrary<ParsedVolume> =>
  fc.record({ kind: fc.constant(kind), source, mountPath, readOnly: fc.boolean() });
const volumes: fc.Arbitrary<ParsedVolume> = fc.oneof(
  mountPath.filter((path) => !/^\/$/.test(path)).map((path) => ({ kind: "anonymous" as const, mountPath: path })),
  sourced("host", mountPath),
  sourced(
    "relative",
    segments.map((path) => `./${path}`),
  ),
  sourced("named", fc.stringMatching(/^[A-Za-z0-9][\w.-]{0,10}$/)),
);
