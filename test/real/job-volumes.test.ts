import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute, suiteThatNeeds } from "./programs.ts";
import { needsEngine } from "./project.ts";
import { buildSidecarImage, newFolder, type StackFolder } from "./stack-folder.ts";

const { title, isLeftOut } = suiteThatNeeds("the volumes of jobs that are removed", needsEngine);

const image = `tutum-stack-test-${randomBytes(4).toString("hex")}:1`;
const asService = ["--settle", "2", "--sidecar-image", image];
const onHost = ["--settle", "2", "--sidecar", "none"];
const stack = `
job:
  image: busybox:local
  command: "true"
  volumes: [/scratch, "records:/records"]
  autodestroy: ALWAYS
lender:
  image: busybox:local
  command: "true"
  volumes: [/shared]
  autodestroy: ALWAYS
borrower:
  image: busybox:local
  command: sleep 600
  volumes_from: [lender]
`;
const carried = `
job:
  image: busybox:local
  command: "true"
  volumes: [/scratch]
  autodestroy: ALWAYS
web:
  image: busybox:local
  command: sleep 600
`;
const volumesOf = async (folder: StackFolder, service: string): Promise<Readonly<Record<string, string>>> => {
  const { id } = await folder.container(service);
  const format = "{{range .Mounts}}{{.Destination}} {{.Name}}\n{{end}}";
  const { stdout } = await folder.docker("inspect", "--format", format, id);
  return Object.fromEntries(
    stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split(" ") as [string, string]),
  );
};
const exists = async (folder: StackFolder, name: string | undefined): Promise<boolean> =>
  (await folder.docker("volume", "inspect", name ?? "")).code === 0;

describe.skipIf(isLeftOut)(title, { concurrent: true, timeout: 300_000 }, () => {
  beforeAll(() => buildSidecarImage(image), 60_000);
  afterAll(async () => void (await execute(["docker", "rmi", image])));

  test("anonymous ones go with the job; named ones and those that another container uses stay", async ({
    onTestFinished,
  }) => {
    const folder = newFolder(onTestFinished);
    await folder.compile(stack, ...onHost);
    await folder.compose(["up", "-d"]);
    const [own, lent] = [await volumesOf(folder, "job"), await volumesOf(folder, "lender")];
    await folder.compile(stack, ...asService);
    await folder.compose(["up", "-d", "autodestroy"]);
    for (const service of ["job", "lender"]) await folder.expectRemoved(service);
    expect(await exists(folder, own["/scratch"])).toBe(false);
    expect(await exists(folder, own["/records"])).toBe(true);
    expect(await exists(folder, lent["/shared"])).toBe(true);
    await folder.compose(["exec", "-T", "borrower", "touch", "/shared/file"]);
  });

  test("`--keep-volumes` keeps the anonymous ones too", async ({ onTestFinished }) => {
    const folder = newFolder(onTestFinished);
    await folder.compile(stack, ...onHost, "--keep-volumes");
    await folder.compose(["up", "-d"]);
    const { "/scratch": scratch } = await volumesOf(folder, "job");
    await folder.compile(stack, ...asService, "--keep-volumes");
    await folder.compose(["up", "-d", "autodestroy"]);
    await folder.expectRemoved("job");
    expect(await exists(folder, scratch)).toBe(true);
    await folder.docker("volume", "rm", scratch!);
  });

  test("one that Compose carried over from an earlier container stays", async ({ onTestFinished }) => {
    const folder = newFolder(onTestFinished);
    await folder.compile(carried, ...onHost);
    await folder.compose(["up", "-d"]);
    await folder.compose(["up", "-d", "--force-recreate"]);
    const { "/scratch": scratch } = await volumesOf(folder, "job");
    await folder.expectEnded("job");
    expect(await folder.run("sidecar", "--config", "autodestroy.json", "--once")).toMatchObject({ code: 0 });
    expect((await folder.containers()).map(({ service }) => service)).toEqual(["web"]);
    expect(await exists(folder, scratch)).toBe(true);
    await folder.docker("volume", "rm", scratch!);
  });
});
