import { clustersOf, extraBindWords, frontendsOf, maxconnOf, tlsWords, type Cluster } from "./frontends.ts";
import type { Backend, Balancer } from "./model.ts";
import { isOfToday } from "./old-directives.ts";
import { printConfig, quoted, word, type Section } from "./printer.ts";
import { listOf, oneLine, portOf, textOf } from "./read-settings.ts";
import type { ServiceSetting } from "./settings.ts";

/** What differs from target to target. */
export interface ConfigOptions {
  /** The first line; none if it is undefined. */
  readonly header: string | undefined;
  /** The name under which Docker's DNS has the addresses of all containers of a backend. */
  readonly hostOf: (backend: Backend) => string;
  /** The name under which Docker's DNS has a service of the stack. */
  readonly nameOf: (service: string) => string;
}

/** The text of `haproxy.cfg` (reference balancer.md 3.1). */
export function haproxyConfig(balancer: Balancer, options: ConfigOptions): string {
  const clusters = clustersOf(balancer);
  const all = balancer.backends.filter(({ port }) => port !== undefined);
  const hasDefault = all.length > 0;
  return printConfig(options.header?.replace(/[\p{C}\u2028\u2029]/gu, " "), [
    globalSection(balancer, options),
    defaultsSection(balancer, balancer.mode),
    { head: "resolvers docker", lines: ["parse-resolv-conf", "accepted_payload_size 8192"] },
    statsSection(balancer),
    ...usersSections(balancer),
    ...frontendsOf(balancer, clusters, hasDefault),
    ...(clusters.length > 0
      ? clusters.map((cluster) => backendSection(balancer, cluster, options))
      : hasDefault
        ? [defaultBackend(balancer, all, options)]
        : []),
    ...tcpSections(balancer, options),
  ]);
}

function globalSection({ settings, certificates, log }: Balancer, { nameOf }: ConfigOptions): Section {
  const destination = log && word(`${log.service === undefined ? log.host : nameOf(log.service)}${log.port}`);
  const options = textOf(settings, "SSL_BIND_OPTIONS");
  const ciphers = textOf(settings, "SSL_BIND_CIPHERS");
  return {
    head: "global",
    lines: [
      ...(destination === undefined
        ? ["log stdout format raw local0"]
        : [`log ${destination} local0`, `log ${destination} local1 notice`, "log-send-hostname"]),
      `maxconn ${maxconnOf({ settings })}`,
      ...(certificates.isUsersFolder ? ["user haproxy", "group haproxy"] : []),
      ...(options === undefined ? [] : [`ssl-default-bind-options ${oneLine(options)}`]),
      ...(ciphers === undefined ? [] : [`ssl-default-bind-ciphers ${oneLine(ciphers)}`]),
      ...ownLines(textOf(settings, "EXTRA_GLOBAL_SETTINGS")),
    ],
  };
}

function defaultsSection({ settings }: Balancer, mode: "http" | "tcp"): Section {
  return {
    head: "defaults",
    lines: [
      `mode ${mode}`,
      `balance ${oneLine(textOf(settings, "BALANCE") ?? "roundrobin")}`,
      "log global",
      ...optionLines(settings).flatMap((line) => (mode === "tcp" ? forTcp(line) : [line])),
      ...timeoutLines(settings),
      ...(isOurTiming(settings) ? retryLines(mode) : []),
      "default-server resolvers docker init-addr none resolve-prefer ipv4",
      ...ownLines(textOf(settings, "EXTRA_DEFAULT_SETTINGS")),
    ],
  };
}

/**
 * Whether the file leaves options and time limits to the balancer. A request for a container that has just ended then
 * goes to another one soon, so that none fails when a service gets fewer containers (reference balancer.md 3.2).
 */
function isOurTiming(settings: Balancer["settings"]): boolean {
  return textOf(settings, "OPTION") === undefined && textOf(settings, "TIMEOUT") === undefined;
}

/** How often another container is tried: several may have ended at once, or in the middle of a request. */
function retryLines(mode: "http" | "tcp"): readonly string[] {
  return ["retries 10", ...(mode === "http" ? ["retry-on conn-failure empty-response"] : [])];
}

function optionLines(settings: Balancer["settings"]): readonly string[] {
  const given = textOf(settings, "OPTION");
  if (given !== undefined) return ownLines(given, "option ");
  const again = isOurTiming(settings) ? "option redispatch 1" : "option redispatch";
  return [again, "option httplog", "option dontlognull", "option forwardfor"];
}

