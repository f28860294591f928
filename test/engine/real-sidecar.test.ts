import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { actionAfterExit } from "../../src/lifecycle/policy.ts";
import { monotonicClock } from "../../src/sidecar/clock.ts";
import { createDockerEngine } from "../../src/sidecar/docker-engine.ts";
import type { Fact } from "../../src/sidecar/log.ts";
import { createMetrics } from "../../src/sidecar/metrics.ts";
import { createSidecar } from "../../src/sidecar/sidecar.ts";
import { configOf, policy } from "../sidecar/stage.ts";
import type { World } from "./conformance.ts";
import { isRealSkipped, realTitle, realWorld, socket } from "./worlds.ts";

const settleSeconds = 2;

/** A sidecar at work on the engine of this machine, for a stack of its own. */
async function atWork(services: Readonly<Record<string, string>>): Promise<{ readonly world: World; readonly facts: readonly Fact[] }> {
  const world = realWorld(socket);
  const facts: Fact[] = [];
  const stop = new AbortController();
  const engine = createDockerEngine({ kind: "socket", path: socket }, (problem) => facts.push({ level: "error", event: "stream", reason: problem }));
  const metrics = createMetrics("1.2.3", () => 0);
  const common = { metrics, clock: monotonicClock, random: Math.random, ownId: undefined, onHealth: (): void => {}, dryRun: false, once: false };
  const sidecar = createSidecar({ ...common, engine, log: (fact) => facts.push(fact), config: { ...configOf(services, world.stack), settleSeconds } });
  const ended = sidecar.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await ended;
    await world[Symbol.asyncDispose]();
  });
  await vi.waitFor(() => expect(facts.map(({ event }) => event)).toContain("connected"), 5000);
  return { world, facts };
}

const docker = async (...args: readonly string[]): Promise<string> =>
  (await promisify(execFile)("docker", ["--host", `unix://${socket}`, ...args])).stdout.trim();
const signal = new AbortController().signal;
const pass = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const isThere = async ({ engine }: World, id: string): Promise<boolean> => (await engine.inspect(id, signal)) !== undefined;

describe.skipIf(isRealSkipped)(realTitle("the sidecar, on a real engine"), () => {
  test("scenario 1, 7, 11: every policy, with exit codes 0, 1, 137, ended by itself", async () => {
    const policies = ["OFF/ON_FAILURE", "OFF/ON_SUCCESS", "OFF/ALWAYS", "ON_FAILURE/ON_FAILURE", "ON_FAILURE/ON_SUCCESS", "ON_FAILURE/ALWAYS"];
    const services = Object.fromEntries(policies.map((text, index) => [`job${index}`, text]));
    const { world, facts } = await atWork(services);
    const rows = Object.entries(services).flatMap(([service, text]) => [0, 1, 137].map((exits) => ({ service, text, exits })));
    const made = await Promise.all(
      rows.map(async ({ service, text, exits }) => {
        const labels = { "io.tutum-stack.service": service, exitCode: exits === 0 ? "1" : "0" };
        const action = actionAfterExit(policy(text), exits === 0 ? "success" : "failure");
        return { text, exits, action, id: await world.run({ labels, exits, restart: text.startsWith("OFF") ? "no" : "on-failure" }) };
      }),
    );
    await pass(settleSeconds + 3);
    const there = await Promise.all(made.map(async ({ text, exits, id }) => [text, exits, await isThere(world, id)]));
    expect(there).toEqual(made.map(({ text, exits, action }) => [text, exits, action !== "remove"]));
    expect(facts.filter(({ level }) => level === "error")).toEqual([]);
  });

  test("scenario 2, 4, 6, 8: retries used up, `docker restart`, stop and start, stop while restarting", async () => {
    const { world, facts } = await atWork({ job: "OFF/ALWAYS" });
    const [retried, restarted, started, stopped] = await Promise.all([
      world.run({ exits: 3, restart: "on-failure:2" }),
      world.run({}),
      world.run({}),
      world.run({ exits: 1, restart: "on-failure" }),
    ]);
    for (let time = 0; time < 8; time++) await docker("restart", "--time", "0", restarted);
    await docker("stop", started);
    await docker("start", started);
    await vi.waitFor(async () => expect((await world.engine.inspect(stopped, signal))?.status).toBe("restarting"), 10_000);
    await docker("stop", stopped);
    await vi.waitFor(
      () => expect(facts.filter(({ event }) => event === "removed").map(({ container }) => container)).toEqual(expect.arrayContaining([retried, stopped])),
      15_000,
    );
    await pass(settleSeconds);
    expect(await Promise.all([retried, restarted, started, stopped].map((id) => isThere(world, id)))).toEqual([false, true, true, false]);
    expect(facts.find(({ event, container }) => event === "removed" && container === retried)).toMatchObject({ service: "job", exitCode: 3 });
  });

  test("scenario 14, 38, 40, 41: always restarted, another stack, another service, a one-off", async () => {
    const { world } = await atWork({ job: "OFF/ALWAYS" });
    const kept = await Promise.all([
      world.run({ restart: "always" }),
      world.run({ stack: `${world.stack}2`, exits: 0 }),
      world.run({ labels: { "io.tutum-stack.service": "web" }, exits: 0 }),
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
