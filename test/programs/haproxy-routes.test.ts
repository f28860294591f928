import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { compile } from "../../src/compile.ts";
import { virtualHostTable } from "../balancer/cases.ts";
import { suiteThatNeeds, works } from "../real/programs.ts";

const needs = { isHere: works(["haproxy", "-v"]), how: "HAProxy 2.6 or newer; on Debian: apt-get install haproxy" };
const { title, isLeftOut } = suiteThatNeeds("HAProxy routes as the original's documentation says", needs);

describe.skipIf(isLeftOut)(title, () => {
  test.each(virtualHostTable)("$virtualHost", async ({ virtualHost, matches, misses }) => {
    const folder = await startHaproxy({
      lb: { image: "tutum/haproxy", links: ["red"] },
      red: { image: "a/b", expose: ["80"], environment: { VIRTUAL_HOST: virtualHost } },
    });
    for (const address of matches) expect(await statusOf(folder, address), address).toBe(200);
    for (const address of misses) expect(await statusOf(folder, address), address).toBe(503);
  });

  test("the rule of the higher weight wins, and of equal weights the one that says more", async () => {
    const services = {
      all: { VIRTUAL_HOST: "*" },
      host: { VIRTUAL_HOST: "red.test" },
      part: { VIRTUAL_HOST: "*.test/a/*" },
      path: { VIRTUAL_HOST: "red.test/a/b" },
      long: { VIRTUAL_HOST: "red.test/a/*" },
      heavy: { VIRTUAL_HOST: "*/heavy", VIRTUAL_HOST_WEIGHT: "10" },
      socket: { VIRTUAL_HOST: "ws://*" },
    };
    const folder = await startHaproxy({
      lb: { image: "tutum/haproxy", links: Object.keys(services) },
      ...Object.fromEntries(
        Object.entries(services).map(([name, environment]) => [name, { image: "a/b", expose: ["80"], environment }]),
      ),
    });
    const answers = ["red.test/heavy", "red.test/a/b", "red.test/a/c", "red.test/c", "blue.test/a/b", "blue.test/c"];
    expect(await Promise.all(answers.map((address) => textOf(folder, address)))).toEqual([
      "SERVICE_HEAVY",
      "SERVICE_PATH",
      "SERVICE_LONG",
      "SERVICE_HOST",
      "SERVICE_PART",
      "SERVICE_ALL",
    ]);
    expect(await textOf(folder, "red.test/a/b", { Upgrade: "websocket" })).toBe("SERVICE_SOCKET");
  });
});

/** Starts HAProxy with a stack's config; its ports are sockets in the folder, and each backend answers its name. */
async function startHaproxy(stack: object): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "tutum-stack-routes-"));
  const { files } = compile(JSON.stringify(stack), { name: "shop" });
  const config = files
    .find(({ name }) => name === "haproxy.cfg")!
    .text.replace(/bind :(\d+).*/g, `bind unix@${folder}/$1.sock`)
    .replace(/^( +)(option httplog|log global)$/gm, "")
    .replace(/^backend (\S+)$/gm, '$&\n  http-request return status 200 content-type text/plain string "$1"');
  const file = join(folder, "haproxy.cfg");
  writeFileSync(file, config);
  const child = spawn("haproxy", ["-db", "-f", file], { stdio: "ignore" });
  onTestFinished(() => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });
  await vi.waitFor(() => expect(existsSync(join(folder, "1936.sock"))).toBe(true), { timeout: 20_000 });
  return folder;
}

async function statusOf(folder: string, address: string): Promise<number> {
  return (await ask(folder, address)).status;
}

async function textOf(folder: string, address: string, headers: object = {}): Promise<string> {
  return (await ask(folder, address, headers)).text;
}

/** Sends a request; a port at which nobody listens counts as 503. */
function ask(folder: string, address: string, headers: object = {}): Promise<{ status: number; text: string }> {
  const { protocol, host, port, pathname, search } = new URL(address.includes("://") ? address : `http://${address}`);
  const socketPath = join(folder, `${port || (protocol === "https:" ? 443 : 80)}.sock`);
  if (!existsSync(socketPath)) return Promise.resolve({ status: 503, text: "" });
  const original = /^(?:\w+:\/\/)?([^/]*)/.exec(address)![1]!;
  return new Promise((resolve, reject) => {
    const sent = request(
      { socketPath, path: pathname + search, agent: false, headers: { Host: original || host, ...headers } },
      (answer) => {
        let text = "";
        answer.on("data", (part: Buffer) => (text += part.toString()));
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
      },
    );
    sent.on("error", reject);
    sent.end();
  });
}
