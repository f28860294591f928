import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Cluster } from "./cluster.ts";
import { needsOwnEngine } from "./private-engine.ts";
import { suiteThatNeeds } from "./programs.ts";

const { title, isLeftOut } = suiteThatNeeds("a Swarm of one engine", needsOwnEngine);

const stack = `
web: {image: "busybox:local", command: sleep 600, links: ["db:store"], volumes_from: [files]}
db: {image: "busybox:local", command: sleep 600, target_num_containers: 2}
files: {image: "busybox:local", command: "true", volumes: [/files]}
`;

describe.skipIf(isLeftOut)(title, () => {
  const cluster = new Cluster(1);
  const { manager } = cluster;

  beforeAll(() => cluster.start(["busybox:local"]), 120_000);

  afterAll(() => cluster.dispose(), 120_000);

  test("`docker stack deploy` starts a compiled stack, whose services reach each other", async () => {
    await cluster.deploy(stack, "shop");
    const running = async (service: string) => (await cluster.runsOn(`shop_${service}`)).length;
    await vi.waitFor(async () => expect([await running("web"), await running("db")]).toEqual([1, 2]), {
      timeout: 90_000,
      interval: 1000,
    });
    expect([...(await cluster.specs("shop")).keys()].toSorted()).toEqual(["db", "web"]);
    const id = await manager.dockerOut("ps", "--quiet", "--filter", "name=shop_web");
    await vi.waitFor(
      async () => expect((await manager.docker("exec", id, "nslookup", "store")).stdout).toMatch(/10\./),
      {
        timeout: 30_000,
        interval: 500,
      },
    );
    await manager.dockerOut("exec", id, "touch", "/files/file");
    await manager.dockerOut("stack", "rm", "shop");
  }, 180_000);
});
