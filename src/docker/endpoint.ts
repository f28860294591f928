/** Where an engine listens. */
export type Endpoint =
  | { readonly kind: "socket"; readonly path: string }
  | {
      readonly kind: "tcp";
      readonly host: string;
      readonly port: number;
      readonly basePath: string;
      readonly tls: TlsFiles | undefined;
    };

/** What a TLS connection is made with: a folder with `ca.pem`, `cert.pem` and `key.pem`, each of which may be missing. */
export interface TlsFiles {
  readonly folder: string;
  /** Whether the engine has to prove who it is. */
  readonly verify: boolean;
}

/** What finding the engine needs to know of the machine. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of a file; undefined when it cannot be read. */
  readonly readText: (path: string) => string | undefined;
  /** Whether a file or socket exists and may be read and written. */
  readonly isUsable: (path: string) => boolean;
  /** The hexadecimal SHA-256 of a text. */
  readonly sha256: (text: string) => string;
}

/** The engine that Docker's own command line would talk to, or one sentence saying why there is none. */
export function findEndpoint(machine: Machine): Endpoint | string {
  const { DOCKER_HOST: host, DOCKER_TLS_VERIFY: verify, DOCKER_CERT_PATH: certificates } = machine.env;
  const hasTls = verify !== undefined && verify !== "";
  const tls = hasTls ? { folder: certificates || configFolder(machine), verify: true } : undefined;
  if (host) return parseHost(host, tls);
  const context = contextName(machine);
  return context === undefined ? defaultEndpoint(machine) : endpointOfContext(machine, context);
}

/** Reads `unix:///run/docker.sock` or `tcp://host:2376`; a sentence for anything else. */
export function parseHost(host: string, tls: TlsFiles | undefined): Endpoint | string {
  const socket = /^unix:\/\/(\/.*)$/.exec(host)?.[1];
  if (socket !== undefined) return { kind: "socket", path: socket };
  const web = host.replace(/^(tcp|https?)(?=:)/, "http");
  const url = web.startsWith("http://") && URL.canParse(web) ? new URL(web) : undefined;
  if (!url) return `the Docker host ${JSON.stringify(host)} is neither unix:///path/to/socket nor tcp://host:port`;
  if (host.startsWith("https:") && !tls)
    return `the Docker host ${JSON.stringify(host)} needs DOCKER_TLS_VERIFY and DOCKER_CERT_PATH`;
  const port = /^\w+:\/\/[^/]*:(\d+)(?=\/|$)/.exec(host)?.[1] ?? (tls ? "2376" : "2375");
  return {
    kind: "tcp",
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(port),
    basePath: url.pathname.replace(/\/+$/, ""),
    tls,
  };
}

/** The socket of the system's engine, or of the user's own (rootless) one where only that can be used. */
function defaultEndpoint(machine: Machine): Endpoint {
  const system = "/var/run/docker.sock";
  const folder = machine.env["XDG_RUNTIME_DIR"];
  const rootless = `${folder}/docker.sock`;
  return {
    kind: "socket",
    path: folder && !machine.isUsable(system) && machine.isUsable(rootless) ? rootless : system,
  };
}

/** The context in use, as Docker's command line finds it; undefined for the default one. */
function contextName(machine: Machine): string | undefined {
  const config = parseJson(machine.readText(`${configFolder(machine)}/config.json`));
  const name = machine.env["DOCKER_CONTEXT"] || property(config, "currentContext");
  return typeof name === "string" && name !== "" && name !== "default" ? name : undefined;
}

function endpointOfContext(machine: Machine, name: string): Endpoint | string {
  const folder = `${configFolder(machine)}/contexts`;
  const id = machine.sha256(name);
  const docker = property(
    property(parseJson(machine.readText(`${folder}/meta/${id}/meta.json`)), "Endpoints"),
    "docker",
  );
  const host = property(docker, "Host");
  if (typeof host !== "string")
    return `the Docker context ${JSON.stringify(name)} does not exist or names no Docker engine`;
  const certificates = `${folder}/tls/${id}/docker`;
  const hasTls = ["ca.pem", "cert.pem", "key.pem"].some(
    (file) => machine.readText(`${certificates}/${file}`) !== undefined,
  );
  const unverified = property(docker, "SkipTLSVerify") === true;
  return parseHost(host, hasTls || unverified ? { folder: certificates, verify: !unverified } : undefined);
}

function configFolder({ env }: Machine): string {
  return env["DOCKER_CONFIG"] || `${env["HOME"] ?? ""}/.docker`;
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return undefined;
  }
}

function property(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
