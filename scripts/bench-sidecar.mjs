// Measures the built sidecar on the engine of this machine: how soon after the settle time containers are gone,
// compared with the engine's own `--rm` in the same run, how much later where it keeps runs, and what the sidecar
// costs. Nothing passes or fails. Needs
// Linux and an engine such as that of scripts/start-docker.sh.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, constants, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as pass } from "node:timers/promises";
import { fixed, median, printTable } from "./measured.mjs";

const [many = 200, rounds = 5] = process.argv.slice(2).map(Number);
const settleSeconds = 2;
const startRounds = 21;
const eventCount = 10_000;
const socket = "/var/run/docker.sock";
const bin = resolve("dist/bin.js");
const stack = `bench-${randomBytes(3).toString("hex")}`;
const mark = `io.tutum-stack.${stack}`;
const folder = mkdtempSync(join(tmpdir(), "tutum-stack-bench-"));
const config = join(folder, "autodestroy.json");
const agent = new Agent({ keepAlive: true });
const children = new Set();

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => cleanUp().finally(() => process.exit(130)));
try {
  writeFileSync(
    config,
    JSON.stringify({
      version: 1,
      stack,
      settleSeconds,
      removeVolumes: false,
      services: { job: { autorestart: "OFF", autodestroy: "ON_SUCCESS" } },
    }),
  );
  const { Version } = await call("GET", "/version");
  console.log(`Docker ${Version}, Node ${process.version}, settle time ${settleSeconds} s`);
  await measureStart();
  await measureRemovals();
  await measureRuns();
  await measureCost();
} finally {
  await cleanUp();
}

/** From the start of the process to the line that says `connected`, and bare Node, by turns. */
async function measureStart() {
  const times = { bare: [], version: [], sidecar: [] };
  for (let round = 0; round < startRounds; round++) {
    times.bare.push(timeOf(() => spawnSync(process.execPath, ["-e", "0"])));
    times.version.push(timeOf(() => spawnSync(process.execPath, [bin, "--version"])));
    const start = performance.now();
    const child = await startSidecar();
    times.sidecar.push(performance.now() - start);
    await end(child);
  }
  const bare = median(times.bare);
  const row = (name, found) => [
    name,
    fixed(median(found), 0),
    fixed(Math.max(...found), 0),
    fixed(median(found) / bare, 2),
  ];
  console.log(`\nStart: median of ${startRounds} rounds`);
  printTable(
    ["", "ms", "worst", "times bare Node"],
    [
      row("node -e 0", times.bare),
      row("tutum-stack --version", times.version),
      row("tutum-stack sidecar, until connected", times.sidecar),
    ],
  );
}

/** The memory and time of the sidecar, idle and after many events, as a process and as a service. */
async function measureCost() {
  const service = await startService();
  const processes = {
    process: (await startSidecar()).pid,
    service: (await call("GET", `/containers/${service}/json`)).State.Pid,
  };
  const rows = [];
  const say = (name, of, digits) => rows.push([name, ...Object.values(processes).map((pid) => fixed(of(pid), digits))]);
  await pass(5000);
  say("idle, MiB", memoryOf, 1);
  const before = Object.fromEntries(Object.values(processes).map((pid) => [pid, processorTimeOf(pid)]));
  await pass(60_000);
  say("a minute later, MiB", memoryOf, 1);
  say("processor time in that minute, s", (pid) => processorTimeOf(pid) - before[pid], 3);
  const containers = await atOnce(4, 20, () => create({ isOfStack: true, command: ["true"] }));
  for (let time = 1; time <= 3; time++) {
    for (let event = 0; event < eventCount; event++) {
      await call("POST", `/containers/${containers[event % containers.length]}/update`, { CpuShares: 2 + event });
    }
    say(`after ${time * eventCount} events, MiB`, memoryOf, 1);
  }
  await pass(60_000);
  say("a minute later, MiB", memoryOf, 1);
  await atOnce(4, containers.length, () => call("DELETE", `/containers/${containers.pop()}`));
  await call("DELETE", `/containers/${service}?force=1`);
  console.log("\nCost: memory is VmRSS; the service has the memory limit that the compiled file gives it");
  printTable(["", "process", "service"], rows);
}

