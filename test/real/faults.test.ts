import { execFile, execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { actionAfterExit } from "../../src/lifecycle/policy.ts";
import { configOf, policy } from "../sidecar/stage.ts";
import { atWork, expectRemoved, isThere, pass, settleSeconds } from "./at-work.ts";
import { listed, type World } from "../engine/conformance.ts";
import { composeLabels, labelOptions } from "../support/compose-labels.ts";
import { cuttableWay } from "./cut.ts";
import { isRealSkipped, realTitle, socket } from "../engine/worlds.ts";

const program = fileURLToPath(new URL("../../dist", import.meta.url));
const signal = new AbortController().signal;
const docker = async (...args: readonly string[]): Promise<string> =>
  (await promisify(execFile)("docker", ["--host", `unix://${socket}`, ...args], { maxBuffer: 1e8 })).stdout.trim();

describe.skipIf(isRealSkipped)(realTitle("faults of a real engine"), { concurrent: true, timeout: 400_000 }, () => {
  test("scenario 22: 300 containers that end while the event stream is cut, more than the engine remembers", async ({
    onTestFinished,
  }) => {
    await using way = await cuttableWay(socket);
    const services = { always: "OFF/ALWAYS", success: "OFF/ON_SUCCESS", failure: "OFF/ON_FAILURE" };
    const { world, logged } = await atWork(services, { through: way.path }, onTestFinished);
    const other = `${world.stack}2`;
    const others = await Promise.all([create(composeLabels(other, "always"), 0), create({}, 0)]);
    onTestFinished(async () => void (await docker("rm", "--force", ...others)));
    const names = Object.keys(services) as (keyof typeof services)[];
    const plan = Array.from({ length: 300 }, (_, index) => ({ service: names[index % 3]!, exits: index % 2 }));
    const made = await inTurns(plan, async ({ service, exits }) => ({
      id: await create(composeLabels(world.stack, service), exits),
      action: actionAfterExit(policy(services[service]), exits === 0 ? "success" : "failure"),
    }));
    way.cut();
    const since = Math.floor((await world.engine.connect(signal)).time);
    await inTurns([...made.map(({ id }) => id), ...others], (id) => call("POST", `/containers/${id}/start`));
    const running = async () =>
      JSON.parse(await call("GET", `/containers/json?filters=${filter(world.stack)}`)) as unknown[];
    await vi.waitFor(async () => expect(await running()).toEqual([]), { timeout: 120_000, interval: 250 });
    const remembered = await docker(
      "events",
      "--since",
      String(since),
      "--until",
      "1s",
      "--filter",
      "event=die",
      "--filter",
      `label=com.docker.compose.project=${world.stack}`,
    );
    expect(remembered.split("\n").length).toBeLessThan(300);
    expect(logged.filter(({ event }) => event === "stopped")).toEqual([]);
    way.mend();
    const wanted = made.filter(({ action }) => action === "keep").map(({ id }) => id);
    await vi.waitFor(async () => expect(await listed(world.engine, world.stack)).toEqual(wanted.toSorted()), {
      timeout: 180_000,
      interval: 500,
    });
    await pass(2 * settleSeconds);
    expect(await listed(world.engine, world.stack)).toEqual(wanted.toSorted());
    expect(await Promise.all(others.map((id) => isThere(world, id)))).toEqual([true, true]);
  });

  test("scenario 9: a restart that fails since a mounted folder is gone, of which the engine tells nobody", async ({
    onTestFinished,
  }) => {
    const work = await atWork({ job: "ON_FAILURE/ALWAYS" }, {}, onTestFinished);
    const folder = mkdtempSync(join(tmpdir(), "mounted-"));
    const id = await run(
      work.world,
      ["--restart", "on-failure", "--mount", `type=bind,src=${folder},dst=/data`],
      "sleep 2; exit 1",
    );
    rmSync(folder, { recursive: true });
    await expectRemoved(work, id);
    expect(work.said("removed", id)[0]?.reason).toMatch(new RegExp(`^failed; could not be restarted: .*${folder}`));
  });

  test("scenario 40: what is run from an image that was made of a container of the service is kept", async ({
    onTestFinished,
  }) => {
    const work = await atWork({ job: "OFF/ALWAYS" }, {}, onTestFinished);
    const source = await run(work.world, [], "exit 0");
    const image = await docker("commit", source);
    onTestFinished(async () => void (await docker("rmi", "--force", image)));
    const id = await docker("run", "--detach", "--network", "none", image, "sh", "-c", "exit 3");
    await expectRemoved(work, source);
    await vi.waitFor(() => expect(work.said("keeping", id)).toHaveLength(1), { timeout: 30_000 });
    await pass(2 * settleSeconds);
    expect(await isThere(work.world, id)).toBe(true);
    await docker("rm", "--force", id);
  });

  test("a `docker start` that fails does not make a container that succeeded one that failed", async ({
    onTestFinished,
  }) => {
    const work = await atWork({ job: "OFF/ON_FAILURE" }, {}, onTestFinished);
    const device = join(mkdtempSync(join(tmpdir(), "device-")), "null");
    execFileSync("mknod", [device, "c", "1", "3"]);
    const id = await run(work.world, ["--device", device], "exit 0");
    await docker("wait", id);
    rmSync(device);
    await expect(docker("start", id)).rejects.toThrow();
    expect(await work.world.engine.inspect(id, signal)).toMatchObject({
      status: "exited",
      exitCode: 128,
      restartCount: 0,
    });
    await vi.waitFor(
      () => expect(work.said("keeping", id).at(-1)?.reason).toBe("a failed start has overwritten its exit code"),
      { timeout: 90_000 },
    );
    await pass(2 * settleSeconds);
    expect(await isThere(work.world, id)).toBe(true);
  });

  test("scenario 12: a process runs out of memory, and the container ends with 0", async ({ onTestFinished }) => {
    const work = await atWork({ job: "OFF/ON_SUCCESS" }, {}, onTestFinished);
    const id = await run(work.world, ["--memory", "24m"], "tail /dev/zero; sleep 1; exit 0");
    await expectRemoved(work, id);
    expect(work.said("removed", id)[0]).toMatchObject({
      exitCode: 0,
      reason: "succeeded; a process in it ran out of memory",
    });
  });

  test("scenario 13: a signal makes the engine forget the restart policy, so a crash after it is the end", async ({
    onTestFinished,
  }) => {
    const work = await atWork({ job: "ON_FAILURE/ON_FAILURE" }, {}, onTestFinished);
    const script = "trap '' HUP; until [ -e /crash ]; do sleep 0.1; done; exit 5";
    const [signalled, crashed] = [
      await run(work.world, ["--restart", "on-failure"], script),
      await run(work.world, ["--restart", "on-failure"], script),
    ];
    await docker("kill", "--signal", "HUP", signalled);
    for (const id of [signalled, crashed]) await docker("exec", id, "touch", "/crash");
    await expectRemoved(work, signalled);
    expect(work.said("removed", signalled)[0]).toMatchObject({ exitCode: 5 });
    await pass(settleSeconds);
    expect(await docker("inspect", "--format", "{{.RestartCount}}", crashed)).not.toBe("0");
  });

  test("scenario 47: `docker update --restart` while it waits for its restart", async ({ onTestFinished }) => {
    const work = await atWork({ job: "ON_FAILURE/ALWAYS" }, {}, onTestFinished);
    const [single, always] = await Promise.all([
      run(work.world, ["--restart", "on-failure"], "exit 1"),
      run(work.world, ["--restart", "on-failure"], "exit 1"),
    ]);
    for (const id of [single, always])
      await vi.waitFor(
        async () =>
          expect(await docker("inspect", "--format", "{{.State.Status}} {{ge .RestartCount 4}}", id)).toBe(
            "restarting true",
          ),
        {
          timeout: 20_000,
          interval: 50,
        },
      );
    // Refused at the moment of the restart itself.
    for (const [restart, id] of [
      ["no", single],
      ["always", always],
    ] as const)
      await vi.waitFor(() => docker("update", "--restart", restart, id), { timeout: 20_000, interval: 50 });
    await expectRemoved(work, single);
    await pass(2 * settleSeconds);
    expect(await docker("inspect", "--format", "{{.State.Status}}", always)).toMatch(/^(restarting|running)$/);
  });

  test.for([{ removeVolumes: undefined }, { removeVolumes: true } as const])(
    "scenario 49: volumes with and without a name, removeVolumes $removeVolumes",
    async ({ removeVolumes }, { onTestFinished }) => {
      const work = await atWork({ job: "OFF/ALWAYS" }, removeVolumes ? { removeVolumes } : {}, onTestFinished);
      const named = `${work.world.stack}-named`;
      const id = await run(work.world, ["-v", `${named}:/named`, "-v", "/anonymous"], "sleep 1");
      const anonymous = (await docker("inspect", "--format", "{{range .Mounts}}{{.Name}} {{end}}", id))
        .split(" ")
        .find((name) => name !== named)!;
      onTestFinished(async () => void (await docker("volume", "rm", "--force", named, anonymous)));
      await expectRemoved(work, id);
      const left = (await docker("volume", "ls", "--quiet")).split("\n");
      expect([left.includes(named), left.includes(anonymous)]).toEqual([true, removeVolumes !== true]);
    },
  );

  test("scenario 50: a container with the labels of a service that is the sidecar's own", async ({
    onTestFinished,
  }) => {
    let own = "";
    const ownIdOf = async (world: World) => (own = await run(world, [], "exit 0"));
    const work = await atWork({ job: "OFF/ALWAYS" }, { ownIdOf }, onTestFinished);
    await expectRemoved(work, await run(work.world, [], "exit 0"));
    await pass(settleSeconds);
    expect(await isThere(work.world, own)).toBe(true);
  });

  test("scenario 51: a user who may not open the socket is told so, and the sidecar ends after a minute", async ({
    onTestFinished,
  }) => {
    const folder = mkdtempSync(join(tmpdir(), "config-"));
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, "autodestroy.json"), JSON.stringify(configOf({ job: "OFF/ALWAYS" })));
    const mounts = [`${socket}:/var/run/docker.sock`, `${program}:/tutum-stack:ro`, `${folder}:/config:ro`].flatMap(
      (mount) => ["--volume", mount],
    );
    const command = [
      "node",
      "/tutum-stack/bin.js",
      "sidecar",
      "--config",
      "/config/autodestroy.json",
      "--project",
      "shop",
    ];
    const id = await docker(
      "run",
      "--detach",
      "--network",
      "none",
      "--user",
      "65534",
      ...mounts,
      "node:local",
      ...command,
    );
    onTestFinished(async () => {
      await docker("rm", "--force", id);
      rmSync(folder, { recursive: true });
    });
    expect(await docker("wait", id)).toBe("2");
    const said = await promisify(execFile)("docker", ["logs", id]);
    const log = said.stdout.trim().split("\n");
    expect(log.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({
        level: "warning",
        event: "disconnected",
        reason: "no answer from the engine: connect EACCES /var/run/docker.sock",
      }),
    ]);
    expect(said.stderr).toContain("connect EACCES /var/run/docker.sock");
  });

  test("scenario 28: inspects that hang do not keep the sidecar from reading what the engine tells", async ({
    onTestFinished,
  }) => {
    await using way = await cuttableWay(socket);
    let release = (): void => {};
    const hanging = new Promise<void>((resolve) => (release = resolve));
    const work = await atWork(
      { job: "OFF/ALWAYS" },
      {
        through: way.path,
        engineOf: (engine) => ({
          ...engine,
          inspect: (id, aborted) => hanging.then(() => engine.inspect(id, aborted)),
        }),
      },
      onTestFinished,
    );
    const running = await run(work.world, [], "sleep 600");
    const unstarted = await inTurns(Array.from({ length: 8 }), () => create(composeLabels(work.world.stack, "job"), 0));
    const before = way.events();
    // About 330 fit into the buffers between the engine and a reader that does not read.
    const changes = Array.from({ length: 1000 }, (_, index) => ({
      id: unstarted[index % 8]!,
      body: { CpuShares: 2 + (index % 1000) },
    }));
    await inTurns(changes, ({ id, body }) => call("POST", `/containers/${id}/update`, body));
    await vi.waitFor(() => expect(way.events() - before).toBe(changes.length), { timeout: 30_000, interval: 100 });
    await docker("kill", running);
    release();
    await expectRemoved(work, running);
  });
});

