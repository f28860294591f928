import { Session } from "node:inspector";

// V8 counts in code that is compiled from now on.
const session = new Session();
session.connect();
session.post("Profiler.enable");
session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });

/**
 * How often a block of code (a function, the body of a loop, a branch) ran during a call: much the same number on every
 * machine, however busy it is. Work inside one call of the language, such as a search in a text, counts as one.
 * Import this before what is measured.
 */
export function workOf(body: () => void): number {
  countBlocks();
  body();
  return countBlocks();
}

/** The same until a promise is resolved. */
export async function workUntil(body: () => Promise<unknown>): Promise<number> {
  countBlocks();
  await body();
  return countBlocks();
}

/** How often blocks ran since the last call. */
function countBlocks(): number {
  let count = 0;
  session.post("Profiler.takePreciseCoverage", (error, { result }) => {
    if (error) throw error;
    const ranges = result.flatMap(({ functions }) => functions.flatMap((one) => one.ranges));
    for (const range of ranges) count += range.count;
  });
  return count;
}
