import type { WantedService } from "./compiled.ts";
import type { ObservedContainer } from "./observed.ts";

/** A volume whose data the new container does not get at the same path. */
export interface MovedData {
  readonly service: string;
  /** The path in the container. */
  readonly path: string;
  /** The volume that has the data now. */
  readonly volume: string;
  /** The named volume that the new container gets, as the engine calls it; undefined for an anonymous one. */
  readonly next: string | undefined;
}

/**
 * The volumes of a service that get a name, lose it, or get another one (reference live.md 3.4). Compose keeps an
 * anonymous volume for the next container, but copies no data into or out of a named one.
 */
export function movedData(
  { name: service, volumes }: WantedService,
  containers: readonly ObservedContainer[],
  project: string,
): readonly MovedData[] {
  return containers.flatMap(({ mounts }) =>
    mounts.flatMap(({ type, name: volume, destination: path }): MovedData[] => {
      if (type !== "volume" || !volumes.has(path)) return [];
      const next = volumes.get(path);
      const isNamed = !/^[0-9a-f]{64}$/.test(volume);
      const isSame = next === undefined ? !isNamed : volume === next || volume === `${project}_${next}`;
      return isSame ? [] : [{ service, path, volume, next: next === undefined ? undefined : `${project}_${next}` }];
    }),
  );
}
