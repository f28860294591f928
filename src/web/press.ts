/** What waits for the end of a press; undefined while nothing is pressed. */
let waiting: (() => void)[] | undefined;

/** How long after the release the browser may still send the click, in milliseconds. */
const clickDelay = 100;

/** Watches the mouse, fingers and pens. Call it once. */
export function watchPresses(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listen = (name: string, listener: (event: PointerEvent) => void): void =>
    addEventListener(name, listener as EventListener, true);
  const begin = (): void => {
    clearTimeout(timer);
    timer = undefined;
    waiting ??= [];
  };
  const end = (): void => {
    if (waiting) timer ??= setTimeout(goOn, clickDelay);
  };
  const goOn = (): void => {
    const own = waiting ?? [];
    [waiting, timer] = [undefined, undefined];
    for (const resolve of own) resolve();
  };
  listen("pointerdown", ({ button }) => button === 0 && begin());
  for (const name of ["pointerup", "pointercancel", "dragend"]) listen(name, end);
  // The page does not see a release outside of the window.
  listen("pointermove", ({ buttons }) => buttons === 0 && end());
}

/**
 * Resolves when nothing is pressed. If a button moved or became disabled between press and release, the browser would
 * send no click.
 */
export function whenReleased(): Promise<void> {
  return new Promise((resolve) => (waiting ? waiting.push(resolve) : resolve()));
}
