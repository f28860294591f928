import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Policy } from "../../src/lifecycle/policy.ts";
import { composeLabels } from "../support/compose-labels.ts";
import { needsOwnEngine, PrivateEngine, SidecarProcess } from "./private-engine.ts";
import { suiteThatNeeds } from "./programs.ts";

const { title, isLeftOut } = suiteThatNeeds("a Swarm of one node", needsOwnEngine);
const stack = "tasks";
const policy: Policy = { autorestart: "OFF", autodestroy: "ALWAYS" };

describe.skipIf(isLeftOut)(title, () => {
  const engine = new PrivateEngine(["--bridge=none", "--iptables=false"]);
  let sidecar: SidecarProcess;

  beforeAll(async () => {
    await engine.create("busybox:local");
    const { code, stderr } = await engine.docker("swarm", "init", "--advertise-addr", "127.0.0.1");
    expect(code, stderr).toBe(0);
    sidecar = new SidecarProcess(engine, stack, new Map([["job", policy]]), 2);
    await sidecar.said();
  }, 120_000);

  afterAll(async () => {
    await sidecar?.end("SIGTERM");
    await engine.docker("service", "rm", "tasks_job");
    await engine.dispose();
  }, 120_000);

  test("scenario 42: a task with the labels of the stack is kept, and a container with the same labels is removed", async () => {
    const labels = Object.entries(composeLabels(stack, "job")).flatMap(([name, value]) => [
      "--container-label",
      `${name}=${value}`,
    ]);
    const options = [
      "--detach",
      "--no-resolve-image",
      "--name",
      "tasks_job",
      "--restart-condition",
      "none",
      "--network",
      "host",
      ...labels,
    ];
    const { code, stderr } = await engine.docker(
      "service",
      "create",
      ...options,
      "busybox:local",
      "sh",
      "-c",
      "exit 3",
    );
    expect(code, stderr).toBe(0);
    await vi.waitFor(async () => expect(await tasks()).toMatch(/^\w+ Exited \(3\)/), {
      timeout: 60_000,
      interval: 250,
    });
    const before = await tasks();
    await engine.run("job", { stack, policy }, [], ["sh", "-c", "exit 3"]);
    await sidecar.said("removed");
    expect(await engine.stateOf("job")).toBe("removed");
    expect((await tasks()).split(" ")[0]).toBe(before.split(" ")[0]);
    expect(sidecar.logged.find(({ event }) => event === "keeping")).toMatchObject({
      service: "job",
      reason: "it is a Swarm task, and Swarm itself removes old tasks",
    });
  }, 120_000);

  async function tasks(): Promise<string> {
    const filters = ["--filter", "label=com.docker.swarm.service.name=tasks_job"];
    return (await engine.docker("ps", "--all", ...filters, "--format", "{{.ID}} {{.Status}}")).stdout.trim();
  }
});
