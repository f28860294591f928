import { execFile } from "node:child_process";
import { request } from "node:http";
import { env } from "node:process";
import { promisify } from "node:util";
import { monotonicClock } from "../../src/time/clock.ts";
import { createSidecarEngine } from "../../src/docker/client.ts";
import type { SidecarEngine } from "../../src/docker/engine.ts";
import { howToAllowDocker, isDockerAllowed } from "../support/docker.ts";
import type { Making, World } from "./conformance.ts";
import { dockerAnswers, serve } from "./docker-server.ts";
import { FakeEngine } from "./fake-engine.ts";
import { composeLabels } from "../support/compose-labels.ts";

/** Where the engine of this machine listens. */
export const socket = "/var/run/docker.sock";

/** Whether what needs a real engine is left out: nobody asked for it, or no engine answers. Never left out in CI. */
export const isRealSkipped = !env["CI"] && !(isDockerAllowed && (await doesAnswer()));

/** The title of what needs a real engine. */
export function realTitle(title: string): string {
  if (!isRealSkipped) return title;
  const why = isDockerAllowed
    ? `skipped: no engine answers at ${socket}; scripts/start-docker.sh starts one with busybox:local`
    : `missing: ${howToAllowDocker}`;
  return `${title} (${why})`;
}

/** The fake, with hands. */
export function fakeWorld(engineOf: (fake: FakeEngine) => SidecarEngine = (fake) => fake): World {
  const fake = new FakeEngine(monotonicClock);
  const exits = new Map<string, number>();
  let count = 0;
  const create = ({ stack, labels = {}, restart = "no", exits: exitCode, hasVolume, ...making }: Making): string => {
    const volumes = { anonymous: hasVolume ? [`volume${++count}`] : [], named: [] };
    const { hasTerminal = false } = making;
    const networks = [{ id: "5".repeat(64), name: "none" }];
    const common = { labels, restart, volumes, hasTerminal, networks };
    const id = fake.create({ ...common, ...(stack === undefined ? {} : { project: stack }) });
    print(fake, id, making);
    if (exitCode !== undefined) exits.set(id, exitCode);
    return id;
  };
  const live = (id: string): void => {
    const exitCode = exits.get(id);
    if (exitCode === undefined || !fake.has(id)) return;
    if (fake.get(id).status === "running") fake.exit(id, exitCode);
    setTimeout(() => live(id), 5).unref();
  };
  return {
    engine: engineOf(fake),
    stack: "shop",
    create: (making) => Promise.resolve(create(making)),
    run(making) {
      const id = create(making);
      fake.start(id);
      live(id);
      return Promise.resolve(id);
    },
    stop: (id) => Promise.resolve(fake.stop(id)),
    pause: (id) => Promise.resolve(fake.set(id, { status: "paused" })),
    volumes: () => Promise.resolve([...fake.volumes]),
    [Symbol.asyncDispose]: () => Promise.resolve(exits.clear()),
  };
}

function print(fake: FakeEngine, id: string, { prints, hasTerminal = false }: Making): void {
  const end = hasTerminal ? "\r\n" : "\n";
  if (prints === "bytes") fake.write(id, new Uint8Array([0, 0xff, ...new TextEncoder().encode("\u001b[31m")]));
  if (prints !== "lines") return;
  for (let line = 1; line <= 300; line++) fake.write(id, `${line}${end}`);
  fake.write(id, `err${end}`, hasTerminal ? "stdout" : "stderr");
}

/** The adapter, on a socket where a fake answers as Docker does. */
export async function recordedWorld(): Promise<World> {
  const fakes: FakeEngine[] = [];
  const server = await serve((request, response) => dockerAnswers(fakes[0]!)(request, response));
  const world = fakeWorld((fake) => {
    fakes.push(fake);
    return createSidecarEngine(server.endpoint, () => {});
  });
  return {
    ...world,
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** The adapter, on the engine of this machine. Its containers are removed at the end, and others of its stack. */
export function realWorld(path: string): World {
  const stack = `conformance${Math.random().toString(36).slice(2)}`;
  const made: string[] = [];
  const anonymous: string[] = [];
  const docker = async (...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)("docker", ["--host", `unix://${path}`, ...args], { maxBuffer: 1e7 })).stdout.trim();
  const create = async ({
    stack: of = stack,
    labels = {},
    restart = "no",
    exits,
    hasVolume,
    prints,
    hasTerminal,
  }: Making): Promise<string> => {
    const flags = Object.entries({ ...composeLabels(of, "job"), ...labels }).flatMap(([key, value]) => [
      "--label",
      `${key}=${value}`,
    ]);
    const life = exits === undefined ? "trap 'exit 0' TERM; while :; do sleep 0.1; done" : `exit ${exits}`;
    const command = `${prints === undefined ? "" : `${printing[prints]}; `}${life}`;
    const id = await docker(
      "create",
      "--network",
      "none",
      "--restart",
      restart,
      ...(hasVolume ? ["-v", "/data"] : []),
      ...(hasTerminal ? ["--tty"] : []),
      ...flags,
      "busybox:local",
      "sh",
      "-c",
      command,
    );
    made.push(id);
    if (hasVolume) anonymous.push(await docker("inspect", "--format", "{{range .Mounts}}{{.Name}}{{end}}", id));
    return id;
  };
  return {
    engine: createSidecarEngine({ kind: "socket", path }, () => {}),
    stack,
    create,
    async run(making) {
      const id = await create(making);
      await docker("start", id);
      return id;
    },
    stop: async (id) => void (await docker("stop", id)),
    pause: async (id) => void (await docker("pause", id)),
    async volumes() {
      const all = (await docker("volume", "ls", "--quiet")).split("\n");
      return anonymous.filter((name) => all.includes(name));
    },
    async [Symbol.asyncDispose]() {
      const others = (await docker("ps", "--all", "--quiet", "--filter", `label=com.docker.compose.project=${stack}`))
        .split("\n")
        .filter(Boolean);
      // Some are gone already, and one that is restarted all the time (Podman) cannot be removed at every moment.
      await docker("rm", "--force", "--volumes", ...new Set([...made, ...others])).catch(() => "");
      await Promise.all(anonymous.map((name) => docker("volume", "rm", "--force", name)));
    },
  };
}

/** The pause keeps the two streams in order. */
const printing = { lines: "seq 300; sleep 0.2; echo err >&2", bytes: "printf '\\0\\377\\033[31m'" };

function doesAnswer(): Promise<boolean> {
  return new Promise((resolve) => {
    request({ socketPath: socket, path: "/_ping", agent: false, timeout: 5000 }, (response) =>
      resolve(response.resume().statusCode === 200),
    )
      .on("error", () => resolve(false))
      .end();
  });
}
