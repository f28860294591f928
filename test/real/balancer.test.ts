import { connect as connectPlain } from "node:net";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { makeAuthority, makeCertificate } from "../support/signed.ts";
import { suiteThatNeeds } from "./programs.ts";
import { needsHaproxy, Project } from "./project.ts";
import { answering, ask, PublishedPorts, valueOf, type Answer, type Asking } from "./web.ts";

const { title, isLeftOut } = suiteThatNeeds("a compiled load balancer on a real engine", needsHaproxy);

/** A server that switches to a websocket and sends back what it gets (RFC 6455, 1.3). */
const echo = `require("node:http").createServer((q, a) => a.end("name=plain")).on("upgrade", (q, s) => {
  const text = q.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  const accept = require("node:crypto").createHash("sha1").update(text).digest("base64");
  const lines = ["HTTP/1.1 101 Switching", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: " + accept];
  s.write(lines.join("\\r\\n") + "\\r\\n\\r\\n");
  s.pipe(s);
}).listen(80)`;

/** A server that shows what other programs log. */
const logs = `require("node:dgram").createSocket("udp4").on("message", (m) => console.log(String(m))).bind(514)`;

/** A server that speaks first, as those of databases do. */
const banner = `require("node:net").createServer((s) => s.end("banner of " + process.env.NAME)).listen(3306)`;

function node(script: string, settings: Readonly<Record<string, string>> = {}): object {
  return { image: "node:local", command: ["node", "-e", script], environment: settings };
}

const balancer = { image: "dockercloud/haproxy", roles: ["global"] };

