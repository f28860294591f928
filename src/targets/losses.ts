import { unsupported } from "./target.ts";

/** What becomes of the variables that Docker set for links (reference migration.md 3). */
export const linkVariablesNote =
  "the variables of links, such as `DB_PORT_5432_TCP_ADDR`, are only written with `--link-variables`, and then have " +
  "names instead of IP addresses";

/** Rows of fields that meant something on the old platform only. */
export const lost = {
  roles: unsupported(
    ({ roles }) => roles.length > 0,
    "the role gave the containers a token for the API of the old platform, which no longer exists",
    ({ image }) =>
      /(^|\/)haproxy(:|@|$)/.test(image)
        ? "mount `/var/run/docker.sock` and keep the links, so that the balancer finds the services, " +
          "or use another proxy"
        : undefined,
  ),
  autoredeploy: (commands: string) =>
    unsupported(
      ({ autoredeploy }) => autoredeploy,
      `nothing redeploys the service when its image is pushed; a pipeline can run ${commands}`,
    ),
} as const;
