import type { Machine } from "./machine.ts";

/**
 * The ID, or its first 12 digits, of the container that this process runs in; undefined outside a container. Another
 * engine than the watched one may have started it. Docker and Podman mount `/etc/hostname` from a folder named after
 * the container, and the default host name of a container is its short ID.
 */
export function findOwnId({ env, readText }: Pick<Machine, "env" | "readText">): string | undefined {
  const mounts = readText("/proc/self/mountinfo") ?? "";
  const mounted =
    /\/([0-9a-f]{64})\/(?:\S*\/)?(?:hostname|hosts|resolv\.conf) \/etc\/(?:hostname|hosts|resolv\.conf) /.exec(
      mounts,
    )?.[1];
  return mounted ?? /^[0-9a-f]{12}$/.exec(env["HOSTNAME"] ?? "")?.[0];
}
