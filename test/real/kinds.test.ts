import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { variablePrefix } from "../../src/stack/grammar/link-variable.ts";
import { exposedPorts } from "../../src/stack/knowledge/exposed-ports.ts";
import type { Service } from "../../src/stack/model.ts";
import { servicesOf } from "../support/stand-ins.ts";
import { execute, suiteThatNeeds } from "./programs.ts";
import { needsEngine } from "./project.ts";
import { newFolder, type StackFolder } from "./stack-folder.ts";

const { title, isLeftOut } = suiteThatNeeds("the commonest kinds of stacks on a real engine", needsEngine);
const standIn = `tutum-stack-test-${randomBytes(4).toString("hex")}:1`;
const kinds = readdirSync(new URL("kinds", import.meta.url));
const textOf = (kind: string): string => readFileSync(new URL(`kinds/${kind}`, import.meta.url), "utf8");

/** Answers with its name at each of its ports until it is stopped, or ends at once if it has none. */
const program = `
[ -z "$STAND_IN_ENDS" ] || exit 0
mkdir -p /answer && echo "$STAND_IN_NAME" > /answer/index.html
for port in $STAND_IN_PORTS; do httpd -p "$port" -h /answer; done
trap "exit 0" TERM
sleep 100000 & wait`;

const ends = ({ policy, image }: Service): boolean => policy.autodestroy !== "OFF" || image === "tianon/true";

/** The TCP ports at which a service listens: those of the file and those of its image. */
function portsOf({ image, ports, expose }: Service): readonly string[] {
  const own = [...ports, ...expose].flatMap((port) => (port.kind === "port" ? [String(port.container.first)] : []));
  return [...new Set([...own, ...(exposedPorts(image) ?? [])])];
}

/** A second Compose file in which one image of our own stands in for all. */
function overrideOf(services: readonly Service[]): string {
  const entries = services.map((service) => {
    const environment = {
      STAND_IN_NAME: service.name,
      STAND_IN_PORTS: portsOf(service).join(" "),
      STAND_IN_ENDS: ends(service) ? "1" : "",
    };
    return [service.name, { image: standIn, environment }] as const;
  });
  return JSON.stringify({ services: Object.fromEntries(entries) });
}

/** What a client asks its linked services, by alias and by variables, and what they answer. */
function questionsOf({ links }: Service, services: readonly Service[]): readonly (readonly [string, string])[] {
  return links.flatMap((link) => {
    const target = link.kind === "link" ? services.find(({ name }) => name === link.service) : undefined;
    if (link.kind !== "link" || !target) return [];
    return portsOf(target).flatMap((port) => {
      const name = `$${variablePrefix(link.alias)}_PORT_${port}_TCP`;
      return [`${link.alias}:${port}`, `${name}_ADDR:${name}_PORT`].map((at) => [at, target.name] as const);
    });
  });
}

async function expectRunning(folder: StackFolder, services: readonly Service[]): Promise<void> {
  const wanted = services
    .filter((service) => !ends(service))
    .flatMap(({ name, replicas }) => Array.from({ length: replicas }, () => name));
  await vi.waitFor(
    async () => {
      const running = (await folder.containers()).filter(({ isRunning }) => isRunning).map(({ service }) => service);
      expect(running.toSorted()).toEqual(wanted.toSorted());
    },
    { timeout: 60_000, interval: 500 },
  );
}

const inService = async (folder: StackFolder, service: string, script: string): Promise<string> =>
  (await folder.compose(["exec", "-T", service, "sh", "-c", script])).stdout;

describe.skipIf(isLeftOut)(title, { concurrent: true }, () => {
  beforeAll(async () => {
    const context = mkdtempSync(join(tmpdir(), "tutum-stack-"));
    const entrypoint = JSON.stringify(["sh", "-c", program, "stand-in"]);
    writeFileSync(join(context, "Dockerfile"), `FROM busybox:local\nENTRYPOINT ${entrypoint}\n`);
    const { code, stderr } = await execute(["docker", "build", "--tag", standIn, context]);
    expect(code, stderr).toBe(0);
    rmSync(context, { recursive: true });
  }, 120_000);

  afterAll(() => execute(["docker", "rmi", standIn]), 60_000);

  test("are ten", () => {
    expect(kinds).toHaveLength(10);
  });

  test.for(kinds)("%s", async (kind, { onTestFinished }) => {
    const folder = newFolder(onTestFinished);
    const services = servicesOf(textOf(kind));
    await folder.compile(textOf(kind), "--sidecar", "none", "--link-variables");
    writeFileSync(join(folder.path, "docker-compose.override.yml"), overrideOf(services));
    await folder.compose(["up", "-d"]);
    await expectRunning(folder, services);
    for (const client of services.filter((service) => !ends(service) && service.links.length > 0)) {
      const questions = questionsOf(client, services);
      expect(questions).not.toEqual([]);
      const script = questions.map(([at]) => `wget -q -O - "http://${at}/"`).join("; ");
      const answers = questions.map(([, name]) => `${name}\n`).join("");
      await vi.waitFor(async () => expect(await inService(folder, client.name, script)).toBe(answers), {
        timeout: 30_000,
        interval: 500,
      });
    }
    const keepers = services.flatMap(({ name, volumes }) =>
      volumes.flatMap((volume) => (volume.kind === "anonymous" ? [{ name, file: `${volume.mountPath}/kept` }] : [])),
    );
    if (keepers.length === 0) return;
    const user = (name: string): string => (name === "data" ? "app" : name);
    for (const { name, file } of keepers) await inService(folder, user(name), `echo ${name} > ${file}`);
    await folder.compose(["down", "-t", "0"]);
    await folder.compose(["up", "-d"]);
    for (const { name, file } of keepers) expect(await inService(folder, user(name), `cat ${file}`)).toBe(`${name}\n`);
  });
});
