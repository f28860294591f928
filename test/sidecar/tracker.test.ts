import { expect, test } from "vitest";
import { workUntil } from "../support/work.ts"; // before what it measures
import { EngineError, type SidecarEngine } from "../../src/docker/engine.ts";
import { createTracker } from "../../src/sidecar/tracker.ts";
import { FakeClock, quiet } from "../engine/fake-clock.ts";
import { configOf } from "./stage.ts";

/** A tracker of an engine that answers no inspect until the signal for inspects is aborted, or with an error. */
function trackerOf(answer: "never" | "failed") {
  const inspecting = new AbortController();
  const waitForEnd = (): Promise<never> =>
    new Promise((_, reject) => {
      inspecting.signal.addEventListener("abort", () => reject(new Error("aborted")));
    });
  const engine = {
    inspect: () => (answer === "never" ? waitForEnd() : Promise.reject(new EngineError("failed", "no"))),
  };
  const tracker = createTracker({
    engine: engine as unknown as SidecarEngine,
    clock: new FakeClock(),
    random: () => 0.5,
    log: () => {},
    config: () => configOf({ job: "OFF/ALWAYS" }),
    identity: () => undefined,
    mayRemove: () => false,
    onLost: () => {},
    onForbidden: () => {},
    onRemoval: () => {},
    onFailed: () => {},
    dryRun: false,
    once: answer === "failed",
    inspecting: inspecting.signal,
    removing: new AbortController().signal,
  });
  return { tracker, inspecting };
}

const counts = [1000, 4000];

test("the work to end grows with the number of containers that wait, not with its square", async () => {
  const [few, many] = await Promise.all(
    counts.map(async (count) => {
      const { tracker, inspecting } = trackerOf("never");
      for (let id = 0; id < count; id++) void tracker.check(String(id));
      await quiet();
      return { tracker, inspecting };
    }),
  );
  const end = ({ tracker, inspecting }: NonNullable<typeof few>) =>
    workUntil(async () => {
      inspecting.abort();
      await tracker.finish();
    });
  const work = [await end(few!), await end(many!)] as const;
  expect(work[1] / work[0]).toBeLessThan(6);
});

test("so does the work until all have been checked once, as with `once`", async () => {
  const work: number[] = [];
  for (const count of counts) {
    const { tracker } = trackerOf("failed");
    work.push(
      await workUntil(() => {
        for (let id = 0; id < count; id++) void tracker.check(String(id));
        return tracker.idle();
      }),
    );
  }
  expect(work[1]! / work[0]!).toBeLessThan(6);
});

test("it is idle again after checks, and after all plans are cancelled", async () => {
  const { tracker } = trackerOf("failed");
  await tracker.idle();
  const checks = [tracker.check("a"), tracker.check("b"), tracker.check("a")];
  let isIdle = false;
  void tracker.idle().then(() => (isIdle = true));
  await Promise.resolve();
  expect(isIdle).toBe(false);
  await Promise.all(checks);
  await quiet();
  expect(isIdle).toBe(true);
  await tracker.finish();
});
