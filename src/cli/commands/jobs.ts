import type { DefineCommand } from "../invocation.ts";
import type { JobsFlags } from "../live/jobs.ts";
import type { WaitFlags } from "../live/wait.ts";
import { positiveNumber, withViewOptions } from "../live-options.ts";

/** `tutum-stack jobs`. */
export const defineJobs: DefineCommand = (program, { io, finish }) => {
  const command = program
    .command("jobs")
    .description("show how jobs ended, even after autodestroy removed their containers")
    .argument("[job]", "a job, to see its runs; or a stack file, to see its jobs")
    .option("--log", "print the output of the newest run")
    .option("--run <number>", "print the output of this run; 1 is the newest", positiveNumber);
  withViewOptions(command).action((job: string | undefined, flags: JobsFlags) =>
    finish(import("../live/jobs.ts").then(({ listJobs }) => listJobs(io, job, flags))),
  );
};

/** `tutum-stack wait`. */
export const defineWait: DefineCommand = (program, { io, finish }) => {
  const command = program
    .command("wait <job...>")
    .description("wait until jobs have ended, print their output, and end with their exit code")
    .option("--timeout <seconds>", "give up after this time, with exit code 124", positiveNumber);
  withViewOptions(command).action((jobs: readonly string[], flags: WaitFlags) =>
    finish(import("../live/wait.ts").then(({ waitForJobs }) => waitForJobs(io, jobs, flags))),
  );
};
