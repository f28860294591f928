import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Service } from "../../src/stack/model.ts";
import { parseRun } from "../../src/sidecar/runs/run.ts";
import { examples } from "../support/compiled-files.ts";
import { program } from "../support/program.ts";
import { isOverInTheEnd, servicesOf, standIns } from "../support/stand-ins.ts";
import { Cluster, type ServiceSpec } from "./cluster.ts";
import { needsOwnEngine } from "./private-engine.ts";
import { execute, suiteThatNeeds, temporaryFolder } from "./programs.ts";
import { needsHaproxy } from "./project.ts";

const needs = {
  isHere: needsOwnEngine.isHere && needsHaproxy.isHere,
  how: `${needsOwnEngine.how}; ${needsHaproxy.how}`,
};
const { title, isLeftOut } = suiteThatNeeds("a Swarm of three engines", needs);
const sidecarImage = "localhost/tutum-stack-sidecar:1";
const patiently = { timeout: 120_000, interval: 1000 };

/** In one file and one cluster: each test has a stack of its own, and the last one pulls the plug of a node. */
describe.skipIf(isLeftOut)(title, () => {
  const cluster = new Cluster(3);
  const { manager, nodes } = cluster;
  const everywhere = nodes.map(({ name }) => name);

  beforeAll(async () => {
    const built = await execute([...program, "sidecar-image", "--base", "node:local"]);
    expect(built.code, built.stderr).toBe(0);
    await cluster.start(["busybox:local", "haproxy:local", sidecarImage]);
    for (const [image, dockerfile] of standIns()) await Promise.all(nodes.map((node) => node.build(image, dockerfile)));
  }, 300_000);

  afterAll(() => cluster.dispose(), 120_000);

  test("every example is deployed, converges, and is what its stack file asks for", async () => {
    for (const [name, text] of examples) {
      // Two stacks cannot publish one port: the examples are deployed one after the other.
      await cluster.deploy(text.replaceAll("/srv/", `${cluster.data}/`), name);
      const specs = await cluster.specs(name);
      const services = servicesOf(text);
      for (const service of services)
        expect(wishes(specs.get(service.name)!), `${name}/${service.name}`).toEqual(expectedOf(service));
      for (const service of services) {
        if (isOverInTheEnd(name, service))
          await vi.waitFor(
            async () =>
              expect((await cluster.tasks(`${name}_${service.name}`)).map(({ state }) => state)).toContain("Complete"),
            patiently,
          );
        else if (service.tags.length === 0)
          await vi.waitFor(
            async () =>
              expect(await cluster.runsOn(`${name}_${service.name}`)).toHaveLength(
                service.strategy === "EVERY_NODE" ? 3 : service.replicas,
              ),
            patiently,
          );
      }
      // Swarm refuses to remove a network as long as a task that has ended is in it.
      await vi.waitFor(() => manager.dockerOut("stack", "rm", name), patiently);
    }
  }, 300_000);

  test("every field that Swarm has is what it was asked for", async () => {
    const text = `
all:
  image: busybox:local
  command: sleep 100000
  tags: [nowhere, "disk=very fast"]
  deployment_strategy: high_availability
  sequential_deployment: true
  target_num_containers: 2
  mem_limit: 64m
  restart: on-failure:3
everywhere: {image: "busybox:local", command: sleep 100000, deployment_strategy: every_node, restart: always, tags: [nowhere]}
none: {image: "busybox:local", command: "true", target_num_containers: 0}
`;
    await cluster.deploy(text, "fields");
    const specs = await cluster.specs("fields");
    for (const service of servicesOf(text))
      expect(wishes(specs.get(service.name)!), service.name).toEqual(expectedOf(service));
    expect(specs.get("all")).toMatchObject({
      UpdateConfig: { Parallelism: 1, Order: "stop-first" },
      TaskTemplate: { Resources: { Limits: { MemoryBytes: 64 << 20 } } },
    });
    await manager.dockerOut("stack", "rm", "fields");
  }, 60_000);

  test("texts, names and commands arrive as they were meant; a path that no node has does not", async () => {
    const longName = "long-name-".repeat(6).slice(0, -1);
    const text = `
web:
  image: busybox:local
  command: sh -c 'echo "$$TEXT" > /tmp/text; sleep 100000'
  environment: {TEXT: '{{.Node.ID}} \${HOME} $$ {{USER}}', BREAKS: "\\n a\\u2028b\\n"}
  hostname: "x{{y}}"
  links: ["other:alias", "my.db:MAIN"]
  volumes: ["/tmp:/a{{b", "d:/d:ro"]
other: {image: "busybox:local", command: sleep 100000}
my.db: {image: "busybox:local", command: sleep 100000}
My.DB: {image: "busybox:local", command: sleep 100000}
nowhere: {image: "busybox:local", command: sleep 100000, volumes: ["/srv/nowhere:/data"]}
${longName}: {image: "busybox:local", command: 'sh -c "printf \\"%s|\\" \\"$@\\"; echo; sleep 100000" sh a&b c#d "\\w" # e'}
`;
    await cluster.deploy(text, "texts");
    await vi.waitFor(async () => expect(await cluster.runsOn("texts_web")).toHaveLength(1), patiently);
    const [place] = await cluster.runsOn("texts_web");
    const runner = nodes.find(({ name }) => name === place)!;
    const id = await runner.dockerOut("ps", "--quiet", "--filter", "name=texts_web");
    expect(await runner.dockerOut("exec", id, "sh", "-c", 'printf "%s|%s|%s." "$TEXT" "$BREAKS" "$(hostname)"')).toBe(
      "{{.Node.ID}} ${HOME} $$ {{USER}}|\n a\u2028b\n|x{{y}}.",
    );
    const mounts = (
      await runner.dockerOut("inspect", "--format", "{{range .Mounts}}{{.Destination}} {{.Name}} {{.RW}}\n{{end}}", id)
    ).split("\n");
    expect(mounts.toSorted()).toEqual(["/a{{b  true", "/d texts_d false"]);
    // No resolver takes `MAIN` for anything but `main`, and `My.DB` for anything but `my.db`.
    const addressOf = async (name: string): Promise<string | undefined> =>
      /Name:\s+\S+\s+Address(?: 1)?: (\S+)/.exec((await runner.docker("exec", id, "nslookup", name)).stdout)?.[1];
    await vi.waitFor(async () => {
      for (const name of ["other", "alias", "my.db", "main", longName])
        expect(await addressOf(name), name).toMatch(/^10\./);
      expect(await addressOf("main")).toBe(await addressOf("my-db"));
      expect(await addressOf("My.DB")).toBe(await addressOf("my-db"));
    }, patiently);
    const service = `texts_${longName.slice(0, 57)}`;
    await vi.waitFor(
      async () => expect(await manager.dockerOut("service", "logs", "--raw", service)).toBe("a&b|c#d|\\w|#|e|"),
      patiently,
    );
    // No node makes a path of the host that does not exist.
    const failures = (): Promise<string> =>
      manager.dockerOut("service", "ps", "--no-trunc", "--format", "{{.Error}}", "texts_nowhere");
    await vi.waitFor(
      async () => expect(await failures()).toContain("bind source path does not exist: /srv/nowhere"),
      patiently,
    );
    await manager.dockerOut("stack", "rm", "texts");
  }, 240_000);

  test("autodestroy on every node, as the table says; nothing is started again that was OFF", async () => {
    const exits = [0, 3] as const;
    const policies = ["OFF", "ON_FAILURE", "ON_SUCCESS", "ALWAYS"] as const;
    const jobs = policies.flatMap((autodestroy) =>
      exits.map((exit) => ({ name: `off-${autodestroy.toLowerCase().replace("_", "-")}-${exit}`, autodestroy, exit })),
    );
    const definition = (name: string, exit: number, more: string): string =>
      `${name}: {image: "busybox:local", command: "sh -c 'sleep 1; exit ${exit}'", ${more}}\n`;
    const text = [
      ...jobs.map(({ name, autodestroy, exit }) =>
        definition(name, exit, `deployment_strategy: every_node, autodestroy: ${autodestroy}`),
      ),
      definition("retried", 3, "restart: on-failure, autodestroy: ALWAYS"),
      definition("succeeded", 0, "restart: on-failure, autodestroy: ALWAYS"),
      definition("odd.name", 0, "autodestroy: ALWAYS"),
      `web: {image: "busybox:local", command: sleep 100000, deployment_strategy: every_node, restart: always}\n`,
    ].join("");
    await cluster.deploy(text, "table");
    const removed = jobs.flatMap(({ name, autodestroy, exit }) =>
      autodestroy === "ALWAYS" || autodestroy === (exit === 0 ? "ON_SUCCESS" : "ON_FAILURE") ? [name] : [],
    );
    const kept = jobs.map(({ name }) => name).filter((name) => !removed.includes(name));
    const servicesOn = async (node: (typeof nodes)[number]): Promise<readonly string[]> =>
      (await node.containers()).flatMap(([name]) =>
        name.startsWith("table_") ? [name.split(".")[0]!.slice("table_".length)] : [],
      );

    await vi.waitFor(async () => expect(await cluster.runsOn("table_autodestroy")).toEqual(everywhere), patiently);
    await vi.waitFor(async () => {
      for (const node of nodes)
        expect(
          (await servicesOn(node)).filter((name) => [...removed, "succeeded", "odd-name"].includes(name)),
          node.name,
        ).toEqual([]);
    }, patiently);
    // One task each, over and not replaced; its container is still there, once on every node.
    for (const node of nodes)
      expect((await servicesOn(node)).filter((name) => kept.includes(name)).toSorted(), node.name).toEqual(
        kept.toSorted(),
      );
    for (const { name, exit } of jobs) {
      expect(await cluster.tasks(`table_${name}`), name).toEqual(
        everywhere.map(() =>
          expect.objectContaining({ state: exit === 0 ? "Complete" : "Failed", desired: "Shutdown" }),
        ),
      );
    }
    // What Swarm has replaced counts as restarted: it is left to Swarm, and the service goes on.
    const left = (await Promise.all(nodes.map(servicesOn))).flat().filter((name) => name === "retried");
    expect(left.length).toBeGreaterThan(1);
    expect((await cluster.tasks("table_retried")).length).toBeGreaterThan(1);
    expect(await cluster.runsOn("table_web")).toEqual(everywhere);
    // Each node keeps the runs of its own containers.
    const volume = ["--volume", "table_autodestroy-runs:/runs:ro"];
    for (const node of nodes) {
      const kept = await node.dockerOut("run", "--rm", ...volume, "busybox:local", "sh", "-c", "cat /runs/*/*.json");
      const runs = kept.trim().split("\n").map(parseRun);
      expect(runs.filter((run) => run?.service === "off-always-3")).toMatchObject([{ project: "table", exitCode: 3 }]);
    }
    await manager.dockerOut("stack", "rm", "table");
  }, 240_000);

  test("the sidecar has no capability, no way out, and a root that is read-only", async () => {
    await cluster.deploy(`job: {image: "busybox:local", command: "true", autodestroy: ALWAYS}\n`, "least");
    await vi.waitFor(async () => expect(await cluster.runsOn("least_autodestroy")).toEqual(everywhere), patiently);
    const id = await manager.dockerOut("ps", "--quiet", "--filter", "name=least_autodestroy");
    const [{ HostConfig, NetworkSettings }] = JSON.parse(await manager.dockerOut("inspect", id)) as [
      {
        readonly HostConfig: {
          readonly ReadonlyRootfs: boolean;
          readonly CapDrop: readonly string[];
          readonly CapAdd: unknown;
          readonly Privileged: boolean;
        };
        readonly NetworkSettings: { readonly Networks: object };
      },
    ];
    expect(HostConfig).toMatchObject({ ReadonlyRootfs: true, CapDrop: ["ALL"], Privileged: false });
    expect(HostConfig.CapAdd ?? []).toEqual([]);
    expect(Object.keys(NetworkSettings.Networks)).toEqual(["least_autodestroy"]);
    expect(await manager.dockerOut("network", "inspect", "--format", "{{.Internal}}", "least_autodestroy")).toBe(
      "true",
    );
    // A new policy is a new config: the service gets it, and nothing has to be removed by hand.
    await cluster.deploy(`job: {image: "busybox:local", command: "true", autodestroy: ON_SUCCESS}\n`, "least");
    await vi.waitFor(
      async () =>
        expect(await manager.dockerOut("service", "logs", "--raw", "least_autodestroy")).toContain("job ON_SUCCESS"),
      patiently,
    );
    await manager.dockerOut("stack", "rm", "least");
  }, 240_000);

  test("tags place tasks, high_availability spreads them, and those of a dead node move, unless autorestart is OFF", async () => {
    const text = `
tagged: {image: "busybox:local", command: sleep 100000, tags: [disk=fast], target_num_containers: 2, restart: always}
spread: {image: "busybox:local", command: sleep 100000, target_num_containers: 3, deployment_strategy: HIGH_AVAILABILITY, restart: always}
once: {image: "busybox:local", command: sleep 100000, tags: [disk=fast]}
`;
    await cluster.deploy(text, "place");
    await vi.waitFor(async () => expect(await cluster.runsOn("place_spread")).toEqual(everywhere), patiently);
    expect(await cluster.runsOn("place_tagged")).toEqual([]);
    const stackFile = join(temporaryFolder([{ name: "stack.yml", text }]), "stack.yml");
    const { stdout } = await execute([process.execPath, "dist/bin.js", "node-labels", stackFile], {
      cwd: process.cwd(),
    });
    const command = stdout.split("  #")[0]!;
    expect(command).toBe("docker node update --label-add disk=fast NODE");
    // The manager refuses an update ("update out of sequence") if it writes the state of the node just then.
    const label = (node: string): Promise<string> =>
      vi.waitFor(() => manager.dockerOut(...command.replace("NODE", node).split(" ").slice(1)), patiently);
    await label("node3");
    await vi.waitFor(async () => expect(await cluster.runsOn("place_tagged")).toEqual(["node3", "node3"]), patiently);
    await vi.waitFor(async () => expect(await cluster.runsOn("place_once")).toEqual(["node3"]), patiently);

    await nodes[2]!.kill();
    await vi.waitFor(async () => {
      const places = await cluster.runsOn("place_spread");
      expect(places.filter((name) => name !== "node3")).toHaveLength(3);
    }, patiently);
    await vi.waitFor(
      async () =>
        expect((await cluster.tasks("place_tagged")).filter(({ state }) => state === "Pending")).toHaveLength(2),
      patiently,
    );
    await label("node2");
    await vi.waitFor(
      async () => expect((await cluster.runsOn("place_tagged")).filter((name) => name === "node2")).toHaveLength(2),
      patiently,
    );
    expect((await cluster.tasks("place_once")).map(({ node, desired }) => [node, desired])).toEqual([
      ["node3", "Shutdown"],
    ]);
  }, 300_000);
});

interface Wishes {
  readonly condition: string;
  readonly attempts: number;
  readonly replicas: number | "global";
  readonly constraints: readonly string[];
  readonly spread: readonly string[];
}

function wishes({ Mode, TaskTemplate: { RestartPolicy, Placement } }: ServiceSpec): Wishes {
  return {
    condition: RestartPolicy?.Condition ?? "missing",
    attempts: RestartPolicy?.MaxAttempts ?? 0,
    replicas: Mode.Replicated?.Replicas ?? "global",
    constraints: Placement?.Constraints ?? [],
    spread: Placement?.Preferences?.map(({ Spread }) => Spread.SpreadDescriptor) ?? [],
  };
}

function expectedOf({ policy, retries, replicas, strategy, tags }: Service): Wishes {
  return {
    condition: { OFF: "none", ON_FAILURE: "on-failure", ALWAYS: "any" }[policy.autorestart],
    attempts: retries ?? 0,
    replicas: strategy === "EVERY_NODE" ? "global" : replicas,
    constraints: tags.map((tag) => `node.labels.${tag.includes("=") ? tag.replace("=", " == ") : `${tag} == true`}`),
    spread: strategy === "HIGH_AVAILABILITY" ? ["node.id"] : [],
  };
}
