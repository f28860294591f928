import { expect, test } from "vitest";
import { readStack } from "../../src/compile.ts";
import { namedSource } from "../../src/diagnostics/source.ts";
import { filesOf, lowerStack, printFiles } from "../../src/targets/emit.ts";
import { targets } from "../../src/targets/index.ts";
import { sidecarOptions } from "../../src/targets/sidecar-options.ts";
import type { Target } from "../../src/targets/target.ts";

const options = {
  stackName: "shop",
  header: undefined,
  stackFolder: ".",
  sidecar: sidecarOptions({}),
  balancerImage: "haproxy",
};

test.each(Object.values<Target>(targets))(
  "$name writes files of the names that it announces, in that order",
  (target) => {
    const text = "web:\n  image: nginx\n  autodestroy: ALWAYS\nlb:\n  image: tutum/haproxy\n  links: [web]\n";
    const read = readStack(namedSource(text), {}, [])!;
    expect(lowerStack(target, read, options).map(({ name }) => name)).toEqual(filesOf(target));
  },
);

test("a target can write text beside its YAML", () => {
  const read = readStack(namedSource("# Shop\nweb:\n  image: nginx\n"), {}, [])!;
  const target: Target = {
    ...targets.compose,
    lower: (...args) => [...targets.compose.lower(...args), { name: "web.conf", content: "frontend web\n" }],
  };
  const [yaml, ...others] = printFiles(lowerStack(target, read, options), read, undefined);
  expect(yaml?.text).toContain("# Shop");
  expect(others).toEqual([{ name: "web.conf", text: "frontend web\n" }]);
});
