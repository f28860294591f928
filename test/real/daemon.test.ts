import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Action, Policy } from "../../src/lifecycle/policy.ts";
import {
  actionAfterDaemonRestart,
  autodestroyValues,
  autorestartValues,
  isCompatible,
} from "../../src/lifecycle/policy.ts";
import { needsOwnEngine, PrivateEngine, SidecarProcess } from "./private-engine.ts";
import { suiteThatNeeds } from "./programs.ts";

const { title, isLeftOut } = suiteThatNeeds("an engine that is stopped, killed and started again", needsOwnEngine);

const stack = "daemon";
const settleSeconds = 2;
const states = { restart: "running", keep: "exited", remove: "removed" } as const;

const policies: readonly Policy[] = autorestartValues
  .flatMap((autorestart) => autodestroyValues.map((autodestroy): Policy => ({ autorestart, autodestroy })))
  .filter(isCompatible);

/** How programs end that do not listen to TERM, and that do. */
const programs = {
  137: ["sleep", "600"],
  143: ["sh", "-c", "trap 'exit 143' TERM; while :; do sleep 0.2; done"],
  0: ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.2; done"],
} as const;

const containers = policies.flatMap((policy) =>
  ([0, 137] as const).map((exitCode) => ({
    policy,
    exitCode,
    name: `${policy.autorestart}-${policy.autodestroy}-${exitCode}`,
  })),
);

