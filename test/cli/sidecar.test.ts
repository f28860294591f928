import { expect, test } from "vitest";
import { sidecarConfig } from "../../src/lifecycle/config.ts";
import { MemoryFiles, runOn } from "../support/memory-io.ts";

const good = sidecarConfig("shop", new Map([["job", { autorestart: "OFF", autodestroy: "ALWAYS" }]]));

function sidecar(config: unknown, env = {}) {
  const files = new MemoryFiles(
    config === undefined
      ? {}
      : { "/shop/autodestroy.json": typeof config === "string" ? config : JSON.stringify(config) },
  );
  return runOn(["sidecar", "--once", "--config", "autodestroy.json"], { files, env });
}

test.each([
  ["a missing file", undefined, "cannot read autodestroy.json: no such file"],
  ["no JSON", "{", "the config is not JSON"],
  ["an unknown key", { ...good, extra: 1 }, 'the config has an unknown key `"extra"`'],
  ["another version", { ...good, version: 2 }, "the config has version `2`, but this sidecar reads version 1 only"],
  ["an empty name", { ...good, stack: "" }, "`stack` is empty"],
  [
    "an impossible pair of policies, in the words of the compiler",
    { ...good, services: { job: { autorestart: "ALWAYS", autodestroy: "ON_SUCCESS" } } },
    "service `job`: `autorestart: ALWAYS` cannot be combined with `autodestroy: ON_SUCCESS`",
  ],
])("%s is refused", async (_, config, problem) => {
  const { code, stderr, stdout } = await sidecar(config);
  expect(stderr).toContain(problem);
  expect(stdout).toBe("");
  expect(code).toBe(2);
});

test("an address of the engine that is none is refused", async () => {
  const { code, stderr } = await sidecar(good, { DOCKER_HOST: "nonsense://" });
  expect(stderr).toContain("neither unix:///path/to/socket nor tcp://host:port");
  expect(code).toBe(2);
});

test("a sidecar that has not run is not healthy", async () => {
  const { code, stdout } = await runOn(["sidecar", "--health", "--config", "/nowhere/autodestroy.json"]);
  expect(stdout).toBe("no sidecar with this config has completed a check yet\n");
  expect(code).toBe(1);
});
