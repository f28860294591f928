// Measures the built command line and the executable: how long they take to start, and how time and memory grow with
// the stack. Nothing passes or fails.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { writeStack, writeSwarmFile } from "./bench-stacks.mjs";
import { fixed, median, printTable } from "./measured.mjs";

const rounds = 51;
const growthRounds = 5;
const bin = resolve("dist/bin.js");
const executable = resolve("build/tutum-stack");
const folder = mkdtempSync(join(tmpdir(), "tutum-stack-bench-"));

try {
  measureStart();
  measureGrowth();
} finally {
  rmSync(folder, { recursive: true });
}

/** Programs by turns, so that whatever else the machine does slows all of them down. */
function measureStart() {
  const stack = writeStack(folder, 3);
  const composeFile = join(dirname(stack), "docker-compose.yml");
  run([process.execPath, bin, "compile", stack]);
  const swarm = "docker stack config";
  const programs = [
    { name: "node -e 0", command: [process.execPath, "-e", "0"] },
    { name: "tutum-stack --version", command: [process.execPath, bin, "--version"] },
    { name: "tutum-stack compile, 3 services", command: [process.execPath, bin, "compile", stack] },
    { name: "executable --version", command: [executable, "--version"] },
    { name: "executable compile, 3 services", command: [executable, "compile", stack] },
    { name: swarm, command: ["docker", "stack", "config", "--compose-file", writeSwarmFile(folder, 3)] },
    { name: "docker compose config", command: ["docker", "compose", "--file", composeFile, "config"] },
    { name: "docker-compose config", command: ["docker-compose", "--file", composeFile, "config"] },
  ].map((program) => ({ ...program, times: [], isThere: run(program.command).status === 0 }));
  const measured = programs.filter(({ isThere }) => isThere);
  for (let round = 0; round < rounds; round++) for (const { command, times } of measured) times.push(run(command).time);
  const timeOf = (wanted) => median(programs.find(({ name }) => name === wanted).times);
  const row = ({ name, times }) => [
    name,
    fixed(median(times), 1),
    ...["node -e 0", swarm].map((other) => fixed(median(times) / timeOf(other), 2)),
  ];
  console.log(`Start: median of ${rounds} rounds, Node ${process.version}`);
  printTable(
    ["", "ms", "times bare Node", `times ${swarm}`],
    programs.map((program) => (program.isThere ? row(program) : [program.name, "not installed", "", ""])),
  );
}

/** Linear growth means that the columns per service level off. */
function measureGrowth() {
  const bare = growthOf(["-e", "0"]);
  const rows = [10, 100, 1000, 10_000].map((count) => {
    const { time, memory } = growthOf([bin, "compile", writeStack(folder, count)]);
    const [more, larger] = [time - bare.time, memory - bare.memory];
    return [
      String(count),
      fixed(time, 0),
      fixed((1000 * more) / count, 0),
      fixed(memory / 1024, 0),
      fixed(larger / count, 1),
    ];
  });
  console.log(`\nGrowth: compile, median of ${growthRounds} rounds; per service, what bare Node needs is taken off`);
  printTable(
    ["services", "ms", "µs per service", "peak MiB", "KiB per service"],
    [["bare Node", fixed(bare.time, 0), "", fixed(bare.memory / 1024, 0), ""], ...rows],
  );
}

function growthOf(args) {
  const results = Array.from({ length: growthRounds }, () =>
    run([process.execPath, "--require", writePeakReporter(), ...args]),
  );
  return {
    time: median(results.map(({ time }) => time)),
    memory: median(results.map(({ stdout }) => Number(stdout.trim().split("\n").at(-1)))),
  };
}

/** Makes a process end with a line that says how many KiB of memory it had at most. */
function writePeakReporter() {
  const file = join(folder, "peak.cjs");
  writeFileSync(
    file,
    'process.on("exit", () => require("fs").writeSync(1, `${process.resourceUsage().maxRSS}\\n`));\n',
  );
  return file;
}

function run([program, ...args]) {
  const start = performance.now();
  const { status, stdout } = spawnSync(program, args, { stdio: ["ignore", "pipe", "ignore"], encoding: "utf8" });
  return { status, stdout, time: performance.now() - start };
}
