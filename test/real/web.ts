import { request as plainRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { request as secureRequest } from "node:https";
import type { Container, Project } from "./project.ts";

/** A service that answers every request with its name, that of its container, and what the balancer has added. */
export function answering(name: string, settings: Readonly<Record<string, string>> = {}): object {
  const config = [
    "defaults",
    "  mode http",
    "  timeout client 9s",
    "frontend all",
    "  bind :80",
    '  http-request return status 200 content-type text/plain lf-string "name=${NAME} container=%[env(HOSTNAME)] proto=%[req.hdr(X-Forwarded-Proto)] for=%[req.hdr(X-Forwarded-For)] path=%[path]"',
  ];
  return {
    image: "haproxy:local",
    command: ["sh", "-c", 'printf "%s\\n" "$CONFIG" > /tmp/own.cfg && exec haproxy -f /tmp/own.cfg'],
    environment: { NAME: name, CONFIG: `${config.join("\n")}\n`, ...settings },
    expose: ["80"],
  };
}

/** What came back for a request. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** How to ask. */
export interface Asking {
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The text of the authority to trust, for HTTPS; every certificate is good if it is `any`. */
  readonly trusts?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Sends a request to a port of this machine; `https` if it says whom to trust. Throws when no answer comes. */
export function ask(port: number, path: string, asking: Asking = {}): Promise<Answer> {
  const { host = "127.0.0.1", headers = {}, trusts, ...own } = asking;
  const options = {
    host: "127.0.0.1",
    port,
    path,
    agent: false,
    timeout: 20_000,
    headers: { Host: host, Connection: "close", ...headers },
  } as const;
  return new Promise((resolve, reject) => {
    const onAnswer = (answer: IncomingMessage): void => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => (text += part));
      answer.on("error", reject);
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    };
    const tls = trusts === "any" ? { rejectUnauthorized: false } : { ca: trusts ?? [] };
    const sent =
      trusts === undefined
        ? plainRequest(options, onAnswer)
        : secureRequest({ ...options, ...own, ...tls, servername: host.replace(/:\d+$/, "") }, onAnswer);
    sent.on("error", reject);
    sent.on("timeout", () => sent.destroy(new Error("no answer within 20 s")));
    sent.end();
  });
}

/** The port of this machine at which a port of a container is published. */
export function publishedPort({ NetworkSettings: { Ports } }: Container, port: number): number {
  const [binding] = Ports[`${port}/tcp`] ?? [];
  if (!binding) throw new Error(`port ${port} is not published`);
  return Number(binding.HostPort);
}

/** Finds the ports of this machine for those of services, and remembers them until containers start again. */
export class PublishedPorts {
  readonly #project: Project;
  readonly #containers = new Map<string, Promise<Container>>();

  constructor(project: Project) {
    this.#project = project;
  }

  async of(service: string, port = 80): Promise<number> {
    const known = this.#containers.get(service) ?? this.#project.container(service);
    this.#containers.set(service, known);
    return publishedPort(await known, port);
  }

  forget(): void {
    this.#containers.clear();
  }
}

/** A value of an answer: `name`, `container`, `proto`, `for`, `path`. */
export function valueOf({ text }: Answer, name: string): string | undefined {
  return new RegExp(`(?:^| )${name}=(\\S*)`).exec(text)?.[1];
}
