import { unsupported } from "./target.ts";

/** Rows of fields that meant something on the old platform only. */
export const lost = {
  roles: unsupported(
    // The load balancer looked for its backends with the role, and has no other use for it.
    ({ roles, image }) => roles.length > 0 && !/(^|\/)haproxy(:|@|$)/.test(image),
    "the role gave the containers a token for the API of the old platform, which no longer exists",
  ),
  autoredeploy: (commands: string) =>
    unsupported(
      ({ autoredeploy }) => autoredeploy,
      `nothing redeploys the service when its image is pushed; a pipeline can run ${commands}`,
    ),
} as const;
