// Compares the built programs with what they are measured against, and prints each ratio beside its goal. Nothing
// passes or fails. Needs python3, which tells what a child process used, and for most rows docker's command line.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { writeStack, writeSwarmFile } from "./bench-stacks.mjs";
import { fixed, median, printTable } from "./measured.mjs";

const folder = mkdtempSync(join(tmpdir(), "tutum-stack-bench-"));
const node = process.execPath;
const bareNode = { name: "node -e 0", command: [node, "-e", "0"] };
const library = pathToFileURL(resolve("lib/index.js")).href;

/** Prints what a program used: seconds of wall time and CPU time, KiB of memory at most, and its exit code. */
const usage = `import resource, subprocess, sys, time
start = time.perf_counter()
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
wall = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(wall, used.ru_utime + used.ru_stime, used.ru_maxrss, status)
`;

const titles = { wall: "wall time", cpu: "CPU time", memory: "peak memory" };

try {
  console.log("\nGoals: medians of the ratios of pairs");
  printTable(["", "of", "pairs", "ratio", "goal", "aim"], [...comparisons(), ...floors()].flatMap(measured));
} finally {
  rmSync(folder, { recursive: true });
}

/** Both programs of a row run by turns, `pairs` times. */
function comparisons() {
  return [
    { program: npmBin(3), other: bareNode, measures: { wall: [1.25, 1.15] }, pairs: 41 },
    { program: executable(3), other: docker(3), measures: { cpu: [1.2, 1] }, pairs: 41 },
    { program: npmBin(10_000), other: docker(10_000), measures: { cpu: [1, 0.9], memory: [0.81] }, pairs: 7 },
    { program: executable(1000), other: docker(1000), measures: { cpu: [2.5, 2] }, pairs: 41 },
    {
      program: { name: "import of the library", command: [node, "-e", `import(${JSON.stringify(library)})`] },
      other: bareNode,
      measures: { cpu: [1.4, 1.2] },
      pairs: 41,
    },
  ];
}

/** What no change of the project can save: parts of the same work that Node and `yaml` do. */
function floors() {
  const read = `const { readFileSync } = require("node:fs"); const { Script } = require("node:vm");
    for (const name of ["main", "texts"]) new Script(readFileSync(\`dist/\${name}.js\`, "latin1"), {
      filename: \`\${process.cwd()}/dist/\${name}.js\`, cachedData: readFileSync(\`dist/\${name}.cache\`) });`;
  const parse = `const { Parser } = require("yaml");
    for (const _ of new Parser().parse(require("node:fs").readFileSync(process.argv[1], "utf8")));`;
  return [
    {
      program: { name: "its code, read and not run", command: [node, "-e", read] },
      other: bareNode,
      measures: { wall: [] },
      pairs: 41,
    },
    {
      program: {
        name: "lexer and parser of `yaml`, 10,000 services",
        command: [node, "-e", parse, writeStack(folder, 10_000)],
      },
      other: docker(10_000),
      measures: { cpu: [] },
      pairs: 7,
    },
  ];
}

function measured({ program, other, measures, pairs }) {
  const isThere = [program, other].every(({ command }) => used(command)?.status === 0);
  const ratios = Object.fromEntries(Object.keys(measures).map((what) => [what, []]));
  for (let pair = 0; pair < (isThere ? pairs : 0); pair++) {
    const [own, theirs] = [used(program.command), used(other.command)];
    for (const what of Object.keys(measures)) ratios[what].push(own[what] / theirs[what]);
  }
  return Object.entries(measures).map(([what, [goal, aim]]) => [
    `${program.name} / ${other.name}`,
    titles[what],
    isThere ? String(pairs) : "",
    isThere ? fixed(median(ratios[what]), 2) : "did not run",
    fixed(goal, 2),
    fixed(aim, 2),
  ]);
}

function used(command) {
  const { status, stdout } = spawnSync("python3", ["-c", usage, ...command], { encoding: "utf8" });
  if (status !== 0) return undefined;
  const [wall, cpu, memory, exitCode] = stdout.split(" ").map(Number);
  return { wall, cpu, memory, status: exitCode };
}

function npmBin(count) {
  return compiling("npm bin", [node, resolve("dist/bin.js")], count);
}

function executable(count) {
  return compiling("executable", [resolve("build/tutum-stack")], count);
}

function compiling(name, program, count) {
  const command = [...program, "compile", writeStack(folder, count)];
  return { name: `${name}, ${count.toLocaleString("en")} services`, command };
}

function docker(count) {
  const command = ["docker", "stack", "config", "--compose-file", writeSwarmFile(folder, count)];
  return { name: "docker stack config", command };
}
