import { expect, test } from "vitest";
import { staged } from "./runs/world.ts";

test("while it is held, nothing is removed and runs are kept; afterwards it looks at all containers", async () => {
  const { engine, clock, memory, sidecar } = await staged();
  sidecar.hold();
  const id = engine.run();
  engine.exit(id, 0);
  await clock.pass(300);
  expect(engine.has(id)).toBe(true);
  expect(memory.all()).toHaveLength(1);
  sidecar.release();
  await clock.pass(1);
  expect(engine.has(id)).toBe(false);
});
