import { compose } from "./compose/compose.ts";
import type { Target } from "./target.ts";

/** Every target by its name; `--target`, the help and the fixtures follow from it. */
export const targets = { compose } as const satisfies Readonly<Record<string, Target>>;

export type TargetName = keyof typeof targets;
