import { EngineError, type SidecarEngine } from "../docker/engine.ts";
import { isLocked, type LockPlace } from "./lock.ts";
import type { Duty } from "./own-sidecars.ts";
import type { Platform } from "./platform.ts";
import { createRemovalGuard } from "./removal-guard.ts";

/** A duty by the state on disk. */
export interface ServedDuty extends Duty {
  /** The change that was interrupted: `service set web`. Nothing is removed until it is finished. */
  readonly interrupted: string | undefined;
}

/** What a server does as the sidecar of each stack, by the states on disk (reference live.md 3.6). */
export interface Duties {
  /**
   * The duty of this moment; undefined for a stack without one. A sidecar is held while the stack is being changed, and
   * after a change that was interrupted. Throws a Problem.
   */
  read(project: string): ServedDuty | undefined;
  /**
   * The same engine, which removes a container only while no other process changes the stack, and only if the duty is
   * still the one that was read last.
   */
  guarded(project: string, engine: SidecarEngine): SidecarEngine;
}

/** The duties of the stacks of a platform. */
export function createDuties({ files, clock, store }: Pick<Platform, "files" | "clock" | "store">): Duties {
  const guard = createRemovalGuard({ files, clock });
  const known = new Map<string, string>();
  const lockOf = (project: string): LockPlace => ({ folder: store.folder(project) });
  const now = (project: string): ServedDuty | undefined => {
    const state = store.read(project);
    if (!state?.served) return undefined;
    const isBusy = !guard.holds(lockOf(project)) && isLocked(files, lockOf(project));
    const interrupted = isBusy ? undefined : state.pending?.what;
    return { config: state.served, isHeld: isBusy || interrupted !== undefined, interrupted };
  };
  const check = (project: string): void => {
    if (known.get(project) !== JSON.stringify(now(project)))
      throw new EngineError("conflict", "the stack has been changed");
  };
  return {
    read(project) {
      const duty = now(project);
      known.set(project, JSON.stringify(duty));
      return duty;
    },
    guarded: (project, engine) => ({
      connect: (...args) => engine.connect(...args),
      list: (...args) => engine.list(...args),
      inspect: (...args) => engine.inspect(...args),
      imageLabels: (...args) => engine.imageLabels(...args),
      changes: (...args) => engine.changes(...args),
      logs: (...args) => engine.logs(...args),
      remove: (id, options, signal) =>
        guard.remove(
          lockOf(project),
          () => check(project),
          () => engine.remove(id, options, signal),
        ),
    }),
  };
}
