import { parse } from "yaml";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { examples } from "../support/compiled-files.ts";
import { suiteThatNeeds } from "./programs.ts";
import { needsHaproxy, Project } from "./project.ts";
import { answering, ask, PublishedPorts, valueOf, type Asking } from "./web.ts";

const { title, isLeftOut } = suiteThatNeeds("common stacks with a load balancer answer", needsHaproxy);

type Settings = Readonly<Record<string, unknown>>;

/** A stack, whose services with `answers` are web servers, and requests with the service that has to answer. */
interface CommonStack {
  readonly title: string;
  readonly stack: Readonly<Record<string, Settings>>;
  readonly requests: readonly (Asking & { readonly port?: number; readonly path?: string; readonly by: string })[];
}

const balancer = { image: "tutum/haproxy", roles: ["global"], autorestart: "ALWAYS" };
const database = { image: "busybox:local", command: "sleep 100000", expose: ["5432"] };

/** What old stack files with a balancer look like most, by the share that they have (counted in 474 files). */
const stacks: readonly CommonStack[] = [
  {
    title: "a scaled application whose port only the image knows",
    stack: {
      lb: { ...balancer, links: ["web"], ports: ["80"] },
      web: { answers: {}, expose: [], target_num_containers: 3 },
    },
    requests: [{ by: "web" }],
  },
  {
    title: "an application with a database",
    stack: {
      lb: { ...balancer, links: ["node:node"], ports: ["80"] },
      node: { answers: {}, links: ["db"], target_num_containers: 2 },
      db: database,
    },
    requests: [{ by: "node" }],
  },
  {
    title: "one of two ports, and clients that stay at one container",
    stack: {
      lb: { ...balancer, links: ["web"], ports: ["80"], environment: ["BALANCE=source"] },
      web: { answers: {}, expose: ["80", "443"] },
    },
    requests: [{ by: "web" }],
  },
  {
    title: "the port of the containers among the balancer's settings",
    stack: {
      lb: { ...balancer, links: ["web"], ports: ["80"], environment: { BACKEND_PORT: 80 } },
      web: { answers: {}, expose: ["3000"], tags: ["web"], target_num_containers: 2 },
    },
    requests: [{ by: "web" }],
  },
  {
    title: "two applications by host, one of them with a websocket",
    stack: {
      lb: { ...balancer, image: "dockercloud/haproxy:latest", links: ["api", "client"], ports: ["80"] },
      api: { answers: { VIRTUAL_HOST: "http://api.example.com, ws://api.example.com" } },
      client: { answers: { VIRTUAL_HOST: "www.example.com,example.com" } },
    },
    requests: [
      { host: "api.example.com", by: "api" },
      { host: "example.com", by: "client" },
      { host: "api.example.com", headers: { Upgrade: "websocket" }, by: "api" },
    ],
  },
  {
    title: "paths with weights, and HTTPS without a certificate",
    stack: {
      lb: { ...balancer, links: ["api", "nginx"], ports: ["80", "443"] },
      api: { answers: { VIRTUAL_HOST: "https://*/api/*, */api/*", VIRTUAL_HOST_WEIGHT: "10" } },
      nginx: { answers: { VIRTUAL_HOST: "https://*, *" } },
    },
    requests: [
      { path: "/api/a", by: "api" },
      { path: "/a", by: "nginx" },
      { port: 443, path: "/api/a", by: "api" },
    ],
  },
  {
    title: "a fork that got certificates, and its companion",
    stack: {
      lb: {
        ...balancer,
        image: "turistforeningen/dockercloud-haproxy-letsencrypt:haproxy",
        links: ["web", "certificates"],
        ports: ["80"],
        volumes_from: ["certificates"],
      },
      web: { answers: { VIRTUAL_HOST: "www.example.com" } },
      certificates: {
        answers: { VIRTUAL_HOST: "*/.well-known/acme-challenge/*", VIRTUAL_HOST_WEIGHT: "999" },
        volumes: ["/etc/letsencrypt"],
      },
    },
    requests: [
      { host: "www.example.com", by: "web" },
      { host: "www.example.com", path: "/.well-known/acme-challenge/a", by: "certificates" },
    ],
  },
  {
    title: "every setting of the first version",
    stack: {
      lb: {
        ...balancer,
        links: ["web"],
        ports: ["80", "1936"],
        environment: [
          "BACKEND_PORT=80",
          "BALANCE=roundrobin",
          "FRONTEND_PORT=80",
          "MAXCONN=4096",
          "MODE=http",
          "OPTION=redispatch,httplog,dontlognull,forwardfor",
          "SSL_BIND_OPTIONS=no-sslv3 no-tls-tickets",
          "SSL_BIND_CIPHERS=ECDH+AESGCM:DH+AESGCM:!aNULL:!MD5",
          "SSL_CERT=",
          "TIMEOUT=connect 5000,client 50000,server 500000",
          "EXTRA_GLOBAL_SETTINGS=tune.ssl.cachesize 20000, tune.ssl.default-dh-param 2048",
        ],
      },
      web: { answers: {}, target_num_containers: 2 },
    },
    requests: [{ by: "web" }],
  },
  {
    title: "a second balancer for clients inside of the stack",
    stack: {
      lb: { ...balancer, links: ["web"], ports: ["80"] },
      "inner-lb": { ...balancer, links: ["web"] },
      web: { answers: {}, target_num_containers: 2 },
      through: { ...balancer, links: ["inner-lb:images"], ports: ["80"], environment: { BACKEND_PORT: "80" } },
    },
    requests: [{ by: "web" }],
  },
  {
    title: "a balancer on every node, and a service with a port of its own",
    stack: {
      lb: { ...balancer, deployment_strategy: "every_node", links: ["admin", "users"], ports: ["80"], tags: ["front"] },
      admin: { answers: { VIRTUAL_HOST: "admin.example.com", EXCLUDE_PORTS: "8080" }, expose: ["8080", "80"] },
      users: { answers: { VIRTUAL_HOST: "example.com", BALANCE: "source", FORCE_SSL: "" } },
    },
    requests: [
      { host: "admin.example.com", by: "admin" },
      { host: "example.com", by: "users" },
    ],
  },
  {
    title: "examples/balancer",
    stack: withAnswers(parse(examples.get("balancer")!) as Record<string, Settings>),
    requests: [
      { host: "shop.localhost", by: "shop" },
      { host: "other.localhost", by: "blog" },
    ],
  },
];

