import { describe, expect, test } from "vitest";
import { validate } from "../../src/compile.ts";
import { autodestroyValues, autorestartValues, isCompatible } from "../../src/lifecycle/policy.ts";
import { meaningsOf, type Meaning } from "../../src/web/meaning-words.ts";
import { conflictIn, offersFor, offerText, reasonAgainst, valuesOf } from "../../src/web/policy-words.ts";

const pairs = autorestartValues.flatMap((autorestart) =>
  autodestroyValues.map((autodestroy) => ({ autorestart, autodestroy })),
);

test("every value has its button", () => {
  expect(valuesOf.autorestart.toSorted()).toEqual(autorestartValues.toSorted());
  expect(valuesOf.autodestroy.toSorted()).toEqual(autodestroyValues.toSorted());
});

describe.each(pairs)("autorestart $autorestart, autodestroy $autodestroy", (policy) => {
  test("is refused in the words of the compiler, or not at all", () => {
    const text = `job:\n  image: x\n  autorestart: ${policy.autorestart}\n  autodestroy: ${policy.autodestroy}\n`;
    const [error] = validate(text).filter(({ severity }) => severity === "error");
    const conflict = conflictIn(policy);
    expect(error?.message).toBe(conflict === undefined ? undefined : `service \`job\`: ${conflict}`);
  });

  test("what is offered instead keeps the choice, and can be combined", () => {
    if (isCompatible(policy)) return;
    for (const setting of ["autorestart", "autodestroy"] as const) {
      const offers = offersFor(policy, setting);
      expect(offers.length).toBeGreaterThan(0);
      for (const offer of offers) {
        expect(isCompatible(offer.policy)).toBe(true);
        expect(offer.policy[setting]).toBe(policy[setting]);
        expect(offer.also).toEqual({ setting: offer.also.setting, value: offer.policy[offer.also.setting] });
      }
    }
  });
});

test("Always for autorestart offers no autodestroy, and an autodestroy offers what still removes", () => {
  const also = (autodestroy: "ON_SUCCESS" | "ON_FAILURE", chosen: "autorestart" | "autodestroy"): readonly string[] =>
    offersFor({ autorestart: "ALWAYS", autodestroy }, chosen).map((offer) => offer.also.value);
  expect(also("ON_SUCCESS", "autorestart")).toEqual(["OFF"]);
  expect(also("ON_SUCCESS", "autodestroy")).toEqual(["OFF", "ON_FAILURE"]);
  expect(also("ON_FAILURE", "autodestroy")).toEqual(["OFF"]);
});

test("a refusal says why, and an offer says what both settings will be", () => {
  const policy = { autorestart: "ALWAYS", autodestroy: "ON_SUCCESS" } as const;
  expect(reasonAgainst(policy)).toBe(
    "`autorestart: ALWAYS` cannot be combined with `autodestroy: ON_SUCCESS`: " +
      "a container that always starts again never ends, so it cannot be removed",
  );
  expect(reasonAgainst({ ...policy, autodestroy: "OFF" })).toBeUndefined();
  const texts = (chosen: "autorestart" | "autodestroy"): readonly string[] =>
    offersFor(policy, chosen).map((offer) => offerText(policy[chosen], offer));
  expect(texts("autorestart")).toEqual(["Always, with Autodestroy off"]);
  expect(texts("autodestroy")).toEqual(["On success, with Autorestart off", "On success, with Autorestart on failure"]);
});

const textOf = ({ parts }: Meaning): string => parts.map(({ text }) => text).join("; ");

/** What the old platform's pages say of each value. */
test.each([
  ["OFF", "OFF", ["Stays, stopped", "Stays, stopped"]],
  ["ON_FAILURE", "OFF", ["Stays, stopped", "Starts again"]],
  ["ALWAYS", "OFF", ["Starts again", "Starts again"]],
  ["OFF", "ON_FAILURE", ["Stays, stopped", "Removed with its data"]],
  ["OFF", "ON_SUCCESS", ["Removed with its data", "Stays, stopped"]],
  ["OFF", "ALWAYS", ["Removed with its data", "Removed with its data"]],
  // Whether to restart is decided before whether to remove.
  ["ON_FAILURE", "ALWAYS", ["Removed with its data", "Starts again"]],
] as const)("autorestart %s, autodestroy %s: exit code 0, and another", (autorestart, autodestroy, words) => {
  expect(meaningsOf({ autorestart, autodestroy }).slice(0, 2).map(textOf)).toEqual(words);
});

test("only containers with ALWAYS are said to start with Docker, and those that failed with ON_FAILURE", () => {
  const afterDocker = (autorestart: "OFF" | "ON_FAILURE" | "ALWAYS"): string =>
    textOf(meaningsOf({ autorestart, autodestroy: "OFF" }).at(-1)!);
  expect(afterDocker("ALWAYS")).toBe("Starts again");
  expect(afterDocker("OFF")).toBe("Stays, stopped");
  expect(afterDocker("ON_FAILURE")).toBe("Exit code 0: stays, stopped; Other codes: starts again");
});
