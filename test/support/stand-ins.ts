import { readStack } from "../../src/compile.ts";
import { namedSource } from "../../src/diagnostics/source.ts";
import type { Service } from "../../src/stack/model.ts";
import { examples } from "./compiled-files.ts";

/** The services of a stack file. */
export function servicesOf(text: string): readonly Service[] {
  return [...readStack(namedSource(text), {}, [])!.stack.services.values()];
}

/**
 * Dockerfiles of images under the names that the examples use: they run until they are stopped, or end at once where a
 * job does.
 */
export function standIns(): ReadonlyMap<string, string> {
  const forever = `trap "exit 0" TERM; sleep 100000 & wait`;
  const scripts = new Map([
    ["example/worker:2", `[ $# -eq 0 ] || exit 0; ${forever}`],
    ["example/agent:3", `[ $# -eq 0 ] || exit 0; ${forever}`],
    ["postgres:17", `[ $# -eq 0 ] || exit 0; ${forever}`],
    ["example/probe:1.4", "exit 0"],
    ["busybox:stable", `case "$1" in tar) exit 0 ;; esac; ${forever}`],
  ]);
  const images = [...examples.values()].flatMap((text) => servicesOf(text).map(({ image }) => image));
  const dockerfile = (image: string): string =>
    `FROM busybox:local\nENTRYPOINT ${JSON.stringify(["sh", "-c", scripts.get(image) ?? forever, "stand-in"])}\n`;
  return new Map(images.map((image) => [image, dockerfile(image)]));
}

/** Whether the program of an example's service ends, as its stand-in does. */
export function isOverInTheEnd(example: string, { name }: Service): boolean {
  return ["voting/migrate", "workers/probe", "backup/copy", "cluster/warm-up"].includes(`${example}/${name}`);
}
