import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePort, printPort, type ParsedPort } from "../../../src/stack/grammar/port.ts";

const one = (port: number) => ({ first: port, last: port });

describe("ports", () => {
  test.each<readonly [string, ParsedPort]>([
    ["80", { host: undefined, container: one(80), protocol: "tcp" }],
    ["8080:80", { host: one(8080), container: one(80), protocol: "tcp" }],
    ["80/tcp", { host: undefined, container: one(80), protocol: "tcp" }],
    ["53:53/udp", { host: one(53), container: one(53), protocol: "udp" }],
    ["53/UDP", { host: undefined, container: one(53), protocol: "udp" }],
    ["0080:080", { host: one(80), container: one(80), protocol: "tcp" }],
    ["1:65535", { host: one(1), container: one(65_535), protocol: "tcp" }],
    ["3000-3005", { host: undefined, container: { first: 3000, last: 3005 }, protocol: "tcp" }],
    [
      "8000-8001:9000-9001/udp",
      { host: { first: 8000, last: 8001 }, container: { first: 9000, last: 9001 }, protocol: "udp" },
    ],
    ["7-7:8", { host: one(7), container: one(8), protocol: "tcp" }],
  ])("%s", (text, port) => {
    expect(parsePort(text)).toEqual(port);
  });
});

describe("not ports", () => {
  test.each([
    ["", /digits/],
    ["http", /digits/],
    ["80:http", /digits/],
    [" 80", /digits/],
    ["80 :80", /digits/],
    ["80\n", /digits/],
    ["80:80:80", /one `:`/],
    ["-80", /FIRST-LAST/],
    ["80-", /FIRST-LAST/],
    [":80", /host is missing/],
    ["80:", /container is missing/],
    ["127.0.0.1:80:80", /IP address/],
    ["80/sctp", /protocol/],
    ["80/", /digits/],
    ["0", /1 to 65535/],
    ["65536", /1 to 65535/],
    ["80:65536", /1 to 65535/],
    ["99999999999999999999", /1 to 65535/],
    ["80-70", /lower to the higher/],
    ["80-81:80", /same length/],
    ["80:80-81", /same length/],
    ["1342.0", /digits/],
  ])("%j", (text, problem) => {
    expect(parsePort(text)).toEqual({ problem: expect.stringMatching(problem) as string });
  });
});

test("a printed port is the port again", () => {
  fc.assert(
    fc.property(ports, (port) => {
      expect(parsePort(printPort(port))).toEqual(port);
    }),
  );
});

const ports: fc.Arbitrary<ParsedPort> = fc
  .record({
    first: fc.integer({ min: 1, max: 65_000 }),
    length: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 500 })),
    host: fc.option(fc.integer({ min: 1, max: 65_000 }), { nil: undefined }),
    protocol: fc.constantFrom<"tcp" | "udp">("tcp", "udp"),
  })
  .map(({ first, length, host, protocol }) => ({
    host: host === undefined ? undefined : { first: host, last: host + length },
    container: { first, last: first + length },
    protocol,
  }));