function timeoutLines(settings: Balancer["settings"]): readonly string[] {
  const given = textOf(settings, "TIMEOUT");
  if (given !== undefined) return listOf(given).map((limit) => `timeout ${limit}`);
  const connect = isOurTiming(settings) ? "500ms" : "5000";
  return [`timeout connect ${connect}`, "timeout client 50000", "timeout server 50000"];
}

/** An option in a section of `mode tcp`, where those for HTTP have no meaning. */
function forTcp(line: string): readonly string[] {
  if (/^option\s+httplog/.test(line)) return ["option tcplog"];
  return /^option\s+(forwardfor|http-|httpclose|originalto)/.test(line) ? [] : [line];
}

function statsSection({ settings }: Balancer): Section {
  const port = portOf(textOf(settings, "STATS_PORT")?.trim() ?? "") ?? 1936;
  return {
    head: "listen stats",
    lines: [
      `bind :${port}`,
      "mode http",
      "timeout connect 10s",
      "timeout client 1m",
      "timeout server 1m",
      "stats enable",
      "stats hide-version",
      "stats realm Haproxy\\ Statistics",
      "stats uri /",
      `stats auth ${word(oneLine(textOf(settings, "STATS_AUTH") ?? "stats:stats"))}`,
    ],
  };
}

/** The users of basic authentication, with the word that says how the password is written. */
function usersOf({ settings }: Pick<Balancer, "settings">): readonly string[] {
  const usersIn = (text: string | undefined, kind: string): readonly string[] =>
    listOf(text).flatMap((item) => {
      const [, name, password] = /^([^:]+):(.+)$/.exec(item) ?? [];
      return name === undefined ? [] : [`user ${word(name)} ${kind} ${word(password!)}`];
    });
  return [
    ...usersIn(textOf(settings, "HTTP_BASIC_AUTH"), "insecure-password"),
    ...usersIn(textOf(settings, "HTTP_BASIC_AUTH_SECURE"), "password"),
  ];
}

function usersSections(balancer: Balancer): readonly Section[] {
  const users = usersOf(balancer);
  return users.length > 0 ? [{ head: "userlist haproxy_userlist", lines: users }] : [];
}

function backendSection(balancer: Balancer, { name, first, members }: Cluster, options: ConfigOptions): Section {
  const isWebsocket = first.virtualHosts.some((host) => host.isWebsocket);
  return {
    head: `backend ${name}`,
    lines: [
      ...settingLines(balancer, (setting) => textOf(first.settings, setting), isWebsocket),
      ...members.map((member) => serverLine(balancer, member, member.port!, options)),
    ],
  };
}

/** The backend for everything: a setting of any of its services counts for all. */
function defaultBackend(balancer: Balancer, backends: readonly Backend[], options: ConfigOptions): Section {
  const anyText = (name: ServiceSetting): string | undefined =>
    backends.map(({ settings }) => textOf(settings, name)).find((text) => text !== undefined);
  return {
    head: "backend default_service",
    lines: [
      ...settingLines(balancer, anyText, false),
      ...backends.map((backend) => serverLine(balancer, backend, backend.port!, options)),
    ],
  };
}

type TextOfSetting = (name: ServiceSetting) => string | undefined;

function settingLines(balancer: Balancer, text: TextOfSetting, isWebsocket: boolean): readonly string[] {
  const balance = text("BALANCE");
  const options = text("OPTION");
  const tcpLines = [
    ...(balance === undefined ? [] : [`balance ${oneLine(balance)}`]),
    ...(isWebsocket ? ["option http-server-close"] : []),
    ...(options === undefined ? [] : ownLines(options, "option ")),
  ];
  const extra = ownLines(text("EXTRA_SETTINGS"));
  if (balancer.mode === "tcp") return [...tcpLines, ...extra];
  return [
    ...tcpLines,
    // What may have an effect is never sent twice.
    ...(isOurTiming(balancer.settings) ? ["http-request disable-l7-retry unless METH_GET"] : []),
    ...httpLines(text),
    ...authLines(balancer, text),
    ...extra,
    ...(text("FORCE_SSL") === undefined ? [] : ["redirect scheme https code 301 if !{ ssl_fc }"]),
  ];
}

/** The lines of settings that only HTTP has. */
function httpLines(text: TextOfSetting): readonly string[] {
  const cookie = text("COOKIE");
  const types = text("GZIP_COMPRESSION_TYPE");
  const check = text("HTTP_CHECK");
  const age = text("HSTS_MAX_AGE");
  const strict = quoted(`max-age=${oneLine(age ?? "")}; includeSubDomains`);
  return [
    ...(cookie === undefined ? [] : [`cookie ${oneLine(cookie)} dynamic`, "dynamic-cookie-key tutum-stack"]),
    ...(types === undefined ? [] : ["compression algo gzip", `compression type ${oneLine(types)}`]),
    ...(check === undefined ? [] : checkLines(check)),
    ...(age === undefined ? [] : [`http-response set-header Strict-Transport-Security ${strict}`]),
  ];
}

