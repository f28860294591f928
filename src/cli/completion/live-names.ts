import { currentPlace, managedPlaceNames, managedPlace, stacksFolder, type Place } from "../../platform/places.ts";
import type { Io } from "../io.ts";
import type { LiveNames } from "./suggest.ts";

/**
 * The stacks of the stacks folder and of the current folder, with their services. They come from the files, because an
 * engine may be slow or away. What cannot be read is left out.
 */
export function liveNames(
  io: Io,
  stacks: string | undefined,
  servicesOf: (file: string) => readonly string[],
): LiveNames {
  const places = placesOf(io, stacks);
  const services = places.flatMap(({ name: stack, file }) => servicesOf(file).map((name) => ({ name, stack })));
  const isAmbiguous = (name: string): boolean => services.filter((service) => service.name === name).length > 1;
  return {
    stacks: places.map(({ name }) => ({ value: name, description: "a stack" })),
    services: services.map(({ name, stack }) => ({
      value: isAmbiguous(name) ? `${name}.${stack}` : name,
      description: `a service of ${stack}`,
    })),
  };
}

function placesOf(io: Io, stacks: string | undefined): readonly Place[] {
  const here = unlessProblem(() => currentPlace(io));
  const folder = unlessProblem(() => stacksFolder(io, stacks));
  const names = folder === undefined ? [] : (unlessProblem(() => managedPlaceNames(io.files, folder)) ?? []);
  const managed = names.flatMap((name) => unlessProblem(() => managedPlace(io.files, folder!, name)) ?? []);
  return [here, ...managed.filter(({ file }) => file !== here?.file)].filter((place) => place !== undefined);
}

function unlessProblem<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}
