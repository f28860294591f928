import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { compile } from "../../src/compile.ts";
import { expandTemplate } from "../support/swarm-template.ts";
import { commands } from "./commands.ts";
import { bareEnvironment, execute, needsStackConfig, suiteThatNeeds, temporaryFolder } from "../real/programs.ts";
import { doubleQuoted, interpolatedTexts, literalTexts, substitute } from "./texts.ts";

const { title, isLeftOut } = suiteThatNeeds(
  "what `docker stack` reads in a compiled file is what the stack file said",
  needsStackConfig,
);

describe.skipIf(isLeftOut)(title, () => {
  test("when `$` is text", async () => {
    const texts = literalTexts().map(printable);
    const services = await configOf(stackWith(texts), { interpolate: false, env: { X: "substituted" } });
    expectTexts(services, texts);
  });

  test("when `$` begins a variable", async () => {
    const texts = interpolatedTexts().map(printable);
    const value = "a$b ${X} $$ \"c\" 'd': # e\\";
    const services = await configOf(stackWith(texts), { interpolate: true, env: { X: value } });
    expectTexts(
      services,
      texts.map((text) => substitute(text, value)),
    );
  });

  test("and commands are split into the same words", async () => {
    const stack = commands
      .map(
        ([text], index) =>
          `c${index}: {image: busybox, command: ${doubleQuoted(text)}, entrypoint: ${doubleQuoted(text)}}`,
      )
      .join("\n");
    const services = await configOf(stack, { interpolate: false, env: { X: "substituted" } });
    for (const [index, [text, words]] of commands.entries()) {
      expect(services.get(`c${index}`)?.["command"], text).toEqual(words);
      expect(services.get(`c${index}`)?.["entrypoint"], text).toEqual(words);
    }
  });

  test("in every field of one text, one item or one number", async () => {
    const stack = `
all:
  image: busybox
  hostname: "a$X{{x}}"
  user: "0777:$X"
  working_dir: "/a b/$X"
  dns: [8.8.8.8, 8.8.4.4]
  dns_search: example.org
  extra_hosts: ["a:1.2.3.4", "b:::1"]
  cap_add: [NET_ADMIN, SYS_TIME]
  cap_drop: [ALL]
  read_only: true
  stdin_open: true
  tty: true
  mem_limit: 1.5g
  target_num_containers: 0
  deployment_strategy: high_availability
  sequential_deployment: true
  restart: on-failure:3
  tags: [ssd, "zone=$X", "a.b-c_d=e f:g.*()?+[]\\\\^|/"]
  links: ["other:alias"]
  ports: ["80", "8080:80", "53:53/udp", "9000-9002:9000-9002"]
  volumes: ["/a", "/b$X:/c$X:ro", "d:/d:ro", "data:/data", "./e{{f:/{{f", "g/h:/h", "~/i:/i"]
other: {image: busybox, deployment_strategy: every_node, restart: always, mem_limit: 512}
on-host: {image: busybox, net: host, restart: "no", ports: ["1:1"]}
user: {image: busybox, volumes_from: ["all:ro"]}
`;
    const services = await configOf(stack, { interpolate: false, env: { X: "substituted", HOME: "/home" } });
    const volumes = [
      { type: "volume", source: "all-a", target: "/a" },
      { type: "bind", source: "/b$X", target: "/c$X", read_only: true },
      { type: "volume", source: "d", target: "/d", read_only: true },
      { type: "volume", source: "data", target: "/data" },
      { type: "bind", source: `FOLDER/e{{"{{"}}f`, target: `/{{"{{"}}f` },
      { type: "bind", source: "FOLDER/g/h", target: "/h" },
      { type: "bind", source: "/home/i", target: "/i" },
    ];
    expect(services.get("all")).toEqual({
      image: "busybox",
      hostname: `a$X{{"{{"}}x}}`,
      user: "0777:$X",
      working_dir: "/a b/$X",
      dns: ["8.8.8.8", "8.8.4.4"],
      dns_search: ["example.org"],
      extra_hosts: ["a:1.2.3.4", "b:::1"],
      cap_add: ["NET_ADMIN", "SYS_TIME"],
      cap_drop: ["ALL"],
      read_only: true,
      stdin_open: true,
      tty: true,
      ports: [port(80), port(80, 8080), port(53, 53, "udp"), port(9000, 9000), port(9001, 9001), port(9002, 9002)],
      volumes,
      deploy: {
        replicas: 0,
        update_config: { parallelism: 1, order: "stop-first" },
        resources: { limits: { memory: String(1.5 * 1024 ** 3) } },
        restart_policy: { condition: "on-failure", max_attempts: 3 },
        placement: {
          constraints: [
            "node.labels.ssd == true",
            "node.labels.zone == $X",
            "node.labels.a.b-c_d == e f:g.*()?+[]\\^|/",
          ],
          preferences: [{ spread: "node.id" }],
        },
      },
    });
    expect(services.get("other")).toEqual({
      image: "busybox",
      networks: { default: { aliases: ["alias"] } },
      deploy: { mode: "global", resources: { limits: { memory: "512" } }, restart_policy: { condition: "any" } },
    });
    expect(services.get("on-host")).toEqual({
      image: "busybox",
      networks: { host: null },
      deploy: { restart_policy: { condition: "none" } },
    });
    expect(services.get("user")?.["volumes"]).toEqual(volumes.map((volume) => ({ ...volume, read_only: true })));
  });
});

