/**
 * When a stopped container is restarted (reference: "Autorestart starts a container again when it stops or crashes").
 */
export type Autorestart = "OFF" | "ON_FAILURE" | "ALWAYS";

/** When a stopped container is removed with its data (reference: "Autodestroy removes a container when it stops"). */
export type Autodestroy = "OFF" | "ON_FAILURE" | "ON_SUCCESS" | "ALWAYS";

/** The two lifecycle settings of a service. */
export interface Policy {
  readonly autorestart: Autorestart;
  readonly autodestroy: Autodestroy;
}

/** How a container ended: with exit code 0, or with any other. */
export type Exit = "success" | "failure";

/** What happens to a container that ended. */
export type Action = "keep" | "restart" | "remove";

type Cell = Readonly<Record<Exit, Action>> | "refused";

/** The lifecycle table. `autorestart` decides first; only a container that stays stopped can be removed. */
const afterExit: Readonly<Record<Autorestart, Readonly<Record<Autodestroy, Cell>>>> = {
  OFF: {
    OFF: { success: "keep", failure: "keep" },
    ON_FAILURE: { success: "keep", failure: "remove" },
    ON_SUCCESS: { success: "remove", failure: "keep" },
    ALWAYS: { success: "remove", failure: "remove" },
  },
  ON_FAILURE: {
    OFF: { success: "keep", failure: "restart" },
    ON_FAILURE: { success: "keep", failure: "restart" },
    ON_SUCCESS: { success: "remove", failure: "restart" },
    ALWAYS: { success: "remove", failure: "restart" },
  },
  ALWAYS: {
    OFF: { success: "restart", failure: "restart" },
    ON_FAILURE: "refused",
    ON_SUCCESS: "refused",
    ALWAYS: "refused",
  },
};

/** Every value of `autorestart`, in the reference's order. */
export const autorestartValues: readonly Autorestart[] = ["OFF", "ON_FAILURE", "ALWAYS"];

/** Every value of `autodestroy`, in the reference's order. */
export const autodestroyValues: readonly Autodestroy[] = ["OFF", "ON_FAILURE", "ON_SUCCESS", "ALWAYS"];

/** Whether the two settings may stand together: `autorestart: ALWAYS` requires `autodestroy: OFF`. */
export function isCompatible({ autorestart, autodestroy }: Policy): boolean {
  return afterExit[autorestart][autodestroy] !== "refused";
}

/**
 * What happens to a container that exits by itself. Throws for a refused pair, which is an error of a stack or config.
 */
export function actionAfterExit({ autorestart, autodestroy }: Policy, exit: Exit): Action {
  const cell = afterExit[autorestart][autodestroy];
  if (cell === "refused") throw new Error(`autorestart ${autorestart} does not go with autodestroy ${autodestroy}`);
  return cell[exit];
}

/**
 * What happens to a container that the engine will not restart, because it was stopped by hand or has used up its
 * retries: the same as with `autorestart: OFF`.
 */
export function actionAfterStop({ autodestroy }: Policy, exit: Exit): Action {
  return actionAfterExit({ autorestart: "OFF", autodestroy }, exit);
}

/**
 * What happens to the container of a Swarm task that ended, by itself or by hand. Swarm does not restart a container,
 * it creates a new task: where the table says restart, Swarm has replaced the old container and keeps it in its task
 * history. A container does not tell whether Swarm gave up after `max_attempts`, so it is kept in that case as well.
 */
export function actionAfterTask(policy: Policy, exit: Exit): Action {
  return actionAfterExit(policy, exit);
}

/**
 * What happens to a container that a restart of the engine has ended. Docker starts it again with ALWAYS, and
 * with ON_FAILURE if its exit code is not 0, although the reference names only ALWAYS (moby#47846, verified on 20.10
 * and 26.1).
 */
export function actionAfterDaemonRestart(policy: Policy, exit: Exit): Action {
  return actionAfterExit(policy, exit) === "restart" ? "restart" : actionAfterStop(policy, exit);
}

/** Whether a container that exits by itself is ever removed, rather than only one that was stopped by hand. */
export function removesAfterExit(policy: Policy): boolean {
  return actionAfterExit(policy, "success") === "remove" || actionAfterExit(policy, "failure") === "remove";
}
