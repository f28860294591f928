import { describe, expect, test } from "vitest";
import { targets, type TargetName } from "../src/targets/index.ts";
import { argumentsOf, caseNames, expectFolder, pathOf, stackFileOf } from "./support/fixtures.ts";
import { MemoryFiles, run } from "./support/memory-io.ts";
import { expectReadsBack } from "./support/read-back.ts";

/**
 * Every folder of test/compile, for every target: `stack.yml`, `args.txt` if it needs any, and what is expected of each
 * target.
 */
describe.each(Object.keys(targets) as TargetName[])("compile --target %s", (target) => {
  test.each(caseNames("compile"))("%s", async (name) => {
    const folder = pathOf("compile", name);
    const stackFile = await stackFileOf(folder);
    const args = argumentsOf(folder);
    const { code, stderr, files } = run(["compile", "--target", target, ...args], {
      files: new MemoryFiles({ "/shop/stack.yml": stackFile }),
    });
    expect(code, stderr).toBe(0);
    const { "stack.yml": _, ...outputs } = Object.fromEntries(
      Object.entries(files).map(([path, text]) => [path.replace("/shop/", ""), text]),
    );
    const diagnostics = stderr.replace(/(`tutum-stack explain .*\n)?tutum-stack: .*\n$/, "");
    expectFolder(pathOf("compile", name, "expected", target), {
      ...outputs,
      ...(diagnostics ? { "diagnostics.txt": diagnostics } : {}),
    });
    const sidecar = args.join(" ").includes("--sidecar none") ? "none" : "service";
    const runs = args.join(" ").includes("--runs none") ? "none" : "volume";
    expectReadsBack(outputs[targets[target].outputs.stack] ?? "", stackFile.toString(), {
      interpolate: args.includes("--interpolate"),
      linkVariables: args.includes("--link-variables"),
      sidecar,
      runs,
      target,
      balancer: args.includes("keep") ? "keep" : "haproxy",
      ...(args[0] === "--balancer-image" ? { balancerImage: args[1]! } : {}),
    });
  });
});
