import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compile } from "../src/compile.ts";
import { targets, type TargetName } from "../src/targets/index.ts";
import { expectReadsBack } from "./support/read-back.ts";

const folder = new URL("../examples/", import.meta.url);
const examples = readdirSync(folder);
/** What an example is made for; where it has to be compiled without a diagnostic. */
const home = (name: string): TargetName => (name === "cluster" ? "swarm" : "compose");

describe.each(Object.keys(targets) as TargetName[])("%s", (target) => {
  test.each(examples)("examples/%s", (name) => {
    const text = readFileSync(new URL(`${name}/stack.yml`, folder), "utf8");
    const { files, diagnostics } = compile(text, { name: "shop", target });
    expect(files.length).toBeGreaterThan(0);
    expectReadsBack(files[0]!.text, text, { target });
    const lost = diagnostics.filter(({ code }) => code !== "balancer-replaced");
    if (target === home(name)) expect(lost).toEqual([]);
    for (const { code } of lost) expect(code).toMatch(/^(not|partly)-in-target$|^scaled-fixed-port$/);
  });
});
