import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { suiteThatNeeds } from "./programs.ts";
import { needsHaproxy, Project } from "./project.ts";
import { ask, PublishedPorts, valueOf } from "./web.ts";

const { title, isLeftOut } = suiteThatNeeds("a load balancer while its service is scaled", needsHaproxy);

/** A server that finishes its requests when it is told to end. */
const server = `const server = require("node:http").createServer((q, a) => {
  if (isEnding) a.setHeader("Connection", "close");
  setTimeout(() => a.end("container=" + process.env.HOSTNAME), 20);
}).listen(80);
let isEnding = false;
process.on("SIGTERM", () => {
  isEnding = true;
  server.close(() => process.exit());
  setInterval(() => server.closeIdleConnections(), 50);
});`;

const stack = {
  lb: { image: "dockercloud/haproxy", links: ["web"], ports: ["80"] },
  web: {
    image: "node:local",
    command: ["node", "-e", server],
    expose: ["80"],
    target_num_containers: 2,
    autorestart: "ALWAYS",
  },
};

describe.skipIf(isLeftOut)(title, () => {
  const project = new Project();
  const ports = new PublishedPorts(project);

  beforeAll(() => project.up(JSON.stringify(stack)), 120_000);

  afterAll(() => project.down(), 120_000);

  test("no request fails from 2 to 4 containers, nor back to 2 when containers finish their requests", async () => {
    const port = await ports.of("lb");
    await vi.waitFor(async () => expect((await containersAt(port)).size).toBe(2), { timeout: 60_000, interval: 500 });
    const load = startLoad(port);
    await scale(4);
    await vi.waitFor(async () => expect((await containersAt(port)).size).toBe(4), { timeout: 60_000, interval: 500 });
    await scale(2);
    await vi.waitFor(async () => expect((await containersAt(port)).size).toBe(2), { timeout: 60_000, interval: 500 });
    const { failed, count } = await load.stop();
    expect(failed).toEqual([]);
    expect(count).toBeGreaterThan(100);
  });

  async function scale(count: number): Promise<void> {
    await project.compose("up", "-d", "--no-recreate", "--scale", `web=${count}`, "web");
  }
});

/** The containers that answer now. */
async function containersAt(port: number): Promise<ReadonlySet<string | undefined>> {
  const answers = await Promise.all(Array.from({ length: 16 }, () => ask(port, "/").catch(() => undefined)));
  return new Set(answers.map((answer) => answer && valueOf(answer, "container")));
}

/** Sends requests, eight at a time, until it is stopped. */
function startLoad(port: number) {
  const failed: string[] = [];
  let count = 0;
  const over = new AbortController();
  const clients = Array.from({ length: 8 }, async () => {
    while (!over.signal.aborted) {
      await ask(port, "/").then(
        ({ status }) => status !== 200 && failed.push(`status ${status}`),
        (error: Error) => failed.push(error.message),
      );
      count++;
    }
  });
  return {
    stop: async () => {
      over.abort();
      await Promise.all(clients);
      return { failed, count };
    },
  };
}
