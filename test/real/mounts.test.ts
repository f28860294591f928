import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { compile } from "../../src/compile.ts";
import { suiteThatNeeds } from "./programs.ts";
import { needsEngine, Project } from "./project.ts";

const { title, isLeftOut } = suiteThatNeeds("on a real engine", needsEngine);

/** Services that use each other's volumes in every way, with sources for one place, chains, and places of their own. */
const stack = `
x-job: &job {image: "busybox:local", command: "test -d /"}
store: {<<: *job, volumes: [/data, /both, "named:/named"]}
logs: {<<: *job, volumes: ["logs:/data", "other:/both:ro", d:/d]}
last-wins: {<<: *job, volumes_from: [store, logs]}
the-other-way: {<<: *job, volumes_from: [logs, store]}
read-only: {<<: *job, volumes_from: ["store:ro", logs]}
chain: {<<: *job, volumes_from: ["last-wins:ro"]}
chained-again: {<<: *job, volumes_from: ["chain:rw"]}
own-without-a-name: {<<: *job, volumes: [/both, /scratch], volumes_from: [store]}
own-with-a-name: {<<: *job, volumes: ["own:/data", /scratch], volumes_from: [store, logs]}
all: {<<: *job, volumes_from: [own-with-a-name, "own-without-a-name:ro"]}
alone: {<<: *job, volumes: [/data]}
`;

describe.skipIf(isLeftOut)(`${title}: volumes_from`, () => {
  const project = new Project();
  beforeAll(() => project.up(stack), 120_000);
  afterAll(() => project.down(), 120_000);

  test("mounts what a Swarm stack file mounts", async () => {
    const file = compile(stack, { name: "shop", target: "swarm" }).files[0]?.text ?? "";
    const { services } = parse(file) as {
      readonly services: Readonly<Record<string, { readonly volumes: readonly (string | LongVolume)[] }>>;
    };
    const onSwarm = Object.entries(services).flatMap(([service, { volumes }]) =>
      volumes.map((volume) => mountOf(service, volume)),
    );
    const onEngine = await Promise.all(
      Object.keys(services).map(async (service) =>
        (await project.container(service)).Mounts.map(({ Name = "", Destination, RW }) => ({
          service,
          place: Destination,
          volume: Name,
          isWritable: RW,
        })),
      ),
    );
    expect(onSwarm.length).toBeGreaterThan(25);
    expect(byFirstUse(onSwarm)).toEqual(byFirstUse(onEngine.flat()));
  });
});

interface Mount {
  readonly service: string;
  readonly place: string;
  readonly volume: string;
  readonly isWritable: boolean;
}

interface LongVolume {
  readonly source: string;
  readonly target: string;
  readonly read_only?: boolean;
}

function mountOf(service: string, written: string | LongVolume): Mount {
  if (typeof written !== "string")
    return { service, place: written.target, volume: written.source, isWritable: !written.read_only };
  const [source = "", target, mode] = written.split(":");
  return target === undefined
    ? { service, place: source, volume: `of ${service} at ${source}`, isWritable: true }
    : { service, place: target, volume: source, isWritable: mode !== "ro" };
}

/**
 * The mounts in one order, with each volume called by the first mount of it, since the engine's own names are at
 * random.
 */
function byFirstUse(mounts: readonly Mount[]): readonly Mount[] {
  const names = new Map<string, string>();
  const key = ({ service, place }: Mount): string => `${service} ${place}`;
  return mounts
    .toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
    .map((mount) => {
      const volume = names.get(mount.volume) ?? key(mount);
      names.set(mount.volume, volume);
      return { ...mount, volume };
    });
}
