/** How often the sidecar lists and checks all containers, in seconds, give or take 10 %. */
export const reconcileSeconds = 60;

/** After so many seconds without a reconcile, the sidecar counts as unhealthy. */
export const mostSecondsWithoutReconcile = 3 * reconcileSeconds;