/** The sidecar in a container, with the limits of the compiled service. */
async function startService() {
  const binds = [`${resolve("dist")}:/dist:ro`, `${folder}:/bench:ro`, `${socket}:/var/run/docker.sock`];
  const host = {
    NetworkMode: "none",
    ReadonlyRootfs: true,
    Tmpfs: { "/tmp": "" },
    Memory: 128 * 1024 * 1024,
    Binds: binds,
    CapDrop: ["ALL"],
  };
  const command = ["node", "/dist/bin.js", "sidecar", "--config", "/bench/autodestroy.json", "--project", stack];
  const { Id } = await call("POST", "/containers/create", {
    Image: "node:local",
    Cmd: command,
    Labels: { [mark]: "" },
    HostConfig: host,
  });
  await call("POST", `/containers/${Id}/start`);
  return Id;
}

/**
 * Containers that end together, removed by the engine (`--rm`) and by the sidecar in turn. The engine tells all times.
 */
async function measureRemovals() {
  const sidecar = await startSidecar();
  const rows = [...(await removalRows(1, 4 * rounds)), ...(await removalRows(many, rounds))];
  await end(sidecar);
  console.log(
    "\nRemoval: ms from the end of a container until it is gone, without the settle time; " +
      `median of ${4 * rounds} and of ${rounds} rounds`,
  );
  printTable(["containers that end together", "--rm", "sidecar", "ratio", "least", "most"], rows);
}

/** Containers that print 1,000 lines and end together, removed by a sidecar with runs and by one without, in turn. */
async function measureRuns() {
  const places = { without: "none", with: join(folder, "runs") };
  const found = { without: [], with: [] };
  for (let round = 0; round < rounds; round++) {
    for (const kind of round % 2 === 0 ? ["without", "with"] : ["with", "without"]) {
      const sidecar = await startSidecar("--runs", places[kind]);
      found[kind].push(await removalsOf(many, "sidecar", "seq 1000"));
      await end(sidecar);
    }
  }
  const rows = ["median", "worst", "first end to last removal"].map((figure) =>
    rowOf(
      `${many}: ${figure}`,
      ...[found.without, found.with].map((results) => results.map((result) => result[figure])),
    ),
  );
  console.log(`\nRuns: as above, each container prints 1,000 lines first; median of ${rounds} rounds`);
  printTable(["containers that end together", "without runs", "with runs", "ratio", "least", "most"], rows);
}

async function removalRows(count, times) {
  const found = { engine: [], sidecar: [] };
  for (let round = 0; round < times; round++) {
    for (const by of round % 2 === 0 ? ["engine", "sidecar"] : ["sidecar", "engine"])
      found[by].push(await removalsOf(count, by));
  }
  const figures = count === 1 ? ["median"] : ["median", "worst", "first end to last removal"];
  return figures.map((figure) => {
    const [engine, sidecar] = [found.engine, found.sidecar].map((results) => results.map((result) => result[figure]));
    return rowOf(`${String(count)}: ${figure}`, engine, sidecar);
  });
}

/** Two medians and their ratio, with the least and the most of the ratios of one round. */
function rowOf(title, before, after) {
  const ratios = after.map((time, round) => time / before[round]);
  return [
    title,
    ...[median(before), median(after)].map((time) => fixed(time, 0)),
    ...[median(after) / median(before), Math.min(...ratios), Math.max(...ratios)].map((ratio) => fixed(ratio, 2)),
  ];
}

/** Makes containers that wait for a pipe, lets them end, and says how many ms went by between `die` and `destroy`. */
async function removalsOf(count, by, program = "") {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  const ids = await atOnce(4, count, async () => {
    const id = await create({
      isOfStack: by === "sidecar",
      isRemovedByEngine: by === "engine",
      command: ["sh", "-c", `read x < /bench/pipe; ${program}\nexit 0`],
      hasLog: program !== "",
    });
    await call("POST", `/containers/${id}/start`);
    return id;
  });
  await pass(1000);
  const waiting = new Set(ids);
  const died = new Map();
  const gone = new Map();
  const events = await listen(Math.floor(Date.now() / 1000));
  const opening = setInterval(() => letGoOn(pipe), 100);
  for await (const line of linesOf(events)) {
    const { Action, Actor, time } = readEvent(line);
    (Action === "die" ? died : gone).set(Actor.ID, time);
    if (Action === "destroy") waiting.delete(Actor.ID);
    if (waiting.size === 0) break;
  }
  clearInterval(opening);
  events.destroy();
  rmSync(pipe);
  const settling = by === "sidecar" ? settleSeconds * 1000 : 0;
  const delays = ids.map((id) => gone.get(id) - died.get(id) - settling);
  const whole = Math.max(...gone.values()) - Math.min(...died.values()) - settling;
  return { median: median(delays), worst: Math.max(...delays), "first end to last removal": whole };
}

