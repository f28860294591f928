import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argumentsOf, caseNames, pathOf, stackFileOf } from "../support/fixtures.ts";
import { asyncProperty, assert, type Arbitrary } from "fast-check";
import * as arbitrary from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { targets, type TargetName } from "../../src/targets/index.ts";
import { balancerCases, certificate } from "../balancer/cases.ts";
import { execute, suiteThatNeeds, works } from "../real/programs.ts";
import { examples } from "../support/compiled-files.ts";
import { makeAuthority, makeCertificate } from "../support/signed.ts";

const needs = { isHere: works(["haproxy", "-v"]), how: "HAProxy 2.6 or newer; on Debian: apt-get install haproxy" };
const { title, isLeftOut } = suiteThatNeeds("HAProxy accepts every generated config", needs);
const corpus = process.env["TUTUM_STACK_CORPUS"];

describe.skipIf(isLeftOut)(title, () => {
  const folder = mkdtempSync(join(tmpdir(), "tutum-stack-haproxy-"));
  let checked = 0;

  beforeAll(() => {
    makeAuthority(folder, "authority");
    mkdirSync(join(folder, "certs"));
    writeFileSync(join(folder, "certs", "cert.pem"), makeCertificate(folder, "red.test", "authority"));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  /** Expects HAProxy to take the configs of a stack, with and without certificates, without a warning. */
  async function expectAccepted(
    stack: string,
    { mayWarn = false, ...options }: { readonly interpolate?: boolean; readonly mayWarn?: boolean } = {},
  ): Promise<number> {
    const all = (Object.keys(targets) as TargetName[]).flatMap(
      (target) => compile(stack, { name: "shop", target, ...options }).files,
    );
    const configs = all.filter(({ name }) => name.endsWith(".cfg"));
    for (const { text } of configs)
      for (const TLS of text.includes("defined(TLS)") ? ["1", undefined] : [undefined])
        await expectValid(text, TLS, mayWarn ? /ALERT/ : /ALERT|WARNING/);
    return configs.length;
  }

  async function expectValid(config: string, TLS: string | undefined, wrong: RegExp): Promise<void> {
    const file = join(folder, `${checked++}.cfg`);
    writeFileSync(file, withOwnFiles(config));
    const env = { ...process.env, ...(TLS === undefined ? {} : { TLS }) };
    const { code, stdout, stderr } = await execute(["haproxy", "-c", "-f", file], { env });
    const said = `${stdout}${stderr}`.split("\n").filter((line) => wrong.test(line));
    expect({ code, said }, config).toEqual({ code: 0, said: [] });
    rmSync(file);
  }

  /** What HAProxy opens and looks up when it starts is not on this machine. */
  function withOwnFiles(config: string): string {
    return config
      .replace(/ssl crt \S+/g, `ssl crt ${folder}/certs/`)
      .replace(/ca-file \S+/g, `ca-file ${folder}/authority.pem`)
      .replace(/^( +log) (?!stdout)\S+?(:\d+)? /gm, "$1 127.0.0.1$2 ");
  }

  test.each(caseNames("compile").filter((name) => /^balancers?(-|$)/.test(name)))("test/compile/%s", async (name) => {
    const stack = await stackFileOf(pathOf("compile", name));
    const args = argumentsOf(pathOf("compile", name));
    const isKept = args.includes("keep");
    const count = await expectAccepted(stack.toString(), { interpolate: args.includes("--interpolate") });
    if (!isKept) expect(count).toBeGreaterThan(1);
  });

  test.each(caseNames("diagnostics").filter((name) => /balancer|backend|certificate|password\.|log-host/.test(name)))(
    "test/diagnostics/%s",
    async (name) => {
      const stack = await stackFileOf(pathOf("diagnostics", name));
      const interpolate = argumentsOf(pathOf("diagnostics", name)).includes("--interpolate");
      await expectAccepted(stack.toString(), { interpolate });
    },
  );

  test.each([...examples])("examples/%s", async (name, stack) => {
    const count = await expectAccepted(stack);
    expect(count).toBe(name === "balancer" ? 2 : 0);
  });

  test.each(balancerCases)("$title", async ({ balancer = {}, services }) => {
    const plain = (settings: object): object =>
      Object.fromEntries(
        Object.entries(settings).map(([name, value]) => [name, certificate.test(String(value)) ? "PEM" : value]),
      );
    const stack = {
      lb: { image: "tutum/haproxy", links: Object.keys(services), environment: plain(balancer) },
      ...Object.fromEntries(
        Object.entries(services).map(([name, settings]) => [name, { image: "a/b", environment: plain(settings) }]),
      ),
    };
    expect(await expectAccepted(JSON.stringify(stack))).toBe(2);
  });

  test("generated stacks", async () => {
    await assert(
      asyncProperty(stacks(), async (stack) => void (await expectAccepted(JSON.stringify(stack), { mayWarn: true }))),
      { numRuns: 60 },
    );
  }, 240_000);

  if (corpus !== undefined)
    test("the corpus", async () => {
      let found = 0;
      for (const name of readdirSync(join(corpus, "files")))
        found += await expectAccepted(readFileSync(join(corpus, "files", name), "utf8"));
      expect(found).toBeGreaterThan(100);
    }, 240_000);
});

/** Stacks with a balancer, its settings and those of its services, each with values that it was made for. */
function stacks(): Arbitrary<object> {
  const { array, constantFrom, dictionary, integer, option, record, string } = arbitrary;
  const port = integer({ min: 1, max: 65_535 }).map(String);
  const name = string({ unit: constantFrom(..."aZ09_-.".split("")), minLength: 1, maxLength: 8 }).map(
    (text) => `s${text.replaceAll("..", ".")}x`,
  );
  const awkward = string({ unit: constantFrom(..."a*.-_'\"\\#$ {}[]()+|^&/é".split("")), maxLength: 12 });
  const host = record({
    scheme: constantFrom("", "", "http://", "https://", "ws://", "wss://"),
    host: awkward.map((text) => text.replaceAll("/", "")),
    port: option(port, { nil: "" }).map((text) => (text === "" ? "" : `:${text}`)),
    path: option(awkward, { nil: "" }).map((text) => (text === "" ? "" : `/${text}`)),
  }).map((item) => `${item.scheme}${item.host}${item.port}${item.path}`);
  const certificateText = constantFrom("PEM", "", null);
  const own = {
    BALANCE: constantFrom("roundrobin", "leastconn", "source", "uri", "url_param id"),
    MAXCONN: integer({ min: 1, max: 100_000 }).map(String),
    MODE: constantFrom("http", "http", "tcp", "health"),
    OPTION: constantFrom("redispatch", "httplog, dontlognull,forwardfor", "forceclose", "httpchk", "abortonclose"),
    TIMEOUT: constantFrom("connect 5000, client 50000, server 500000", "connect 5s, client 1m, server 1m, tunnel 1h"),
    STATS_PORT: port,
    STATS_AUTH: awkward.map((text) => `user:${text}x`),
    HEALTH_CHECK: constantFrom("check", "check inter 2000 rise 2 fall 3", "check port 80"),
    HTTP_BASIC_AUTH: array(awkward, { minLength: 1, maxLength: 3 }).map((all) =>
      all.map((text, index) => `u${index}:${text.replaceAll(",", "\\,")}x`).join(","),
    ),
    SSL_CERT: certificateText,
    DEFAULT_SSL_CERT: certificateText,
    CA_CERT: certificateText,
    CERT_FOLDER: constantFrom("/certs", "/certs/"),
    EXTRA_GLOBAL_SETTINGS: constantFrom("tune.ssl.cachesize 20000, tune.ssl.default-dh-param 2048", "nbproc 2"),
    EXTRA_FRONTEND_SETTINGS_80: constantFrom("reqadd X:\\ y", "acl a hdr(host) b\\,c, http-request deny if a"),
    EXTRA_BIND_SETTINGS: port.map((text) => `${text}:name x, 443:name y`),
    FRONTEND_PORT: port,
    BACKEND_PORTS: array(port, { maxLength: 3 }).map((all) => all.join(",")),
    SKIP_FORWARDED_PROTO: constantFrom("yes", ""),
    FORCE_DEFAULT_BACKEND: constantFrom("True", "False"),
    RSYSLOG_DESTINATION: constantFrom("127.0.0.1", "logs:514", "log.example.com"),
    NBPROC: constantFrom("2"),
  };
  const ofService = {
    VIRTUAL_HOST: array(host, { maxLength: 4 }).map((all) => all.join(", ")),
    VIRTUAL_HOST_WEIGHT: constantFrom("1", "-5", "many"),
    TCP_PORTS: array(constantFrom("9000", "9001/ssl", "25", "x"), { maxLength: 3 }).map((all) => all.join(",")),
    EXCLUDE_PORTS: constantFrom("80", "443,8080"),
    BALANCE: own.BALANCE,
    COOKIE: constantFrom("SRV insert indirect nocache", "SRV insert"),
    FORCE_SSL: constantFrom("yes"),
    SSL_CERT: certificateText,
    HSTS_MAX_AGE: integer({ min: 0 }).map(String),
    GZIP_COMPRESSION_TYPE: constantFrom("text/html text/plain"),
    HTTP_CHECK: constantFrom("GET /a HTTP/1.1\\r\\nHost:\\ www", "/a", "HEAD /", "OPTIONS * HTTP/1.0"),
    HEALTH_CHECK: own.HEALTH_CHECK,
    EXTRA_ROUTE_SETTINGS: constantFrom("weight 5", "backup"),
    OPTION: constantFrom("httpclose", "http-server-close, abortonclose"),
    EXTRA_SETTINGS: constantFrom("http-request set-header X-A 'b c', timeout server 2m", "rspadd X:\\ y"),
    EXCLUDE_BASIC_AUTH: constantFrom("yes"),
    APPSESSION: constantFrom("a len 52 timeout 3h"),
  };
  const service = record({
    environment: record(ofService, { requiredKeys: [] }),
    expose: array(constantFrom("80", "443", "8080", "53/udp"), { maxLength: 3 }).map((all) => [...new Set(all)]),
    replicas: integer({ min: 1, max: 12 }),
  });
  return record({
    own: record(own, { requiredKeys: [] }),
    services: dictionary(name, service, { minKeys: 1, maxKeys: 4 }),
  }).map(({ own: environment, services }) => ({
    lb: { image: "dockercloud/haproxy", links: Object.keys(services), environment },
    ...Object.fromEntries(
      Object.entries(services).map(([key, { replicas, ...rest }]) => [
        key,
        { image: "a/b", ...rest, target_num_containers: replicas },
      ]),
    ),
  }));
}
