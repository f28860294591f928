import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { program } from "../support/program.ts";
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

/** Filters for the containers of `run`, which each version of Compose names another way. */
const oneOffsOf = ({ name }: Project): readonly string[] =>
  [`project=${name}`, "oneoff=True"].flatMap((label) => ["--filter", `label=com.docker.compose.${label}`]);

/** The services whose containers stay, beside the sidecar. */
const kept = ["autodestroy", "failing", "report", "server"];

describe.skipIf(isLeftOut)(title, () => {
  const project = new Project();
  const other = new Project();
  beforeAll(async () => {
    const image = await execute([...program, "sidecar-image", "--base", "node:local"]);
    expect(image.code, image.stderr).toBe(0);
    await other.up(stack);
    await project.up(stack, { sidecar: "service" });
  }, 180_000);

  afterAll(async () => {
    await Promise.all([project.down(), other.down()]);
  }, 120_000);

  test("the containers that destroy themselves are removed, and no others", async () => {
    await expect.poll(() => project.services(), { timeout: 60_000, interval: 500 }).toEqual(kept);
    expect((await project.container("server")).State.Status).toBe("running");
  });

  test("scenario 38: containers of another project with the same services are left alone", async () => {
    const services = [...kept.filter((service) => service !== "autodestroy"), "migrate", "probe"];
    expect(await other.services()).toEqual(services.toSorted());
  });

  test("the sidecar has no capability, no network and nothing to write to but memory and the volume for its runs", async () => {
    const { HostConfig, Mounts } = await project.container("autodestroy");
    expect(HostConfig).toMatchObject({
      CapAdd: null,
      CapDrop: ["ALL"],
      NetworkMode: "none",
      Privileged: false,
      ReadonlyRootfs: true,
    });
    expect(HostConfig).toMatchObject({
      SecurityOpt: ["no-new-privileges:true"],
      Memory: 128 * 1024 ** 2,
      PidsLimit: 64,
      RestartPolicy: { Name: "always" },
    });
    expect(Object.fromEntries(Mounts.map(({ Destination, RW }) => [Destination, RW]))).toEqual({
      "/runs": true,
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
    await expect.poll(() => project.services(), { timeout: 60_000, interval: 500 }).toEqual(kept);
  }, 120_000);

  test("recreating all containers five times fails nowhere, and the ones that live are there", async () => {
    // On a busy machine, Compose takes longer than containers usually have to settle.
    await project.up(stack, { sidecar: "service", settleSeconds: 90 });
    for (let time = 1; time <= 5; time++) {
      const { code, stderr } = await project.recreate();
      expect(code, stderr).toBe(0);
    }
    expect((await project.container("server")).State.Status).toBe("running");
    await project.up(stack, { sidecar: "service" });
    await expect.poll(() => project.services(), { timeout: 60_000, interval: 500 }).toEqual(kept);
  }, 240_000);

  test("scenario 41: what `docker compose run` leaves is kept, beside a container of the same service that is removed", async () => {
    expect(await project.run("probe")).toBe(3);
    const oneOffs = async () =>
      (await execute(["docker", "ps", "-a", "-q", ...oneOffsOf(project)])).stdout.split("\n").filter(Boolean);
    expect(await oneOffs()).toHaveLength(1);
    await project.up(stack, { sidecar: "service" });
    expect(await project.services()).toContain("probe");
    await expect.poll(() => project.services(), { timeout: 60_000, interval: 500 }).toEqual(kept);
    expect(await oneOffs()).toHaveLength(1);
  }, 120_000);
});
