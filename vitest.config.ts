import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const built = "test/support/up-to-date.ts";

/** They count the work of all code that their thread has loaded, or its memory. */
const counting = ["test/yaml/limits.test.ts", "test/sidecar/tracker.test.ts", "test/sidecar/runs/growth.test.ts"];

/** Ten thousand steps. */
const steps = "test/platform/steps.test.ts";

/** The folder of a test says what it needs; test/README.md explains it. */
export default defineConfig({
  test: {
    // Programs under test must not write to the user's own state folder.
    env: { XDG_STATE_HOME: join(tmpdir(), "tutum-stack-test-state") },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: { include: ["src/**"], exclude: ["src/**/validator.generated.ts", "src/bin.ts"] },
    projects: [
      {
        extends: true,
        test: {
          name: "code",
          // They start sooner than processes, which is a tenth of the group's work.
          pool: "threads",
          isolate: false,
          include: ["test/**/*.test.ts"],
          exclude: [
            "test/{clients,editor,page,pipelines,programs,real,today}/**",
            ...counting,
            steps,
            ...(process.env["TUTUM_STACK_CORPUS"] ? [] : ["test/corpus*.test.ts"]),
          ],
        },
      },
      { extends: true, test: { name: "work", pool: "threads", include: counting } },
      { extends: true, test: { name: "steps", pool: "threads", include: [steps] } },
      { extends: true, test: { name: "editors", include: ["test/editor/**/*.test.ts"] } },
      { extends: true, test: { name: "programs", include: ["test/programs/**/*.test.ts"], globalSetup: built } },
      { extends: true, test: { name: "pipelines", include: ["test/pipelines/**/*.test.ts"], globalSetup: built } },
      {
        extends: true,
        test: {
          name: "engines",
          include: ["test/real/**/*.test.ts"],
          globalSetup: built,
          // They wait most of the time, and for long where the machine has much to do.
          maxWorkers: 4,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "page",
          include: ["test/page/**/*.test.ts"],
          globalSetup: built,
          // A page shows what a busy machine has done only after a while.
          expect: { poll: { timeout: 30_000 } },
          // They wait for containers most of the time, and a browser for them takes a processor.
          maxWorkers: 2,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 4 },
        },
      },
      {
        extends: true,
        test: {
          name: "clients",
          include: ["test/clients/**/*.test.ts"],
          globalSetup: built,
          maxWorkers: 1,
          testTimeout: 600_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: "today",
          include: [
            "test/today/**/*.test.ts",
            "test/programs/{acceptance,compose,stack-config}.test.ts",
            "test/real/{autodestroy,data,examples,job-volumes,live,matrix,one-node,platform-conformance,up,whose}.test.ts",
          ],
          globalSetup: built,
          maxWorkers: 4,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
