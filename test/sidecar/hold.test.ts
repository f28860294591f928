import { expect, test } from "vitest";
import { staged } from "./runs/world.ts";
import { settle } from "./stage.ts";

test("while it is held, nothing is removed and runs are kept; afterwards it looks at all containers", async () => {
  const { engine, clock, memory, sidecar } = await staged();
  await sidecar.hold();
  await sidecar.hold();
  const id = engine.run();
  engine.exit(id, 0);
  await clock.pass(300);
  expect(engine.has(id)).toBe(true);
  expect(memory.all()).toHaveLength(1);
  sidecar.release();
  await clock.pass(100);
  expect(engine.has(id)).toBe(true);
  sidecar.release();
  await clock.pass(1);
  expect(engine.has(id)).toBe(false);
});

test("a hold waits for the removal that is under way", async () => {
  const { engine, clock, sidecar } = await staged();
  engine.takes.remove = 3;
  const id = engine.run();
  engine.exit(id, 0);
  await clock.pass(settle + 1);
  let isHeld = false;
  void sidecar.hold().then(() => (isHeld = true));
  await clock.pass(1);
  expect(isHeld).toBe(false);
  await clock.pass(1);
  expect([isHeld, engine.has(id)]).toEqual([true, false]);
});