/** The example with web servers of our own, and a free port of the machine. */
function withAnswers(stack: Readonly<Record<string, Settings>>): CommonStack["stack"] {
  return Object.fromEntries(
    Object.entries(stack).map(([name, { image, environment, ...rest }]) => [
      name,
      name === "lb" ? { ...rest, image, ports: ["80"] } : { ...rest, answers: environment },
    ]),
  );
}

describe.skipIf(isLeftOut)(title, () => {
  const project = new Project();
  const ports = new PublishedPorts(project);

  // One project for all starts faster than one for each.
  beforeAll(() => project.up(JSON.stringify(Object.assign({}, ...stacks.map(servicesOf)))), 300_000);

  afterAll(() => project.down(), 120_000);

  test.each(stacks)("$title", async (one) => {
    for (const { port, path = "/", by, ...asking } of one.requests) {
      const published = await ports.of(`lb-${stacks.indexOf(one)}`, port);
      await vi.waitFor(async () => expect(valueOf(await ask(published, path, asking), "name"), by).toBe(by), {
        timeout: 60_000,
        interval: 500,
      });
    }
  });
});

/** The services of a stack, with names that no other stack has. */
function servicesOf({ stack }: CommonStack, index: number): object {
  const own = (name: string): string => `${name}-${index}`;
  return Object.fromEntries(
    Object.entries(stack).map(([name, { answers, links = [], volumes_from: lenders = [], ...rest }]) => [
      own(name),
      {
        ...(answers ? answering(name, answers as Record<string, string>) : {}),
        ...rest,
        links: (links as readonly string[]).map((link) => {
          const [service = "", alias = service] = link.split(":");
          return `${own(service)}:${alias}`;
        }),
        volumes_from: (lenders as readonly string[]).map(own),
      },
    ]),
  );
}
