import { describe, expect, test } from "vitest";
import { validate } from "../../src/compile.ts";
import type { ListedService, RunResource } from "../../src/server/resource-types.ts";
import { addedLines, bodyOf, emptyForm, findingsOfNew } from "../../src/web/launch-form.ts";
import { declined } from "../../src/web/declined.ts";
import { addressOf, routeOf, tokenIn, type Route } from "../../src/web/route.ts";
import { describeRun, durationOf, nameOfRun, plainText, timeOf } from "../../src/web/run-words.ts";
import { whyNotService } from "../../src/web/service-name.ts";
import { whyNotNamed } from "../../src/web/stack-name.ts";
import { containersOf, sentence, stateOf } from "../../src/web/words.ts";

describe("the state of a service", () => {
  test.each([
    ["Running", "Running", "Running", "good"],
    ["Redeploying", "Running", "Redeploying", "busy"],
    ["Stopped", "Finished", "Finished", "good"],
    ["Not running", "Cleaned up", "Cleaned up", "good"],
    ["Stopped", "Failed (3)", "Failed (3)", "bad"],
    ["Running", "Restarting (6th time)", "Restarting (6th time)", "busy"],
    ["Running", "Unhealthy", "Unhealthy", "bad"],
    ["Running", "Paused", "Paused", "off"],
    ["Partly running", "Partly running", "Partly running", "busy"],
    ["Not running", "Not running", "Not running", "off"],
    ["Stopped", "Stopped", "Stopped", "off"],
  ])("%s, %s is shown as %s", (state, status, word, mood) => {
    expect(stateOf({ state, status })).toMatchObject({ word, mood });
  });

  test("a job that has cleaned up after itself misses no container", () => {
    const of = (now: number, wished: number, status: string): string =>
      containersOf({ current_num_containers: now, target_num_containers: wished, status } as ListedService);
    expect(of(0, 1, "Cleaned up")).toBe("no containers");
    expect(of(1, 1, "Running")).toBe("1 container");
    expect(of(1, 3, "Running")).toBe("1 of 3 containers");
  });
});

describe("a run", () => {
  const run = {
    exitCode: 0,
    isOutOfMemory: false,
    done: undefined,
    decided: { action: "keep" },
    isThere: true,
  } as RunResource;

  test.each([
    [{}, "Exit 0", "good", "container kept"],
    [{ exitCode: 3 }, "Exit 3", "bad", "container kept"],
    [{ exitCode: undefined }, "Ended", "bad", "container kept"],
    [{ exitCode: 137, isOutOfMemory: true }, "Exit 137, out of memory", "bad", "container kept"],
    [{ done: "removed", isThere: false }, "Exit 0", "good", "cleaned up by autodestroy"],
    [{ done: "gone", isThere: false }, "Exit 0", "good", "removed"],
    [{ done: "started" }, "Exit 0", "good", "started again"],
    [{ decided: { action: "remove" } }, "Exit 0", "good", "will be removed"],
  ])("%j is %s", (change, word, mood, afterwards) => {
    expect(describeRun({ ...run, ...(change as Partial<RunResource>) })).toMatchObject({ word, mood, afterwards });
  });

  test("says when its container will be removed, once that is known", () => {
    const decided = { ...run.decided, action: "remove" } as const;
    expect(describeRun({ ...run, decided }, 10).afterwards).toBe("will be removed 10 s after its end");
    expect(describeRun(run, 10).afterwards).toBe("container kept");
  });

  test.each([
    ["services_web_1", "web", "web-1"],
    ["services-web-12", "web", "web-12"],
    ["shop_a.b_3", "a.b", "a.b-3"],
    ["shop_other_1", "web", "shop_other_1"],
    ["shop_myweb_1", "web", "shop_myweb_1"],
    ["shop_web_run_0a1b", "web", "shop_web_run_0a1b"],
    ["web", "web", "web"],
    ["web-1", "web", "web-1"],
  ])("of the container %s of %s is called %s", (container, service, name) => {
    expect(nameOfRun(container, service)).toBe(name);
  });

  test.each([
    ["2026-01-01T10:00:00Z", "2026-01-01T10:00:00.42Z", "0.4 s"],
    ["2026-01-01T10:00:00Z", "2026-01-01T10:00:59Z", "59 s"],
    ["2026-01-01T10:00:00Z", "2026-01-01T10:03:20Z", "3 min"],
    ["2026-01-01T10:00:00Z", "2026-01-01T12:05:00Z", "2 h 5 min"],
    ["0001-01-01T00:00:00Z", "2026-01-01T12:05:00Z", ""],
    ["2026-01-01T10:00:00Z", "0001-01-01T00:00:00Z", ""],
  ])("from %s to %s it took %s", (started, finished, words) => {
    expect(durationOf(started, finished)).toBe(words);
  });

  test("a time has its date when that is not today's", () => {
    const at = (year: number, day: number): string => timeOf(new Date(year, 10, day, 9, 5, 7).toISOString(), now);
    const now = new Date(2026, 10, 27, 12);
    expect(at(2026, 27)).toBe("09:05:07");
    expect(at(2026, 26)).toBe("26 Nov, 09:05:07");
    expect(at(2025, 26)).toBe("26 Nov 2025, 09:05:07");
    expect(timeOf("0001-01-01T00:00:00Z", now)).toBe("");
    expect(timeOf(null, now)).toBe("");
  });
});

