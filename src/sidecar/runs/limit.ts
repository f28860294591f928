import type { Clock } from "../../time/clock.ts";

/**
 * What a promise resolves to, if that takes no longer than some milliseconds. Rejects afterwards; the work itself goes
 * on, and what comes of it is lost. `what` is what it was to do.
 */
export async function withinTime<T>(clock: Clock, milliseconds: number, what: string, work: Promise<T>): Promise<T> {
  work.catch(() => {});
  let cancel = (): void => {};
  const late = new Promise<never>((_, reject) => {
    const fail = (): void => reject(new Error(`it took more than ${milliseconds / 1000} s to ${what}`));
    cancel = clock.after(milliseconds, fail);
  });
  return Promise.race([work, late]).finally(cancel);
}
