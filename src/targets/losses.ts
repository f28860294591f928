import { unsupported } from "./target.ts";

/** Rows of fields that meant something on the old platform only. */
export const lost = {
  roles: unsupported(
    ({ roles }) => roles.length > 0,
    "the role gave the containers a token for the API of the old platform, which no longer exists",
    ({ image }) =>
      /(^|\/)haproxy(:|@|$)/.test(image)
        ? "let the balancer find the services by itself: " +
          "mount `/var/run/docker.sock` and keep the links, or use another proxy"
        : undefined,
  ),
  autoredeploy: (commands: string) =>
    unsupported(
      ({ autoredeploy }) => autoredeploy,
      `nothing redeploys the service when its image was pushed; a pipeline can run ${commands}`,
    ),
} as const;