/**
 * The printer behind `docker stack config` writes texts that begin with a line break, and Unicode's own line breaks, in
 * a form that no reader reads back; what Swarm gets of such texts is tried with a real one.
 */
function printable(text: string): string {
  return text.replace(/^(?=\s*\n)/, "x").replaceAll(/[\u2028\u2029]/g, "");
}

type Services = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

function port(target: number, published?: number, protocol = "tcp"): object {
  return { mode: "ingress", target, ...(published === undefined ? {} : { published }), protocol };
}

/** Every text as a value, in every field and form that takes any text. */
function stackWith(texts: readonly string[]): string {
  const listOf = (items: readonly string[]): string => `[${items.map(doubleQuoted).join(", ")}]`;
  const variables = texts.map((text, index) => [`N${index}`, text] as const);
  const mapping = `{${variables.map(([name, text]) => `${name}: ${doubleQuoted(text)}`).join(", ")}}`;
  const list = listOf(variables.map(([name, text]) => `${name}=${text}`));
  return [
    `mapping: {image: busybox, environment: ${mapping}, labels: ${mapping}}`,
    `list: {image: busybox, environment: ${list}, labels: ${list}}`,
    `words: {image: busybox, command: ${listOf(texts)}, entrypoint: ${listOf(texts)}}`,
    ...texts.map(
      (text, index) =>
        `t${index}: {image: busybox, ${singleTexts.map((field) => `${field}: ${doubleQuoted(visible(text))}`).join(", ")}}`,
    ),
  ].join("\n");
}

/** Fields that hold one text, which is not blank. */
const singleTexts = ["hostname", "working_dir", "user"] as const;

function visible(text: string): string {
  return text.trim() === "" ? `x${text}` : text;
}

function expectTexts(services: Services, texts: readonly string[]): void {
  const expected = texts.map((text, index) => [`N${index}`, text] as const).toSorted(byName);
  for (const name of ["mapping", "list"]) {
    const { labels, environment } = services.get(name) as Record<
      "labels" | "environment",
      Readonly<Record<string, string>>
    >;
    expect(Object.entries(labels).toSorted(byName), `labels in the form of a ${name}`).toEqual(expected);
    const given = Object.entries(environment).map(([key, text]) => [key, expandTemplate(text)] as const);
    expect(given.toSorted(byName), `environment in the form of a ${name}`).toEqual(expected);
  }
  expect(services.get("words")).toMatchObject({ command: texts, entrypoint: texts });
  for (const [index, text] of texts.entries()) {
    const found = services.get(`t${index}`);
    for (const field of singleTexts) {
      const read = (found?.[field] ?? "") as string;
      expect(field === "hostname" ? expandTemplate(read) : read, field).toBe(visible(text));
    }
  }
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The services that `docker stack config` prints for a compiled stack; the folder of the file is `FOLDER` there. */
async function configOf(
  stack: string,
  { interpolate, env }: { readonly interpolate: boolean; readonly env: NodeJS.ProcessEnv },
): Promise<Services> {
  const { files, diagnostics } = compile(stack, { name: "shop", target: "swarm", interpolate });
  expect(diagnostics.flatMap(({ severity, message }) => (severity === "error" ? [message] : []))).toEqual([]);
  const folder = temporaryFolder(files);
  const { code, stdout, stderr } = await execute(
    ["docker", "stack", "config", "--compose-file", join(folder, "docker-stack.yml")],
    {
      env: { ...bareEnvironment, ...env },
    },
  );
  expect(code, stderr).toBe(0);
  expect(stderr).toBe("");
  const { services } = parse(stdout.replaceAll(folder, "FOLDER")) as {
    readonly services: Readonly<Record<string, Record<string, unknown>>>;
  };
  return new Map(Object.entries(services));
}
