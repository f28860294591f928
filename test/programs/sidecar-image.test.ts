import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { serve } from "../engine/docker-server.ts";
import { suiteThatNeeds, temporaryFolder, type Outcome } from "../real/programs.ts";
import { executable, needsExecutable, program } from "../support/program.ts";

const places = [
  { ...suiteThatNeeds("of the executable", needsExecutable), command: [executable] },
  { title: "of the package", isLeftOut: false, command: program },
];

const success = `{"stream":"Step 1/3 : FROM x"}\n{"stream":"Step 2/3 : COPY"}\n{"aux":{"ID":"sha256:ab"}}\n`;

describe.each(places)("sidecar-image $title", ({ isLeftOut, command: [file = "", ...first] }) => {
  /** Runs it where no other program is found, npm and Docker's command line least of all. */
  function run(args: readonly string[], host: string): Promise<Outcome> {
    const child = spawn(file, [...first, "sidecar-image", ...args], { env: { PATH: "/nowhere", DOCKER_HOST: host } });
    const written = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const)
      child[stream].setEncoding("utf8").on("data", (text: string) => (written[stream] += text));
    return new Promise((resolve) => child.on("close", (code) => resolve({ code: code ?? 127, ...written })));
  }

  /** Runs it on an engine that gives one answer, and takes in the body before, or not. */
  async function runOn(
    answer: (response: ServerResponse) => void,
    { args = [], takesIn = true }: { readonly args?: readonly string[]; readonly takesIn?: boolean } = {},
  ) {
    const received: Uint8Array[] = [];
    await using server = await serve((request, response) => {
      response.setHeader("Api-Version", "1.41");
      if (request.url === "/_ping") response.end();
      else if (!takesIn) answer(response);
      else request.on("data", (chunk: Uint8Array) => received.push(chunk)).on("end", () => answer(response));
    });
    const outcome = await run(args, `unix://${server.endpoint.path}`);
    return { outcome, body: Buffer.concat(received), requests: server.requests };
  }

  test.skipIf(isLeftOut)("sends the program that runs, which needs nothing but Node", async () => {
    const base = `example.com:5000/node@sha256:${"ab".repeat(32)}`;
    const args = ["--base", base, "--tag", "shop:1"];
    const { outcome, body, requests } = await runOn((response) => void response.end(success), { args });
    expect(outcome).toEqual({ code: 0, stdout: "built shop:1\n", stderr: "" });
    expect(requests.at(-1)).toContain("?t=shop%3A1&");
    expect(body.length).toBeLessThan(256 * 1024);
    const folder = temporaryFolder([]);
    writeFileSync(join(folder, "context.tar"), gunzipSync(body));
    mkdirSync(join(folder, "image"));
    expect(spawnSync("tar", ["-xf", "context.tar", "-C", "image"], { cwd: folder }).status).toBe(0);
    expect(readFileSync(join(folder, "image/Dockerfile"), "utf8")).toBe(
      `FROM ${base}\nCOPY tutum-stack /usr/local/bin/tutum-stack\nUSER 0\nRUN ["tutum-stack", "--version"]\nENTRYPOINT ["tutum-stack"]\n`,
    );
    const inImage = (...words: readonly string[]) => {
      const { status, stdout, stderr } = spawnSync(join(folder, "image/tutum-stack"), words, { encoding: "utf8" });
      return { status, stdout, stderr };
    };
    expect(inImage("--version")).toEqual({ status: 0, stdout: `${packageJson.version}\n`, stderr: "" });
    expect(inImage("sidecar", "--config", join(folder, "missing.json"), "--health")).toMatchObject({
      status: 1,
      stderr: "",
    });
    expect(inImage("sidecar-image")).toMatchObject({
      status: 2,
      stderr: "tutum-stack: cannot read the program itself: no such file or folder\n",
    });
  });

  test.skipIf(isLeftOut)("builds on Node's own image, under the name that compiled files use", async () => {
    const { outcome, body, requests } = await runOn((response) => void response.end(success));
    expect(outcome.stdout).toBe("built localhost/tutum-stack-sidecar:1\n");
    expect(gunzipSync(body).toString("latin1")).toContain("FROM node:22-alpine\n");
    expect(requests.at(-1)).toContain("?t=localhost%2Ftutum-stack-sidecar%3A1&");
  });

  test.skipIf(isLeftOut).each([
    {
      what: "the base image cannot be pulled",
      text: '{"stream":"Step 1/3 : FROM x"}\n{"error":"no \\u001b[31msuch\\u202e host"}\n',
      says: "the engine has no base image node:22-alpine: no \\u{1b}[31msuch\\u{202e} host; name another image with --base",
    },
    {
      what: "the build fails",
      text: '{"stream":"Step 2/3 : COPY"}\n{"error":"\\u009b2Jno space left\\r\\non device"}\n',
      says: "the image was not built: \\u{9b}2Jno space left\\u{d}\\u{a}on device",
    },
    {
      what: "the engine says nothing",
      text: "",
      says: "the image was not built: the engine stopped before the image was built",
    },
  ])("fails when $what", async ({ text, says }) => {
    const { outcome } = await runOn((response) => void response.end(text));
    expect(outcome).toEqual({ code: 2, stdout: "", stderr: `tutum-stack: ${says}\n` });
  });

  test.skipIf(isLeftOut)("says what an engine answers that does not take in the program", async () => {
    const refuse = (response: ServerResponse) => void response.writeHead(403).end('{"message":"not\\u0007 here"}');
    const { outcome } = await runOn(refuse, { takesIn: false });
    const says = "the image was not built: the engine answers 403: not\\u{7} here";
    expect(outcome).toEqual({ code: 2, stdout: "", stderr: `tutum-stack: ${says}\n` });
  });

  test.skipIf(isLeftOut)("fails when the connection breaks", async () => {
    const { outcome } = await runOn(
      (response) => void response.writeHead(200).write(success, () => response.destroy()),
    );
    expect(outcome).toMatchObject({ code: 2, stdout: "" });
    expect(outcome.stderr).toMatch(/^tutum-stack: the image was not built: no answer from the engine: .+\n$/);
  });

  test.skipIf(isLeftOut).each([
    { args: ["--base", "node\nRUN true"], says: '--base must be the name of an image, not "node\\nRUN true"' },
    { args: ["--base", ""], says: '--base must be the name of an image, not ""' },
    { args: ["--tag", "a b"], says: '--tag must be the name of an image, not "a b"' },
    { args: ["--tag"], says: "option '--tag <ref>' argument missing" },
    { args: ["stack.yml"], says: "too many arguments for 'sidecar-image'. Expected 0 arguments but got 1." },
  ])("refuses $args", async ({ args, says }) => {
    const { outcome, requests } = await runOn((response) => void response.end(success), { args });
    expect(outcome).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(`tutum-stack: ${says}`) });
    expect(requests).toEqual([]);
  });

  test.skipIf(isLeftOut)("fails without an engine", async () => {
    expect(await run([], "unix:///nowhere/docker.sock")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^tutum-stack: the image was not built: no answer from the engine: /),
    });
    expect(await run([], "ssh://machine")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^tutum-stack: the Docker host "ssh:\/\/machine" is neither/),
    });
  });
});