describe.skipIf(isLeftOut)(title, () => {
  const project = new Project();
  const { folder } = project;
  const ports = new PublishedPorts(project);
  let pem = "";

  beforeAll(async () => {
    makeAuthority(folder, "authority");
    pem = makeCertificate(folder, "red.test", "authority");
    mkdirSync(join(folder, "certs"), { mode: 0o700 });
    writeFileSync(join(folder, "certs", "red.pem"), pem, { mode: 0o600 });
    await project.up(JSON.stringify(stack()), { env: { FOREIGN_CERT: pem.replaceAll("\n", "\\n") } });
  }, 300_000);

  afterAll(() => project.down(), 120_000);

  function stack(): object {
    return {
      plain: { ...balancer, links: ["red", "blue"], ports: ["80", "1936"], environment: { STATS_AUTH: "a:b c" } },
      red: { ...answering("red"), target_num_containers: 3 },
      blue: answering("blue"),

      tcp: {
        ...balancer,
        links: ["database", "secure-database"],
        ports: ["3306", "3307"],
        environment: { SSL_CERT: pem },
      },
      database: { ...node(banner, { TCP_PORTS: "3306", NAME: "database" }), target_num_containers: 2 },
      "secure-database": node(banner.replace("3306", "3307"), { TCP_PORTS: "3307/ssl", NAME: "secure" }),

      folder: {
        ...balancer,
        links: ["red"],
        ports: ["443"],
        environment: { CERT_FOLDER: "/certs" },
        volumes: ["./certs:/certs:ro"],
      },
      shell: {
        ...balancer,
        links: ["green"],
        ports: ["80", "443"],
        environment: ["FOREIGN_CERT", "EXTRA_SSL_CERTS=FOREIGN_CERT"],
      },
      unset: { ...balancer, links: ["green"], ports: ["80", "443"], environment: ["SSL_CERT"] },
      green: answering("green", { VIRTUAL_HOST: "https://*, *", HSTS_MAX_AGE: "60" }),

      sticky: { ...balancer, links: ["cookie"], ports: ["80"] },
      cookie: { ...answering("cookie", { COOKIE: "SRV insert indirect nocache" }), target_num_containers: 3 },

      checking: {
        ...balancer,
        links: ["sick", "well"],
        ports: ["80"],
        environment: { HEALTH_CHECK: "check inter 300" },
      },
      sick: answering("sick", { HTTP_CHECK: "GET /nothing HTTP/1.1\\r\\nHost:\\ sick", HEALTH_CHECK: "check port 81" }),
      well: answering("well"),

      sockets: { ...balancer, links: ["echo", "pages"], ports: ["80"] },
      echo: node(echo, { VIRTUAL_HOST: "ws://*/echo" }),
      pages: answering("pages", { VIRTUAL_HOST: "*" }),

      late: { ...balancer, links: ["later"], ports: ["80"] },
      later: { ...answering("later"), target_num_containers: 1 },

      front: { ...balancer, links: ["inner"], ports: ["80"], environment: { BACKEND_PORT: "80" } },
      inner: { ...balancer, links: ["red"] },

      logging: {
        ...balancer,
        autorestart: "ALWAYS",
        links: ["red", "logs"],
        ports: ["80"],
        environment: { RSYSLOG_DESTINATION: "logs:514" },
      },
      logs: node(logs, { TCP_PORTS: "9" }),
    };
  }

  /** The answer of a service behind a balancer, once HAProxy has found a container. */
  async function answerOf(service: string, path = "/", asking: Asking = {}, port = 80): Promise<Answer> {
    const published = await ports.of(service, port);
    return vi.waitFor(
      async () => {
        const answer = await ask(published, path, asking);
        expect(answer.status).not.toBe(503);
        return answer;
      },
      { timeout: 60_000, interval: 250 },
    );
  }

  async function namesOf(service: string, count: number, asking: Asking = {}): Promise<ReadonlySet<string>> {
    await answerOf(service, "/", asking);
    const found = new Set<string>();
    for (let index = 0; index < count; index++)
      found.add(valueOf(await answerOf(service, "/", asking), "container") ?? "none");
    return found;
  }

  test("requests reach every container of every linked service, with the client's address", async () => {
    await vi.waitFor(async () => expect((await namesOf("plain", 12)).size).toBe(4), { timeout: 60_000 });
    const answer = await answerOf("plain", "/a", { host: "any.test" });
    expect([valueOf(answer, "proto"), valueOf(answer, "path")]).toEqual(["http", "/a"]);
    expect(valueOf(answer, "for")).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  });

  test("it runs as nobody that could harm, and its log is that of the container", async () => {
    const { stdout } = await project.execute("plain", [
      "sh",
      "-c",
      "id -u; cat /proc/1/cmdline; touch /x || echo read-only",
    ]);
    expect(stdout).toMatch(/^99\nhaproxy\0[^]*read-only\n$/);
    await answerOf("plain", "/in-the-log");
    const { stdout: log } = await project.compose("logs", "plain");
    expect(log).toContain("GET /in-the-log HTTP/1.1");
  });

  test("the page of statistics asks for the password", async () => {
    const login = (text: string) => ({ headers: { Authorization: `Basic ${Buffer.from(text).toString("base64")}` } });
    expect((await answerOf("plain", "/", {}, 1936)).status).toBe(401);
    const page = await answerOf("plain", "/", login("a:b c"), 1936);
    expect([page.status, page.text.includes("default_service")]).toEqual([200, true]);
  });

  test("ports are passed on as they are, and with TLS", async () => {
    const port = await ports.of("tcp", 3306);
    await vi.waitFor(async () => expect(await received(port)).toBe("banner of database"), { timeout: 60_000 });
    const secure = await ports.of("tcp", 3307);
    await vi.waitFor(async () => expect(await receivedSecurely(secure)).toBe("banner of secure"), { timeout: 60_000 });
  });

  test("a folder that only root may read has the certificates; HAProxy itself is not root", async () => {
    const answer = await answerOf("folder", "/", { host: "red.test", trusts: "any" }, 443);
    expect([valueOf(answer, "name"), valueOf(answer, "proto")]).toEqual(["red", "https"]);
    const { stdout } = await project.execute("folder", ["sh", "-c", "ps -o user,args | grep 'haproxy'"]);
    expect(stdout).toMatch(/^haproxy +haproxy/m);
  });

  test("a certificate of the shell is used, and is nowhere but in the variable and in memory", async () => {
    const answer = await answerOf("shell", "/", { host: "red.test", trusts: "any" }, 443);
    expect(valueOf(answer, "name")).toBe("green");
    expect(answer.headers["strict-transport-security"]).toBe("max-age=60; includeSubDomains");
    const { stdout } = await project.execute("shell", ["sh", "-c", "ls -ln /tmp/certs; grep ' /tmp ' /proc/mounts"]);
    expect(stdout).toMatch(/-rw------- +1 99 [^]*cert0\.pem\ntmpfs /);
  });

  test("without a value in the shell there is plain HTTP", async () => {
    expect(valueOf(await answerOf("unset", "/", { host: "red.test" }), "name")).toBe("green");
    const answer = await answerOf("unset", "/", { host: "red.test" }, 443);
    expect([valueOf(answer, "name"), valueOf(answer, "proto")]).toEqual(["green", "http"]);
  });

  test("a cookie keeps a client at one container, through a restart of the balancer", async () => {
    const first = await answerOf("sticky");
    const cookie = first.headers["set-cookie"]![0]!.split(";")[0]!;
    expect(cookie).toMatch(/^SRV=./);
    const own = valueOf(first, "container");
    expect([...(await namesOf("sticky", 6, { headers: { Cookie: cookie } }))]).toEqual([own]);
    await vi.waitFor(async () => expect((await namesOf("sticky", 9)).size).toBe(3), { timeout: 60_000 });
    await project.compose("restart", "-t", "1", "sticky");
    ports.forget();
    expect([...(await namesOf("sticky", 6, { headers: { Cookie: cookie } }))]).toEqual([own]);
  });

  test("a service that fails its health check gets no requests", async () => {
    await vi.waitFor(
      async () => {
        const names = new Set<string | undefined>();
        for (let index = 0; index < 6; index++) names.add(valueOf(await answerOf("checking"), "name"));
        expect([...names]).toEqual(["well"]);
      },
      { timeout: 60_000, interval: 500 },
    );
  });

  test("websockets go to their service, and plain requests to the other", async () => {
    const port = await ports.of("sockets");
    expect(valueOf(await answerOf("sockets", "/echo"), "name")).toBe("pages");
    await vi.waitFor(async () => expect(await echoed(port, "hello")).toContain("hello"), { timeout: 60_000 });
  });

  test("containers that start after the balancer, or have a new address, are found", async () => {
    expect(valueOf(await answerOf("late"), "name")).toBe("later");
    await project.compose("rm", "-s", "-f", "later");
    const port = await ports.of("late");
    await vi.waitFor(async () => expect((await ask(port, "/")).status).toBe(503), { timeout: 60_000 });
    await project.compose("restart", "-t", "1", "late");
    ports.forget();
    const without = await ports.of("late");
    await vi.waitFor(async () => expect((await ask(without, "/")).status).toBe(503), { timeout: 60_000 });
    await project.compose("up", "-d", "--no-deps", "later");
    expect(valueOf(await answerOf("late"), "name")).toBe("later");
  });

  test("a balancer can lead to another one", async () => {
    expect(valueOf(await answerOf("front"), "name")).toBe("red");
  });

  test("a host for the log that is a service of the stack gets it", async () => {
    // A balancer that ended without its log host has a new port when it runs again.
    await vi.waitFor(
      async () => {
        ports.forget();
        await answerOf("logging", "/for-the-host");
      },
      { timeout: 60_000, interval: 500 },
    );
    await vi.waitFor(async () => expect((await project.compose("logs", "logs")).stdout).toContain("haproxy"), {
      timeout: 60_000,
    });
  });

  test("a changed config replaces the balancer, and nothing else", async () => {
    const before = await project.container("front");
    const others = await project.container("inner");
    const changed = JSON.stringify(stack()).replace('"BACKEND_PORT":"80"', '"BACKEND_PORT":"80","MAXCONN":"77"');
    await project.up(changed, { env: { FOREIGN_CERT: pem.replaceAll("\n", "\\n") } });
    ports.forget();
    expect((await project.container("front")).Id).not.toBe(before.Id);
    expect((await project.container("inner")).Id).toBe(others.Id);
    const { stdout } = await project.execute("front", ["cat", "/usr/local/etc/haproxy/haproxy.cfg"]);
    expect(stdout).toContain("maxconn 77");
    expect(valueOf(await answerOf("front"), "name")).toBe("red");
  });
});

/** What a server sends by itself. */
function received(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectPlain(port, "127.0.0.1");
    let text = "";
    socket.on("data", (part) => (text += part.toString()));
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
  });
}

async function receivedSecurely(port: number): Promise<string> {
  const { connect } = await import("node:tls");
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
    let text = "";
    socket.on("data", (part: Buffer) => (text += part.toString()));
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
  });
}

/** What comes back on a websocket after a text was sent, with the answer that opened it. */
function echoed(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectPlain(port, "127.0.0.1");
    let all = "";
    socket.write("GET /echo HTTP/1.1\r\nHost: red.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n");
    socket.write("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    socket.on("data", (part) => {
      all += part.toString();
      if (all.endsWith("\r\n\r\n") && all.startsWith("HTTP/1.1 101")) socket.write(text);
      if (all.endsWith(text)) socket.end();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(all));
    socket.setTimeout(10_000, () => socket.destroy());
  });
}
