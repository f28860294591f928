import type { Backend, Balancer, Certificates } from "./model.ts";
import { isOfToday } from "./old-directives.ts";
import { word, type Section } from "./printer.ts";
import { listOf, oneLine, portOf, textOf } from "./read-settings.ts";
import { compareRules, conditionsOf, type VirtualHost, type WeightedHost } from "./virtual-host.ts";

/** Services of the same `VIRTUAL_HOST` text, which the balancer takes for one. */
export interface Cluster {
  /** The name of its `backend`. */
  readonly name: string;
  /** The service whose settings count. */
  readonly first: Backend;
  readonly members: readonly Backend[];
}

/** The clusters of a balancer, in the order of its links. */
export function clustersOf({ backends }: Balancer): readonly Cluster[] {
  const byText = new Map<string, Backend[]>();
  for (const backend of backends) {
    const text = textOf(backend.settings, "VIRTUAL_HOST");
    if (text !== undefined) byText.set(text, [...(byText.get(text) ?? []), backend]);
  }
  return [...byText.values()].map((members) => ({
    name: `SERVICE_${members[0]!.name}`,
    first: members[0]!,
    members: members.filter(({ port }) => port !== undefined),
  }));
}

/** The sections that take requests in: by virtual hosts if there are any, else all for one backend. */
export function frontendsOf(balancer: Balancer, clusters: readonly Cluster[], hasDefault: boolean): readonly Section[] {
  if (clusters.length > 0) return hostFrontends(balancer, clusters);
  return hasDefault ? defaultFrontends(balancer) : [];
}

interface HostRule extends WeightedHost {
  readonly backend: string;
}

function hostFrontends(balancer: Balancer, clusters: readonly Cluster[]): readonly Section[] {
  const tcp = new Set(balancer.backends.flatMap(({ tcpPorts }) => tcpPorts.map(({ port }) => port)));
  const byPort = new Map<number, HostRule[]>();
  for (const { name, first } of clusters) {
    const weight = weightOf(first);
    for (const virtualHost of first.virtualHosts) {
      if (tcp.has(virtualHost.port)) continue;
      const rules = byPort.get(virtualHost.port) ?? [];
      byPort.set(virtualHost.port, rules);
      rules.push({ virtualHost, weight, backend: name });
    }
  }
  return [...byPort]
    .toSorted(([one], [other]) => one - other)
    .map(([port, rules]) => ({
      head: `frontend port_${port}`,
      lines: [
        ...frontendLines(
          balancer,
          port,
          rules.some(({ virtualHost }) => virtualHost.isSecure) ? tlsOf(balancer.certificates) : "no",
        ),
        ...new Set(
          rules
            .filter(({ virtualHost }) => virtualHost.isRule)
            .toSorted(compareRules)
            .map(({ backend, virtualHost }) => ruleLine(backend, virtualHost)),
        ),
      ],
    }));
}

function ruleLine(backend: string, virtualHost: VirtualHost): string {
  const conditions = conditionsOf(virtualHost);
  return [`use_backend ${backend}`, ...(conditions.length > 0 ? ["if", ...conditions] : [])].join(" ");
}

function weightOf({ settings }: Backend): number {
  const text = textOf(settings, "VIRTUAL_HOST_WEIGHT")?.trim() ?? "";
  return /^-?\d{1,9}$/.test(text) ? Number(text) : 0;
}

function defaultFrontends(balancer: Balancer): readonly Section[] {
  const { settings, certificates } = balancer;
  const frontend = (port: number, tls: Tls): Section => ({
    head: `frontend default_port_${port}`,
    lines: [...frontendLines(balancer, port, tls), ...(isForced(balancer) ? ["default_backend default_service"] : [])],
  });
  const extra = [...settings.keys()].flatMap((name) => {
    const port = portOf(/^EXTRA_FRONTEND_SETTINGS_(\d+)$/.exec(name)?.[1] ?? "");
    return port === undefined ? [] : [port];
  });
  if (extra.length > 0) return extra.map((port) => frontend(port, tlsOf(certificates)));
  const wished = portOf(textOf(settings, "FRONTEND_PORT")?.trim() ?? "") ?? 80;
  const plain = [...new Set([80, wished])].filter((port) => port !== 443).map((port) => frontend(port, "no"));
  if (wished === 443) return [...plain, frontend(443, tlsOf(certificates))];
  if (certificates.kind === "none") return plain;
  const condition = certificates.kind === "perhaps" ? withCertificate : undefined;
  return [...plain, { ...frontend(443, "yes"), condition }];
}

/** Whether a port speaks TLS; `perhaps` if only the start of the container tells. */
type Tls = "no" | "perhaps" | "yes";

function tlsOf({ kind }: Certificates): Tls {
  return ({ none: "no", perhaps: "perhaps", certain: "yes" } as const)[kind];
}

/** What the command of the container sets when there is a certificate. */
const withCertificate = "defined(TLS)";

function isForced({ settings }: Balancer): boolean {
  const text = textOf(settings, "FORCE_DEFAULT_BACKEND");
  return text === undefined || /true/i.test(text);
}

/** How a frontend begins; its rules follow. */
function frontendLines(balancer: Balancer, port: number, tls: Tls): readonly string[] {
  const plain = openingLines(balancer, port, undefined);
  const secure = openingLines(balancer, port, balancer.certificates);
  return [
    ...{ no: plain, yes: secure, perhaps: [`.if ${withCertificate}`, ...secure, ".else", ...plain, ".endif"] }[tls],
    `maxconn ${maxconnOf(balancer)}`,
    ...listOf(balancer.settings.get(`EXTRA_FRONTEND_SETTINGS_${port}`)?.text).filter(isOfToday),
  ];
}

function openingLines(
  { settings, mode }: Balancer,
  port: number,
  certificates: Certificates | undefined,
): readonly string[] {
  const forwards = mode === "http" && textOf(settings, "SKIP_FORWARDED_PROTO") === undefined;
  return [
    [`bind :${port}`, ...(certificates ? tlsWords(certificates) : []), ...extraBindWords(settings, port)].join(" "),
    ...(forwards ? [`http-request set-header X-Forwarded-Proto ${certificates ? "https" : "http"}`] : []),
  ];
}

/** The words of a `bind` line that ask for TLS. */
export function tlsWords({ folder, authority }: Certificates): readonly string[] {
  const client = authority ? ["ca-file", word(authority.file), "verify required"] : [];
  return ["ssl crt", word(folder), ...client];
}

/** The words that the author adds to the `bind` line of a port. */
export function extraBindWords(settings: Balancer["settings"], port: number): readonly string[] {
  return listOf(textOf(settings, "EXTRA_BIND_SETTINGS")).flatMap((item) => {
    const [, of, words] = /^(\d+)\s*:(.*)$/.exec(item) ?? [];
    return Number(of) === port ? [oneLine(words!)] : [];
  });
}

/** The most connections at a time. */
export function maxconnOf({ settings }: Pick<Balancer, "settings">): string {
  const text = textOf(settings, "MAXCONN")?.trim() ?? "";
  return /^\d{1,9}$/.test(text) ? text : "4096";
}
