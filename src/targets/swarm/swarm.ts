import type { Target } from "../target.ts";
import { swarmOutputs, swarmTitle } from "./model.ts";
import { lowerForSwarm } from "./stack.ts";

/** A cluster: a stack file for `docker stack deploy`. */
export const swarm = {
  name: "swarm",
  title: swarmTitle,
  summary: "a cluster: docker-stack.yml, for docker stack deploy",
  outputs: swarmOutputs,
  lower: lowerForSwarm,
} as const satisfies Target;
