import { defineConfig } from "vitest/config";

/** Tests with a real engine, which wait most of the time. */
const engines = [
  "test/engine/{conformance,faults,podman,real-sidecar}.test.ts",
  "test/real/{autodestroy,daemon,live-restore,matrix,swarm,swarm-task,up}.test.ts",
];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    coverage: { include: ["src/**"], exclude: ["src/stack/validator.generated.ts", "src/bin.ts"] },
    projects: [
      {
        extends: true,
        test: { name: "code", include: ["test/**/*.test.ts"], exclude: engines, sequence: { groupOrder: 0 } },
      },
      { extends: true, test: { name: "engines", include: engines, maxWorkers: 4, sequence: { groupOrder: 1 } } },
    ],
  },
});
