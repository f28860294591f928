import { unsupported } from "./target.ts";

/** Rows of fields that meant something on the old platform only. */
export const lost = {
  roles: unsupported(
    ({ roles }) => roles.length > 0,
    "the role gave the containers a token for the API of the old platform, which no longer exists",
  ),
  autoredeploy: (commands: string) =>
    unsupported(
      ({ autoredeploy }) => autoredeploy,
      `nothing redeploys the service when its image is pushed; a pipeline can run ${commands}`,
    ),
} as const;
