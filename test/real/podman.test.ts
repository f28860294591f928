import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { BaseImageError, buildImage } from "../../src/docker/build-image.ts";
import { EngineError } from "../../src/docker/engine.ts";
import { tar } from "../../src/docker/tar.ts";
import { suiteThatNeeds } from "./programs.ts";
import { atWork, expectRemoved, isThere, pass, settleSeconds } from "./at-work.ts";
import { describeEngine, readOutput, type Differences } from "../engine/conformance.ts";
import { describePlatformEngine } from "../engine/platform-conformance.ts";
import type { PlatformWorld } from "../engine/platform-world.ts";
import { realPlatformWorld } from "../engine/platform-worlds.ts";
import { needsPodman, Podman } from "./podman.ts";
import { realWorld } from "../engine/worlds.ts";

const { title, isLeftOut } = suiteThatNeeds("Podman", needsPodman);
const signal = new AbortController().signal;

/** Measured on Podman 4.3.1. */
const differences: Differences = {
  "tells a container that runs, one that waits for its restart, and one that never ran": {
    reason: "since nothing waits for its restart: it is `stopped` for a moment, and started again without a pause",
    async body({ engine, run, create }) {
      expect(await engine.inspect(await run({}), signal)).toMatchObject({
        status: "running",
        isAlive: true,
        restartPolicy: "no",
      });
      const crashing = await run({ exits: 1, restart: "on-failure" });
      const seen = new Set<string>();
      await vi.waitFor(
        async () => {
          const container = await engine.inspect(crashing, signal);
          seen.add(`${container?.status} ${container?.isAlive}`);
          expect(container?.restartCount).toBeGreaterThan(5);
        },
        { timeout: 30_000, interval: 2 },
      );
      expect([...seen].filter((state) => state !== "running true")).toEqual(["stopped false"]);
      const unstarted = await engine.inspect(await create({}), signal);
      expect(unstarted).toMatchObject({ status: "created", isAlive: false });
      expect(Date.parse(unstarted!.startedAt)).toBeLessThan(0);
    },
  },
  "refuses to remove a container that runs, is paused, or waits for its restart": {
    reason: "with 500, which is a failure and no conflict",
    async body({ engine, run, pause }) {
      const [running, paused] = [await run({}), await run({})];
      await pause(paused);
      for (const id of [running, paused]) {
        const error: unknown = await engine.remove(id, { volumes: false }, signal).catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(EngineError);
        expect(error).toMatchObject({
          failure: "failed",
          message: expect.stringMatching(/^the engine answers 500: .*container state improper$/) as unknown,
        });
        expect(await engine.inspect(id, signal)).toBeDefined();
      }
    },
  },
  "reads bytes that are no text, and a line without an end": {
    reason: "since it leaves out a last line without an end",
    async body({ engine, run }) {
      const id = await run({ prints: "bytes", exits: 0 });
      await vi.waitFor(async () => expect((await engine.inspect(id, signal))?.status).toBe("exited"), 15_000);
      expect(await readOutput(engine, id, 200)).toEqual({ stdout: "", stderr: "" });
    },
  },
  "names image and networks of a container": {
    reason: "since it lists no network where there is none",
    async body({ engine, run }) {
      const container = await engine.inspect(await run({}), signal);
      expect(container).toMatchObject({ imageReference: "docker.io/library/busybox:local", networks: [] });
    },
  },
};

/** Measured on Podman 4.3.1. */
const noUpdate = {
  reason: "there is no such call, and the adapter says so",
  async body({ engine, run }: PlatformWorld) {
    const id = await run({ restart: "on-failure:2" });
    const before = await engine.inspect(id, signal);
    for (const update of [{ restartPolicy: { name: "no" } }, { memory: 64 * 1024 ** 2 }, { cpuShares: 2 }])
      await expect(engine.update(id, update, signal)).rejects.toMatchObject({
        failure: "forbidden",
        message: "the engine cannot change a running container",
      });
    expect(await engine.inspect(id, signal)).toEqual(before);
  },
};

