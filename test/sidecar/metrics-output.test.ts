import {
  closeSync,
  openSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { request, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { fileSeconds, keepMetricsFile } from "../../src/sidecar/metrics/file.ts";
import { serveMetrics } from "../../src/sidecar/metrics/server.ts";
import { parseMetricsTarget } from "../../src/sidecar/metrics/target.ts";
import { FakeClock } from "../engine/fake-clock.ts";

test.each([
  ["9100", "127.0.0.1", 9100],
  ["0", "127.0.0.1", 0],
  ["localhost:9100", "127.0.0.1", 9100],
  ["LocalHost:9100", "127.0.0.1", 9100],
  ["127.0.0.2:65535", "127.0.0.2", 65_535],
  ["0.0.0.0:9100", "0.0.0.0", 9100],
  ["[::1]:9100", "::1", 9100],
  ["[::]:0", "::", 0],
  ["metrics.internal:9100", "metrics.internal", 9100],
  ["files.prom:9100", "files.prom", 9100],
])("%s is an address", (text, host, port) => {
  expect(parseMetricsTarget(text)).toEqual({ kind: "address", host, port });
});

test.each(["shop.prom", "./9100.prom", "/var/lib/node_exporter/textfile/shop.prom", "localhost:9100.prom", ".prom"])(
  "%s is a file",
  (path) => {
    expect(parseMetricsTarget(path)).toEqual({ kind: "file", path });
  },
);

test.each([
  "",
  "shop.txt",
  "/tmp/metrics",
  "localhost",
  ":9100",
  "*:9100",
  "0:9100",
  "127.1:9100",
  "0x7f.1:9100",
  "1.2.3.256:9100",
  "::1:9100",
  "[::1]",
  "[localhost]:9100",
  "[1.2.3.4]:9100",
  "[::1%eth0]:9100",
  "65536",
  "-1",
  "9100 ",
  "9100\n",
  "http://localhost:9100",
  "localhost:9100/metrics",
  "a b:9100",
  "-a:9100",
])("%j is neither", (text) => {
  expect(parseMetricsTarget(text)).toBe(
    `${JSON.stringify(text)} is neither a file that ends in .prom nor an address ` +
      "such as 9100, localhost:9100, 0.0.0.0:9100 or [::1]:9100",
  );
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

function ask(url: string, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(url, { method, agent: false }, (response) => {
      let body = "";
      response
        .on("data", (chunk: Buffer) => (body += chunk.toString()))
        .on("end", () => resolve({ status: response.statusCode, headers: response.headers, body }));
    })
      .on("error", reject)
      .end();
  });
}

async function serving(
  host = "127.0.0.1",
): Promise<{ readonly url: string; readonly close: () => void; readonly problems: readonly string[] }> {
  const problems: string[] = [];
  let count = 0;
  const server = await serveMetrics(
    { host, port: 0 },
    () => `asked ${++count} times, straße\n`,
    (problem) => problems.push(problem),
  );
  onTestFinished(() => server.close());
  return { ...server, problems };
}

test("the metrics of the moment are at /metrics, on a connection of their own", async () => {
  const { url } = await serving();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
  for (const [address, count] of [
    [url, 1],
    [`${url}?name[]=a`, 2],
  ] as const) {
    const { status, headers, body } = await ask(address);
    expect([status, headers["content-type"], headers.connection]).toEqual([
      200,
      "text/plain; version=0.0.4; charset=utf-8",
      "close",
    ]);
    expect(body).toBe(`asked ${count} times, straße\n`);
  }
});

test("connections that only stay open, however many, keep nobody out", async () => {
  const { url } = await serving();
  const { port } = new URL(url);
  const idle = Array.from({ length: 100 }, () => connect(Number(port), "127.0.0.1"));
  onTestFinished(() => idle.forEach((socket) => socket.destroy()));
  const closed = idle.map((socket) => new Promise((resolve) => socket.on("error", resolve).once("close", resolve)));
  for (const socket of idle) socket.write("GET /metrics HTTP/1.1\r\nX-Slow:");
  await Promise.all(closed.slice(0, 80));
  for (let count = 1; count <= 20; count++)
    expect(await ask(url)).toMatchObject({ status: 200, body: `asked ${count} times, straße\n` });
});

test.each([
  ["GET", "/", 404],
  ["GET", "/metrics/", 404],
  ["GET", "/-/healthy", 404],
  ["POST", "/", 404],
  ["POST", "/metrics", 405],
  ["HEAD", "/metrics", 405],
  ["OPTIONS", "/metrics", 405],
])("%s %s tells nothing", async (method, path, expected) => {
  const { url } = await serving();
  const { status, headers, body } = await ask(new URL(path, url).href, method);
  expect([status, headers.allow, body]).toEqual([expected, expected === 405 ? "GET" : undefined, ""]);
  expect(
    Object.keys(headers).filter((name) => !["allow", "connection", "content-length", "date"].includes(name)),
  ).toEqual([]);
});

test("a server on IPv6 says so", async () => {
  const { url } = await serving("::1");
  expect(url).toMatch(/^http:\/\/\[::1\]:\d+\/metrics$/);
  expect((await ask(url)).status).toBe(200);
});

test("a port in use is refused", async () => {
  const { url } = await serving();
  const again = serveMetrics(
    { host: "127.0.0.1", port: Number(new URL(url).port) },
    () => "",
    () => {},
  );
  await expect(again).rejects.toThrow("EADDRINUSE");
});

test("headers that are too large are refused, and the next request is answered", async () => {
  const { url, problems } = await serving();
  const large = await new Promise((resolve) => {
    request(url, { agent: false, headers: { x: "y".repeat(20_000) } }, (response) =>
      resolve(response.resume().statusCode),
    )
      .on("error", resolve)
      .end();
  });
  expect(large).toBe(431);
  expect((await ask(url)).status).toBe(200);
  expect(problems).toEqual([]);
});

test("closing ends connections that say nothing, or half of something", async () => {
  const { url, close } = await serving();
  const ended = [
    "",
    "GET /metrics HTTP/1.1\r\nHost: x\r\n",
    "POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx",
  ].map(
    (text) =>
      new Promise<void>((resolve, reject) => {
        const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(text));
        socket.resume().on("close", () => resolve());
        setTimeout(() => reject(new Error("still open")), 4000).unref();
      }),
  );
  await ask(url);
  close();
  await Promise.all(ended);
  await expect(ask(url)).rejects.toThrow("ECONNREFUSED");
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "metrics-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test("a file is written at once, every 15 s, and gone at the end", async () => {
  const [place, clock, problems] = [folder(), new FakeClock(), [] as string[]];
  const path = join(place, "shop.prom");
  let count = 0;
  const file = keepMetricsFile(
    path,
    () => `${++count}\n`,
    clock,
    (problem) => problems.push(problem),
  );
  expect(readFileSync(path, "utf8")).toBe("1\n");
  expect(statSync(path).mode & 0o444).toBe(0o444);
  const reader = openSync(path, "r");
  await clock.pass(2 * fileSeconds);
  expect(readFileSync(path, "utf8")).toBe("3\n");
  expect(readFileSync(reader, "utf8")).toBe("1\n");
  closeSync(reader);
  file.close("remove");
  await clock.pass(100);
  expect(readdirSync(place)).toEqual([]);
  expect(problems).toEqual([]);
});

test("a file that is left says what there was to say at the end", () => {
  const path = join(folder(), "shop.prom");
  let said = "begun\n";
  const file = keepMetricsFile(
    path,
    () => said,
    new FakeClock(),
    () => {},
  );
  said = "done\n";
  file.close("leave");
  expect(readFileSync(path, "utf8")).toBe("done\n");
});

test("a file is never seen half written: it takes the place of what was there, and of a link", async () => {
  const place = folder();
  const [path, victim] = [join(place, "shop.prom"), join(place, "victim")];
  const old = "# HELP tutum_stack_removals_total Of an earlier sidecar.\n";
  writeFileSync(victim, old);
  symlinkSync(victim, path);
  symlinkSync(victim, `${path}.${process.pid}`);
  keepMetricsFile(
    path,
    () => "1\n",
    new FakeClock(),
    () => {},
  );
  expect([readFileSync(path, "utf8"), readFileSync(victim, "utf8")]).toEqual(["1\n", old]);
  expect(readdirSync(place)).toEqual(["shop.prom", "victim"]);
});

test("a file that no sidecar wrote is left alone", () => {
  const path = join(folder(), "shop.prom");
  writeFileSync(path, "precious");
  const keep = (): unknown =>
    keepMetricsFile(
      path,
      () => "1\n",
      new FakeClock(),
      () => {},
    );
  expect(keep).toThrow("a file exists there that no sidecar wrote");
  expect(readFileSync(path, "utf8")).toBe("precious");
});

test("a file that cannot be written is refused at the start, and told once later", async () => {
  const [place, clock, problems] = [join(folder(), "gone"), new FakeClock(), [] as string[]];
  const path = join(place, "shop.prom");
  const keep = (): ReturnType<typeof keepMetricsFile> =>
    keepMetricsFile(
      path,
      () => "1\n",
      clock,
      (problem) => problems.push(problem.replace(/:.*/, "")),
    );
  expect(keep).toThrow("ENOENT");
  mkdirSync(place);
  const file = keep();
  for (const expected of [["ENOENT"], ["ENOENT", "ENOENT"]]) {
    rmSync(place, { recursive: true });
    await clock.pass(4 * fileSeconds);
    expect(problems).toEqual(expected);
    mkdirSync(place);
    await clock.pass(fileSeconds);
    expect(readFileSync(path, "utf8")).toBe("1\n");
  }
  file.close("remove");
});
