import * as fc from "fast-check";
import { expect, test } from "vitest";
import { EngineError, type Container } from "../../src/docker/engine.ts";
import { exitIdentity, type Removal } from "../../src/sidecar/judge.ts";
import { stepAfter, untouched, type Observation } from "../../src/sidecar/tracking-state.ts";
import { policy, settle } from "./stage.ts";

const container: Container = {
  id: "ab".repeat(32),
  name: "shop-job-1",
  imageReference: "job",
  hasTerminal: false,
  networks: [],
  image: "sha256:ab",
  status: "exited",
  isAlive: false,
  exitCode: 0,
  startedAt: "2026-11-22T01:00:00Z",
  finishedAt: "2026-11-22T01:00:01Z",
  restartCount: 0,
  isOutOfMemory: false,
  error: "",
  restartPolicy: "no",
  isRemovedByEngine: false,
  labels: new Map(),
  environment: [],
};
const removal: Removal = { verdict: "remove", service: "job", policy: policy("OFF/ALWAYS"), exitCode: 0 };

/** One observation, after some milliseconds. `age` is the age of the engine's answer. */
const event = fc.record({
  after: fc.integer({ min: 0, max: 15_000 }),
  age: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 5000 })),
  mayRemove: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom("exited", "exited again") },
    fc.constantFrom("alive", "waiting", "gone", "failed", "forbidden"),
  ),
});

function observationOf(kind: string, askedAt: number): Observation {
  const inspected = { kind: "inspected", askedAt } as const;
  if (kind === "gone") return { kind: "gone" };
  if (kind === "failed" || kind === "forbidden")
    return { kind: "failed", id: container.id, error: new EngineError(kind, "no") };
  if (kind === "alive")
    return { ...inspected, container, judgement: { verdict: "keep", cause: "alive", service: "job" } };
  if (kind === "waiting") return { ...inspected, container, judgement: { verdict: "wait", service: "job" } };
  const restartCount = kind === "exited" ? 0 : 1;
  return { ...inspected, container: { ...container, restartCount }, judgement: removal };
}

test("whatever happens, only an exit that stayed the same for the settle time leads to a removal", () => {
  let removals = 0;
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      let state = untouched;
      let now = 0;
      let since: { readonly exit: string; readonly time: number } | undefined;
      for (const { after, age, mayRemove, kind } of events) {
        now += after;
        const observation = observationOf(kind, now - age);
        const circumstances = { now, random: () => 0.5, settleSeconds: settle, mayRemove, dryRun: false, once: false };
        const step = stepAfter(state, observation, circumstances);
        const exit =
          observation.kind === "inspected" && kind.startsWith("exited") && exitIdentity(observation.container);
        if (exit && since?.exit !== exit) since = { exit, time: now };
        if (["alive", "waiting", "gone"].includes(kind)) since = undefined;
        if (step.removal) {
          removals++;
          expect(mayRemove && exit !== false && since?.exit === exit).toBe(true);
          expect(age).toBeLessThanOrEqual(2000);
          expect(now - (since?.time ?? now)).toBeGreaterThanOrEqual(settle * 1000);
          expect(now).toBeGreaterThanOrEqual(state.notBefore);
        }
        state = step.state;
      }
    }),
    { numRuns: 2000 },
  );
  expect(removals).toBeGreaterThan(100);
});

test("a container that fails is checked less and less often, and after ten failures every five minutes", () => {
  let state = untouched;
  const waits: (number | undefined)[] = [];
  for (let count = 0; count < 12; count++) {
    const circumstances = {
      now: 0,
      random: () => 1,
      settleSeconds: settle,
      mayRemove: true,
      dryRun: false,
      once: false,
    };
    const step = stepAfter(state, observationOf("failed", 0), circumstances);
    waits.push(step.wait);
    ({ state } = step);
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 300, 300, 300].map((seconds) => seconds * 1000));
});
