/** When a stopped container is started again (reference: "Autorestart starts a container again when it stops or crashes"). */
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

/** THE lifecycle table. Whether to restart is decided first; only a container that stays stopped is considered for removal. */
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

/** What happens to a container that exits by itself. Throws for a refused pair, which no checked stack or config contains. */
export function actionAfterExit({ autorestart, autodestroy }: Policy, exit: Exit): Action {
  const cell = afterExit[autorestart][autodestroy];
  if (cell === "refused") throw new Error(`autorestart ${autorestart} does not go with autodestroy ${autodestroy}`);
  return cell[exit];
}

/** What happens to a container that the engine will not restart: stopped by hand, or its retries used up. Judged as in the OFF rows. */
export function actionAfterStop({ autodestroy }: Policy, exit: Exit): Action {
  return actionAfterExit({ autorestart: "OFF", autodestroy }, exit);
}

/**
 * What happens to the container of a Swarm task that ended, by itself or by hand. Swarm starts no container again, it makes a new task:
 * where the table says restart, the old container was replaced and is left to Swarm's own task history. Whether Swarm has given up
 * (`max_attempts`) no container tells, so such a container is kept, too.
 */
export function actionAfterTask(policy: Policy, exit: Exit): Action {
  return actionAfterExit(policy, exit);
}

/**
 * What happens to a container that a restart of the Docker daemon has ended. ALWAYS is started again; ON_FAILURE is too when its
 * exit code is not 0, although the reference says that only ALWAYS is (moby#47846, verified on 20.10 and 26.1).
 */
export function actionAfterDaemonRestart(policy: Policy, exit: Exit): Action {
  return actionAfterExit(policy, exit) === "restart" ? "restart" : actionAfterStop(policy, exit);
}

/** Whether a container that exits by itself is ever removed. False with autodestroy on means: only after a stop by hand. */
export function removesAfterExit(policy: Policy): boolean {
  return actionAfterExit(policy, "success") === "remove" || actionAfterExit(policy, "failure") === "remove";
}
