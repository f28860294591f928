import { assert, property, shuffledSubarray } from "fast-check";
import { expect, test } from "vitest";
import { compareRules, conditionsOf, parseVirtualHosts } from "../../src/balancer/virtual-host.ts";

test.each([
  ["www.example.com", { port: 80, host: "www.example.com", path: "" }],
  ["http://www.example.com", { port: 80, host: "www.example.com", path: "" }],
  ["https://www.example.com", { port: 443, isSecure: true, host: "www.example.com" }],
  ["www.example.com:90", { port: 90, host: "www.example.com" }],
  ["https://www.example.com:444/a:b", { port: 444, isSecure: true, path: "/a:b" }],
  ["ws://a.example.com/chat", { port: 80, isWebsocket: true, path: "/chat" }],
  ["WSS://a.example.com", { port: 443, isWebsocket: true, isSecure: true }],
  ["*", { port: 80, host: "", path: "" }],
  ["*:8080/", { port: 8080, host: "", path: "/" }],
  ["*/*", { host: "", path: "" }],
  ["/path", { host: "", path: "/path" }],
  ["a.example.com:70000", { port: 80, host: "a.example.com" }],
  ["", { port: 80, isRule: false }],
])("%s", (text, expected) => {
  expect(parseVirtualHosts(text)).toMatchObject([expected]);
});

test("a list has an item for each comma, with its spaces removed", () => {
  expect(parseVirtualHosts("a.example.com , b.example.com,").map(({ host }) => host)).toEqual([
    "a.example.com",
    "b.example.com",
    "",
  ]);
});

test.each([
  ["*", []],
  ["a.example.com", ["{ hdr(host),host_only -i a.example.com }"]],
  ["*/path", ["{ path -i /path }"]],
  ["*.example.com/*.js", ["{ path_reg -i '^/.*\\.js$' }", "{ hdr(host),host_only -m reg -i '^.*\\.example\\.com$' }"]],
  ["ws://*", ["{ hdr(Upgrade) -i websocket }"]],
  ["it's.example.com", ["{ hdr(host),host_only -i 'it'\\''s.example.com' }"]],
  ["}", ["{ hdr(host),host_only -m reg -i '^\\}$' }"]],
  ["-i.example.com", ["{ hdr(host),host_only -i -- -i.example.com }"]],
])("the conditions of %s", (text, expected) => {
  expect(conditionsOf(parseVirtualHosts(text)[0]!)).toEqual(expected);
});

test("rules are tried by weight, then websockets, exact hosts, exact paths, long paths", () => {
  const sorted = [
    { text: "*", weight: 5 },
    { text: "ws://*", weight: 0 },
    { text: "www.example.com/exact", weight: 0 },
    { text: "www.example.com/long/*", weight: 0 },
    { text: "www.example.com/*/", weight: 0 },
    { text: "www.example.com", weight: 0 },
    { text: "*.example.com/exact", weight: 0 },
    { text: "*/exact", weight: 0 },
    { text: "*", weight: 0 },
    { text: "*", weight: -1 },
  ].map(({ text, weight }) => ({ text, weight, virtualHost: parseVirtualHosts(text)[0]! }));
  assert(
    property(shuffledSubarray(sorted, { minLength: sorted.length }), (shuffled) => {
      expect(shuffled.toSorted(compareRules)).toEqual(sorted);
    }),
  );
});
