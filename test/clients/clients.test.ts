import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { lives } from "../real/live-folder.ts";
import { execute, suiteThatNeeds, type Outcome } from "../real/programs.ts";
import { clientNames, needsClients, OriginalClient } from "./original-client.ts";
import { Recorder } from "./recorder.ts";
import { ServerProcess } from "./server.ts";

const suite = suiteThatNeeds("the original command lines", needsClients);
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\n$/;
const afterSet = (name: string, program: string): RegExp =>
  new RegExp(
    `^[0-9a-f-]{36}\\nService must be redeployed to have its configuration changes applied\\.\\n` +
      `To redeploy execute: \\$ ${program} service redeploy ${name}\\n$`,
  );

/** docker-cloud fills variables in, so there is none in a stack file. */
const waits = `sh -c 'trap "exit 0" TERM; while :; do sleep 1; done'`;

/** The stack that `service run` adds to, and the one that is made here. */
const projects = ["services", "judged"];

describe.skipIf(suite.isLeftOut)(suite.title, () => {
  let server: ServerProcess;
  let recorder: Recorder;

  beforeEach(async () => {
    await vi.waitUntil(async () => (await namesOf("services")).length === 0, { timeout: 120_000, interval: 2000 });
    server = new ServerProcess();
    await server.start();
    recorder = new Recorder(server.address);
  });

  afterEach(async () => {
    recorder.close();
    await server.remove(...projects);
  });

  test.each(clientNames)("%s", async (name) => {
    const program = name === "docker-cloud" ? "docker-cloud" : "tutum";
    const [list, hasActions] = [name === "docker-cloud" ? "ls" : "list", name !== "tutum-old"];
    const rest = await recorder.listen();
    const client = new OriginalClient(name, { rest, streams: server.address, token: server.token });
    const run = (...words: readonly string[]): Promise<Outcome> => client.run(words);
    const prints = async (words: readonly string[], stdout: RegExp | string): Promise<void> => {
      const { code, stdout: printed, stderr } = await run(...words);
      expect({ words, code, stderr }).toEqual({ words, code: 0, stderr: "" });
      expect(printed, words.join(" ")).toMatch(stdout);
    };
    const fails = async (words: readonly string[], stderr: RegExp): Promise<void> => {
      const { code, stderr: printed } = await run(...words);
      expect({ words, code }).toEqual({ words, code: 3 });
      expect(printed, words.join(" ")).toMatch(stderr);
      expect(printed).not.toContain("Traceback");
    };
    const synced = /^(In progress\.*\n)?Success\n[0-9a-f-]{36}\n$/;

    // Create, run, and the two settings.
    await prints(["service", "create", "-n", "made", "busybox:local"], uuid);
    await prints(["service", "inspect", "made"], /"state": "Not running"/);
    await prints(
      [
        "service",
        "run",
        "-n",
        "hello",
        "--autorestart",
        "ON_FAILURE",
        "-r",
        lives,
        "-e",
        "A=b",
        "--sync",
        "busybox:local",
      ],
      synced,
    );
    expect(await restartOf("hello")).toEqual(["on-failure"]);
    await prints(["service", "ps"], /^NAME +UUID +STATUS +#CONTAINERS +IMAGE +DEPLOYED +PUBLIC DNS +STACK\n/);
    await prints(["service", "ps"], /\nhello +[0-9a-f]{8} +▶ Running +1 +busybox:local .* services/);
    const pair = ["--autorestart", "ALWAYS", "--autodestroy", "ALWAYS"];
    await fails(
      ["service", "run", "-n", "pair", ...pair, "busybox:local"],
      /^Status 400 \(POST .*cannot be combined with/,
    );
    const before = await startsOf("hello");
    await prints(["service", "set", "--autorestart", "ALWAYS", "hello"], afterSet("hello", program));
    expect(await restartOf("hello")).toEqual(["always"]);
    await fails(
      ["service", "set", "--autodestroy", "ALWAYS", "hello"],
      /^Status 400 \(PATCH .*cannot be combined with/,
    );
    await prints(["service", "set", "--autorestart", "OFF", "hello"], afterSet("hello", program));
    expect(await startsOf("hello")).toEqual(before);
    const refused = await run("service", "set", "--autorestart", "NEVER", "hello");
    expect(refused.code).toBe(2);

    // States.
    await prints(["service", "stop", "--sync", "hello"], synced);
    await prints(["service", "ps", "-s", "Stopped"], /\nhello +[0-9a-f]{8} +◼ Stopped/);
    await fails(["service", "stop", "hello"], /^Status 409 /);
    await prints(["service", "start", "--sync", "hello"], synced);
    await prints(["service", "scale", "--sync", "hello", "3"], synced);
    expect(await namesOf("services", "hello")).toHaveLength(3);
    await prints(["service", "scale", "--sync", "hello", "1"], synced);
    expect(await namesOf("services", "hello")).toHaveLength(1);
    await prints(["service", "redeploy", "--sync", "hello"], synced);
    await fails(["service", "inspect", "nothing"], /Cannot find a service with the identifier 'nothing'/);
    const [found] = /[0-9a-f-]{36}/.exec((await run("service", "ps", "-q")).stdout) ?? [""];
    await prints(["service", "inspect", found.slice(0, 8)], new RegExp(found));

    // Variables, tags and logs.
    if (hasActions) {
      await prints(["service", "env", "add", "-e", "C=d", "hello"], afterSet("hello", program));
      await prints(["service", "ps"], /Running\(\*\)[^]*\(\*\) Please note/);
      await prints(["service", "env", list, "hello"], /user +A +b\nuser +C +d\n/);
      await fails(["service", "env", "add", "-e", "A=x", "hello"], /Failed to add environment variable: "A"/);
      await prints(["service", "env", list === "ls" ? "rm" : "remove", "-n", "C", "hello"], afterSet("hello", program));
    }
    await prints(["tag", "add", "-t", "front", "hello"], uuid);
    await prints(["tag", list, "hello"], /hello +Service +front/);
    await prints(["service", "run", "-n", "talks", "-r", "echo out", "--sync", "busybox:local"], synced);
    // tutum 0.15 sends its key in the address of a stream, which is refused.
    if (hasActions) await prints(["service", "logs", "talks"], /^talks-1 \| out\n$/);
    else expect((await run("service", "logs", "talks")).stdout).toBe("");

    // Containers, actions and the node.
    await prints(["container", "ps"], /^NAME +UUID +STATUS +IMAGE +RUN COMMAND +EXIT CODE +DEPLOYED +PORTS/);
    await prints(["container", "ps"], /\nhello-1 +[0-9a-f]{8} +▶ Running/);
    await prints(["container", "inspect", "hello-1"], /"name": "hello-1"/);
    await prints(["container", "stop", "--sync", "hello-1"], synced);
    await prints(["container", "start", "--sync", "hello-1"], synced);
    await prints(["container", "redeploy", "--sync", "hello-1"], synced);
    if (hasActions) {
      await prints(["container", "logs", "talks-1"], /^out\n$/);
      await prints(["action", list, "-l", "3"], /^UUID +ACTION +START +END +TARGET +IP +LOCATION\n(.*\n){3}$/);
      const [, action] = /^([0-9a-f-]{36})/.exec((await run("action", list, "-q", "-l", "1")).stdout) ?? [];
      await prints(["action", "inspect", action!], /"action": "Container Redeploy"/);
    }
    await prints(["node", list], /localhost/);
    await prints(["container", "terminate", "--sync", "talks-1"], synced);
    expect(await namesOf("services", "talks")).toEqual([]);

    // Stacks.
    writeFileSync(
      join(client.cwd, "tutum.yml"),
      `web:\n  image: busybox:local\n  command: ${JSON.stringify(waits)}\n  restart: always\n  links:\n    - db\n` +
        `db:\n  image: busybox:local\n  command: ${JSON.stringify(waits)}\n`,
    );
    await prints(["stack", "create", "-n", "judged", "-f", "tutum.yml"], uuid);
    await fails(["stack", "create", "-n", "judged", "-f", "tutum.yml"], /^Status 409 /);
    await prints(["stack", "start", "--sync", "judged"], synced);
    await prints(["stack", list], /\njudged +[0-9a-f]{8} +▶ Running/);
    expect(await namesOf("judged")).toHaveLength(2);
    await prints(["stack", "export", "judged"], /image: busybox:local/);
    await prints(["service", "ps", "--stack", "judged"], /db[^]*web|web[^]*db/);
    const dotted = name === "tutum-old" ? "judged.web" : "web.judged";
    await prints(["service", "inspect", dotted], /"autorestart": "ALWAYS"/);
    writeFileSync(join(client.cwd, "next.yml"), "db:\n  image: busybox:local\n  command: sleep 77\n");
    await prints(["stack", "update", "-f", "next.yml", "judged"], uuid);
    expect(readFileSync(join(server.stacks, "judged/stack.yml"), "utf8")).toContain("sleep 77");
    await prints(["stack", "inspect", "judged"], /"synchronized": false/);
    await prints(["stack", "redeploy", "--sync", "judged"], synced);
    await prints(["stack", "stop", "--sync", "judged"], synced);
    await prints(["stack", "terminate", "--sync", "judged"], synced);
    expect(await namesOf("judged")).toEqual([]);

    // What is not kept, in one line.
    await fails(["nodecluster", list], /^Status 404 .*it runs on one Docker engine/);
    await fails(["trigger", "create", "-n", "t", "hello"], /^Status 404 .*it runs on one Docker engine/);
    if (name !== "tutum-old") await fails(["node", "rm", "localhost"], /^(Status 501|Cannot find)/);
    await prints(["service", "terminate", "--sync", "hello"], synced);
    await prints(["service", "terminate", "--sync", "made"], synced);
    expect(await namesOf("services", "hello")).toEqual([]);
    await fails(["service", "inspect", "hello"], /Cannot find a service/);
    keep(name, recorder);
  });
});

/** Writes down what a client has sent, as `test/server` repeats it. */
function keep(name: string, { calls }: Recorder): void {
  if (!process.env["RECORD"]) return;
  const folder = fileURLToPath(new URL("../server/recorded/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  const lines = calls.map((call) => JSON.stringify(call));
  writeFileSync(join(folder, `${name}.json`), `[\n${lines.join(",\n")}\n]\n`);
}

async function namesOf(project: string, service?: string): Promise<readonly string[]> {
  const filters = [`label=com.docker.compose.project=${project}`];
  if (service !== undefined) filters.push(`label=com.docker.compose.service=${service}`);
  const options = filters.flatMap((filter) => ["--filter", filter]);
  const { stdout } = await execute(["docker", "ps", "-a", ...options, "--format", "{{.Names}}"]);
  return stdout.split("\n").filter((name) => name !== "");
}

async function inspected(service: string, format: string): Promise<readonly string[]> {
  const { stdout } = await execute(["docker", "inspect", "--format", format, ...(await namesOf("services", service))]);
  return stdout.trim().split("\n");
}

function restartOf(service: string): Promise<readonly string[]> {
  return inspected(service, "{{.HostConfig.RestartPolicy.Name}}");
}

function startsOf(service: string): Promise<readonly string[]> {
  return inspected(service, "{{.State.StartedAt}}");
}
