import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { LiveFolder, lives } from "./live-folder.ts";
import { execute, suiteThatNeeds } from "./programs.ts";
import { needsEngine } from "./project.ts";
import { buildSidecarImage } from "./stack-folder.ts";

const { title, isLeftOut } = suiteThatNeeds("jobs on a real engine", needsEngine);

const image = `tutum-stack-test-${randomBytes(4).toString("hex")}:1`;
const sidecar = ["--settle", "2", "--sidecar-image", image];

const web = `web:\n  image: busybox:local\n  command: ${lives}\n`;
const jobOf = (name: string, command: string, more = ""): string =>
  `${name}:\n  image: busybox:local\n  command: sh -c ${JSON.stringify(command)}\n  autodestroy: ALWAYS\n${more}`;
const migrate = jobOf("migrate", "echo migrating; sleep 1; echo done");

describe.skipIf(isLeftOut)(title, { timeout: 120_000 }, () => {
  let shop: LiveFolder;

  beforeAll(() => buildSidecarImage(image));
  afterAll(async () => void (await execute(["docker", "rmi", image])));
  beforeEach(() => {
    shop = new LiveFolder();
  });
  afterEach(() => shop.dispose());

  const up = (...options: readonly string[]) => shop.run(["up", ...sidecar, ...options]);

  test("jobs 2, 3.2, 4.1: a migration that is removed and remembered, and not run again by the next `up --wait`", async () => {
    shop.write(web + migrate);
    const first = await up("--wait");
    expect(first, first.stderr).toMatchObject({ code: 0, stdout: "migrate | migrating\nmigrate | done\n" });
    await shop.expectRemoved("migrate");
    const { stdout: jobs } = await shop.succeed("jobs");
    expect(jobs).toMatch(/^migrate +\d+ seconds? ago +0 +\d\.\d s +removed +1 /m);
    expect((await shop.succeed("jobs", "migrate", "--log")).stdout).toBe("migrating\ndone\n");
    const second = await up("--wait");
    expect(second).toMatchObject({ code: 0, stdout: "" });
    expect(second.stderr).toMatch(/^migrate: unchanged; it ran \d+ seconds? ago, exit code 0$/m);
    expect((await up("--rerun", "migrate", "--wait")).stdout).toBe("migrate | migrating\nmigrate | done\n");
    shop.write(web + migrate.replace("migrating", "seeding"));
    const changed = await up("--wait");
    expect(changed.stderr).toMatch(/^migrate: .*\(changed: command\)/m);
    expect(changed.stdout).toBe("migrate | seeding\nmigrate | done\n");
    await shop.expectRemoved("migrate");
    expect((await shop.succeed("jobs", "migrate")).stdout.split("\n")).toHaveLength(5);
  });

  test("jobs 4.1: a job runs again that failed, whose image is newer, or whose mounted file is newer", async () => {
    const own = `${shop.project}:1`;
    await execute(["docker", "tag", "busybox:local", own]);
    mkdirSync(join(shop.path, "data"));
    writeFileSync(join(shop.path, "data/seed.sql"), "one");
    const seed = jobOf("seed", "cat /data/seed.sql", "  volumes: ['./data:/data:ro']\n").replace("busybox:local", own);
    shop.write(web + seed + jobOf("fails", "exit 3"));
    expect((await up("--wait")).code).toBe(3);
    for (const job of ["seed", "fails"]) await shop.expectRemoved(job);
    const again = await up("--wait");
    expect(again.code).toBe(3);
    expect(again.stderr).toMatch(/^fails: .*\(its last run ended with 3\)/m);
    expect(again.stderr).toMatch(/^seed: unchanged; it ran /m);
    await shop.expectRemoved("fails");
    writeFileSync(join(shop.path, "data/seed.sql"), "two");
    expect((await up()).stderr).toMatch(/^seed: .*\(data\/seed\.sql is newer than its last run\)/m);
    await shop.expectRemoved("seed");
    const made = await execute(["docker", "create", "busybox:local", "true"]);
    await execute(["docker", "commit", made.stdout.trim(), own]);
    await execute(["docker", "rm", made.stdout.trim()]);
    expect((await up()).stderr).toMatch(/^seed: .*\(its image is a newer one\)/m);
    await shop.expectRemoved("seed");
    await shop.dispose();
    await execute(["docker", "rmi", own]);
  });

  test("jobs 3.1: `wait` before, while and after a job ends, when it is removed, and with restarts", async () => {
    shop.write(web + jobOf("slow", "echo begun; sleep 2; echo over; exit 5"));
    expect(await shop.run(["wait", "slow"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("job slow never started"),
    });
    await up();
    expect(await shop.run(["wait", "slow"])).toMatchObject({ code: 5, stdout: "begun\nover\n" });
    await shop.expectRemoved("slow");
    expect(await shop.run(["wait", "slow"])).toMatchObject({ code: 5, stdout: "begun\nover\n" });
    const counts = "echo again >> /tmp/n; [ $(wc -l < /tmp/n) -gt 2 ] && echo enough || exit 1";
    shop.write(web + jobOf("tries", counts, "  autorestart: ON_FAILURE\n"));
    await up("--yes");
    expect(await shop.run(["wait", "--timeout", "60", "tries"])).toMatchObject({ code: 0, stdout: "enough\n" });
    shop.write(web + jobOf("hangs", "sleep 100"));
    await up("--yes");
    expect(await shop.run(["wait", "--timeout", "1", "hangs"])).toMatchObject({ code: 124 });
  });

  test("jobs 3.2: a service that must run and ends is a failure, and one that does not get well runs into the time-out", async () => {
    shop.write("web:\n  image: busybox:local\n  command: sh -c 'sleep 0.1; exit 7'\n");
    const failed = await up("--wait");
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining("must run, but ended with 7")]);
    shop.write("web:\n  image: busybox:local\n  command: 'false'\n  autorestart: ALWAYS\n");
    expect((await up("--wait", "--timeout", "5")).code).toBe(124);
  });

  test("jobs 4.1: after `down`, jobs run again; two stacks with one job name do not disturb each other", async () => {
    shop.write(web + migrate);
    await up("--wait");
    await shop.expectRemoved("migrate");
    await shop.succeed("down");
    expect((await shop.succeed("jobs", "migrate", "--log")).stdout).toBe("migrating\ndone\n");
    expect((await shop.containers()).map(({ status }) => status)).toEqual(["created"]);
    expect((await up("--wait")).stdout).toBe("migrate | migrating\nmigrate | done\n");
    await shop.expectRemoved("migrate");
    const other = new LiveFolder();
    try {
      other.write(migrate);
      expect((await other.run(["up", ...sidecar, "--wait"])).stdout).toBe("migrate | migrating\nmigrate | done\n");
    } finally {
      await other.dispose();
    }
    expect((await up()).stderr).toMatch(/^migrate: unchanged; it ran /m);
  });
});
