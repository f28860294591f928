import { expect, test } from "vitest";
import { insteadOfDeploy } from "../../src/stack/deploy.ts";

test("parts with the names of methods are unknown parts like others", () => {
  const parts = Object.fromEntries(["toString", "constructor", "__proto__", "valueOf"].map((name) => [name, 1]));
  expect(insteadOfDeploy(Object.assign(Object.create(null), parts))).toMatch(
    /^put `deploy\.toString`, `deploy\.constructor`.* and `deploy\.valueOf` into a second Compose file$/,
  );
});

test("of many parts, nine and the number of the others are named", () => {
  const limits = Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`k${index}`, 1]));
  const instead = insteadOfDeploy({ resources: { limits } });
  expect(instead).toMatch(/^put `deploy\.resources\.limits\.k0`, .*`deploy\.resources\.limits\.k8` and /);
  expect(instead).toContain("199991 others");
});
