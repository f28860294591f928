import { expect, test } from "vitest";
import { judgeJob, type JobFacts } from "../../src/platform/job-due.ts";
import type { RunView } from "../../src/platform/runs.ts";
import { runOf } from "../sidecar/runs/world.ts";

const gone = (given: Parameters<typeof runOf>[0] = {}): RunView => ({ ...runOf(given), isThere: false });
const run = gone();
const now = Date.parse(run.finished) + 7_200_000;
const same: JobFacts = {
  runs: [run],
  isRequested: false,
  change: undefined,
  imageId: run.imageId,
  networks: new Set(run.networkIds),
  newerFile: undefined,
  now,
};

test("jobs 4.1: a job that ended with 0 and is unchanged is left out", () => {
  expect(judgeJob(same)).toEqual({ kind: "done", note: "it ran 2 hours ago, exit code 0" });
});

test.each<[Partial<JobFacts>, string, boolean]>([
  [{ isRequested: true }, "--rerun", false],
  [{ runs: [gone({ exitCode: 3 })] }, "its last run ended with 3", false],
  [{ runs: [gone({ exitCode: undefined })] }, "its last run ended with an unknown exit code", false],
  [{ runs: [run, gone({ exitCode: 137 })] }, "its last run ended with 137", false],
  [{ change: "changed: command" }, "changed: command", true],
  [{ imageId: "sha256:new" }, "its image is a newer one", true],
  [{ imageId: undefined }, "its image is a newer one", true],
  [{ runs: [gone({ networkIds: [] })] }, "nothing tells whether the stack was down since its last run", false],
  [{ networks: new Set(["other"]) }, "the stack has a new network since its last run", true],
  [{ newerFile: "seed.sql" }, "seed.sql is newer than its last run", false],
])("jobs 4.1: a job runs again, and says why: %j", (change, why, needsNewContainers) => {
  expect(judgeJob({ ...same, ...change })).toEqual({ kind: "due", why, needsNewContainers });
});

test("jobs 4.1: a container that is still there was not removed by `down`, whatever its network", () => {
  const kept = { ...gone({ networkIds: [] }), isThere: true };
  expect(judgeJob({ ...same, runs: [kept] }).kind).toBe("done");
});
