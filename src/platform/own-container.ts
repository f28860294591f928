import { Problem } from "../files/problem.ts";
import type { Platform } from "./platform.ts";

/** Nothing can be served with this stacks folder, however often it is tried. */
export class UnusableFolder extends Problem {}

/**
 * Rejects with UnusableFolder when this process runs in a container of the engine in which the stacks folder has
 * another path than on the machine: Compose tells the engine paths, and the engine looks for them on the machine. The
 * ID is that of the container, or its first 12 digits; undefined outside a container.
 */
export async function checkOwnContainer(
  { engine, stacksFolder: folder }: Pick<Platform, "engine" | "stacksFolder">,
  ownId: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const container = ownId === undefined ? undefined : await engine.inspect(ownId, signal);
  if (!container) return;
  const isIn = ({ destination }: { readonly destination: string }): boolean =>
    `${folder}/`.startsWith(`${destination.replace(/\/$/, "")}/`);
  const [mount] = container.mounts.filter(isIn).toSorted((a, b) => b.destination.length - a.destination.length);
  if (mount && mount.source + folder.slice(mount.destination.length) === folder) return;
  throw new UnusableFolder(
    `the stacks folder ${folder} must have the same path in this container and on the machine: ` +
      `start it with \`-v ${folder}:${folder}\``,
  );
}
