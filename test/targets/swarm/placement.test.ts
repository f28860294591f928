import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { constraintOf, nodeLabel } from "../../../src/targets/swarm/placement.ts";

describe("a tag", () => {
  test.each([
    ["ssd", "ssd", "true"],
    ["region=eu", "region", "eu"],
    ["2nd", "2nd", "true"],
    ["a.b-c_d=x", "a.b-c_d", "x"],
    ["zone=a b", "zone", "a b"],
    ["zone=$x", "zone", "$x"],
    ["path=/a/b:c.*", "path", "/a/b:c.*"],
  ])("%j", (tag, key, value) => {
    expect(nodeLabel(tag, "off")).toEqual({ key, value });
  });

  test.each([
    "",
    "a b",
    "a/b",
    "$a",
    "é",
    "a\nb",
    "a=",
    "=a",
    "=",
    "a==b",
    "a!=b",
    "a=b=c",
    "a= b",
    "a=b ",
    "a=b\n",
    "a=é",
    "a={{x}}",
    "a=b,c",
    "a='b'",
    "a=b;c",
  ])("not %j", (tag) => {
    expect(nodeLabel(tag, "off")).toBeUndefined();
  });

  test.each([
    ["$A", "$A", "true"],
    ["a=$A", "a", "$A"],
    ["a-${A}=b${B}", "a-${A}", "b${B}"],
    ["a=$$b", "a", "$$b"],
  ])("with variables: %j", (tag, key, value) => {
    expect(nodeLabel(tag, "on")).toEqual({ key, value });
  });

  test.each(["$A b", "a/$A", "$$a", "a={$A}"])("with variables, not %j", (tag) => {
    expect(nodeLabel(tag, "on")).toBeUndefined();
  });
});

test("every label is a constraint that Swarm reads as that label", () => {
  const part = fc.string({ unit: fc.constantFrom(...characters), maxLength: 6 });
  fc.assert(
    fc.property(
      fc.oneof(
        part,
        fc.tuple(part, part).map((parts) => parts.join("=")),
      ),
      (tag) => {
        const label = nodeLabel(tag, "off");
        if (label)
          expect(parseConstraint(constraintOf(label))).toEqual({
            key: `node.labels.${label.key}`,
            operator: "==",
            value: label.value,
          });
      },
    ),
    { numRuns: 5000 },
  );
});

const characters = "aB1_-.=! :*$/\\|^()[]?+\t\né{'".split("");

/** swarmkit's own reading (`constraint.Parse`): the first operator it looks for is `==`. */
function parseConstraint(
  text: string,
): { readonly key: string; readonly operator: string; readonly value: string } | undefined {
  const operator = ["==", "!="].find((candidate) => text.includes(candidate));
  if (operator === undefined) return undefined;
  const at = text.indexOf(operator);
  const [key, value] = [text.slice(0, at).trim(), text.slice(at + operator.length).trim()];
  const isRead = /^[a-z_][a-z0-9\-_.]+$/i.test(key) && /^[a-z0-9:\-_\s.*()?+[\]\\^$|/]+$/i.test(value);
  return isRead ? { key, operator, value } : undefined;
}
