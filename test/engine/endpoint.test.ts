import { copyFileSync, readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createSidecarEngine } from "../../src/docker/client.ts";
import { realMachine, type Machine } from "../../src/docker/machine.ts";
import { findEndpoint, type Endpoint } from "../../src/docker/endpoint.ts";
import { certificates } from "../support/certificates.ts";

const { sha256 } = realMachine({});
const meta = (host: string, more: object = {}): string =>
  JSON.stringify({ Name: "far", Endpoints: { docker: { Host: host, ...more } } });
const contexts = "/home/me/.docker/contexts";

function machine(
  env: Machine["env"],
  files: Readonly<Record<string, string>> = {},
  usable: readonly string[] = [],
): Machine {
  return {
    env: { HOME: "/home/me", ...env },
    readText: (path) => files[path],
    isUsable: (path) => usable.includes(path),
    sha256,
  };
}
const socket = (path: string): Endpoint => ({ kind: "socket", path });
const tcp = (host: string, port: number, more: object = {}): Endpoint => ({
  kind: "tcp",
  host,
  port,
  basePath: "",
  tls: undefined,
  ...more,
});
const system = "/var/run/docker.sock";
const rootless = "/run/user/1000/docker.sock";

test.each<readonly [string, Machine, unknown]>([
  ["nothing said", machine({}), socket(system)],
  ["only the rootless socket", machine({ XDG_RUNTIME_DIR: "/run/user/1000" }, {}, [rootless]), socket(rootless)],
  ["both sockets", machine({ XDG_RUNTIME_DIR: "/run/user/1000" }, {}, [rootless, system]), socket(system)],
  ["no socket", machine({ XDG_RUNTIME_DIR: "/run/user/1000" }), socket(system)],
  ["a socket", machine({ DOCKER_HOST: "unix:///run/podman/podman.sock" }), socket("/run/podman/podman.sock")],
  ["tcp", machine({ DOCKER_HOST: "tcp://engine" }), tcp("engine", 2375)],
  ["tcp with port 80", machine({ DOCKER_HOST: "tcp://engine:80" }), tcp("engine", 80)],
  ["tcp, IPv6, without a port", machine({ DOCKER_HOST: "tcp://[::1]" }), tcp("::1", 2375)],
  [
    "tcp, IPv6, with a path",
    machine({ DOCKER_HOST: "tcp://[::1]:9999/proxy/" }),
    tcp("::1", 9999, { basePath: "/proxy" }),
  ],
  [
    "TLS",
    machine({ DOCKER_HOST: "tcp://engine", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: "/c" }),
    tcp("engine", 2376, { tls: { folder: "/c", verify: true } }),
  ],
  [
    "TLS without a path",
    machine({ DOCKER_HOST: "tcp://engine", DOCKER_TLS_VERIFY: "1" }),
    tcp("engine", 2376, { tls: { folder: "/home/me/.docker", verify: true } }),
  ],
  [
    "TLS switched off",
    machine({ DOCKER_HOST: "tcp://engine", DOCKER_TLS_VERIFY: "", DOCKER_CERT_PATH: "/c" }),
    tcp("engine", 2375),
  ],
  [
    "https without certificates",
    machine({ DOCKER_HOST: "https://engine" }),
    expect.stringContaining("needs DOCKER_TLS_VERIFY"),
  ],
  ["ssh", machine({ DOCKER_HOST: "ssh://me@engine" }), expect.stringContaining('"ssh://me@engine" is neither')],
  ["nonsense", machine({ DOCKER_HOST: "tcp://" }), expect.stringContaining("is neither")],
  ["a relative socket", machine({ DOCKER_HOST: "unix://docker.sock" }), expect.stringContaining("is neither")],
  [
    "the current context",
    machine(
      {},
      {
        "/home/me/.docker/config.json": '{"currentContext":"far"}',
        [`${contexts}/meta/${sha256("far")}/meta.json`]: meta("tcp://far:1234"),
      },
    ),
    tcp("far", 1234),
  ],
  [
    "a context with certificates, elsewhere",
    machine(
      { DOCKER_CONFIG: "/d", DOCKER_CONTEXT: "far" },
      {
        [`/d/contexts/meta/${sha256("far")}/meta.json`]: meta("tcp://far"),
        [`/d/contexts/tls/${sha256("far")}/docker/ca.pem`]: "x",
      },
    ),
    tcp("far", 2376, { tls: { folder: `/d/contexts/tls/${sha256("far")}/docker`, verify: true } }),
  ],
  [
    "a context that does not check certificates",
    machine(
      { DOCKER_CONTEXT: "far" },
      { [`${contexts}/meta/${sha256("far")}/meta.json`]: meta("tcp://far", { SkipTLSVerify: true }) },
    ),
    tcp("far", 2376, { tls: { folder: `${contexts}/tls/${sha256("far")}/docker`, verify: false } }),
  ],
  ["DOCKER_HOST before the context", machine({ DOCKER_HOST: "tcp://near", DOCKER_CONTEXT: "far" }), tcp("near", 2375)],
  ["the default context", machine({ DOCKER_CONTEXT: "default" }), socket(system)],
  [
    "a context that does not exist",
    machine({ DOCKER_CONTEXT: "constructor" }),
    expect.stringContaining('"constructor" does not exist'),
  ],
  ["a config that is broken", machine({}, { "/home/me/.docker/config.json": "{" }), socket(system)],
])("where the engine is: %s", (_, on, expected) => {
  expect(findEndpoint(on)).toEqual(expected);
});

test("speaks TLS with both certificates checked, and to nobody else", async () => {
  const folder = certificates();
  const read = (name: string): Buffer => readFileSync(join(folder, name));
  const server = createServer(
    { key: read("key.pem"), cert: read("cert.pem"), ca: read("ca.pem"), requestCert: true, rejectUnauthorized: true },
    (_, response) => response.writeHead(200, { "Api-Version": "1.41" }).end(),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const engineAt = (folder: string): ReturnType<typeof createSidecarEngine> => {
    const found = findEndpoint(
      realMachine({ DOCKER_HOST: `tcp://127.0.0.1:${port}`, DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: folder }),
    );
    if (typeof found === "string") throw new Error(found);
    return createSidecarEngine(found, () => {});
  };
  const { signal } = new AbortController();
  expect((await engineAt(folder).connect(signal)).apiVersion).toBe("1.41");
  const others = certificates();
  await expect(engineAt(others).connect(signal)).rejects.toMatchObject({ failure: "failed" });
  for (const name of ["cert.pem", "key.pem"]) copyFileSync(join(folder, name), join(others, name));
  await expect(engineAt(others).connect(signal)).rejects.toMatchObject({
    failure: "failed",
    message: expect.stringContaining("certificate") as string,
  });
});
