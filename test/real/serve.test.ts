import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ServerProcess } from "../clients/server.ts";
import { lives } from "./live-folder.ts";
import { execute, suiteThatNeeds } from "./programs.ts";
import { program } from "../support/program.ts";
import { needsEngine } from "./project.ts";
import { buildSidecarImage } from "./stack-folder.ts";

const suite = suiteThatNeeds("serve", needsEngine);

describe.skipIf(suite.isLeftOut)(suite.title, () => {
  let server: ServerProcess;
  let stack: string;

  beforeEach(() => {
    server = new ServerProcess();
    stack = `tutum-stack-serve-${randomBytes(3).toString("hex")}`;
    mkdirSync(join(server.stacks, stack), { recursive: true });
    writeFileSync(file(), `web:\n  image: busybox:local # ours\n  command: ${JSON.stringify(lives)}\n`);
  });

  afterEach(() => server.remove(stack));

  /** A job that needs two seconds, and its data. */
  const job = `job:
  image: busybox:local
  command: sh -c 'sleep 2; echo last words; exit 3'
  volumes: [/data]
  autodestroy: ALWAYS
`;

  const file = (): string => join(server.stacks, stack, "stack.yml");

  /** The first service, once the server knows the engine. */
  async function service(): Promise<any> {
    let answer = await server.ask(`/api/v1/service/?stack__name=${stack}`);
    while (answer.status === 503) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      answer = await server.ask(`/api/v1/service/?stack__name=${stack}`);
    }
    return ((await answer.json()) as any).objects[0];
  }

  async function finished(answer: Response): Promise<string> {
    const uri = answer.headers.get("x-tutum-action-uri") ?? "";
    for (;;) {
      const { state } = (await (await server.ask(uri)).json()) as { readonly state: string };
      if (state === "Success" || state === "Failed") return state;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  const send = (method: string, path: string, body?: object): Promise<Response> =>
    server.ask(path, {
      method,
      ...(body ? { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } } : {}),
    });

  test("a change by its API is on the engine, and one on the engine is in its answers", async () => {
    await server.start();
    const { resource_uri: uri } = await service();
    expect(await finished(await send("POST", `${uri}start/`))).toBe("Success");
    expect(await service()).toMatchObject({ state: "Running", autorestart: "OFF" });
    expect((await send("PATCH", uri, { autorestart: "ALWAYS" })).status).toBe(200);
    const [name = ""] = await names();
    expect(await inspect(name, "{{.HostConfig.RestartPolicy.Name}}")).toBe("always");
    expect(readFileSync(file(), "utf8")).toContain("# ours\n");
    await send("PATCH", uri, { autorestart: "OFF" });
    await execute(["docker", "kill", name]);
    await expect.poll(async () => (await service()).state, { timeout: 20_000 }).toBe("Stopped");
    expect(statSync(join(server.folder, "state/tutum-stack/token")).mode & 0o777).toBe(0o600);
  });

  test("the token stays, and SIGTERM lets what was begun come to its end", async () => {
    await server.start();
    const { token } = server;
    const { resource_uri: uri } = await service();
    expect((await send("POST", `${uri}start/`)).status).toBe(202);
    expect(await server.end("SIGTERM")).toBe(0);
    expect(await names()).toHaveLength(1);
    await server.start();
    expect(server.token).toBe(token);
    expect(await service()).toMatchObject({ state: "Running" });
  });

  test("it is the sidecar: a job is gone with its volume, and its output and exit code stay", async () => {
    writeFileSync(file(), job);
    await server.start();
    const { resource_uri: uri } = await service();
    expect(await finished(await send("POST", `${uri}start/`))).toBe("Success");
    expect(await names()).toHaveLength(1);
    await expect.poll(names, { timeout: 30_000 }).toEqual([]);
    expect(server.output).toMatch(new RegExp(`^${stack}: .* removed .*service job, .*exit code 3`, "m"));
    await expect.poll(async () => (await service()).status, { timeout: 10_000 }).toBe("Cleaned up");
    // That it was removed is written down a moment later.
    const runs = async (): Promise<any> => (await server.ask(`${uri}runs/`)).json();
    await expect
      .poll(runs, { timeout: 30_000 })
      .toMatchObject({ objects: [{ exitCode: 3, done: "removed", output: { pieces: [{ text: "last words\n" }] } }] });
  });

  test("it takes over from a sidecar in a container, and does at its start what was missed", async ({
    onTestFinished,
  }) => {
    writeFileSync(file(), job);
    const image = `${stack}:1`;
    await buildSidecarImage(image);
    onTestFinished(() => void execute(["docker", "rmi", image]));
    const up = [...program, "up", file(), "--stacks", server.stacks, "--settle", "2", "--sidecar-image", image];
    expect(await execute(up, { env: server.env })).toMatchObject({ code: 0 });
    expect((await names()).filter((name) => name.includes("autodestroy"))).toHaveLength(1);
    await server.start();
    await expect.poll(names, { timeout: 30_000 }).toEqual([]);
    expect(server.output).toMatch(new RegExp(`^${stack}: .* took over .*autodestroy`, "m"));
    await server.end();
    await server.start();
    const { resource_uri: uri } = await service();
    expect(await finished(await send("POST", `${uri}start/`))).toBe("Success");
    await server.end("SIGKILL");
    const [left = ""] = await names();
    await execute(["docker", "wait", left]);
    await server.start(["--read-only"]);
    await new Promise((resolve) => setTimeout(resolve, 5000));
    expect(await names()).toEqual([left]);
    await server.end();
    await server.start();
    await expect.poll(names, { timeout: 30_000 }).toEqual([]);
    expect(server.output).toMatch(new RegExp(`^${stack}: .* stopped ${left} .*removed in 2 s unless`, "m"));
  });

  test("after SIGKILL at any moment files are whole, and no accepted change is lost", async () => {
    await server.start();
    const { resource_uri: uri } = await service();
    expect(await finished(await send("POST", `${uri}start/`))).toBe("Success");
    let accepted = 0;
    for (let round = 1; round <= 4; round++) {
      const changing = (async () => {
        for (let number = round * 100; ; number++) {
          const answer = await send("PATCH", uri, { tags: [`t${number}`], cpu_shares: 100 + (number % 7) });
          if (answer.status === 200) accepted = number;
        }
      })().catch(() => {});
      await expect.poll(() => accepted, { timeout: 30_000, interval: 10 }).toBeGreaterThan(round * 100);
      await new Promise((resolve) => setTimeout(resolve, 37 * round));
      expect(await server.end("SIGKILL")).toBe("SIGKILL");
      await changing;
      const [tag] = parse(readFileSync(file(), "utf8")).web.tags as string[];
      expect(Number(tag!.slice(1))).toBeGreaterThanOrEqual(accepted);
      await server.start();
      expect(await service()).toMatchObject({ state: "Running", name: "web" });
    }
  });

  test("two servers for one folder do not lose each other's changes", async () => {
    await server.start();
    const other = new ServerProcess(server.folder);
    await other.start();
    await expect.poll(async () => (await other.ask("/api/v1/service/")).status, { timeout: 20_000 }).toBe(200);
    const { resource_uri: uri } = await service();
    const [first, second] = await Promise.all([
      send("PATCH", uri, { cpu_shares: 100 }),
      other.ask(uri, {
        method: "PATCH",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ run_command: "sleep 1" }),
      }),
    ]);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(parse(readFileSync(file(), "utf8"))).toMatchObject({ web: { cpu_shares: 100, command: "sleep 1" } });
    expect(await other.end()).toBe(0);
  });

  test("it listens before there is an engine, and finds one that comes later", async () => {
    const socket = join(server.folder, "docker.sock");
    await server.start([], { DOCKER_HOST: `unix://${socket}` });
    expect((await server.ask("/api/v1/service/")).status).toBe(503);
    expect((await server.ask("/api/v1/auth/")).status).toBe(200);
    symlinkSync("/var/run/docker.sock", socket);
    await expect.poll(async () => (await server.ask("/api/v1/service/")).status, { timeout: 20_000 }).toBe(200);
  });

  async function names(): Promise<readonly string[]> {
    const filter = `label=com.docker.compose.project=${stack}`;
    const { stdout } = await execute(["docker", "ps", "-a", "--filter", filter, "--format", "{{.Names}}"]);
    return stdout.split("\n").filter((name) => name !== "");
  }

  async function inspect(name: string, format: string): Promise<string> {
    return (await execute(["docker", "inspect", "--format", format, name])).stdout.trim();
  }
});