describe.skipIf(isLeftOut)(title, () => {
  const engine = new PrivateEngine();
  let sidecar: SidecarProcess;
  const policyOf = new Map(containers.map(({ name, policy }) => [name, policy]));

  beforeAll(async () => {
    await engine.create("busybox:local");
    await startSidecar();
  }, 120_000);

  afterAll(async () => {
    await sidecar?.end("SIGTERM");
    await engine.dispose();
  }, 120_000);

  test(
    "stopped and started",
    () => expectTable("engine stopped", () => engine.end("SIGTERM"), actionAfterDaemonRestart),
    180_000,
  );

  test(
    "killed and started",
    () => expectTable("engine killed", () => engine.end("SIGKILL"), actionAfterDaemonRestart),
    180_000,
  );

  test("scenario 18: killed with everything that it had started, so that nobody knows how the containers ended", async () => {
    await expectTable(
      "power lost",
      () => engine.loseEverything(),
      (policy) => actionAfterDaemonRestart(policy, "failure"),
    );
    const removed = sidecar.logged.filter(({ event, exitCode }) => event === "removed" && exitCode === 255);
    expect(new Set(removed.map(({ reason }) => reason))).toEqual(new Set(["exit code unknown, treated as a failure"]));
    expect(removed).toHaveLength(4);
  }, 180_000);

  test("a sidecar that is killed while a container settles is replaced by one that goes on", async () => {
    await runAll();
    const before = sidecar.logged.length;
    await engine.docker("kill", "OFF-ALWAYS-0");
    await vi.waitFor(() => expect(sidecar.logged.slice(before).map(({ event }) => event)).toContain("stopped"), {
      timeout: 10_000,
      interval: 10,
    });
    await sidecar.end("SIGKILL");
    expect(await engine.stateOf("OFF-ALWAYS-0")).toBe("exited");
    await startSidecar();
    await expectStates(new Map(containers.map(({ name }) => [name, name === "OFF-ALWAYS-0" ? "removed" : "running"])));
  }, 120_000);

  test("containers that end while no sidecar is there are found by the next one", async () => {
    await runAll();
    await sidecar.end("SIGTERM");
    await engine.docker("kill", "OFF-ALWAYS-0", "OFF-ON_SUCCESS-0", "OFF-ON_FAILURE-0");
    await startSidecar();
    const wanted = new Map<string, string>(containers.map(({ name }) => [name, "running"]));
    for (const [name, state] of [
      ["OFF-ALWAYS-0", "removed"],
      ["OFF-ON_SUCCESS-0", "exited"],
      ["OFF-ON_FAILURE-0", "removed"],
    ] as const)
      wanted.set(name, state);
    await expectStates(wanted);
  }, 120_000);

  test("scenario 16, 46: a stop that takes longer than the settle time removes nothing that the engine starts again", async () => {
    const retried: Policy = { autorestart: "ON_FAILURE", autodestroy: "ALWAYS" };
    const single: Policy = { autorestart: "OFF", autodestroy: "ALWAYS" };
    const [slow, quick] = [["slow"], [1, 2, 3, 4].map((number) => `quick${number}`)];
    const finished = Array.from({ length: 12 }, (_, number) => `finished${number}`);
    const all = new Map([
      ...[...slow, ...quick].map((name) => [name, retried] as const),
      ...finished.map((name) => [name, single] as const),
    ]);
    const watching = new SidecarProcess(engine, "shutdown", all, settleSeconds);
    try {
      await watching.said();
      for (const name of slow)
        await engine.run(name, { stack: "shutdown", policy: retried }, ["--stop-timeout", "8"], programs[137]);
      for (const name of quick) await engine.run(name, { stack: "shutdown", policy: retried }, [], programs[143]);
      const ids = await Promise.all([...slow, ...quick].map(idOf));
      // They end one after the other, so that some are due before, some while, and some after the engine stops.
      await Promise.all(
        finished.map((name, number) =>
          engine.run(name, { stack: "shutdown", policy: single }, [], ["sleep", String(number * 0.4)]),
        ),
      );
      await vi.waitFor(() => expect(watching.logged.map(({ event }) => event)).toContain("removed"), {
        timeout: 20_000,
        interval: 5,
      });
      await engine.end("SIGTERM");
      const removedBefore = watching.logged.filter(({ event }) => event === "removed").length;
      expect(removedBefore).toBeLessThan(finished.length);
      // An old connection would have shown them as stopped for good.
      expect(watching.logged.filter(({ service }) => quick.includes(String(service)))).toEqual([]);
      await engine.start();
      await expectStates(
        new Map([...all.keys()].map((name) => [name, finished.includes(name) ? "removed" : "running"])),
      );
      expect(await Promise.all([...slow, ...quick].map(idOf))).toEqual(ids);
      expect(watching.logged.filter(({ event }) => event === "disconnected")).not.toEqual([]);
    } finally {
      await watching.end("SIGTERM");
    }
  }, 180_000);

  async function expectTable(
    way: string,
    endEngine: () => Promise<void>,
    action: typeof actionAfterDaemonRestart,
  ): Promise<void> {
    await runAll();
    await endEngine();
    await engine.start();
    const wanted = containers.map(
      ({ name, policy, exitCode }) => [name, states[action(policy, exitCode === 0 ? "success" : "failure")]] as const,
    );
    await expectStates(new Map(wanted));
    console.log(await tableOf(way));
  }

  /** What is not removed two settle times later is not going to be. */
  async function expectStates(wanted: ReadonlyMap<string, string>): Promise<void> {
    const found = async () =>
      Object.fromEntries(
        await Promise.all([...wanted.keys()].map(async (name) => [name, await engine.stateOf(name)] as const)),
      );
    await vi.waitFor(async () => expect(await found()).toEqual(Object.fromEntries(wanted)), {
      timeout: 60_000,
      interval: 1000,
    });
    await new Promise((resolve) => setTimeout(resolve, 2 * settleSeconds * 1000));
    expect(await found()).toEqual(Object.fromEntries(wanted));
  }

  async function runAll(): Promise<void> {
    await engine.docker("rm", "-f", ...containers.map(({ name }) => name));
    for (let first = 0; first < containers.length; first += 6) {
      const some = containers.slice(first, first + 6);
      await Promise.all(
        some.map(({ name, policy, exitCode }) =>
          engine.run(name, { stack, policy }, ["--stop-timeout", "1"], programs[exitCode]),
        ),
      );
    }
  }

  async function startSidecar(): Promise<void> {
    sidecar = new SidecarProcess(engine, stack, policyOf, settleSeconds);
    await sidecar.said();
  }

  async function idOf(name: string): Promise<string> {
    return (await engine.docker("inspect", "--format", "{{.Id}}", name)).stdout;
  }

  async function tableOf(way: string): Promise<string> {
    const seen = new Map(
      await Promise.all(containers.map(async ({ name }) => [name, await engine.stateOf(name)] as const)),
    );
    const rows = containers.map(({ name, policy, exitCode }) => {
      const action = (Object.keys(states) as Action[]).find((one) => states[one] === seen.get(name));
      return `| ${policy.autorestart} | ${policy.autodestroy} | ${exitCode} | ${action} |`;
    });
    return [`| autorestart | autodestroy | exit code | ${way} |`, "|---|---|---|---|", ...rows].join("\n");
  }
});
