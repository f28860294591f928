import { expect, test } from "vitest";
import { printFamilies } from "../../src/sidecar/metrics/exposition.ts";
import { readMetrics, type Series } from "../support/read-metrics.ts";
import { configOf, play, settle, stage, type Stage } from "./stage.ts";

/** The series of a sidecar, without the label of its stack and without the beginning that all names have. */
function numbersOf({ metrics, sidecar }: Stage): Series {
  const series = readMetrics(metrics.text(sidecar.status()));
  return new Map(
    [...series].map(([key, value]) => [
      key.replace(/,stack="shop"|(?<={)stack="shop",?/, "").replace("tutum_stack_", ""),
      value,
    ]),
  );
}

function countsOf(on: Stage, name: string): Readonly<Record<string, number>> {
  return Object.fromEntries([...numbersOf(on)].filter(([key, value]) => key.startsWith(name) && value !== 0));
}

test("every series is there from the start, and no label names a container or a service", async () => {
  const on = stage(configOf({ "secret-job": "OFF/ALWAYS" }));
  const before = numbersOf(on);
  await play(on);
  on.engine.exit(on.engine.run({ service: "secret-job", name: "shop-secret-1" }), 0);
  await on.clock.pass(settle + 1);
  expect([...numbersOf(on).keys()]).toEqual([...before.keys()]);
  expect(before.size).toBe(15 + 18 + 4 + 7);
  expect(on.metrics.text(on.sidecar.status())).not.toContain("secret");
});

test("removals are counted by policy and by result", async () => {
  const on = await play(
    stage(configOf({ always: "OFF/ALWAYS", success: "OFF/ON_SUCCESS", failure: "OFF/ON_FAILURE" }), {
      random: () => 0,
    }),
  );
  const { engine, clock } = on;
  for (const [service, exitCode] of [
    ["always", 0],
    ["always", 1],
    ["success", 0],
    ["success", 1],
    ["failure", 137],
  ] as const)
    engine.exit(engine.run({ service }), exitCode);
  await clock.pass(settle + 1);
  expect(countsOf(on, "removals")).toEqual({
    'removals_total{policy="ALWAYS",result="removed"}': 2,
    'removals_total{policy="ON_SUCCESS",result="removed"}': 1,
    'removals_total{policy="ON_FAILURE",result="removed"}': 1,
  });
});

test("each attempt counts, and a removal that somebody else did", async () => {
  const on = await play(stage(undefined, { random: () => 0 }));
  const { engine, clock } = on;
  const [refused, overtaken] = [engine.run(), engine.run()];
  engine.exit(refused, 0);
  for (const failure of ["failed", "failed", "conflict"] as const) engine.fail("remove", failure);
  await clock.pass(settle + 5);
  engine.exit(overtaken, 0);
  engine.takes.remove = 1;
  await clock.pass(settle + 0.5);
  engine.delete(overtaken);
  await clock.pass(1);
  expect(countsOf(on, "removals")).toEqual({
    'removals_total{policy="ALWAYS",result="failed"}': 2,
    'removals_total{policy="ALWAYS",result="conflict"}': 1,
    'removals_total{policy="ALWAYS",result="removed"}': 1,
    'removals_total{policy="ALWAYS",result="gone"}': 1,
  });
  expect(countsOf(on, "errors")).toEqual({ 'errors_total{failure="failed",operation="remove"}': 2 });
});

test("in a dry run each exit counts once, however often it is checked", async () => {
  const on = await play(stage(undefined, { dryRun: true }));
  const { engine, clock } = on;
  const id = engine.run();
  engine.exit(id, 0);
  await clock.pass(300);
  expect(countsOf(on, "removals")).toEqual({ 'removals_total{policy="ALWAYS",result="dry-run"}': 1 });
  engine.start(id);
  engine.exit(id, 0);
  await clock.pass(300);
  expect(countsOf(on, "removals")).toEqual({ 'removals_total{policy="ALWAYS",result="dry-run"}': 2 });
});

test("containers are counted by state", async () => {
  const on = await play(stage());
  const { engine, clock } = on;
  engine.run();
  engine.run();
  engine.exit(engine.run(), 0);
  await clock.pass(1);
  expect(countsOf(on, "containers")).toEqual({ 'containers{state="kept"}': 2, 'containers{state="settling"}': 1 });
  engine.takes.remove = 30;
  await clock.pass(settle);
  expect(countsOf(on, "containers")).toEqual({ 'containers{state="kept"}': 2, 'containers{state="pending"}': 1 });
  engine.fail("remove", "forbidden");
  await clock.pass(30);
  expect(countsOf(on, "containers")).toEqual({ 'containers{state="kept"}': 2, 'containers{state="failing"}': 1 });
  engine.takes.remove = 0;
  await clock.pass(400);
  expect(countsOf(on, "containers")).toEqual({ 'containers{state="kept"}': 2 });
});

test("a reconcile is counted when all containers have been checked, with its duration", async () => {
  const on = stage();
  const { engine, clock } = on;
  for (let count = 0; count < 8; count++) engine.run();
  engine.takes.list = 1;
  engine.takes.inspect = 2;
  await clock.pass(60);
  const start = clock.now() / 1000;
  await play(on);
  await clock.pass(4);
  expect(numbersOf(on).get("last_reconcile_timestamp_seconds{}")).toBe(0);
  await clock.pass(2);
  expect(countsOf(on, "reconcile_duration")).toEqual({
    "reconcile_duration_seconds_sum{}": 5,
    "reconcile_duration_seconds_count{}": 1,
  });
  expect(countsOf(on, "last_reconcile")).toEqual({ "last_reconcile_timestamp_seconds{}": start + 5 });
  await clock.pass(70);
  expect(countsOf(on, "reconcile_duration")).toEqual({
    "reconcile_duration_seconds_sum{}": 10,
    "reconcile_duration_seconds_count{}": 2,
  });
});

test("a reconcile that the connection does not survive does not count", async () => {
  const on = stage();
  on.engine.run();
  on.engine.takes.inspect = 2;
  await play(on);
  await on.clock.pass(1);
  on.engine.die();
  await on.clock.pass(5);
  expect(countsOf(on, "reconcile_duration")).toEqual({});
});

test("connections after the first count, however they ended and however long it took", async () => {
  const on = await play(stage());
  const { engine, clock } = on;
  expect(countsOf(on, "reconnects")).toEqual({});
  engine.drop();
  await clock.pass(5);
  expect(countsOf(on, "reconnects")).toEqual({ "reconnects_total{}": 1 });
  engine.die();
  await clock.pass(20);
  engine.revive();
  await clock.pass(60);
  expect(countsOf(on, "reconnects")).toEqual({ "reconnects_total{}": 2 });
});

test("errors count by what was asked for and by what went wrong", async () => {
  const on = await play(stage(undefined, { random: () => 0 }));
  const { engine, clock } = on;
  engine.run();
  engine.fail("inspect", "forbidden");
  engine.fail("list", "failed");
  await clock.pass(62);
  engine.fail("connect", "failed");
  engine.fail("changes", "forbidden", 2);
  engine.die();
  await clock.pass(0.1);
  engine.revive();
  await clock.pass(60);
  expect(countsOf(on, "errors")).toEqual({
    'errors_total{failure="failed",operation="list"}': 1,
    'errors_total{failure="forbidden",operation="inspect"}': 1,
    'errors_total{failure="failed",operation="connect"}': 1,
    'errors_total{failure="forbidden",operation="events"}': 2,
    'errors_total{failure="failed",operation="events"}': 1,
  });
});

test("an engine that is gone is an error for each attempt; what the end cuts short is none", async () => {
  const on = await play(stage());
  const { engine, clock } = on;
  engine.die();
  await clock.pass(20);
  engine.revive();
  await clock.pass(60);
  const errors = {
    'errors_total{failure="failed",operation="events"}': 1,
    'errors_total{failure="unreachable",operation="connect"}': engine.asked("connect") - 2,
  };
  expect(countsOf(on, "errors")).toEqual(errors);
  engine.takes.list = 100;
  await clock.pass(70);
  on.stop.abort();
  await clock.pass(10);
  expect(countsOf(on, "errors")).toEqual(errors);
});

test("events count", async () => {
  const on = await play(stage());
  const { engine, clock } = on;
  const id = engine.run();
  await clock.pass(1);
  const { "events_total{}": before = 0 } = countsOf(on, "events");
  for (let time = 0; time < 7; time++) {
    engine.tell(id);
    await clock.pass(1);
  }
  expect(countsOf(on, "events")).toEqual({ "events_total{}": before + 7 });
});

test("the stack is that of the config in force", () => {
  const on = stage();
  const other = configOf({ job: "OFF/ALWAYS" }, "other");
  on.sidecar.reconfigure(other);
  expect(
    [...readMetrics(on.metrics.text(on.sidecar.status())).keys()].every((key) => key.includes('stack="other"')),
  ).toBe(true);
});

test("text in labels and help is escaped", () => {
  const text = printFamilies(
    [{ name: "a", help: 'a\\b\n"c"', type: "gauge", samples: [{ labels: { b: 'c"d\\e\nf', g: "" }, value: 0.5 }] }],
    { h: "i" },
  );
  expect(text).toBe('# HELP a a\\\\b\\n"c"\n# TYPE a gauge\na{h="i",b="c\\"d\\\\e\\nf",g=""} 0.5\n');
  expect([...readMetrics(text)]).toEqual([['a{b="c\\"d\\\\e\\nf",g="",h="i"}', 0.5]]);
});

test.each([
  ["no end", "# HELP a b\n# TYPE a gauge\na{} 1"],
  ["a line end of Windows", "# HELP a b\r\n# TYPE a gauge\r\na{} 1\r\n"],
  ["no type", "# HELP a b\na{} 1\n"],
  ["a counter without its ending", "# HELP a b\n# TYPE a counter\na{} 1\n"],
  ["a series of another family", "# HELP a b\n# TYPE a gauge\nb{} 1\n"],
  ["a family twice", "# HELP a b\n# TYPE a gauge\na{} 1\n# HELP a b\n# TYPE a gauge\n"],
  ["a series twice", '# HELP a b\n# TYPE a gauge\na{b="1",c="2"} 1\na{c="2",b="1"} 1\n'],
  ["a label twice", '# HELP a b\n# TYPE a gauge\na{b="1",b="2"} 1\n'],
  ["an open quote", '# HELP a b\n# TYPE a gauge\na{b="1"x"} 1\n'],
  ["a value that is none", "# HELP a b\n# TYPE a gauge\na{} undefined\n"],
])("the reader of these tests refuses %s", (_, text) => {
  expect(() => readMetrics(text)).toThrow("not in the exposition format");
});
