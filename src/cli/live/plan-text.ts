import type { Plan } from "../../platform/plan-model.ts";
import { describePlan, type Tense } from "../../platform/plan-text.ts";
import { visible } from "../../text/visible.ts";

/** What will be done or was done, for a terminal. */
export function renderPlan(plan: Plan, tense: Tense): string {
  return describePlan(plan, tense)
    .map((line) => `${visible(line)}\n`)
    .join("");
}
