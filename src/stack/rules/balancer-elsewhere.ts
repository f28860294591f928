import type { Report } from "../../diagnostics/diagnostic.ts";
import { isBalancer } from "../knowledge/balancers.ts";
import type { Port, Service, Stack, Variable } from "../model.ts";

/** No service has settings for a load balancer that nobody in the file reads. */
export function balancerElsewhere({ name: stack, services }: Stack, report: Report): void {
  const all = [...services.values()];
  // Such a program finds the containers of the machine, and their variables, by itself.
  if (all.some(readsEngine)) return;
  const linked = new Set(
    all.flatMap(({ links }) => links.flatMap((link) => (link.kind === "link" && !link.stack ? [link.service] : []))),
  );
  const balancer = all.find(({ image }) => isBalancer(image))?.name;
  for (const service of all) {
    if (linked.has(service.name) || isBalancer(service.image) || isPublicSite(service)) continue;
    const settings = service.environment.filter(isSetting);
    const first = settings.find(isAddressed);
    if (!first) continue;
    report("balancer-elsewhere", first.origin, {
      service: service.name,
      stack,
      settings: [first, ...settings.filter((setting) => setting !== first)].map(({ name }) => name),
      balancer,
      port: portsOf(service, first),
    });
  }
}

function readsEngine({ volumes }: Service): boolean {
  return volumes.some((volume) => "source" in volume && volume.source.endsWith("docker.sock"));
}

/** Whether a browser reaches the service without a balancer. */
function isPublicSite({ ports, hostNetwork }: Service): boolean {
  return hostNetwork || ports.some((port) => port.kind === "port" && /^(80|443)$/.test(String(port.host?.first)));
}

/** The settings that a balancer read from the services that it was linked to (source: dockercloud-haproxy, README). */
const settingNames: ReadonlySet<string> = new Set(
  [
    "VIRTUAL_HOST VIRTUAL_HOST_WEIGHT TCP_PORTS FORCE_SSL SSL_CERT EXTRA_SETTINGS EXTRA_ROUTE_SETTINGS HTTP_CHECK",
    "HEALTH_CHECK EXCLUDE_PORTS BALANCE COOKIE APPSESSION OPTION HSTS_MAX_AGE GZIP_COMPRESSION_TYPE FAILOVER",
  ].flatMap((line) => line.split(" ")),
);

function isSetting({ name, value }: Variable): boolean {
  return settingNames.has(name) && value !== null && value !== "";
}

/** Whether a setting can be for nobody but a balancer: programs have a FORCE_SSL and an SSL_CERT of
 * their own, RabbitMQ a VIRTUAL_HOST. */
function isAddressed({ name, value }: Variable): boolean {
  if (name === "VIRTUAL_HOST") return /[.*$]|:\/\//.test(value ?? "");
  if (name === "TCP_PORTS") return /^\s*\d+/.test(value ?? "");
  return /^(EXTRA_SETTINGS|EXTRA_ROUTE_SETTINGS|VIRTUAL_HOST_WEIGHT)$/.test(name);
}

/** What to publish: the ports of the machine and the container. */
function portsOf({ ports, expose }: Service, { name, value }: Variable): string {
  const tcp = name === "TCP_PORTS" ? /\d+/.exec(value ?? "")?.[0] : undefined;
  if (tcp !== undefined) return `${tcp}:${tcp}`;
  const [first] = [...ports, ...expose].filter(
    (port): port is Exclude<Port, { kind: "deferred" }> => port.kind === "port",
  );
  return `80:${first?.container.first ?? "PORT"}`;
}
