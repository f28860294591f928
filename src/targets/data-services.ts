import { idleImage, isFolderOfBase } from "../stack/knowledge/images.ts";
import type { Service, Stack } from "../stack/model.ts";
import { lendersOf } from "./mounts.ts";

/**
 * The services that only hold volumes for others: their program does nothing and ends at once, and nothing of their
 * image gets into the volumes. Named volumes are what such "data containers" were for.
 */
export function dataServices({ services }: Stack): ReadonlySet<string> {
  const all = [...services.values()];
  const lenders = new Set(all.flatMap((service) => lendersOf(service).map(({ name }) => name)));
  const linked = new Set(
    all.flatMap(({ links }) => links.flatMap((link) => (link.kind === "link" ? [link.service] : []))),
  );
  return new Set(
    all.flatMap((service) => {
      const { name } = service;
      return lenders.has(name) && !linked.has(name) && onlyHolds(service) && doesNothing(service) ? [name] : [];
    }),
  );
}

function onlyHolds({ volumes, ports, expose, links, replicas, policy }: Service): boolean {
  const hasWork = ports.length > 0 || expose.length > 0 || links.length > 0;
  const isPlain = volumes.every(({ kind }) => kind !== "deferred") && replicas === 1 && policy.autodestroy === "OFF";
  return !hasWork && isPlain;
}

/** Whether the program ends at once, and the image fills no volume. */
function doesNothing({ image, entrypoint, command, volumes, tty, stdinOpen }: Service): boolean {
  const kind = idleImage(image);
  if (kind === undefined) return false;
  const program = entrypoint ?? command;
  if (program !== undefined) {
    if (!endsAtOnce(typeof program === "string" ? program : program.join(" "))) return false;
  } else if (kind === "base" && (tty || stdinOpen)) return false;
  return kind === "empty" || !volumes.some((volume) => volume.kind !== "deferred" && isFolderOfBase(volume.mountPath));
}

function endsAtOnce(program: string): boolean {
  return /^(?:(?:\/usr)?\/bin\/)?(?:true|echo(?: [^;&|<>`$()]*)?)$/.test(program.trim());
}
