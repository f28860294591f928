import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, vi } from "vitest";
import { createPlatformEngine } from "../../src/docker/platform-client.ts";
import type { PlatformEngine } from "../../src/docker/platform-engine.ts";
import { monotonicClock } from "../../src/time/clock.ts";
import { composeLabels, labelOptions } from "../support/compose-labels.ts";
import { serve } from "./docker-server.ts";
import { FakeEngine } from "./fake-engine.ts";
import { FakePlatformEngine, type FakePlatformOptions } from "./fake-platform-engine.ts";
import { eventually, pause, type PlatformMaking, type PlatformWorld } from "./platform-world.ts";
import { platformAnswers } from "./platform-server.ts";

const mega = 1024 ** 2;

/** The fake, with hands. */
export function fakePlatformWorld(
  engineOf: (platform: FakePlatformEngine) => PlatformEngine = (platform) => platform,
): PlatformWorld {
  const platform = new FakePlatformEngine(new FakeEngine(monotonicClock));
  const { fake } = platform;
  const makings = new Map<string, PlatformMaking>();
  const runs = new Map<string, string>();
  const create = (making: PlatformMaking): string => {
    const id = platform.create(optionsOf(making));
    makings.set(id, making);
    return id;
  };
  // A program speaks and ends each time that its container is started.
  const live = (id: string): void => {
    const { exits, speaks, hasTerminal, keepsNotes } = makings.get(id) ?? {};
    const container = fake.find(id);
    if (!container || container.status !== "running" || runs.get(id) === container.startedAt) return;
    runs.set(id, container.startedAt);
    const end = hasTerminal ? "\r\n" : "\n";
    if (keepsNotes) for (const name of ["a", "b/c"]) platform.writeFile(id, `/data/notes/${name}`, "kept");
    if (speaks) platform.write(id, `out 1${end}out 2${end}`);
    if (speaks) platform.write(id, `err${end}`, hasTerminal ? "stdout" : "stderr");
    if (exits !== undefined) setTimeout(() => fake.find(id)?.status === "running" && fake.exit(id, exits), 5).unref();
  };
  fake.observers.add({ changed: live, broke: () => {} });
  return {
    engine: engineOf(platform),
    stack: "shop",
    moment: () => pause(20),
    create: (making) => Promise.resolve(create(making)),
    run(making) {
      const id = create(making);
      fake.start(id);
      return Promise.resolve(id);
    },
    crash: (id) => Promise.resolve(fake.exit(id, 3)),
    speak: (id) => Promise.resolve(platform.write(id, "late\n")),
    pause: (id) => Promise.resolve(fake.pause(id)),
    unpause: (id) => Promise.resolve(fake.pause(id, "running")),
    rename: (id, name) => Promise.resolve(platform.rename(id, name)),
    remove: (id) => Promise.resolve(fake.delete(id)),
    [Symbol.asyncDispose]: () => Promise.resolve(fake.observers.clear()),
  };
}

function optionsOf({ stack, labels = {}, restart = "no", hasTerminal = false, ...making }: PlatformMaking) {
  const { isRemoved: autoRemove = false, isFurnished = false } = making;
  const volume = { type: "volume", name: "5".repeat(64), source: "/5", destination: "/data", isReadOnly: false };
  const furniture = {
    memory: 64 * mega,
    memorySwap: 128 * mega,
    cpuShares: 512,
    cpuset: "0",
    hostname: "web",
    mounts: [volume],
    ports: [{ ip: "127.0.0.1", publicPort: 32_768, privatePort: 80, protocol: "tcp" }],
    networks: [{ id: "6".repeat(64), name: "bridge", aliases: [], address: "172.17.0.2" }],
  };
  const details = { command: ["sh", "-c", "true"], hasTerminal, ...(isFurnished ? furniture : {}) };
  const options = {
    labels,
    restart,
    autoRemove,
    details,
    stopCode: 0,
    ...(stack === undefined ? {} : { project: stack }),
  };
  return options satisfies FakePlatformOptions;
}

