import { balancerCodes } from "./balancer.ts";
import type { Entry } from "./entry.ts";
import { goneCodes } from "./gone.ts";
import { meaningCodes } from "./meaning.ts";
import { movedCodes } from "./moved.ts";
import { readingCodes } from "./readings.ts";
import { shapeCodes } from "./shape.ts";
import { slipCodes } from "./slips.ts";
import { targetCodes } from "./target.ts";
import { textCodes } from "./text.ts";
import { valueCodes } from "./values.ts";

export type { Entry, Severity } from "./entry.ts";

/** Every code, in the order of the phases that report it, with all texts of the compiler. */
export const catalogue = {
  ...textCodes,
  ...slipCodes,
  ...shapeCodes,
  ...valueCodes,
  ...readingCodes,
  ...meaningCodes,
  ...goneCodes,
  ...balancerCodes,
  ...targetCodes,
  ...movedCodes,
};

/**
 * The name of a kind of diagnostic. It names the fixture folder and the rule file, and is an argument of `tutum-stack
 * explain`.
 */
export type Code = keyof typeof catalogue;

/** The parameters of the wording of a code. */
export type Params<C extends Code> = (typeof catalogue)[C] extends Entry<infer P> ? P : never;
