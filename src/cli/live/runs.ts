import { runsOf, type RunView } from "../../platform/runs.ts";
import { visible, visibleJson } from "../../text/visible.ts";
import type { Io } from "../io.ts";
import { forEachService } from "./service.ts";
import type { LiveFlags } from "./flags.ts";
import { table } from "./table.ts";

/** Lists how the containers of a service ended, also of those that are gone (reference live.md 4.3). */
export function runsOfService(io: Io, identifier: string, flags: LiveFlags): Promise<number> {
  return forEachService(io, flags, "runs", [identifier], async ({ platform, signal }, service) => {
    const { runs, broken, problems } = await runsOf(platform, service, signal);
    for (const problem of problems) io.stderr.write(`tutum-stack: ${visible(problem)}\n`);
    for (const name of broken) io.stderr.write(`tutum-stack: ${visible(name)} is no run, and is skipped\n`);
    if (flags.output === "json") {
      io.stdout.write(`${visibleJson(JSON.stringify(runs.map(runAsJson), null, 2))}\n`);
      return 0;
    }
    const rows = runs.map((run) => [
      run.containerName,
      String(run.exitCode ?? ""),
      run.started.slice(0, 19),
      run.finished.slice(0, 19),
      whatBecame(run),
    ]);
    io.stdout.write(table(["CONTAINER", "EXIT CODE", "STARTED", "ENDED", "AFTERWARDS"], rows));
    return 0;
  });
}

/** What became of the container, in a few words. */
export function whatBecame({ done, decided, isThere }: RunView): string {
  if (done === "removed") return "removed";
  if (done === "started") return "started again";
  if (!isThere) return "gone";
  return decided.action === "remove" ? "to be removed" : "kept";
}

/** A run in the words of the old API, where it had words. */
export function runAsJson(run: RunView): object {
  const { container, containerName, service, image, exitCode, started, finished, isOutOfMemory, output } = run;
  return {
    docker_id: container,
    name: containerName,
    service,
    image_name: image,
    exit_code: exitCode ?? null,
    started,
    finished,
    out_of_memory: isOutOfMemory,
    afterwards: whatBecame(run),
    output: output.pieces,
    output_is_cut: output.isCut,
    output_problem: output.problem,
  };
}
