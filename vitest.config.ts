import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    // More than processors: tests with a real engine spend their time waiting.
    maxWorkers: 4,
    coverage: { include: ["src/**"], exclude: ["src/stack/validator.generated.ts", "src/bin.ts"] },
  },
});