test.each([
  ["colours", "\u001b[31mred\u001b[0m", "red"],
  ["the title of a window", "\u001b]0;evil\u0007text", "text"],
  ["a title that never ends", "\u001b]0;evil", ""],
  ["a progress bar", "10%\r50%\r100%", "100%"],
  ["line ends of Windows", "one\r\ntwo\r", "one\r\ntwo\r".replaceAll("\r", "")],
  ["bells and zeros", "a\u0007\u0000b", "ab"],
  ["text that turns others around", "a\u202eb\u2066c", "abc"],
  ["tabs and lines", "a\tb\nc", "a\tb\nc"],
])("the text of a log has no %s", (_, text, plain) => {
  expect(plainText(text)).toBe(plain);
});

test.each<Route>([
  { screen: "services" },
  { screen: "launch" },
  { screen: "stack", stack: "shop" },
  { screen: "service", stack: "a b/c", service: "%2e?#" },
])("the address of %j leads to it", (route) => {
  expect(routeOf(addressOf(route))).toEqual(route);
});

test.each(["", "#", "#/unknown", "#/stack", "#/stack/", "#/service/shop", "#token=abc"])(
  "the address %s leads to the list",
  (fragment) => {
    expect(routeOf(fragment)).toEqual({ screen: "services" });
  },
);

test("a name that is no encoding is taken as it is", () => {
  expect(routeOf("#/stack/%E0%A4%A")).toEqual({ screen: "stack", stack: "%E0%A4%A" });
});

test("the token is taken from a fragment that is nothing else", () => {
  expect(tokenIn("#token=abc_DEF-1")).toBe("abc_DEF-1");
  for (const other of ["", "#/", "#token=", "#token=a b", "#x&token=abc", `#token=${"x".repeat(600)}`])
    expect(tokenIn(other), other).toBeUndefined();
});

test("what the server asks a yes for is told apart from other refusals", () => {
  expect(
    declined("autodestroy will remove a-1; b gets a new volume: repeat it with ?apply=true if that is meant"),
  ).toEqual(["autodestroy will remove a-1", "b gets a new volume"]);
  expect(declined("service web is running already")).toBeUndefined();
  expect(declined(undefined)).toBeUndefined();
});

test("a clause becomes a sentence", () => {
  expect(sentence("the server does not answer")).toBe("The server does not answer.");
  expect(sentence("Is it? Yes!")).toBe("Is it? Yes!");
});