/** Starts a container of the service `job`, removed with its stack. */
function run({ stack }: World, flags: readonly string[], script: string): Promise<string> {
  const labels = labelOptions(composeLabels(stack, "job"));
  return docker("run", "--detach", "--network", "none", ...labels, ...flags, "busybox:local", "sh", "-c", script);
}

async function create(labels: Readonly<Record<string, string>>, exitCode: number): Promise<string> {
  const body = {
    Image: "busybox:local",
    Cmd: ["sh", "-c", `exit ${exitCode}`],
    Labels: labels,
    HostConfig: { NetworkMode: "none" },
  };
  return (JSON.parse(await call("POST", "/containers/create", body)) as { Id: string }).Id;
}

const agent = new Agent({ keepAlive: true });

/** The body of what the engine answers to a call. Rejects when it is no success. */
function call(method: string, path: string, body?: unknown): Promise<string> {
  return new Promise((resolve, reject) => {
    const calling = request(
      { agent, socketPath: socket, method, path, headers: { host: "docker", "content-type": "application/json" } },
      (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () => ((response.statusCode ?? 500) < 300 ? resolve(text) : reject(new Error(text))));
      },
    );
    calling.on("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function filter(stack: string): string {
  return encodeURIComponent(JSON.stringify({ label: [`com.docker.compose.project=${stack}`] }));
}

/** A few at a time. */
async function inTurns<T, Result>(items: readonly T[], action: (item: T) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let first = 0; first < items.length; first += 8)
    results.push(...(await Promise.all(items.slice(first, first + 8).map(action))));
  return results;
}
