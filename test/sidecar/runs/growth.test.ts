import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { settle } from "../stage.ts";
import { staged } from "./world.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** How much memory is in use that cannot be freed, in MiB. One collection is not enough. */
function memory(): number {
  let used = Infinity;
  for (let collections = 0; collections < 5; collections++) {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    used = Math.min(used, (heapUsed + external) / 1024 ** 2);
  }
  return used;
}

test("jobs 1: after 10,000 ends, the sidecar uses at most 5 MiB more memory than after 2,000", async () => {
  const services = Array.from({ length: 200 }, (_, index) => `job${index}`);
  const {
    clock,
    engine,
    logged,
    memory: kept,
  } = await staged(Object.fromEntries(services.map((service) => [service, "OFF/ALWAYS"])));
  const text = `${"x".repeat(10_000)}\n`.repeat(2);
  const end = async (count: number): Promise<void> => {
    for (let ended = 0; ended < count; ended += services.length) {
      for (const service of services) {
        const id = engine.run({ service });
        engine.write(id, text);
        engine.exit(id, 0);
      }
      await clock.pass(settle + 1);
      expect(engine.all()).toEqual([]);
      logged.length = 0;
      engine.calls.length = 0;
      engine.images.clear();
    }
  };
  await end(2000);
  const before = memory();
  await end(8000);
  expect(memory() - before).toBeLessThan(5);
  expect(kept.all().length).toBeLessThanOrEqual(20 * services.length);
}, 300_000);
