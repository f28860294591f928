import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { actionAfterExit } from "../../src/lifecycle/policy.ts";
import { policy } from "../sidecar/stage.ts";
import { atWork, expectRemoved, isThere, pass, settleSeconds } from "./at-work.ts";
import { isRealSkipped, realTitle, socket } from "../engine/worlds.ts";

const docker = async (...args: readonly string[]): Promise<string> =>
  (await promisify(execFile)("docker", ["--host", `unix://${socket}`, ...args])).stdout.trim();
const signal = new AbortController().signal;

describe.skipIf(isRealSkipped)(realTitle("the sidecar, on a real engine"), { timeout: 180_000 }, () => {
  test("scenario 1, 7, 11: every policy, with exit codes 0, 1, 137, ended by itself", async () => {
    const policies = [
      "OFF/ON_FAILURE",
      "OFF/ON_SUCCESS",
      "OFF/ALWAYS",
      "ON_FAILURE/ON_FAILURE",
      "ON_FAILURE/ON_SUCCESS",
      "ON_FAILURE/ALWAYS",
    ];
    const services = Object.fromEntries(policies.map((text, index) => [`job${index}`, text]));
    const work = await atWork(services);
    const { world, logged } = work;
    const rows = Object.entries(services).flatMap(([service, text]) =>
      [0, 1, 137].map((exits) => ({ service, text, exits })),
    );
    const made = await Promise.all(
      rows.map(async ({ service, text, exits }) => {
        const labels = { "com.docker.compose.service": service, exitCode: exits === 0 ? "1" : "0" };
        const action = actionAfterExit(policy(text), exits === 0 ? "success" : "failure");
        return {
          text,
          exits,
          action,
          id: await world.run({ labels, exits, restart: text.startsWith("OFF") ? "no" : "on-failure" }),
        };
      }),
    );
    await Promise.all(made.filter(({ action }) => action === "remove").map(({ id }) => expectRemoved(work, id)));
    await pass(2 * settleSeconds);
    const there = await Promise.all(made.map(async ({ text, exits, id }) => [text, exits, await isThere(world, id)]));
    expect(there).toEqual(made.map(({ text, exits, action }) => [text, exits, action !== "remove"]));
    expect(logged.filter(({ level }) => level === "error")).toEqual([]);
  });

  test("scenario 2, 4, 6, 8: retries used up, `docker restart`, stop and start, stop while restarting", async () => {
    const { world, logged } = await atWork({ job: "OFF/ALWAYS" });
    const [retried, restarted, started, stopped] = await Promise.all([
      world.run({ exits: 3, restart: "on-failure:2" }),
      world.run({}),
      world.run({}),
      world.run({ exits: 1, restart: "on-failure" }),
    ]);
    for (let time = 0; time < 20; time++) await docker("restart", "--time", "0", restarted);
    await docker("stop", started);
    await docker("start", started);
    await vi.waitFor(
      async () => expect((await world.engine.inspect(stopped, signal))?.status).toBe("restarting"),
      10_000,
    );
    await docker("stop", stopped);
    await vi.waitFor(
      () =>
        expect(logged.filter(({ event }) => event === "removed").map(({ container }) => container)).toEqual(
          expect.arrayContaining([retried, stopped]),
        ),
      15_000,
    );
    await pass(settleSeconds);
    expect(await Promise.all([retried, restarted, started, stopped].map((id) => isThere(world, id)))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(logged.find(({ event, container }) => event === "removed" && container === retried)).toMatchObject({
      service: "job",
      exitCode: 3,
    });
  });

  test("scenario 14, 38, 40, 41: always restarted, another stack, another service, a one-off", async () => {
    const { world } = await atWork({ job: "OFF/ALWAYS" });
    const kept = await Promise.all([
      world.run({ restart: "always" }),
      world.run({ stack: `${world.stack}2`, exits: 0 }),
      world.run({ labels: { "com.docker.compose.service": "web" }, exits: 0 }),
      world.run({ labels: { "com.docker.compose.oneoff": "True" }, exits: 0 }),
      world.create({}),
    ]);
    const removed = await world.run({ exits: 0 });
    await docker("stop", "--time", "0", kept[0]);
    await vi.waitFor(async () => expect(await isThere(world, removed)).toBe(false), 10_000);
    await pass(settleSeconds);
    expect(await Promise.all(kept.map((id) => isThere(world, id)))).toEqual(kept.map(() => true));
  });
});
