import { Problem } from "../../files/problem.ts";
import { findNamed } from "../../platform/identifiers.ts";
import { openLeftRuns } from "../../platform/left-runs.ts";
import { isJob } from "../../platform/plan-model.ts";
import type { ServiceView } from "../../platform/views.ts";
import { projectLabels } from "../../sidecar/project.ts";
import { visible } from "../../text/visible.ts";
import type { Session } from "./session.ts";

/** The one job that an identifier names. Throws a Problem. */
export function jobNamed(services: readonly ServiceView[], identifier: string): ServiceView {
  const [found, ...others] = findNamed(services, identifier);
  if (!found) throw new Problem(`there is no job ${JSON.stringify(identifier)}`);
  if (others.length > 0) {
    const names = [found, ...others].map(({ name, stack }) => `${name}.${stack}`);
    throw new Problem(`several jobs match ${JSON.stringify(identifier)}: ${names.join(", ")}`);
  }
  if (found.wanted && !isJob(found.wanted))
    throw new Problem(`service ${found.name} is no job, because it has no autodestroy`);
  return found;
}

/** Makes the runs of stacks readable that are down, and refuses stacks of a Swarm. */
export async function prepare(session: Session, services: readonly ServiceView[]): Promise<void> {
  const { io, platform, signal } = session;
  const stacks = new Map(services.filter(isOfJob).map(({ stackRef }) => [stackRef.project, stackRef]));
  const tasks = await platform.engine.containers(projectLabels.swarm, signal);
  for (const stack of stacks.values()) {
    if (tasks.some(({ labels }) => labels.get(projectLabels.swarm) === stack.project))
      throw new Problem(
        `the stack ${stack.name} runs on a Swarm, which keeps its own history: \`docker service ps SERVICE\` and ` +
          "`docker service logs SERVICE` show it",
      );
    const problem = await openLeftRuns(session, stack);
    if (problem !== undefined) io.stderr.write(`tutum-stack: ${visible(problem)}\n`);
  }
}

/** Whether a service is a job. */
export function isOfJob({ wanted }: ServiceView): boolean {
  return wanted !== undefined && isJob(wanted);
}
