import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { sidecarConfig } from "../../src/lifecycle/config.ts";
import type { Action, Policy } from "../../src/lifecycle/policy.ts";
import {
  actionAfterExit,
  actionAfterStop,
  autodestroyValues,
  autorestartValues,
  isCompatible,
} from "../../src/lifecycle/policy.ts";
import { composeLabels, labelOptions } from "../support/compose-labels.ts";
import { execute, suiteThatNeeds } from "./programs.ts";
import { needsEngine } from "./project.ts";

const ways = ["by itself", "docker stop", "docker kill", "docker restart"] as const;
const exitCodes = [0, 1, 137];
const policies = autorestartValues
  .flatMap((autorestart) => autodestroyValues.map((autodestroy): Policy => ({ autorestart, autodestroy })))
  .filter(isCompatible);

interface Case {
  readonly policy: Policy;
  readonly exitCode: number;
  readonly way: (typeof ways)[number];
  readonly name: string;
}

const stack = `matrix-${randomBytes(4).toString("hex")}`;
const serviceOf = ({ autorestart, autodestroy }: Policy): string => `${autorestart}-${autodestroy}`;
const cases: readonly Case[] = policies.flatMap((policy) =>
  exitCodes.flatMap((exitCode) =>
    ways.map((way) => ({
      policy,
      exitCode,
      way,
      name: `${stack}-${serviceOf(policy)}-${exitCode}-${way.replaceAll(" ", "-")}`,
    })),
  ),
);

/** What the table says. A container that `docker restart` has started again runs, whatever its policy. */
function expected({ policy, exitCode, way }: Case): Action {
  const exit = exitCode === 0 ? "success" : "failure";
  if (way === "docker restart") return "restart";
  return way === "by itself" ? actionAfterExit(policy, exit) : actionAfterStop(policy, exit);
}

const { title, isLeftOut } = suiteThatNeeds("every policy, exit code and way to end, on a real engine", needsEngine);

describe.skipIf(isLeftOut)(title, () => {
  const folder = mkdtempSync(join(tmpdir(), "tutum-stack-"));
  const seen = new Map<string, Action>();
  let sidecar: ChildProcess | undefined;

  beforeAll(async () => {
    sidecar = await startSidecar(folder);
    await inTurns(cases, start);
    for (const way of ["docker stop", "docker kill", "docker restart"] as const) await endAll(way);
    const doomed = cases.filter((one) => expected(one) === "remove").map(({ name }) => name);
    const remaining = async () => (await existing()).filter((name) => doomed.includes(name));
    await vi.waitFor(async () => expect(await remaining()).toEqual([]), { timeout: 60_000, interval: 500 });
    await twoSettleTimes();
    await observe(seen);
    console.log(tableOf(seen));
  }, 300_000);

  afterAll(async () => {
    sidecar?.kill();
    await execute(["docker", "rm", "-f", ...(await existing())]);
    rmSync(folder, { recursive: true });
  }, 120_000);

  test.each(cases)("$policy.autorestart, $policy.autodestroy, exit $exitCode, $way", (one) => {
    expect(seen.get(one.name)).toBe(expected(one));
  });
});

function startSidecar(folder: string): Promise<ChildProcess> {
  const destroyed = policies
    .filter(({ autodestroy }) => autodestroy !== "OFF")
    .map((policy) => [serviceOf(policy), policy] as const);
  const config = join(folder, "autodestroy.json");
  writeFileSync(config, JSON.stringify({ ...sidecarConfig(stack, new Map(destroyed)), settleSeconds: 2 }));
  const program = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));
  const child = spawn(process.execPath, [program, "sidecar", "--config", config, "--project", stack], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.stdout.on("data", (lines: Buffer) => lines.includes('"connected"') && resolve(child));
    child.on("exit", (code) => reject(new Error(`the sidecar ended with ${code}`)));
  });
}

async function start({ policy, exitCode, way, name }: Case): Promise<void> {
  const restart = { OFF: "no", ON_FAILURE: "on-failure", ALWAYS: "always" }[policy.autorestart];
  const labels = policy.autodestroy === "OFF" ? [] : labelOptions(composeLabels(stack, serviceOf(policy)));
  const script =
    way === "by itself" ? `sleep 1; exit ${exitCode}` : `trap 'exit ${exitCode}' TERM; while :; do sleep 0.2; done`;
  const { code, stderr } = await execute([
    "docker",
    "run",
    "-d",
    "--network",
    "none",
    "--name",
    name,
    "--restart",
    restart,
    ...labels,
    "busybox:local",
    "sh",
    "-c",
    script,
  ]);
  expect(code, stderr).toBe(0);
}

async function endAll(way: (typeof ways)[number]): Promise<void> {
  const names = cases.filter((one) => one.way === way).map(({ name }) => name);
  const command = way === "docker kill" ? ["docker", "kill", "--signal", "TERM"] : [...way.split(" "), "--time", "20"];
  const { code, stderr } = await execute([...command, ...names]);
  expect(code, stderr).toBe(0);
}

async function existing(): Promise<readonly string[]> {
  const { stdout } = await execute(["docker", "ps", "-a", "--filter", `name=^${stack}-`, "--format", "{{.Names}}"]);
  return stdout.split("\n").filter(Boolean);
}

/** What is not removed by then is not going to be. */
function twoSettleTimes(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5000));
}

async function observe(seen: Map<string, Action>): Promise<void> {
  const { stdout } = await execute([
    "docker",
    "inspect",
    "--format",
    "{{.Name}} {{.State.Status}} {{.RestartCount}}",
    ...(await existing()),
  ]);
  for (const { name } of cases) seen.set(name, "remove");
  for (const line of stdout.trim().split("\n")) {
    const [name = "", status, restarts] = line.slice(1).split(" ");
    seen.set(name, status === "exited" && restarts === "0" ? "keep" : "restart");
  }
}

function tableOf(seen: ReadonlyMap<string, Action>): string {
  const rows = policies.flatMap((policy) =>
    exitCodes.map((exitCode) => {
      const cells = cases
        .filter((one) => one.policy === policy && one.exitCode === exitCode)
        .map(({ name }) => seen.get(name));
      return `| ${policy.autorestart} | ${policy.autodestroy} | ${exitCode} | ${cells.join(" | ")} |`;
    }),
  );
  return [
    `| autorestart | autodestroy | exit code | ${ways.join(" | ")} |`,
    "|---|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

async function inTurns<T>(items: readonly T[], action: (item: T) => Promise<void>): Promise<void> {
  for (let first = 0; first < items.length; first += 6) await Promise.all(items.slice(first, first + 6).map(action));
}
