import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compiledFiles, interpolated } from "../support/compiled-files.ts";
import {
  bareEnvironment,
  composeConfig,
  isVersion1,
  splitWithPython,
  suiteThatNeeds,
  temporaryFolder,
  works,
} from "../real/programs.ts";

const commands = { first: ["docker-compose"], today: ["docker", "compose"] } as const;
const { title, isLeftOut } = suiteThatNeeds("`docker compose` reads what docker-compose 1.29 reads", {
  isHere: isVersion1 && works(["docker", "compose", "version"]),
  how: "docker-compose 1.29 and `docker compose`; scripts/today",
});

describe.skipIf(isLeftOut)(title, () => {
  test.concurrent.for(compiledFiles("compose"))("%s", async ([, text], { onTestFinished }) => {
    const folder = temporaryFolder([{ name: "profile:1.json", text: "{}" }], onTestFinished);
    const file = join(folder, "docker-compose.yml");
    writeFileSync(file, text.replaceAll("seccomp=/srv/", `seccomp=${folder}/`));
    const options = { env: { ...bareEnvironment, ...interpolated }, cwd: folder };
    const [first, today] = await Promise.all(
      [commands.first, commands.today].map((command) => composeConfig([...command, "-f", file], options)),
    );
    expect(readingOf(today)).toEqual(readingOf(first));
  });
});

type Mapping = ReadonlyMap<string, unknown>;

/** What both must read alike, in one form. */
function readingOf(config: unknown): object {
  const services = (config as Mapping).get("services") as ReadonlyMap<string, Mapping>;
  const programs = [...services.values()].flatMap((service) => [service.get("command"), service.get("entrypoint")]);
  const words = splitWithPython(programs.map((program) => (program ?? []) as string | readonly string[]));
  return {
    words: words.map((list) => list.map(spaced)),
    services: Object.fromEntries([...services].map(([name, service]) => [name, serviceOf(service)])),
  };
}

function serviceOf(service: Mapping): object {
  const list = (key: string): readonly unknown[] => (service.get(key) as readonly unknown[] | undefined) ?? [];
  return {
    environment: Object.fromEntries(
      [...((service.get("environment") as Mapping | undefined) ?? [])].map(([name, value]) => [name, spaced(value)]),
    ),
    ports: list("ports").map(portOf).toSorted(),
    // 1.29 does not double each `$` of a volume.
    volumes: list("volumes")
      .map(volumeOf)
      .map((text) => text.replaceAll("$$", () => "$"))
      .toSorted(),
    restart: service.get("restart") ?? "no",
  };
}

/** docker-compose 1.29 prints a space for U+0085. */
function spaced(value: unknown): unknown {
  return typeof value === "string" ? value.replaceAll("\u0085", " ") : (value ?? undefined);
}

function portOf(port: unknown): string {
  if (typeof port !== "string") {
    const { target, published = "", protocol = "tcp" } = Object.fromEntries(port as Mapping) as Record<string, unknown>;
    return `${String(published)}:${String(target)}/${String(protocol)}`;
  }
  const [numbers = "", protocol = "tcp"] = port.split("/");
  return `${numbers.includes(":") ? numbers : `:${numbers}`}/${protocol}`;
}

function volumeOf(volume: unknown): string {
  if (typeof volume !== "string") {
    const {
      source = "",
      target,
      read_only: readOnly,
    } = Object.fromEntries(volume as Mapping) as Record<string, unknown>;
    return `${String(source)}:${pathOf(String(target))}:${readOnly === true ? "ro" : "rw"}`;
  }
  const [source = "", target, mode = "rw"] = volume.split(":");
  return target === undefined ? `:${pathOf(source)}:rw` : `${source}:${pathOf(target)}:${mode}`;
}

function pathOf(path: string): string {
  return path.replace(/(.)\/+$/, "$1");
}
