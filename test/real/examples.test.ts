import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { examples } from "../support/compiled-files.ts";
import { isOverInTheEnd, servicesOf, standIns } from "../support/stand-ins.ts";
import { execute, suiteThatNeeds } from "./programs.ts";
import { needsEngine } from "./project.ts";
import { buildSidecarImage, newFolder, type StackFolder } from "./stack-folder.ts";

const { title, isLeftOut } = suiteThatNeeds("the examples on a real engine", needsEngine);
const mark = `tutum-stack-test-${randomBytes(4).toString("hex")}`;
const sidecar = `${mark}:sidecar`;

/** The example with images of our own, free ports of the machine, and volumes in place of its folders. */
function withStandIns(text: string): string {
  return text
    .replace(/^( +image: ).*$/gm, (line, start: string) => `${start}${standIn(line.slice(start.length))}`)
    .replace(/^( +- )"\d+:(\d+)"$/gm, '$1"$2"')
    .replace(/^( +- )\/srv\/([\w-]+):/gm, "$1example-$2:");
}

function standIn(image: string): string {
  return `${mark}:${image.replace(/[^\w.-]/g, "-")}`;
}

/** What is sure to be over, and what is sure to run, in the end. */
async function expectRight(folder: StackFolder, name: string, text: string): Promise<void> {
  const all = servicesOf(text);
  const removed = all.filter((service) => isOverInTheEnd(name, service) && service.policy.autodestroy !== "OFF");
  const running = all
    .filter((service) => !isOverInTheEnd(name, service))
    .flatMap(({ name: service, replicas, strategy }) =>
      Array.from({ length: strategy === "EVERY_NODE" ? 1 : replicas }, () => service),
    );
  await vi.waitFor(
    async () => {
      const containers = (await folder.containers()).filter(({ service }) => service !== "autodestroy");
      const found = containers.flatMap(({ service, isRunning }) => (isRunning ? [service] : []));
      expect(found.toSorted()).toEqual(running.toSorted());
      const left = new Set(containers.map(({ service }) => service));
      expect(removed.filter((service) => left.has(service.name))).toEqual([]);
    },
    { timeout: 60_000, interval: 500 },
  );
}

describe.skipIf(isLeftOut)(title, { concurrent: true, timeout: 300_000 }, () => {
  beforeAll(async () => {
    await buildSidecarImage(sidecar);
    const context = mkdtempSync(join(tmpdir(), "tutum-stack-"));
    for (const [image, dockerfile] of standIns()) {
      writeFileSync(join(context, "Dockerfile"), dockerfile);
      const { code, stderr } = await execute(["docker", "build", "--tag", standIn(image), context]);
      expect(code, stderr).toBe(0);
    }
    rmSync(context, { recursive: true });
  }, 120_000);

  afterAll(async () => {
    await execute(["docker", "rmi", sidecar, ...[...standIns().keys()].map(standIn)]);
  }, 60_000);

  test.for([...examples])("%s", async ([name, text], { onTestFinished }) => {
    const folder = newFolder(onTestFinished);
    const stack = withStandIns(text);
    await folder.compile(stack, "--settle", "2", "--sidecar-image", sidecar);
    await folder.compose(["up", "-d"]);
    await expectRight(folder, name, stack);
  });

  test("`run` starts what the service links to, and its exit code is that of the job", async ({ onTestFinished }) => {
    const folder = newFolder(onTestFinished);
    await folder.compile(`
db: {image: "busybox:local", command: sleep 600}
job: {image: "busybox:local", command: ping -c 1 -W 2 store, links: ["db:store"]}
`);
    const { stdout } = await folder.compose(["run", "--rm", "-T", "job"]);
    expect(stdout).toContain("1 packets received");
    expect((await folder.containers()).map(({ service }) => service)).toEqual(["db"]);
  });

  test("`up --remove-orphans` removes a service that is gone, and leaves the others", async ({ onTestFinished }) => {
    const folder = newFolder(onTestFinished);
    const web = 'web: {image: "busybox:local", command: sleep 600}\n';
    await folder.compile(`${web}old: {image: "busybox:local", command: sleep 600, links: [web]}\n`);
    await folder.compose(["up", "-d"]);
    const before = await folder.container("web");
    await folder.compile(web);
    await folder.compose(["up", "-d", "--remove-orphans"]);
    expect(await folder.containers()).toEqual([before]);
  });
});
