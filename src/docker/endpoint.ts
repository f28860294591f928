import { parseJson, property, textProperty } from "./json.ts";
import type { Machine } from "./machine.ts";

/** The address at which an engine listens. */
export type Endpoint =
  | { readonly kind: "socket"; readonly path: string }
  | {
      readonly kind: "tcp";
      readonly host: string;
      readonly port: number;
      readonly basePath: string;
      readonly tls: TlsFiles | undefined;
    };

/**
 * The certificates of a TLS connection: a folder with `ca.pem`, `cert.pem` and `key.pem`. Any of them may be missing.
 */
export interface TlsFiles {
  readonly folder: string;
  /** Whether the engine must prove its identity. */
  readonly verify: boolean;
}

/** The engine that the `docker` command would use, or a sentence that says why there is none. */
export function findEndpoint(machine: Machine): Endpoint | string {
  const { DOCKER_HOST: host, DOCKER_TLS_VERIFY: verify, DOCKER_CERT_PATH: certificates } = machine.env;
  const hasTls = verify !== undefined && verify !== "";
  const tls = hasTls ? { folder: certificates || configFolder(machine), verify: true } : undefined;
  if (host) return parseHost(host, tls);
  const context = contextName(machine);
  return context === undefined ? defaultEndpoint(machine) : endpointOfContext(machine, context);
}

/** Reads an address such as `unix:///run/docker.sock` or `tcp://host:2376`. Returns a sentence for anything else. */
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

/** The socket of the system's engine, or of the user's own (rootless) engine if only that one is usable. */
function defaultEndpoint(machine: Machine): Endpoint {
  const system = "/var/run/docker.sock";
  const folder = machine.env["XDG_RUNTIME_DIR"];
  const rootless = `${folder}/docker.sock`;
  return {
    kind: "socket",
    path: folder && !machine.isUsable(system) && machine.isUsable(rootless) ? rootless : system,
  };
}

/** The context that the `docker` command would use; undefined for the default context. */
function contextName(machine: Machine): string | undefined {
  const config = parseJson(machine.readText(`${configFolder(machine)}/config.json`) ?? "");
  const name = machine.env["DOCKER_CONTEXT"] || textProperty(config, "currentContext");
  return name === "" || name === "default" ? undefined : name;
}

function endpointOfContext(machine: Machine, name: string): Endpoint | string {
  const folder = `${configFolder(machine)}/contexts`;
  const id = machine.sha256(name);
  const context = parseJson(machine.readText(`${folder}/meta/${id}/meta.json`) ?? "");
  const docker = property(property(context, "Endpoints"), "docker");
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
