import type { Report } from "../diagnostics/diagnostic.ts";
import type { Service, Stack } from "../stack/model.ts";
import { backendsOf, noPort } from "./backends.ts";
import { certificatesOf } from "./certificates.ts";
import type { Backend, Balancer, LogDestination } from "./model.ts";
import { helpForOldDirective } from "./old-directives.ts";
import {
  listOf,
  oneLine,
  placeOf,
  portOf,
  readSettings,
  reportLost,
  reportMisspelt,
  textOf,
  type Settings,
} from "./read-settings.ts";
import { balancerSettings, type BalancerSetting } from "./settings.ts";

/** A load balancer with its settings and backends. Reports what is lost (reference balancer.md 5). */
export function readBalancer(
  service: Service,
  stack: Stack,
  { fetchesCertificates }: { readonly fetchesCertificates: boolean },
  report: Report,
): Balancer {
  const settings = readSettings(service, balancerSettings, { interpolation: stack.interpolation, report });
  reportMisspelt(service, report);
  reportFields(service, report);
  reportValues(service, settings, report);
  const backends = backendsOf(service, settings, stack, report);
  const certificates = certificatesOf(service, settings, backends, report);
  if (certificates.kind === "none" && !fetchesCertificates) reportMissingCertificates(service, backends, report);
  for (const backend of backends) reportOldDirectives(stack, backend, report);
  return {
    service,
    mode: modeOf(service, settings, backends, report),
    settings,
    backends,
    certificates,
    log: logOf(service, settings, stack, report),
  };
}

/** Reports fields that were for the old program. */
function reportFields(service: Service, report: Report): void {
  for (const field of ["command", "entrypoint"] as const) {
    if (service[field] === undefined) continue;
    const at = { path: [...service.origin, field], part: "key" } as const;
    report("lost-balancer-setting", at, { service: service.name, setting: field, ...oldProgram });
  }
  if (!service.hostNetwork) return;
  const at = { path: [...service.origin, "net"], part: "key" } as const;
  report("lost-balancer-setting", at, { service: service.name, setting: "net", ...onStackNetwork });
}

const oldProgram = {
  why: "it was for the program of the old image",
  help: "remove it",
};

const onStackNetwork = {
  why: "HAProxy finds containers on the network of the stack only, so it runs there and publishes its ports",
  help: 'write `ports` instead, such as `ports: ["80:80"]`',
};

/** Reports values that HAProxy would refuse, and passwords. */
function reportValues(service: Service, settings: Settings<BalancerSetting>, report: Report): void {
  for (const name of ["STATS_PORT", "FRONTEND_PORT"] as const) {
    const text = textOf(settings, name)?.trim();
    if (text !== undefined && portOf(text) === undefined)
      reportLost(service, settings.get(name)!.variable, noPort(text), report);
  }
  const maxconn = settings.get("MAXCONN");
  if (maxconn && !/^\d{1,9}$/.test(maxconn.text?.trim() ?? "")) reportLost(service, maxconn.variable, noNumber, report);
  for (const { variable, text, name } of settings.values()) {
    for (const item of name.startsWith("HTTP_BASIC_AUTH") ? listOf(text) : [])
      if (!/^[^:]+:./.test(item)) reportLost(service, variable, noUser, report);
    const prefix = name === "OPTION" ? "option " : "";
    if (name === "OPTION" || name.startsWith("EXTRA_")) reportOldLines(service, { variable, text, prefix }, report);
    if (name === "STATS_AUTH" || name === "HTTP_BASIC_AUTH")
      report("readable-password", placeOf(variable.origin, variable.name), {
        service: service.name,
        setting: variable.name,
      });
  }
}

const noNumber = { why: "it is not a number", help: "write a number, such as `4096`" };

const noUser = { why: "an item is not `USER:PASSWORD`", help: "write `USER:PASSWORD`, and `\\,` for a comma in it" };

function reportOldDirectives({ services }: Stack, { link, settings }: Backend, report: Report): void {
  const service = services.get(link.service);
  if (!service) return;
  for (const name of ["OPTION", "EXTRA_SETTINGS"] as const) {
    const setting = settings.get(name);
    const prefix = name === "OPTION" ? "option " : "";
    if (setting) reportOldLines(service, { ...setting, prefix }, report);
  }
}

/** Reports lines of a setting that HAProxy has no more. */
function reportOldLines(
  service: Service,
  {
    variable,
    text,
    prefix,
  }: { readonly variable: Service["environment"][number]; readonly text: string | undefined; readonly prefix: string },
  report: Report,
): void {
  for (const item of listOf(text)) {
    const help = helpForOldDirective(`${prefix}${item}`);
    const shown = item.length > 40 ? `${item.slice(0, 40)}...` : item;
    if (help !== undefined) reportLost(service, variable, { why: `today's HAProxy has no \`${shown}\``, help }, report);
  }
}

/** Reports services that are for HTTPS without a certificate. */
function reportMissingCertificates(balancer: Service, backends: readonly Backend[], report: Report): void {
  for (const { settings, virtualHosts, tcpPorts, link } of backends) {
    const secureHost = virtualHosts.some(({ isSecure }) => isSecure) ? settings.get("VIRTUAL_HOST") : undefined;
    const securePort = tcpPorts.some(({ isSecure }) => isSecure) ? settings.get("TCP_PORTS") : undefined;
    const setting = secureHost ?? settings.get("FORCE_SSL") ?? securePort;
    if (!setting) continue;
    const { name, origin } = setting.variable;
    const params = { service: balancer.name, target: link.service, setting: name };
    report("missing-certificate", placeOf(origin, name), params);
  }
}

function modeOf(
  service: Service,
  settings: Settings<BalancerSetting>,
  backends: readonly Backend[],
  report: Report,
): Balancer["mode"] {
  const setting = settings.get("MODE");
  const mode = setting?.text?.trim().toLowerCase() ?? "http";
  if (mode === "http") return "http";
  const isForHosts = backends.some(({ virtualHosts }) => virtualHosts.length > 0);
  if (mode === "tcp" && !isForHosts) return "tcp";
  const why = mode === "tcp" ? "a `VIRTUAL_HOST` needs `MODE=http`" : "HAProxy has the modes `http` and `tcp`";
  reportLost(service, setting!.variable, { why, help: "write `TCP_PORTS` in a service to pass a port on" }, report);
  return "http";
}

const noHost = { why: "it is not a host with a port", help: "write `HOST:PORT`, such as `logs:514`" };

/** Where the log goes. HAProxy ends if it cannot resolve the name when it starts. */
function logOf(
  balancer: Service,
  settings: Settings<BalancerSetting>,
  { services }: Stack,
  report: Report,
): LogDestination | undefined {
  const setting = settings.get("RSYSLOG_DESTINATION");
  const [, host = "", port = ""] = /^([\w.-]+)(:\d+)?$/.exec(oneLine(setting?.text ?? "")) ?? [];
  if (!setting || host === "127.0.0.1" || host === "localhost") return undefined;
  if (host === "") {
    reportLost(balancer, setting.variable, noHost, report);
    return undefined;
  }
  const link = balancer.links.find((one) => one.kind === "link" && one.stack === undefined && one.alias === host);
  const service = link?.kind === "link" ? link.service : services.has(host) ? host : undefined;
  if (balancer.policy.autorestart === "OFF" && !/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
    const { name, origin } = setting.variable;
    report("log-host-needed", placeOf(origin, name), {
      service: balancer.name,
      host,
      isService: service !== undefined,
    });
  }
  return { service, host, port };
}
