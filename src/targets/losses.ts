import { unsupported } from "./target.ts";

/** What becomes of the variables that Docker set for links (reference migration.md 3). */
export const linkVariablesNote =
  "the variables of links, such as `DB_PORT_5432_TCP_ADDR`, are only written with `--link-variables`, and then have " +
  "names instead of IP addresses";

/** Rows of fields that meant something on the old platform only. */
export const lost = {
  roles: unsupported(
    // The load balancer looked for its backends with the role, and has no other use for it.
    ({ roles, image }) => roles.length > 0 && !/(^|\/)haproxy(:|@|$)/.test(image),
    "the role gave the containers a token for the API of the old platform, which no longer exists",
    () => "remove the role; a program that calls that API can no longer work",
  ),
  autoredeploy: (commands: string) =>
    unsupported(
      ({ autoredeploy }) => autoredeploy,
      `nothing redeploys the service when its image is pushed; a pipeline can run ${commands}`,
    ),
} as const;
