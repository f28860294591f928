import { compose } from "./compose/compose.ts";
import { swarm } from "./swarm/swarm.ts";
import type { Target } from "./target.ts";

/** Every target by its name; `--target`, the help, the fixtures and the conversion table follow from it. */
export const targets = { compose, swarm } as const satisfies Readonly<Record<string, Target>>;

export type TargetName = keyof typeof targets;