describe("the form that launches a service", () => {
  test("says nothing of what was left out", () => {
    expect(bodyOf({ ...emptyForm, image: " nginx " })).toEqual({
      image: "nginx",
      autorestart: "OFF",
      autodestroy: "OFF",
      container_envvars: [],
      container_ports: [],
      linked_to_service: [],
      bindings: [],
    });
  });

  test("says what was filled in, in the words of the API; half a line counts, an empty one does not", () => {
    const form = {
      ...emptyForm,
      image: "app",
      name: "web",
      command: "run it",
      policy: { autorestart: "OFF", autodestroy: "ALWAYS" },
      count: "3",
      environment: [
        { key: "MODE", value: " daily " },
        { key: " ", value: "lost" },
      ],
      ports: [
        { inner: "80", outer: "8080", protocol: "tcp" },
        { inner: "53", outer: "", protocol: "udp" },
        { inner: "", outer: "1", protocol: "tcp" },
      ],
      links: [
        { service: "db.shop", alias: "database" },
        { service: "cache.shop", alias: "" },
        { service: "", alias: "x" },
      ],
      volumes: [
        { path: "/data", host: "", access: "rw" },
        { path: "/etc/app", host: "/srv/app", access: "ro" },
      ],
    } as const;
    expect(bodyOf(form)).toEqual({
      image: "app",
      name: "web",
      run_command: "run it",
      autorestart: "OFF",
      autodestroy: "ALWAYS",
      target_num_containers: 3,
      container_envvars: [{ key: "MODE", value: " daily " }],
      container_ports: [
        { inner_port: "80", outer_port: "8080", published: true, protocol: "tcp" },
        { inner_port: "53", published: true, protocol: "udp" },
      ],
      linked_to_service: [{ to_service: "db.shop", name: "database" }, { to_service: "cache.shop" }],
      bindings: [
        { container_path: "/data", rewritable: true },
        { container_path: "/etc/app", host_path: "/srv/app", rewritable: false },
      ],
    });
  });

  test("leaves a number that is none for the server to refuse", () => {
    expect(bodyOf({ ...emptyForm, image: "x", count: "many" })).toMatchObject({ target_num_containers: "many" });
  });

  test("shows what is wrong with the new service, and no warning about another one", () => {
    const other = "old:\n  image: x\n  privileged: true\n  net: host\n  ports:\n    - 80\n";
    const mine = other.replace("old", "new");
    const objects = validate(other + mine);
    const lines = findingsOfNew({ before: other, text: other + mine, objects }).map(
      ({ labels }) => labels[0].start.line,
    );
    expect(objects.some(({ labels }) => labels[0].start.line <= 6)).toBe(true);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.every((line) => line > 6)).toBe(true);
    const [warning] = objects;
    const error = { ...warning!, severity: "error" } as const;
    expect(findingsOfNew({ before: other, text: other + mine, objects: [error] })).toEqual([error]);
  });

  test("marks the lines that a file gets", () => {
    const marks = (before: string, after: string): string =>
      addedLines(before, after)
        .map(({ text, isNew }) => `${isNew ? "+" : " "}${text}`)
        .join("\n");
    expect(marks("", "a:\n  image: x\n")).toBe("+a:\n+  image: x");
    expect(marks("a:\n  image: x\n", "a:\n  image: x\nb:\n  image: y\n")).toBe(" a:\n   image: x\n+b:\n+  image: y");
  });
});

test.each(["web", "Web", "a.b_c-1", "1", "Bad Name", "-web", ".web", "_web", "x-web", "X-web", "näme", "a/b", "../a"])(
  "a new service can be called %j on the page if it can in a stack file",
  (name) => {
    const isService = validate(`keeps:\n  image: x\n${JSON.stringify(name)}:\n  image: x\n  privileged: 1\n`).some(
      ({ message }) => message.includes("`privileged`"),
    );
    expect(whyNotService(name) === undefined).toBe(isService);
  },
);

test("a new service without a name is called after its image", () => {
  expect(whyNotService("")).toBeUndefined();
});

test.each([
  ["shop", undefined],
  ["a-1_b", undefined],
  ["1", undefined],
  ["Shop", /lowercase/],
  ["-shop", /begins/],
  ["../shop", /lowercase/],
  ["", /lowercase/],
  ["taken", /there is a stack `taken` already/],
])("a new stack called %j", (name, why) => {
  const found = whyNotNamed(name, ["taken"]);
  if (why) expect(found).toMatch(why);
  else expect(found).toBeUndefined();
});