/** Measured on Podman 4.3.1. */
const platformDifferences: Differences<PlatformWorld> = {
  "gives a running container a policy, which decides about its next end": noUpdate,
  "takes a policy away from a running container": noUpdate,
  "does not start what has ended because of a new policy": noUpdate,
  "changes the limits that are given, and no others": noUpdate,
  "refuses what cannot be, and changes nothing": noUpdate,
  "refuses a policy for a container that the engine removes itself": noUpdate,
  "tells of an update": noUpdate,
  "starts and stops, and says when nothing was to do": {
    reason: "it claims to stop a container that was never started",
    async body({ engine, create }) {
      const id = await create({});
      expect(await engine.stop(id, {}, signal)).toBe("changed");
      expect(await engine.inspect(id, signal)).toMatchObject({ status: "created", isAlive: false });
      expect(await engine.start(id, signal)).toBe("changed");
      expect(await engine.start(id, signal)).toBe("unchanged");
      expect(await engine.stop(id, { timeout: 30 }, signal)).toBe("changed");
      expect(await engine.stop(id, {}, signal)).toBe("unchanged");
    },
  },
  "does not start what is paused, and stops it all the same": {
    reason: "it does neither, with 500",
    async body({ engine, run, pause, unpause }) {
      const id = await run({});
      await pause(id);
      await expect(engine.start(id, signal)).rejects.toMatchObject({ failure: "failed" });
      await expect(engine.stop(id, { timeout: 1 }, signal)).rejects.toMatchObject({ failure: "failed" });
      expect(await engine.inspect(id, signal)).toMatchObject({ status: "paused", isAlive: true });
      await unpause(id);
    },
  },
  "stops what waits for its restart, and does not start it": {
    reason: "since nothing waits for its restart",
    async body({ engine, run }) {
      const id = await run({ exits: 3, restart: "always" });
      await vi.waitFor(async () => expect((await engine.inspect(id, signal))?.restartCount).toBeGreaterThan(1), 20_000);
      expect(["changed", "unchanged"]).toContain(await engine.stop(id, {}, signal));
    },
  },
  "ends with 137 when the container is removed": {
    reason: "the container is gone, and its exit code with it",
    async body({ engine, run, remove, moment }) {
      const id = await run({});
      const end = engine.wait(id, signal);
      await moment();
      await remove(id);
      expect([undefined, 137]).toContain(await end);
    },
  },
  "waits for the next end, even if a restart follows": {
    reason: "an end that a restart follows need not count",
    async body({ engine, run, crash, moment }) {
      const id = await run({ restart: "always" });
      const end = engine.wait(id, signal);
      await moment();
      await crash(id);
      await vi.waitFor(async () => expect((await engine.inspect(id, signal))?.restartCount).toBe(1), 20_000);
      const late = new Promise((resolve) => setTimeout(resolve, 1000, "waits"));
      // Podman looks now and then, and on a busy machine it may see the container between its end and its restart.
      expect(["waits", 3]).toContain(await Promise.race([end, late]));
      await engine.stop(id, { timeout: 10 }, signal);
      expect(await end).not.toBeUndefined();
    },
  },
  "takes a container that was never started for one that has ended": {
    reason: "with 0 or -1",
    async body({ engine, create }) {
      expect([0, -1]).toContain(await engine.wait(await create({}), signal));
    },
  },
};

describe.skipIf(isLeftOut)(title, () => {
  const podman = new Podman();
  beforeAll(() => podman.start(), 60_000);
  afterAll(() => podman.dispose(), 60_000);

  describeEngine("the adapter, on Podman", () => Promise.resolve(realWorld(podman.socket)), { differences });

  describePlatformEngine(
    "the adapter of live services, on Podman",
    () => Promise.resolve(realPlatformWorld(podman.socket)),
    { differences: platformDifferences },
  );

  test("sidecar-image builds, and knows a base image that is missing from another problem", async () => {
    const dockerfile = (text: string) => ({
      tag: "localhost/tutum-stack-test:1",
      context: tar([{ name: "Dockerfile", mode: 0o644, text }]),
    });
    const endpoint = { kind: "socket", path: podman.socket } as const;
    await buildImage(endpoint, dockerfile('FROM busybox:local\nCOPY Dockerfile /\nENTRYPOINT ["true"]\n'));
    const nowhere = buildImage(endpoint, dockerfile("FROM tutum-stack.invalid/base:1\nCOPY Dockerfile /\n"));
    await expect(nowhere).rejects.toBeInstanceOf(BaseImageError);
    const other: unknown = await buildImage(endpoint, dockerfile("FROM busybox:local\nCOPY missing /\n")).catch(
      (reason: unknown) => reason,
    );
    expect(other).toBeInstanceOf(EngineError);
    expect(other).not.toBeInstanceOf(BaseImageError);
  });

  test("the sidecar removes ended jobs, and keeps what runs, restarts, or has another policy or stack", async () => {
    const work = await atWork({ job: "OFF/ALWAYS", migrate: "ON_FAILURE/ON_SUCCESS" }, { path: podman.socket });
    const migrate = { "com.docker.compose.service": "migrate" };
    const job = await work.world.run({ exits: 3 });
    const migrated = await work.world.run({ labels: migrate, exits: 0, restart: "on-failure" });
    const given = await work.world.run({ exits: 3, restart: "on-failure:2" });
    const kept = [
      await work.world.run({}),
      await work.world.run({ labels: migrate, exits: 1, restart: "on-failure" }),
      await work.world.run({ labels: migrate, exits: 1 }),
      await work.world.run({ stack: `${work.world.stack}2`, exits: 0 }),
      await work.world.create({}),
    ];
    for (const id of [job, migrated, given]) await expectRemoved(work, id);
    await pass(2 * settleSeconds);
    expect(await Promise.all(kept.map((id) => isThere(work.world, id)))).toEqual(kept.map(() => true));
    expect(work.logged.filter(({ level }) => level === "error")).toEqual([]);
  });
});
