import { ago } from "../text/ago.ts";
import type { JobVerdict } from "./plan-model.ts";
import type { RunView } from "./runs.ts";

/** What is known of a job that has ended, and of what it would run with now. */
export interface JobFacts {
  /** Its newest runs, one for each of its containers, the newest first; at least one. */
  readonly runs: readonly RunView[];
  /** Whether the user wants it to run again. */
  readonly isRequested: boolean;
  /** How its definition differs from that of its last run; undefined where it does not. */
  readonly change: string | undefined;
  /** The ID of its image now; undefined when the engine does not have the image. */
  readonly imageId: string | undefined;
  /** The IDs of the stack's networks. */
  readonly networks: ReadonlySet<string>;
  /** A mounted file of the stack's folder that is newer than the run. */
  readonly newerFile: string | undefined;
  /** In milliseconds since 1970. */
  readonly now: number;
}

/**
 * Whether a job runs again: not if its newest runs ended with 0 with the same definition, image, network and files
 * (reference jobs.md 4.1).
 */
export function judgeJob(facts: JobFacts): JobVerdict {
  const { runs, now } = facts;
  const why = whyAgain(facts);
  if (why === undefined) {
    const ended = ago(Date.parse(runs[0]!.finished) / 1000, now / 1000);
    return { kind: "done", note: `it ran ${ended}, exit code 0` };
  }
  return { kind: "due", ...why };
}

function whyAgain(facts: JobFacts): { readonly why: string; readonly needsNewContainers: boolean } | undefined {
  const { runs, isRequested, change, imageId, networks, newerFile } = facts;
  const again = (why: string, needsNewContainers = false) => ({ why, needsNewContainers });
  if (isRequested) return again("--rerun");
  const failed = runs.find(({ exitCode }) => exitCode !== 0);
  if (failed) return again(`its last run ended with ${failed.exitCode ?? "an unknown exit code"}`);
  if (change !== undefined) return again(change, true);
  if (imageId === undefined || runs.some((run) => run.imageId !== imageId))
    return again("its image is a newer one", true);
  // `down` removes the network, and the containers with it.
  const gone = runs.filter(({ isThere }) => !isThere);
  if (gone.some(({ networkIds }) => networkIds.length === 0))
    return again("nothing tells whether the stack was down since its last run");
  if (gone.some(({ networkIds }) => networkIds.some((id) => !networks.has(id))))
    return again("the stack has a new network since its last run", true);
  return newerFile === undefined ? undefined : again(`${newerFile} is newer than its last run`);
}
