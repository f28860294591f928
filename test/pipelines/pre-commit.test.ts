import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { stackFileNames } from "../../src/files/stack-file.ts";
import { filesOf } from "../../src/targets/emit.ts";
import { targets } from "../../src/targets/index.ts";
import { stackListName } from "../../src/cli/stack-list.ts";
import { root } from "./snapshot.ts";

const hooks = parse(readFileSync(join(root, ".pre-commit-hooks.yaml"), "utf8")) as readonly {
  readonly id: string;
  readonly files: string;
}[];

test.each(["", "deploy/", "a b/c/"])("the hook that checks is given stack files in %j, and no others", (folder) => {
  const files = new RegExp(hooks.find(({ id }) => id === "tutum-stack")!.files);
  const variants = ["tutum-staging.yml", "stack.prod.yaml"];
  const others = ["docker-compose.yml", "mystack.yml", "stack.yml.bak", "stack.json", "stack.yml/readme.md"];
  expect([...stackFileNames, ...variants, ...others].filter((name) => files.test(`${folder}${name}`))).toEqual([
    ...stackFileNames,
    ...variants,
  ]);
});

test.each(["", "deploy/"])("the hook that compares is given what compile writes into %j", (folder) => {
  const files = new RegExp(hooks.find(({ id }) => id === "tutum-stack-check")!.files);
  const written = [
    ...Object.values(targets).flatMap((target) => filesOf(target)),
    "haproxy-lb.cfg",
    "haproxy-lb.swarm.cfg",
    stackListName,
  ];
  expect([...stackFileNames, ...written, "package.json"].filter((name) => files.test(`${folder}${name}`))).toEqual([
    ...stackFileNames,
    ...written,
  ]);
});
