import { describe, expect, test } from "vitest";
import { parseAutodestroy, parseRestart } from "../../../src/stack/grammar/policy.ts";

describe("autorestart", () => {
  test.each([
    [false, "OFF", undefined],
    ["no", "OFF", undefined],
    ["No", "OFF", undefined],
    ["off", "OFF", undefined],
    ["OFF", "OFF", undefined],
    ["on-failure", "ON_FAILURE", undefined],
    ["On-Failure", "ON_FAILURE", undefined],
    ["on_failure", "ON_FAILURE", undefined],
    ["ON_FAILURE", "ON_FAILURE", undefined],
    ["ON-FAILURE", "ON_FAILURE", undefined],
    ["on-failure:5", "ON_FAILURE", 5],
    ["ON_FAILURE:10", "ON_FAILURE", 10],
    ["on-failure:007", "ON_FAILURE", 7],
    ["on-failure:0", "ON_FAILURE", undefined],
    ["always", "ALWAYS", undefined],
    ["ALWAYS", "ALWAYS", undefined],
    ["aLwAyS", "ALWAYS", undefined],
  ] as const)("%s", (written, autorestart, retries) => {
    expect(parseRestart(written)).toEqual({ autorestart, retries });
  });

  test.each([
    "",
    ":",
    ":5",
    "ON_SUCCESS",
    "on-success:5",
    "always:5",
    "no:1",
    "on-failure:",
    "on-failure:x",
    "on-failure:-1",
    "on-failure:1.5",
    "on-failure:1234567890",
    "on-failure:5:5",
    "on failure",
    "onfailure",
    "unless-stopped",
    "true",
    " always",
    "always\n",
    "constructor",
    "__proto__",
  ])("%j is not a policy", (written) => {
    expect(parseRestart(written)).toBeUndefined();
  });
});

describe("autodestroy", () => {
  test.each([
    [false, "OFF"],
    ["no", "OFF"],
    ["NO", "OFF"],
    ["off", "OFF"],
    ["on-failure", "ON_FAILURE"],
    ["ON_FAILURE", "ON_FAILURE"],
    ["on-success", "ON_SUCCESS"],
    ["On_Success", "ON_SUCCESS"],
    ["ON-SUCCESS", "ON_SUCCESS"],
    ["always", "ALWAYS"],
    ["Always", "ALWAYS"],
  ] as const)("%s", (written, policy) => {
    expect(parseAutodestroy(written)).toBe(policy);
  });

  test.each(["", "on-failure:5", "always:5", "never", "true", "on success", "ALWAYS ", "constructor", "__proto__"])(
    "%j is not a policy",
    (written) => {
      expect(parseAutodestroy(written)).toBeUndefined();
    },
  );
});