/** The adapter, on a socket where a fake answers as Docker does. */
export async function recordedPlatformWorld(): Promise<PlatformWorld> {
  const fakes: FakePlatformEngine[] = [];
  const waiting = new Set<object>();
  const server = await serve((request, response) => {
    if (/\/(wait|logs)(\?|$)/.test(request.url ?? "")) {
      waiting.add(request);
      response.once("close", () => waiting.delete(request));
    }
    return platformAnswers(fakes[0]!)(request, response);
  });
  const world = fakePlatformWorld((platform) => {
    fakes.push(platform);
    return createPlatformEngine(server.endpoint, () => {});
  });
  return {
    ...world,
    async moment() {
      await vi.waitFor(() => expect(waiting.size).toBeGreaterThan(0), eventually);
      await world.moment();
    },
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** The adapter, on an engine of this machine. Its containers are removed at the end. */
export function realPlatformWorld(path: string): PlatformWorld {
  const stack = `platform${Math.random().toString(36).slice(2)}`;
  const made: string[] = [];
  const docker = async (...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)("docker", ["--host", `unix://${path}`, ...args], { maxBuffer: 1e7 })).stdout.trim();
  const create = async (making: PlatformMaking): Promise<string> => {
    const id = await docker("create", ...flagsOf(making, stack), "busybox:local", "sh", "-c", programOf(making));
    made.push(id);
    return id;
  };
  const command =
    (...words: readonly string[]) =>
    async (...ids: readonly string[]) =>
      void (await docker(...words, ...ids));
  return {
    engine: createPlatformEngine({ kind: "socket", path }, () => {}),
    stack,
    moment: () => pause(300),
    create,
    async run(making) {
      const id = await create(making);
      await docker("start", id);
      return id;
    },
    // Not by `docker kill`: whatever its signal, the engine does not restart the container after it (20.10).
    crash: (id) => command("exec", id, "kill", "-USR2")("1"),
    speak: (id) => command("exec", id, "kill", "-USR1")("1"),
    pause: command("pause"),
    unpause: command("unpause"),
    rename: command("rename"),
    remove: command("rm", "--force", "--volumes"),
    async [Symbol.asyncDispose]() {
      // Some are gone already, and one that is restarted all the time (Podman) cannot be removed at every moment.
      for (const id of made) await docker("rm", "--force", "--volumes", id).catch(() => "");
    },
  };
}

function programOf({ exits, speaks, keepsNotes }: PlatformMaking): string {
  const notes = "mkdir -p /data/notes/b; printf kept | tee /data/notes/a > /data/notes/b/c; ";
  const speech = (keepsNotes ? notes : "") + (speaks ? "echo out 1; echo out 2; echo err >&2; " : "");
  const life = "trap 'exit 0' TERM; trap 'echo late' USR1; trap 'exit 3' USR2; while :; do sleep 0.1; done";
  return exits === undefined ? life.replace("while", `${speech}while`) : `${speech}exit ${exits}`;
}

function flagsOf({ stack, labels, restart = "no", ...making }: PlatformMaking, own: string): readonly string[] {
  const limits = ["--memory", "64m", "--memory-swap", "128m", "--cpu-shares", "512", "--cpuset-cpus", "0"];
  const furniture = [...limits, "--hostname", "web", "--volume", "/data", "--publish", "127.0.0.1::80"];
  return [
    ...labelOptions({ ...composeLabels(stack ?? own, "job"), ...labels }),
    ...(making.isRemoved ? ["--rm"] : ["--restart", restart]),
    ...(making.isFurnished ? furniture : ["--network", "none"]),
    ...(making.hasTerminal ? ["--tty"] : []),
    ...(making.keepsNotes ? ["--volume", "/data"] : []),
  ];
}
