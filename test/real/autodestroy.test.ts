import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { program } from "../support/program.ts";
import { execute, suiteThatNeeds, works } from "./programs.ts";
import { needsEngine, Project } from "./project.ts";

const needsImages = {
  isHere: needsEngine.isHere && works(["docker", "image", "inspect", "node:local"]),
  how: `${needsEngine.how} (which also makes node:local)`,
};
const { title, isLeftOut } = suiteThatNeeds("a stack with its sidecar on a real engine", needsImages);

const stackWith = (impostor: string): string => `
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
archive:
  image: ${impostor}
  command: "true"
`;

/** The services whose containers stay, beside the sidecar. */
const kept = ["archive", "failing", "report", "server"];

describe.skipIf(isLeftOut)(title, () => {
  const project = new Project();
  const other = new Project();
  const impostor = `${project.name}-impostor:local`;
  const stack = stackWith(impostor);
  const byHand = { stranger: "", impostor: "", alone: "" };

  beforeAll(async () => {
    const image = await execute([...program, "sidecar-image", "--base", "node:local"]);
    expect(image.code, image.stderr).toBe(0);
    const labels = { "io.tutum-stack.stack": project.name, "io.tutum-stack.service": "probe" };
    const changes = Object.entries(labels).flatMap(([key, value]) => ["--change", `LABEL ${key}=${value}`]);
    const source = await run("busybox:local", [], "true");
    const committed = await execute(["docker", "commit", ...changes, source, impostor]);
    expect(committed.code, committed.stderr).toBe(0);
    await execute(["docker", "rm", "-f", source]);
    byHand.stranger = await run(
      "busybox:local",
      Object.entries(labels).flatMap(([key, value]) => ["--label", `${key}=${value}`]),
      "true",
    );
    byHand.alone = await run("busybox:local", ["--label", `com.docker.compose.project=${project.name}`], "true");
    byHand.impostor = await run(impostor, ["--label", `com.docker.compose.project=${project.name}`], "true");
    await other.up(stack);
    await project.up(stack, { sidecar: "service" });
  }, 180_000);

  afterAll(async () => {
    await execute(["docker", "rm", "-f", ...Object.values(byHand)]);
    await Promise.all([project.down(), other.down()]);
    await execute(["docker", "rmi", impostor]);
  }, 120_000);

  test("the containers that destroy themselves are removed, and no others", async () => {
    await expect
      .poll(() => project.services(), { timeout: 60_000, interval: 500 })
      .toEqual(["archive", "autodestroy", ...kept.slice(1)]);
    expect((await project.container("server")).State.Status).toBe("running");
  });

  test("scenario 38: containers of another stack with the same services, without labels, or of no project are left alone", async () => {
    expect(await other.services()).toEqual([...kept, "migrate", "probe"].toSorted());
    for (const id of [byHand.stranger, byHand.alone]) expect((await execute(["docker", "inspect", id])).code).toBe(0);
  });

  test("scenario 40: labels that an image brings make no container one of the service", async () => {
    expect((await project.container("archive")).Config.Labels).toMatchObject({
      "io.tutum-stack.stack": project.name,
      "io.tutum-stack.service": "probe",
    });
    expect((await execute(["docker", "inspect", byHand.impostor])).code).toBe(0);
  });

  test("the sidecar has no capability, no network and nothing to write to but memory", async () => {
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
    await expect
      .poll(() => project.services(), { timeout: 60_000, interval: 500 })
      .toEqual(["archive", "autodestroy", ...kept.slice(1)]);
  }, 120_000);

  test("recreating all containers five times fails nowhere, and the ones that live are there", async () => {
    for (let time = 1; time <= 5; time++) {
      const { code, stderr } = await project.recreate();
      expect(code, stderr).toBe(0);
    }
    expect((await project.container("server")).State.Status).toBe("running");
    await expect
      .poll(() => project.services(), { timeout: 60_000, interval: 500 })
      .toEqual(["archive", "autodestroy", ...kept.slice(1)]);
  }, 240_000);

  test("scenario 41: what `docker-compose run` leaves is kept, beside a container of the same service that is removed", async () => {
    expect(await project.run("probe")).toBe(3);
    const oneOffs = async () =>
      (await execute(["docker", "ps", "-a", "-q", "--filter", `name=${project.name}_probe_run`])).stdout
        .split("\n")
        .filter(Boolean);
    expect(await oneOffs()).toHaveLength(1);
    await project.up(stack, { sidecar: "service" });
    expect(await project.services()).toContain("probe");
    await expect
      .poll(() => project.services(), { timeout: 60_000, interval: 500 })
      .toEqual(["archive", "autodestroy", ...kept.slice(1)]);
    expect(await oneOffs()).toHaveLength(1);
  }, 120_000);
});

/** Starts a container that Compose does not know. */
async function run(image: string, options: readonly string[], ...command: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await execute([
    "docker",
    "run",
    "-d",
    "--network",
    "none",
    ...options,
    image,
    ...command,
  ]);
  expect(code, stderr).toBe(0);
  return stdout.trim();
}
