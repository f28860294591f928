import { useEffect } from "preact/hooks";

/** How long after the last key to ask, in milliseconds. */
const pause = 250;

/** Asks a moment after the last change of the inputs. An answer that comes after another change does not count. */
export function useAnswer<T>(
  question: (() => Promise<T>) | undefined,
  show: (answer: T) => void,
  inputs: readonly unknown[],
): void {
  useEffect(() => {
    let isOld = false;
    const ask = async (): Promise<void> => {
      const answer = await question?.();
      if (!isOld && answer !== undefined) show(answer);
    };
    const timer = setTimeout(() => void ask(), pause);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, inputs);
}
