import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compile } from "../src/compile.ts";
import { targets, type TargetName } from "../src/targets/index.ts";
import { expectReadsBack } from "./support/read-back.ts";

const folder = new URL("../examples/", import.meta.url);
const examples = readdirSync(folder);
/** What an example is made for; where it has to be compiled without a diagnostic. */
const home = (name: string): TargetName => (name === "cluster" ? "swarm" : "compose");
/** Whether the program of an example reads them; the others connect to names, and say so in a comment. */
const readsLinkVariables = (name: string): boolean => name === "erp";

describe.each(Object.keys(targets) as TargetName[])("%s", (target) => {
  test.each(examples)("examples/%s", (name) => {
    const text = readFileSync(new URL(`${name}/stack.yml`, folder), "utf8");
    const linkVariables = readsLinkVariables(name);
    const { files, diagnostics } = compile(text, { name: "shop", target, linkVariables });
    expect(files.length).toBeGreaterThan(0);
    expectReadsBack(files[0]!.text, text, { target, linkVariables });
    const lost = diagnostics.filter(({ code }) => code !== "balancer-replaced");
    if (target === home(name)) expect(lost).toEqual([]);
    for (const { code } of lost) expect(code).toMatch(/^(not|partly)-in-target$|^scaled-fixed-port$/);
  });
});

test("an example reads the variables of links, and the compiled file has those that it reads", () => {
  const text = readFileSync(new URL("erp/stack.yml", folder), "utf8");
  const { files } = compile(text, { name: "shop", linkVariables: true });
  for (const line of ['DB_PORT_5432_TCP_ADDR: "db"', 'DB_PORT_5432_TCP_PORT: "5432"', 'DB_ENV_POSTGRES_USER: "odoo"'])
    expect(files[0]!.text).toContain(`      ${line}\n`);
});

test("an example keeps its data in volumes that got names", () => {
  const text = readFileSync(new URL("forge/stack.yml", folder), "utf8");
  for (const target of Object.keys(targets) as TargetName[])
    expect(compile(text, { name: "shop", target }).files[0]!.text).toContain("- forge-data:/data\n");
});
