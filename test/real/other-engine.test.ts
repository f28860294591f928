import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { certificates } from "../support/certificates.ts";
import { needsOwnEngine, PrivateEngine } from "./private-engine.ts";
import { suiteThatNeeds } from "./programs.ts";
import { buildSidecarImage, StackFolder } from "./stack-folder.ts";

const { title, isLeftOut } = suiteThatNeeds("an engine that is not at /var/run/docker.sock", needsOwnEngine);

const image = `tutum-stack-test-${randomBytes(4).toString("hex")}:1`;
const stack = `
job:
  image: busybox:local
  command: echo done
  net: host
  autodestroy: ALWAYS
web:
  image: busybox:local
  command: sleep 600
  net: host
`;
const port = 2376;

describe.skipIf(isLeftOut)(title, { timeout: 120_000 }, () => {
  const pems = certificates(afterAll);
  const tls = ["--tlsverify", "--tlscacert", "ca.pem", "--tlscert", "cert.pem", "--tlskey", "key.pem"].map((option) =>
    option.endsWith(".pem") ? join(pems, option) : option,
  );
  const engine = new PrivateEngine(["--bridge=none", "--iptables=false", "--host", `tcp://127.0.0.1:${port}`, ...tls]);
  const remote = { DOCKER_HOST: `tcp://127.0.0.1:${port}`, DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: pems };
  const folders: StackFolder[] = [];
  const newFolder = (options: ConstructorParameters<typeof StackFolder>[0]): StackFolder => {
    const folder = new StackFolder(options);
    folders.push(folder);
    return folder;
  };

  beforeAll(async () => {
    await engine.create("busybox:local", "node:local");
    await buildSidecarImage(image, { DOCKER_HOST: engine.env.DOCKER_HOST });
  }, 120_000);

  afterAll(async () => {
    for (const folder of folders) await folder.dispose();
    await engine.dispose();
  }, 120_000);

  test("a remote one, over TCP with TLS: the service gets its config there, which no mounted file would", async () => {
    const folder = newFolder({ env: remote, enter: engine.enter });
    await folder.compile(stack, "--settle", "2", "--sidecar-image", image, "--socket", engine.socket);
    rmSync(join(folder.path, "autodestroy.json"));
    await folder.compose(["up", "-d"]);
    await folder.expectRemoved("job");
    expect((await folder.container("web")).isRunning).toBe(true);
  });

  test("a remote one, with the sidecar on the host: only with --project", async () => {
    const folder = newFolder({ env: remote, enter: engine.enter });
    await folder.compile(stack, "--settle", "2", "--sidecar", "none");
    await folder.compose(["up", "-d"]);
    await folder.expectEnded("job");
    const once = ["sidecar", "--config", "autodestroy.json", "--once"];
    const refused = await folder.run(...once);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/the Docker engine is remote, so .* --project\n$/);
    expect(await folder.containers()).toHaveLength(2);
    expect(await folder.run(...once, "--project", folder.project)).toMatchObject({ code: 0 });
    expect((await folder.containers()).map(({ service }) => service)).toEqual(["web"]);
  });

  test("one with its socket elsewhere, as a rootless one has: --socket", async () => {
    const folder = newFolder({ env: { DOCKER_HOST: engine.env.DOCKER_HOST } });
    await folder.compile(stack, "--settle", "2", "--sidecar-image", image, "--socket", engine.socket);
    await folder.compose(["up", "-d"]);
    await folder.expectRemoved("job");
    expect((await folder.container("web")).isRunning).toBe(true);
  });
});
