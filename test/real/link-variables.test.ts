import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { execute, suiteThatNeeds } from "./programs.ts";
import { needsEngine } from "./project.ts";
import { newFolder } from "./stack-folder.ts";

const { title, isLeftOut } = suiteThatNeeds("the variables of links", needsEngine);
const mark = `tutum-stack-test-${randomBytes(4).toString("hex")}`;

/**
 * Services to link to: with one port, with ports that follow each other, of both protocols, and without any. Engine 28
 * begins a range of both protocols with UDP, engine 20.10 with TCP: this is tested with the latter only.
 */
const linked: readonly { readonly name: string; readonly expose: readonly string[]; readonly environment: object }[] = [
  { name: "one", expose: ["5432"], environment: { USER: "shop", PASSWORD: "pa$$w0rd ${X}", mixed_Case: "kept" } },
  { name: "row", expose: ["80", "81", "82", "90", "8080"], environment: {} },
  {
    name: "both",
    expose: ["53/udp", "53", "54/udp", "161/udp"],
    environment: { EMPTY: "", HOME: "/home", LINES: "a\nb" },
  },
  { name: "none", expose: [], environment: { A: "b" } },
];
const aliasOf = (name: string): string => `my-${name}`;

const stack = JSON.stringify({
  client: {
    image: "busybox:local",
    command: "sleep 600",
    links: linked.map(({ name }) => `${name}:${aliasOf(name)}`),
  },
  ...Object.fromEntries(
    linked.map(({ name, expose, environment }) => [
      name,
      {
        image: "busybox:local",
        command: "sh -c 'cd /tmp && echo answer > index.html && httpd -f -p 80'",
        expose,
        environment,
      },
    ]),
  ),
});

/** What `env -0` prints of links. */
function variables(text: string): Readonly<Record<string, string>> {
  const pairs = text.split("\0").map((pair) => /^(\w+)=(.*)$/s.exec(pair)?.slice(1) as [string, string] | undefined);
  return Object.fromEntries(pairs.filter((pair) => pair?.[0].startsWith("MY_")) as [string, string][]);
}

/** The environment of a container of busybox, whose `env` has no `-0`. */
const environmentOf = async (...command: readonly string[]): Promise<Readonly<Record<string, string>>> => {
  const { code, stdout, stderr } = await execute([...command, "cat", "/proc/self/environ"]);
  expect(code, stderr).toBe(0);
  return variables(stdout);
};

/** The same with the address of each container replaced by its alias, and without the names of containers. */
function comparable(environment: Readonly<Record<string, string>>, addresses: ReadonlyMap<string, string>): object {
  return Object.fromEntries(
    Object.entries(environment)
      .filter(([name]) => !/^MY_[A-Z]+_1_/.test(name))
      .map(([name, value]) => {
        if (/^MY_[A-Z]+_NAME$/.test(name)) return [name, value.replace(/^\/[^/]*/, "/CONTAINER")];
        const address = [...addresses].find(([known]) => value.includes(known));
        return [name, address ? value.replace(address[0], address[1]) : value];
      }),
  );
}

describe.skipIf(isLeftOut)(title, () => {
  const containers = linked.map(({ name }) => `${mark}-${name}`);
  const addresses = new Map<string, string>();
  let judge: Readonly<Record<string, string>> = {};

  beforeAll(async () => {
    for (const { name, expose, environment } of linked) {
      const options = [
        ...expose.flatMap((port) => ["--expose", port]),
        ...Object.entries(environment).flatMap(([key, value]) => ["-e", `${key}=${value}`]),
      ];
      const run = ["docker", "run", "-d", "--name", `${mark}-${name}`, ...options, "busybox:local", "sleep", "600"];
      expect(await execute(run)).toMatchObject({ code: 0 });
      const format = "{{.NetworkSettings.Networks.bridge.IPAddress}}";
      const { stdout } = await execute(["docker", "inspect", "--format", format, `${mark}-${name}`]);
      addresses.set(stdout.trim(), aliasOf(name));
    }
    const links = linked.flatMap(({ name }) => ["--link", `${mark}-${name}:${aliasOf(name)}`]);
    judge = await environmentOf("docker", "run", "--rm", ...links, "busybox:local");
  }, 120_000);

  afterAll(() => execute(["docker", "rm", "-f", "-v", ...containers]), 60_000);

  test("are those that Docker itself sets, and lead to the same containers and ports", async ({ onTestFinished }) => {
    const folder = newFolder(onTestFinished);
    await folder.compile(stack, "--link-variables");
    await folder.compose(["up", "-d"]);
    const { id } = await folder.container("client");
    const found = await environmentOf("docker", "exec", id);
    expect(Object.keys(judge).length).toBeGreaterThan(50);
    expect(comparable(found, new Map())).toEqual(comparable(judge, addresses));
    const request = "wget -q -O - http://$MY_ROW_PORT_80_TCP_ADDR:$MY_ROW_1_PORT_80_TCP_PORT/";
    await vi.waitFor(
      async () => expect((await folder.docker("exec", id, "sh", "-c", request)).stdout).toBe("answer\n"),
      { timeout: 20_000, interval: 250 },
    );
  });

  test("of the first container are the same", async ({ onTestFinished }) => {
    const folder = newFolder(onTestFinished);
    await folder.compile(stack, "--link-variables");
    await folder.compose(["up", "-d"]);
    const found = await environmentOf("docker", "exec", (await folder.container("client")).id);
    for (const [name, value] of Object.entries(found).filter(([known]) => !/^MY_[A-Z]+_1_/.test(known)))
      expect([name, found[name.replace(/^(MY_[A-Z]+)/, "$1_1")]]).toEqual([name, value]);
  });
});
