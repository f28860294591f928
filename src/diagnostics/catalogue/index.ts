import type { Entry } from "./entry.ts";
import { meaningCodes } from "./meaning.ts";
import { shapeCodes } from "./shape.ts";
import { targetCodes } from "./target.ts";
import { textCodes } from "./text.ts";
import { valueCodes } from "./values.ts";

export type { Entry, Severity, Wording } from "./entry.ts";

/** Every code, in the order of the phases that report them. The wording of the compiler is here. */
export const catalogue = { ...textCodes, ...shapeCodes, ...meaningCodes, ...valueCodes, ...targetCodes };

/** The slug of a finding: fixture folder, rule file and argument of `tutum-stack explain`. */
export type Code = keyof typeof catalogue;

/** What the wording of a code needs to know. */
export type Params<C extends Code> = (typeof catalogue)[C] extends Entry<infer P> ? P : never;
