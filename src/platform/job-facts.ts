import { join, relative } from "node:path";
import { Problem } from "../files/problem.ts";
import type { Files } from "../files/files.ts";
import { mergeRuns } from "../sidecar/runs/read.ts";
import type { Run } from "../sidecar/runs/run.ts";
import { projectLabels } from "../sidecar/project.ts";
import { hashesOf } from "./adopt.ts";
import type { WantedService, WantedStack } from "./compiled.ts";
import type { ComposeResult } from "./compose.ts";
import { changedKeys } from "./drift.ts";
import { judgeJob } from "./job-due.ts";
import { isUp, type ObservedProject } from "./observed.ts";
import { isJob, type JobVerdict, type Request, type Reruns } from "./plan-model.ts";
import type { Platform, StackRef } from "./platform.ts";
import type { RecoveredState } from "./recovery.ts";
import { runsOfEnded, storedRuns, type RunView } from "./runs.ts";

/** What a verdict about jobs depends on, besides their runs. */
interface Situation {
  readonly wanted: WantedStack;
  readonly observed: ObservedProject;
  readonly state: RecoveredState | undefined;
  readonly request: Request;
  readonly compose: (args: readonly string[]) => Promise<ComposeResult>;
}

/**
 * Whether `up` runs each job again that has ended, as far as its outcome is known (reference jobs.md 4.1). Without a
 * run there is no verdict, and none for another request. Rejects with a Problem, also for `--rerun` of what is no job.
 */
export async function judgeJobs(
  platform: Platform,
  stack: StackRef,
  situation: Situation,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, JobVerdict>> {
  const { wanted, observed, request } = situation;
  const verdicts = new Map<string, JobVerdict>();
  if (request.kind !== "up") return verdicts;
  const { reruns = new Set<string>() } = request;
  refuseUnknown(wanted, reruns);
  const jobs = [...wanted.services.values()].filter(isJob).filter(({ name }) => !isAtWork(observed, name));
  if (jobs.length === 0) return verdicts;
  const stored = (await storedRuns(platform, { project: stack.project, observed }, signal)).runs;
  const known = jobs.map((job) => ({ job, runs: newestRuns(job, stored, observed, stack.project) }));
  const ended = known.filter(({ job, runs }) => runs.length > 0 || isRequested(reruns, job));
  if (ended.length === 0) return verdicts;
  const networks = new Set(await platform.engine.networks(`${projectLabels.compose}=${stack.project}`, signal));
  const changeOf = await changes(situation, ended);
  for (const { job, runs } of ended) {
    if (runs.length === 0) verdicts.set(job.name, { kind: "due", why: "--rerun", needsNewContainers: false });
    else
      verdicts.set(
        job.name,
        judgeJob({
          runs,
          isRequested: isRequested(reruns, job),
          change: changeOf(job, runs),
          imageId: (await platform.engine.image(job.image, signal))?.id,
          networks,
          newerFile: newerFile(platform, stack.folder, job, runs),
          now: platform.now(),
        }),
      );
  }
  return verdicts;
}

function isRequested(reruns: Reruns, { name }: WantedService): boolean {
  return reruns === "all" || reruns.has(name);
}

function refuseUnknown({ services }: WantedStack, reruns: Reruns): void {
  if (reruns === "all") return;
  for (const name of reruns) {
    const service = services.get(name);
    if (!service) throw new Problem(`there is no job ${JSON.stringify(name)} to run again`);
    if (!isJob(service))
      throw new Problem(
        `service ${name} is no job, because it has no autodestroy; \`service redeploy ${name}\` recreates it`,
      );
  }
}

/** Whether a container of the service runs, or has yet to be started for the first time. */
function isAtWork(observed: ObservedProject, name: string): boolean {
  return (observed.get(name) ?? []).some((container) => isUp(container) || container.status === "created");
}

/** The newest run of each container, for as many containers as the service has; the newest first. */
function newestRuns(
  { name, policy, replicas }: WantedService,
  stored: readonly Run[],
  observed: ObservedProject,
  project: string,
): readonly RunView[] {
  const own = stored.filter(({ service }) => service === name);
  const containers = observed.get(name) ?? [];
  const all = mergeRuns(own, runsOfEnded(containers, { name, project, policy }));
  const ids = new Set(containers.map(({ id }) => id));
  const newest = new Map<string, RunView>();
  for (const run of all)
    if (!newest.has(run.containerName)) newest.set(run.containerName, { ...run, isThere: ids.has(run.container) });
  return [...newest.values()].slice(0, replicas);
}

/**
 * How the definition of a job differs from that of its last run. The state tells it, whatever Compose is installed and
 * also after a live change. Without a state, Compose's own hash does.
 */
async function changes(
  { state, compose }: Situation,
  ended: readonly { readonly job: WantedService }[],
): Promise<(job: WantedService, runs: readonly Run[]) => string | undefined> {
  const isKnown = ({ name }: WantedService): boolean => state?.services[name] !== undefined;
  const hashes = ended.every(({ job }) => isKnown(job)) ? new Map<string, string>() : await hashesOf(compose);
  return (job, runs) => {
    const applied = state?.services[job.name];
    if (applied) {
      const changed = changedKeys(applied.keys, job.keys);
      return changed.length === 0 ? undefined : `changed: ${changed.join(", ")}`;
    }
    const hash = hashes.get(job.name);
    if (hash === undefined) return "nothing tells whether it was changed since its last run";
    return runs.every(({ configHash }) => configHash === hash)
      ? undefined
      : "it was changed since its last run, or another version of Compose ran it";
  };
}

/**
 * A file below the stack's folder that the job mounts, and that was written after its last run. What the job wrote
 * is older than its end.
 */
function newerFile(
  { files, now }: Pick<Platform, "files" | "now">,
  folder: string,
  { definition }: WantedService,
  runs: readonly Run[],
): string | undefined {
  const age = (now() - Math.min(...runs.map(({ finished }) => Date.parse(finished)))) / 1000;
  const root = files.resolve(folder);
  let left = mostFiles;
  const findIn = (path: string): string | undefined => {
    if (--left < 0) return `one of more than ${mostFiles} files`;
    const isFile = files.length(path) !== undefined;
    if (isFile) return (files.age(path) ?? Infinity) < age ? relative(root, path) : undefined;
    for (const name of namesIn(files, path)) {
      const found = findIn(join(path, name));
      if (found !== undefined) return found;
    }
    return undefined;
  };
  for (const volume of definition.volumes) {
    if (volume.kind !== "host" && volume.kind !== "relative") continue;
    const path = files.resolve(volume.kind === "host" ? volume.source : join(folder, volume.source));
    const found = path === root || path.startsWith(`${root}/`) ? findIn(path) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Nobody wants to wait for a look at more files. */
const mostFiles = 10_000;

function namesIn(files: Files, path: string): readonly string[] {
  try {
    return files.list(path);
  } catch {
    // It is no folder, or cannot be read.
    return [];
  }
}
