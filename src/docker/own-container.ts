import type { Machine } from "./endpoint.ts";

/**
 * The ID, or its first 12 digits, of the container that this process runs in; undefined outside of one. It need not be one of the engine
 * that is watched. Docker and Podman mount `/etc/hostname` from a folder named after the container; its host name is the ID by default.
 */
export function findOwnId({ env, readText }: Pick<Machine, "env" | "readText">): string | undefined {
  const mounts = readText("/proc/self/mountinfo") ?? "";
  const mounted =
    /\/([0-9a-f]{64})\/(?:\S*\/)?(?:hostname|hosts|resolv\.conf) \/etc\/(?:hostname|hosts|resolv\.conf) /.exec(
      mounts,
    )?.[1];
  return mounted ?? /^[0-9a-f]{12}$/.exec(env["HOSTNAME"] ?? "")?.[0];
}
