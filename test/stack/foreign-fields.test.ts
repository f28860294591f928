import { describe, expect, test } from "vitest";
import { validate } from "../../src/compile.ts";
import { isField } from "../../src/stack/fields.ts";
import { foreignFields, insteadOf } from "../../src/stack/foreign-fields.ts";
import { composeServiceKeys } from "../support/compose-schema.ts";

test("every key of a Compose service is a field, or known by name", () => {
  expect(composeServiceKeys.length).toBeGreaterThan(80);
  expect(composeServiceKeys.filter((key) => !isField(key) && !foreignFields.has(key))).toEqual([]);
});

test("no key of a Compose service is taken for a misspelt field", () => {
  for (const key of composeServiceKeys.filter((name) => !isField(name))) {
    const [found, ...others] = validate(`web:\n  image: nginx\n  ${key}: x\n`);
    expect(others, key).toEqual([]);
    expect(found?.help.join(), key).not.toContain("similar");
    expect(found?.help, key).not.toEqual([]);
  }
});

test.each([
  [{ restart_policy: { condition: "on-failure", max_attempts: 3 } }, "write `autorestart: on-failure:3`"],
  [{ restart_policy: { condition: "on-failure" } }, "write `autorestart: ON_FAILURE`"],
  [{ restart_policy: {} }, "write `autorestart: ALWAYS`"],
  [{ restart_policy: { condition: "none" } }, "write `autorestart: OFF`"],
  [{ replicas: 3, mode: "replicated" }, "write `target_num_containers: 3`"],
  [{ mode: "global" }, "write `deployment_strategy: EVERY_NODE`"],
  [{ resources: { limits: { memory: "50M" } } }, "write `mem_limit: 50M`"],
  [{ placement: { constraints: ["node.labels.disk == fast"] } }, "write `tags: [disk=fast]`"],
  [
    { placement: { constraints: ["node.role == manager"] } },
    "put `deploy.placement.constraints` into a second Compose file",
  ],
  [{ update_config: { parallelism: 1 } }, "write `sequential_deployment: true`"],
  [
    { replicas: 2, endpoint_mode: "vip", resources: { limits: { cpus: "0.5", memory: "1g" }, reservations: {} } },
    "write `target_num_containers: 2` and `mem_limit: 1g`; put `deploy.endpoint_mode`, `deploy.resources.limits.cpus` " +
      "and `deploy.resources.reservations` into a second Compose file",
  ],
  [{ mode: "replicated" }, "leave it out"],
  ["x", foreignFields.get("deploy")],
])("deploy: %j", (deploy, instead) => {
  expect(insteadOf("deploy", deploy)).toBe(instead);
});

describe("what looks like a key of Compose and is none", () => {
  test.each([
    "web:\n  image: nginx\n  environment:\n    deploy: a\n    healthcheck: b\n",
    "web:\n  image: nginx\n  labels:\n    deploy: a\n    logging: b\n",
    "deploy:\n  image: nginx\nsecrets:\n  image: nginx\n",
    "x-deploy: &deploy\n  image: nginx\nweb:\n  <<: *deploy\n",
    "web:\n  image: nginx\n  cap_add: [NET_ADMIN]\n  dns: 8.8.8.8\n  labels: {a: b}\n  mem_limit: 1g\n",
  ])("%j", (text) => {
    expect(validate(text)).toEqual([]);
  });
});
