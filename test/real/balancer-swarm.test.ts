import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Cluster } from "./cluster.ts";
import { needsOwnEngine } from "./private-engine.ts";
import { suiteThatNeeds } from "./programs.ts";
import { needsHaproxy } from "./project.ts";
import { answering } from "./web.ts";

const needs = {
  isHere: needsOwnEngine.isHere && needsHaproxy.isHere,
  how: `${needsOwnEngine.how}; ${needsHaproxy.how}`,
};
const { title, isLeftOut } = suiteThatNeeds("a compiled load balancer on a Swarm", needs);

const stack = {
  lb: { image: "dockercloud/haproxy", links: ["web.shop:site", "blog"], autorestart: "ALWAYS" },
  blog: { ...answering("blog", { VIRTUAL_HOST: "blog.test" }), autorestart: "ALWAYS" },
  "web.shop": { ...answering("shop", { VIRTUAL_HOST: "*" }), target_num_containers: 3, autorestart: "ALWAYS" },
  client: { image: "busybox:local", command: "sleep 100000", autorestart: "ALWAYS" },
};

// Requests come from inside of the network, to the tasks: published ports and the addresses of services need IPVS.
describe.skipIf(isLeftOut)(title, () => {
  const cluster = new Cluster(1);
  const { manager } = cluster;

  beforeAll(async () => {
    await cluster.start(["busybox:local", "haproxy:local"]);
    await cluster.deploy(JSON.stringify(stack), "shop");
  }, 240_000);

  afterAll(() => cluster.dispose(), 120_000);

  /** What the balancer answers to a client on its network. */
  async function answer(host: string): Promise<string> {
    const id = await manager.dockerOut("ps", "--quiet", "--filter", "name=shop_client");
    const { stdout } = await manager.docker(
      "exec",
      id,
      "wget",
      "-q",
      "-O",
      "-",
      "--header",
      `Host: ${host}`,
      "http://tasks.lb/",
    );
    return stdout;
  }

  async function containers(): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for (let index = 0; index < 10; index++) found.add(/container=(\S+)/.exec(await answer("any.test"))?.[1] ?? "");
    return found;
  }

  test("hosts lead to their services, and each task gets requests, more tasks too", async () => {
    const patient = { timeout: 120_000, interval: 1000 };
    await vi.waitFor(async () => expect(await answer("blog.test")).toContain("name=blog"), patient);
    await vi.waitFor(async () => expect(await answer("any.test")).toContain("name=shop"), patient);
    await vi.waitFor(async () => expect((await containers()).size).toBe(3), patient);
    await manager.dockerOut("service", "scale", "--detach", "shop_web-shop=5");
    await vi.waitFor(async () => expect((await containers()).size).toBe(5), patient);
  }, 300_000);

  test("a changed config replaces the balancer", async () => {
    const text = JSON.stringify(stack).replace('"VIRTUAL_HOST":"blog.test"', '"VIRTUAL_HOST":"blog.example"');
    await cluster.deploy(text, "shop");
    await vi.waitFor(async () => expect(await answer("blog.example")).toContain("name=blog"), {
      timeout: 120_000,
      interval: 1000,
    });
  }, 180_000);
});
