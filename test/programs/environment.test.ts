import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { program } from "../support/program.ts";
import { folder, put, tutumStack } from "./shop.ts";

const [file = "", ...first] = program;

test("is a program by itself", () => {
  const { status, stdout } = spawnSync(program.at(-1)!, ["--version"], { encoding: "utf8" });
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

describe("the shell's variables", () => {
  const env: NodeJS.ProcessEnv = {};
  for (const name of [
    "HOME",
    "USER",
    "PWD",
    "OLDPWD",
    "HOSTNAME",
    "PASSWORD",
    "AWS_SECRET_ACCESS_KEY",
    "COMPOSE_PROJECT_NAME",
    "DOCKER_HOST",
    "NAME",
    "TAG",
  ])
    env[name] = `leaked-value-of-${name.toLowerCase()}`;
  for (let index = 0; index < 500; index++) env[`VARIABLE_${index}`] = `leaked-value-${index}`;

  const stack = `web:
  image: "nginx:\${TAG}"
  command: echo $PASSWORD \${HOME} $VARIABLE_7
  environment:
    - PASSWORD
    - NAME=\${NAME}
    - COPY=$AWS_SECRET_ACCESS_KEY
    - HOME=~
  labels:
    owner: $USER
  volumes:
    - \${PWD}:/data
  autodestroy: ON_SUCCESS
`;

  test.each([[], ["--interpolate"], ["--interpolate", "--format", "json"], ["--strict"]])(
    "do not get into the output: %s",
    (...args) => {
      put("stack.yml", stack);
      for (const command of [
        ["compile"],
        ["compile", "--print", "docker-compose.yml"],
        ["compile", "--check"],
        ["validate"],
      ]) {
        const { code, stdout, stderr } = tutumStack([...command, ...args], { env });
        expect(code).toBeLessThan(2);
        expect(`${stdout}${stderr}`).not.toMatch(/leaked/i);
      }
      for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name), "utf8")).not.toMatch(/leaked/i);
    },
  );

  test("do not change the output", () => {
    put("stack.yml", stack);
    for (const args of [[], ["--interpolate"]]) {
      const command = ["compile", "--print", "docker-compose.yml", ...args];
      expect(tutumStack(command, { env })).toEqual(tutumStack(command));
    }
  });
});

describe("colours", () => {
  test("are not printed into pipes and files, but when forced", () => {
    put("stack.yml", "web:\n");
    for (const [command, stream] of [
      ["compile", "stderr"],
      ["validate", "stdout"],
    ] as const) {
      expect(tutumStack([command])[stream]).not.toContain("\u001b");
      expect(tutumStack([command], { env: { FORCE_COLOR: "1" } })[stream]).toContain("\u001b[");
      expect(tutumStack([command], { env: { NO_COLOR: "1" } })[stream]).not.toContain("\u001b");
    }
    const path = join(folder, "said");
    const said = openSync(path, "w");
    spawnSync(file, [...first, "validate"], { cwd: folder, stdio: ["ignore", said, "ignore"], env: {} });
    closeSync(said);
    expect(readFileSync(path, "utf8")).toMatch(/^error\[empty-service\]/);
  });
});