/** Lets all go on that wait for a pipe now; on a busy machine, some come later. */
function letGoOn(pipe) {
  try {
    closeSync(openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK));
  } catch (error) {
    if (error.code !== "ENXIO") throw error;
  }
}

/** Its time is in ms since 1970: a number of JSON cannot hold so many nanoseconds. */
function readEvent(line) {
  const [, milliseconds, rest] = /"timeNano":(\d+)(\d{6})\b/.exec(line);
  return { ...JSON.parse(line), time: Number(`${milliseconds}.${rest}`) };
}

async function create({ isOfStack, isRemovedByEngine = false, command, hasLog = false }) {
  const ofCompose = { project: stack, service: "job", "container-number": "1" };
  const named = Object.entries(ofCompose).map(([name, value]) => [`com.docker.compose.${name}`, value]);
  const labels = { [mark]: "", ...(isOfStack ? Object.fromEntries(named) : {}) };
  const host = {
    NetworkMode: "none",
    AutoRemove: isRemovedByEngine,
    Binds: [`${folder}:/bench`],
    LogConfig: { Type: hasLog ? "json-file" : "none" },
  };
  return (
    await call("POST", "/containers/create", { Image: "busybox:local", Cmd: command, Labels: labels, HostConfig: host })
  ).Id;
}

/** Does something so many times, some at a time. */
async function atOnce(limit, count, action) {
  const results = [];
  let next = 0;
  const work = async () => {
    while (next < count) {
      next++;
      results.push(await action());
    }
  };
  await Promise.all(Array.from({ length: limit }, work));
  return results;
}

/** Fails when the engine says nothing for a minute. */
function open(method, path, body) {
  return new Promise((done, fail) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = text === undefined ? {} : { "Content-Type": "application/json" };
    const asked = request(
      { socketPath: socket, agent: path.startsWith("/events") ? false : agent, method, path, headers, timeout: 60_000 },
      done,
    );
    asked.on("timeout", () => asked.destroy(new Error(`${method} ${path}: the engine does not answer`)));
    asked.on("error", fail).end(text);
  });
}

async function call(method, path, body) {
  const response = await open(method, path, body);
  const text = Buffer.concat(await response.toArray()).toString();
  if (response.statusCode >= 400) throw new Error(`${method} ${path}: ${response.statusCode} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

/** The engine's events since a time, in whole seconds since 1970. Without it, those before the answer would be lost. */
function listen(since) {
  const filters = JSON.stringify({ label: [mark], event: ["die", "destroy"] });
  return open("GET", `/events?since=${since}&filters=${encodeURIComponent(filters)}`);
}

async function* linesOf(response) {
  let rest = "";
  for await (const text of response.setEncoding("utf8")) {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop();
    yield* lines;
  }
}

/** Resolves to the process when it says that it is connected. */
function startSidecar(...flags) {
  const usual = ["--config", config, "--project", stack, "--log", "json", "--runs", join(folder, "runs")];
  const child = spawn(process.execPath, [bin, "sidecar", ...usual, ...flags], { stdio: ["ignore", "pipe", "inherit"] });
  children.add(child);
  return new Promise((done, fail) => {
    child.stdout.on("data", (text) => text.includes('"connected"') && done(child));
    child.on("exit", (code) => fail(new Error(`the sidecar ended with ${code}`)));
  });
}

function end(child) {
  children.delete(child);
  return new Promise((done) => {
    child.on("exit", done);
    child.kill();
  });
}

function timeOf(action) {
  const start = performance.now();
  action();
  return performance.now() - start;
}

function memoryOf(pid) {
  return Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
}

/** Seconds that all threads have run. */
function processorTimeOf(pid) {
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8"),
  );
  return threads.reduce((sum, text) => sum + Number(text.split(" ")[0]) / 1e9, 0);
}

async function cleanUp() {
  await Promise.all([...children].map((child) => end(child)));
  const left = await call(
    "GET",
    `/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify({ label: [mark] }))}`,
  );
  await Promise.all(left.map(({ Id }) => call("DELETE", `/containers/${Id}?force=1`).catch(() => {})));
  agent.destroy();
  rmSync(folder, { recursive: true, force: true });
}