/** The request of a health check: `GET /x HTTP/1.1\r\nHost:\ www`. */
function checkLines(text: string): readonly string[] {
  const [request = "", ...headers] = oneLine(text).split("\\r\\n");
  const words = request.trim().split(/\s+/).map(word);
  const [method, uri, version] = words.length === 1 ? [undefined, ...words] : words;
  const fields = headers.flatMap((header) => {
    const [, name, value] = /^([^:]+):(.*)$/.exec(header.replace(/\\ /g, " ")) ?? [];
    return name === undefined ? [] : ["hdr", word(name.trim()), word(value!.trim())];
  });
  const sent = [
    ...(method === undefined ? [] : ["meth", method]),
    ...(uri === undefined || uri === "''" ? [] : ["uri", uri]),
    ...(version === undefined ? [] : ["ver", version]),
    ...fields,
  ];
  return ["option httpchk", ...(sent.length > 0 ? [`http-check send ${sent.join(" ")}`] : [])];
}

function authLines(balancer: Balancer, text: TextOfSetting): readonly string[] {
  const hasUsers = usersOf(balancer).length > 0;
  if (!hasUsers || text("EXCLUDE_BASIC_AUTH") !== undefined) return [];
  return ["http-request auth realm haproxy_basic_auth if !{ http_auth(haproxy_userlist) }"];
}

function serverLine(balancer: Balancer, backend: Backend, port: number, { hostOf }: ConfigOptions): string {
  const { name, slots, settings } = backend;
  const health =
    textOf(settings, "HEALTH_CHECK") ?? textOf(balancer.settings, "HEALTH_CHECK") ?? "check inter 2000 rise 2 fall 3";
  const extra = textOf(settings, "EXTRA_ROUTE_SETTINGS") ?? textOf(balancer.settings, "EXTRA_ROUTE_SETTINGS") ?? "";
  return oneLine(`server-template ${name}_ ${slots} ${hostOf(backend)}:${port} ${oneLine(health)} ${oneLine(extra)}`);
}

/** The ports that are passed on as they are, below `defaults` of their own: those above are for HTTP. */
function tcpSections(balancer: Balancer, options: ConfigOptions): readonly Section[] {
  const ports = new Set(balancer.backends.flatMap(({ tcpPorts }) => tcpPorts.map(({ port }) => port)));
  if (ports.size === 0) return [];
  return [
    ...(balancer.mode === "tcp" ? [] : [defaultsSection(balancer, "tcp")]),
    ...[...ports].toSorted((one, other) => one - other).map((port) => listenSection(balancer, port, options)),
  ];
}

function listenSection(balancer: Balancer, port: number, options: ConfigOptions): Section {
  const { backends, certificates, settings } = balancer;
  const atPort = backends.filter(({ tcpPorts }) => tcpPorts.some((tcp) => tcp.port === port));
  const isSecure = atPort.some(({ tcpPorts }) => tcpPorts.some((tcp) => tcp.port === port && tcp.isSecure));
  const [balance] = atPort.flatMap((backend) => textOf(backend.settings, "BALANCE") ?? []);
  const opening = (words: readonly string[]): string =>
    [`bind :${port}`, ...words, ...extraBindWords(settings, port)].join(" ");
  const secure = opening(tlsWords(certificates));
  const kind = isSecure ? certificates.kind : "none";
  return {
    head: `listen port_${port}`,
    lines: [
      ...{
        none: [opening([])],
        certain: [secure],
        perhaps: [".if defined(TLS)", secure, ".else", opening([]), ".endif"],
      }[kind],
      "mode tcp",
      ...(balance === undefined ? [] : [`balance ${oneLine(balance)}`]),
      ...atPort.flatMap((backend) => ownLines(textOf(backend.settings, "OPTION"), "option ")),
      ...atPort.flatMap((backend) => ownLines(textOf(backend.settings, "EXTRA_SETTINGS"))),
      ...atPort.map((backend) => serverLine(balancer, backend, port, options)),
    ],
  };
}

/** Lines that the author wrote, apart from those that HAProxy refuses today. */
function ownLines(text: string | undefined, prefix = ""): readonly string[] {
  return listOf(text)
    .map((item) => `${prefix}${item}`)
    .filter(isOfToday);
}
