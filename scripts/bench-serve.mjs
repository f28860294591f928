// Measures `tutum-stack serve`: until it listens, its list of services, memory, many clients at once, and how large the
// page is. Nothing passes or fails. Needs an engine such as that of scripts/start-docker.sh. The arguments: the number
// of services, and of events.
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { gzipSync } from "node:zlib";
import { fixed, median, printTable } from "./measured.mjs";
import { buildPage, firstFiles } from "./page.mjs";

const [services = 200, events = 10_000] = process.argv.slice(2).map(Number);
const rounds = 21;
const folder = mkdtempSync(join(tmpdir(), "tutum-stack-bench-"));
const name = `bench-${randomBytes(3).toString("hex")}`;
const stacks = Array.from({ length: 20 }, (_, index) => `${name}-${index}`);
const perStack = Math.ceil(services / stacks.length);
const agents = { engine: new Agent({ keepAlive: true }), serve: new Agent({ keepAlive: true, maxSockets: 200 }) };
const ids = [];
let server;

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void cleanUp().then(() => process.exit(130)));
try {
  for (const stack of stacks) await makeStack(stack);
  const starts = await measureStart();
  server = await startServer();
  await waitForEngine();
  await giveJobs();
  const lists = await measureLists();
  const before = memory();
  const patience = performance.now();
  for (let count = 0; count < events; count++)
    await engine("POST", `/containers/${ids[0]}/rename?name=${name}-renamed-${count}`);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const perEvent = (performance.now() - patience) / events;
  const after = memory();
  const crowd = await measureCrowd();
  console.log(
    `Node ${process.version}; ${stacks.length} stacks with a job each, ${services} services, ${ids.length} containers`,
  );
  console.log(`Median of ${rounds} rounds, by turns`);
  printTable(
    ["", "other, ms", "serve, ms", "times", "goal"],
    [
      ["until it listens | node -e 0", ...starts, "2"],
      ["GET service/?limit=1000 | the engine's GET containers/json", ...lists, "2"],
    ],
  );
  console.log(
    `Memory: ${before} MiB before and ${after} MiB after ${events} events (${fixed(perEvent, 1)} ms each); goal: 80`,
  );
  console.log(`200 clients at once: ${crowd}`);
  const page = await buildPage();
  const sizes = [firstFiles(page), page].map((files) =>
    fixed(files.reduce((sum, { text }) => sum + gzipSync(text).length, 0) / 1024, 1),
  );
  console.log(`The page, with gzip: ${sizes[0]} KiB for the first screen (goal: 15), ${sizes[1]} KiB for all screens`);
} finally {
  await cleanUp();
}

async function makeStack(stack) {
  const own = join(folder, "stacks", stack);
  mkdirSync(own, { recursive: true });
  const names = Array.from({ length: perStack }, (_, index) => `s${index}`);
  writeFileSync(
    join(own, "stack.yml"),
    names.map((service) => `${service}:\n  image: busybox:local\n  command: sleep 86400\n`).join(""),
  );
  for (const service of names) {
    const labels = { project: stack, service, "container-number": "1", oneoff: "False" };
    const Labels = Object.fromEntries(
      Object.entries(labels).map(([key, value]) => [`com.docker.compose.${key}`, value]),
    );
    const body = { Image: "busybox:local", Cmd: ["sleep", "86400"], Labels, HostConfig: { NetworkMode: "none" } };
    const { text } = await engine("POST", `/containers/create?name=${stack}-${service}-1`, body);
    ids.push(JSON.parse(text).Id);
  }
}

async function measureStart() {
  const times = { bare: [], serve: [] };
  for (let round = 0; round < rounds; round++) {
    let start = performance.now();
    spawnSync(process.execPath, ["-e", "0"]);
    times.bare.push(performance.now() - start);
    start = performance.now();
    const started = await startServer();
    times.serve.push(performance.now() - start);
    started.child.kill("SIGKILL");
  }
  return compared(times.bare, times.serve);
}

async function measureLists() {
  const times = { engine: [], serve: [] };
  const filters = encodeURIComponent(JSON.stringify({ label: ["com.docker.compose.project"] }));
  for (let round = 0; round < rounds; round++) {
    let start = performance.now();
    await engine("GET", `/containers/json?all=1&filters=${filters}`);
    times.engine.push(performance.now() - start);
    start = performance.now();
    await serve("/api/v1/service/?limit=1000");
    times.serve.push(performance.now() - start);
  }
  return compared(times.engine, times.serve);
}

async function measureCrowd() {
  const start = performance.now();
  const answers = await Promise.all(Array.from({ length: 200 }, () => serve("/api/v1/service/")));
  const statuses = [...new Set(answers.map(({ status }) => status))].join(", ");
  return `${fixed(performance.now() - start, 0)} ms until all are answered, with ${statuses}`;
}

function compared(theirs, ours) {
  const times = median(ours.map((time, index) => time / theirs[index]));
  return [fixed(median(theirs), 1), fixed(median(ours), 1), fixed(times, 2)];
}

function startServer() {
  const env = { ...process.env, XDG_STATE_HOME: join(folder, "state") };
  const args = [resolve("dist/bin.js"), "serve", join(folder, "stacks"), "--port", "0"];
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve) => {
    child.stdout.once("data", (bytes) => {
      child.stdout.resume();
      resolve({ child, port: Number(/:(\d+)\//.exec(String(bytes))[1]) });
    });
  });
}

async function waitForEngine() {
  while ((await serve("/api/v1/service/")).status !== 200) await new Promise((resolve) => setTimeout(resolve, 100));
}

/** Makes a service of each stack a job, so that the server is the sidecar of all stacks. */
async function giveJobs() {
  const { text } = await serve("/api/v1/service/?name=s0&limit=1000");
  const { objects } = JSON.parse(text);
  for (const { resource_uri: uri } of objects) {
    const { status, text: answer } = await serve(uri, "PATCH", { autodestroy: "ON_FAILURE" });
    if (status !== 200) throw new Error(answer);
  }
  await new Promise((resolve) => setTimeout(resolve, 5000));
}

/** The memory of the server in MiB. */
function memory() {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.child.pid}/status`, "utf8"));
  return fixed(Number(kilobytes) / 1024, 0);
}

function serve(path, method = "GET", body) {
  const token = readFileSync(join(folder, "state/tutum-stack/token"), "utf8").trim();
  const headers = { Authorization: `Bearer ${token}`, ...(body ? { "Content-Type": "application/json" } : {}) };
  return send({ host: "127.0.0.1", port: server.port, method, path, headers, agent: agents.serve }, body);
}

function engine(method, path, body) {
  const headers = { "Content-Type": "application/json" };
  return send({ socketPath: "/var/run/docker.sock", method, path, headers, agent: agents.engine }, body);
}

function send(options, body) {
  return new Promise((resolve, reject) => {
    const sent = request(options, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part) => (text += part));
      answer.on("end", () => resolve({ status: answer.statusCode, text }));
    });
    sent.on("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function cleanUp() {
  server?.child.kill("SIGKILL");
  for (const id of ids.splice(0)) await engine("DELETE", `/containers/${id}?force=1`);
  for (const agent of Object.values(agents)) agent.destroy();
  rmSync(folder, { recursive: true, force: true });
}
