import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute, suiteThatNeeds, works } from "./programs.ts";
import { needsEngine, Project } from "./project.ts";

const needsImages = {
  isHere: needsEngine.isHere && works(["docker", "image", "inspect", "node:local"]),
  how: `${needsEngine.how} (which also makes node:local)`,
};
const { title, isLeftOut } = suiteThatNeeds("a stack with its sidecar on a real engine", needsImages);

const stack = `
server:
  image: busybox:local
  command: sleep 600
  autorestart: ALWAYS
migrate:
  image: busybox:local
  command: sleep 1
  autorestart: ON_FAILURE
  autodestroy: ON_SUCCESS
probe:
  image: busybox:local
  command: sh -c "exit 3"
  autodestroy: ALWAYS
failing:
  image: busybox:local
  command: sh -c "exit 3"
  autodestroy: ON_SUCCESS
report:
  image: busybox:local
  command: "true"
`;

describe.skipIf(isLeftOut)(title, () => {
  const project = new Project();
  let stranger = "";

  beforeAll(async () => {
    const root = fileURLToPath(new URL("../..", import.meta.url));
    const image = await execute(["node", "scripts/image.mjs", "--build-arg", "BASE=node:local"], { cwd: root });
    expect(image.code, image.stderr).toBe(0);
    const labels = ["--label", `io.tutum-stack.stack=${project.name}`, "--label", "io.tutum-stack.service=probe"];
    stranger = (await execute(["docker", "run", "-d", ...labels, "busybox:local", "true"])).stdout.trim();
    await project.up(stack, { sidecar: "service" });
  }, 180_000);

  afterAll(async () => {
    await execute(["docker", "rm", "-f", stranger]);
    await project.down();
  }, 120_000);

  test("the containers that destroy themselves are removed, and no others", async () => {
    await expect.poll(() => project.services(), { timeout: 60_000, interval: 500 }).toEqual(["autodestroy", "failing", "report", "server"]);
    expect((await project.container("server")).State.Status).toBe("running");
  });

  test("a container with the labels of a service, but of no project, is left alone", async () => {
    expect((await execute(["docker", "inspect", stranger])).code).toBe(0);
  });

  test("the sidecar has no capability, no network and nothing to write to but memory", async () => {
    const { HostConfig, Mounts } = await project.container("autodestroy");
    expect(HostConfig).toMatchObject({ CapAdd: null, CapDrop: ["ALL"], NetworkMode: "none", Privileged: false, ReadonlyRootfs: true });
    expect(HostConfig).toMatchObject({ SecurityOpt: ["no-new-privileges:true"], Memory: 128 * 1024 ** 2, PidsLimit: 64, RestartPolicy: { Name: "always" } });
    expect(Object.fromEntries(Mounts.map(({ Destination, RW }) => [Destination, RW]))).toEqual({
      "/etc/tutum-stack/autodestroy.json": false,
      "/var/run/docker.sock": true,
    });
  });

  test("the sidecar is healthy", async () => {
    const health = async () => (await project.container("autodestroy")).State.Health?.Status;
    await expect.poll(health, { timeout: 60_000, interval: 1000 }).toBe("healthy");
  });

  test("`up` brings a removed container back, and it is removed again", async () => {
    await project.up(stack, { sidecar: "service" });
    expect(await project.services()).toContain("probe");
    await expect.poll(() => project.services(), { timeout: 60_000, interval: 500 }).toEqual(["autodestroy", "failing", "report", "server"]);
  }, 120_000);

  test("recreating all containers five times fails nowhere, and the ones that live are there", async () => {
    for (let time = 1; time <= 5; time++) {
      const { code, stderr } = await project.recreate();
      expect(code, stderr).toBe(0);
    }
    expect((await project.container("server")).State.Status).toBe("running");
    await expect.poll(() => project.services(), { timeout: 60_000, interval: 500 }).toEqual(["autodestroy", "failing", "report", "server"]);
  }, 240_000);
});
