import { basename } from "node:path";
import { mergeRuns, readRuns } from "../../../src/sidecar/runs/read.ts";
import type { Run } from "../../../src/sidecar/runs/run.ts";
import { createRunStore, type RunStore } from "../../../src/sidecar/runs/store.ts";
import { configOf, play, stage, type Stage } from "../stage.ts";
import { MemoryRunFiles } from "./memory-files.ts";

/** A store in memory, and what it holds. */
export class MemoryRuns {
  readonly files = new MemoryRunFiles();
  readonly warnings: string[] = [];
  readonly store: RunStore = createRunStore({
    folderOf: (project) => `/runs/${project}`,
    warn: (problem) => this.warnings.push(problem),
    files: this.files,
  });

  /** All runs, the newest first. Throws when one is broken. */
  all(): readonly Run[] {
    const { runs, broken } = readRuns([...this.files.texts].map(([path, text]) => ({ name: basename(path), text })));
    if (broken.length > 0) throw new Error(`broken: ${broken.join(", ")}`);
    return mergeRuns(runs);
  }
}

/** A sidecar at work that keeps runs in memory. */
export async function staged(
  services: Readonly<Record<string, string>> = { job: "OFF/ALWAYS" },
  options: Parameters<typeof stage>[1] & { readonly memory?: MemoryRuns } = {},
): Promise<Stage & { readonly memory: MemoryRuns }> {
  const { memory = new MemoryRuns(), ...others } = options;
  return Object.assign(await play(stage(configOf(services), { runs: memory.store, ...others })), { memory });
}

/** The text of an output. */
export function textOf({ output }: Run): string {
  return output.pieces.map(({ text }) => text).join("");
}

/** A run of the service `job`, of the year 2026. */
export function runOf(given: Partial<Run> = {}): Run {
  return {
    project: "shop",
    service: "job",
    container: "a".repeat(64),
    containerName: "shop-job-1",
    started: "2026-11-27T10:00:00.000000001Z",
    finished: "2026-11-27T10:00:01.123456789Z",
    image: "busybox:local",
    imageId: `sha256:${"b".repeat(64)}`,
    networkIds: ["c".repeat(64)],
    composeVersion: "2.40.3",
    configHash: "d".repeat(64),
    exitCode: 0,
    isOutOfMemory: false,
    error: "",
    decided: { action: "remove", policy: { autorestart: "OFF", autodestroy: "ALWAYS" }, reason: "" },
    done: "removed",
    output: { pieces: [{ stream: "stdout", text: "hello\n" }], isCut: false, problem: "" },
    ...given,
  };
}
