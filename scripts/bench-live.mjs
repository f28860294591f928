// Measures commands of live services against what Docker's own command line takes for the same, by turns in one run.
// Nothing passes or fails. Needs an engine such as that of scripts/start-docker.sh, and Docker Compose.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { fixed, median, printTable } from "./measured.mjs";

const [containers = 200, rounds = 21] = process.argv.slice(2).map(Number);
const bin = resolve("dist/bin.js");
const folder = mkdtempSync(join(tmpdir(), "tutum-stack-bench-"));
const project = `bench-${randomBytes(3).toString("hex")}`;
const env = { ...process.env, XDG_STATE_HOME: join(folder, "state"), XDG_DATA_HOME: join(folder, "data") };
const goal = 2;

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => (cleanUp(), process.exit(130)));
try {
  const service = "  image: busybox:local\n  command: sleep 86400\n";
  writeFileSync(join(folder, "stack.yml"), `web:\n${service}`);
  tutumStack("up", "--name", project);
  const id = docker("ps", "-q", "--filter", `label=com.docker.compose.project=${project}`).trim();
  const started = startOf(id);
  const set = measure(
    (round) => docker("update", "--restart", round % 2 ? "always" : "no", id),
    (round) => tutumStack("service", "set", "--autorestart", round % 2 ? "OFF" : "ALWAYS", "web"),
  );
  if (startOf(id) !== started) throw new Error("the container was restarted");
  const others = Array.from({ length: 19 }, (_, index) => `web${index + 1}:\n${service}`);
  writeFileSync(join(folder, "stack.yml"), [`web:\n${service}`, ...others].join(""));
  for (let number = 2; number <= containers; number++) addContainer(number);
  const ps = measure(
    () => docker("ps", "-a"),
    () => tutumStack("service", "ps"),
  );
  console.log(`Docker ${docker("version", "--format", "{{.Server.Version}}").trim()}, Node ${process.version}`);
  console.log(`Median of ${rounds} rounds; goal: at most ${goal} times the two programs of Docker's way`);
  printTable(
    ["", "node -e 0, ms", "docker, ms", "tutum-stack, ms", "times"],
    [
      row("service set --autorestart | docker update", set),
      row(`service ps | docker ps -a, ${containers} containers`, ps),
    ],
  );
} finally {
  cleanUp();
}

/** The times of bare Node, Docker's command and ours, by turns. */
function measure(theirs, ours) {
  const times = { bare: [], theirs: [], ours: [], ratio: [] };
  for (let round = 0; round < rounds; round++) {
    const bare = timeOf(() => spawnSync(process.execPath, ["-e", "0"]));
    const docker = timeOf(() => theirs(round));
    const own = timeOf(() => ours(round));
    times.bare.push(bare);
    times.theirs.push(docker);
    times.ours.push(own);
    times.ratio.push(own / (bare + docker));
  }
  return times;
}

function row(name, { bare, theirs, ours, ratio }) {
  return [name, ...[bare, theirs, ours].map((found) => fixed(median(found), 0)), fixed(median(ratio), 2)];
}

function timeOf(action) {
  const start = performance.now();
  action();
  return performance.now() - start;
}

/** A container that Compose could have made: only its labels count. */
function addContainer(number) {
  // Twenty services of ten containers each.
  const labels = {
    project,
    service: number % 20 === 0 ? "web" : `web${number % 20}`,
    "container-number": number,
    oneoff: "False",
  };
  const options = Object.entries(labels).flatMap(([key, value]) => ["--label", `com.docker.compose.${key}=${value}`]);
  docker(
    "run",
    "--detach",
    "--network",
    "none",
    "--name",
    `${project}_web_${number}`,
    ...options,
    "busybox:local",
    "sleep",
    "86400",
  );
}

function startOf(id) {
  return docker("inspect", "--format", "{{.State.StartedAt}}", id).trim();
}

function docker(...args) {
  return execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

function tutumStack(...args) {
  return execFileSync(process.execPath, [bin, ...args], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
}

function cleanUp() {
  const left = docker("ps", "-aq", "--filter", `label=com.docker.compose.project=${project}`)
    .split("\n")
    .filter(Boolean);
  if (left.length > 0) docker("rm", "--force", ...left);
  const networks = docker("network", "ls", "-q", "--filter", `label=com.docker.compose.project=${project}`).split("\n");
  for (const network of networks.filter(Boolean)) docker("network", "rm", network);
  rmSync(folder, { recursive: true, force: true });
}
