import type { ServiceFields } from "../platform/actions.ts";
import type { ServiceView } from "../platform/views.ts";
import { identifierIn } from "./family.ts";

/** A body in the words of the old API, as the generated validators let it through. */
export type Body = Readonly<Record<string, unknown>>;

/** What names of other services mean: those that there are, and the stack that the service is in. */
export interface Neighbours {
  readonly services: readonly ServiceView[];
  readonly stack: string;
}

/** What a field of the old API is in a stack file. */
interface Row {
  readonly fields: readonly string[];
  readonly translate: (value: never, neighbours: Neighbours) => ServiceFields;
}

/** A field that a stack file has under the same name, or under another one. */
const same = (name: string): Row => ({ fields: [name], translate: (value) => ({ [name]: value }) });

/** The same for a text or a list, which is left out when it is empty. */
const unlessEmpty = (name: string): Row => ({
  fields: [name],
  translate: (value: string | readonly string[]) => ({ [name]: value.length === 0 ? undefined : value }),
});

/** A number of MB. */
const megabytes = (name: string): Row => ({
  fields: [name],
  translate: (value: number) => ({ [name]: value === 0 ? undefined : `${value}m` }),
});

/** The old platform's words for a policy are those of a stack file, in any case. */
const word = (name: string): Row => ({
  fields: [name],
  translate: (value: string) => ({ [name]: /^[a-z_]+$/i.test(value) ? value.toUpperCase() : value }),
});

/** What each field of the old API is in a stack file (reference tutum-api.md 4). */
const table: Readonly<Record<string, Row>> = {
  image: same("image"),
  autorestart: word("autorestart"),
  autodestroy: word("autodestroy"),
  target_num_containers: same("target_num_containers"),
  run_command: unlessEmpty("command"),
  entrypoint: unlessEmpty("entrypoint"),
  container_envvars: { fields: ["environment"], translate: variables },
  container_ports: { fields: ["ports", "expose"], translate: ports },
  bindings: { fields: ["volumes", "volumes_from"], translate: bindings },
  linked_to_service: { fields: ["links"], translate: links },
  tags: { fields: ["tags"], translate: tags },
  roles: unlessEmpty("roles"),
  deployment_strategy: same("deployment_strategy"),
  sequential_deployment: same("sequential_deployment"),
  autoredeploy: same("autoredeploy"),
  privileged: same("privileged"),
  cpu_shares: same("cpu_shares"),
  memory: megabytes("mem_limit"),
  memory_swap: megabytes("memswap_limit"),
  cpuset: unlessEmpty("cpuset"),
  net: same("net"),
  pid: { fields: ["pid"], translate: (value: string) => ({ pid: value === "none" ? undefined : value }) },
  working_dir: unlessEmpty("working_dir"),
  labels: { fields: ["labels"], translate: labels },
  hostname: unlessEmpty("hostname"),
  domainname: unlessEmpty("domainname"),
  mac_address: unlessEmpty("mac_address"),
  user: unlessEmpty("user"),
  cgroup_parent: unlessEmpty("cgroup_parent"),
  tty: same("tty"),
  stdin_open: same("stdin_open"),
  read_only: same("read_only"),
  dns: unlessEmpty("dns"),
  dns_search: unlessEmpty("dns_search"),
  cap_add: unlessEmpty("cap_add"),
  cap_drop: unlessEmpty("cap_drop"),
  devices: unlessEmpty("devices"),
  extra_hosts: unlessEmpty("extra_hosts"),
  security_opt: unlessEmpty("security_opt"),
};

/** The words of the old API in a stack's services, which a stack file does not have. */
const onlyInApi: ReadonlySet<string> = new Set([
  "container_envvars",
  "container_ports",
  "bindings",
  "linked_to_service",
  "run_command",
  "memory",
  "memory_swap",
]);

/** The fields of a stack file that a body stands for; undefined takes a field out. Null is a field's default. */
export function fieldsIn(body: Body, neighbours: Neighbours): ServiceFields {
  const fields: Record<string, ServiceFields[string]> = {};
  for (const [name, row] of Object.entries(table)) {
    const value = Object.hasOwn(body, name) ? body[name] : undefined;
    if (value === null) for (const field of row.fields) fields[field] = undefined;
    else if (value !== undefined) Object.assign(fields, row.translate(value as never, neighbours));
  }
  return fields;
}

/** The same for a new service, without what every service has unless it is said otherwise. */
export function fieldsOfNew(body: Body, neighbours: Neighbours): ServiceFields {
  const fields = Object.entries(fieldsIn(body, neighbours)).filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields.filter(([, value]) => value !== false && value !== "OFF"));
}

/** A service of a stack's body: fields of a stack file, or words of the API. */
export function fieldsOfStackService(body: Body, neighbours: Neighbours): ServiceFields {
  const fields: Record<string, ServiceFields[string]> = {};
  for (const [name, value] of Object.entries(body)) {
    if (name === "name") continue;
    if (onlyInApi.has(name)) Object.assign(fields, fieldsIn({ [name]: value }, neighbours));
    else if (name === "tags") Object.assign(fields, fieldsIn({ tags: value }, neighbours));
    else fields[name] = value as ServiceFields[string];
  }
  const place = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return Object.fromEntries(Object.entries(fields).toSorted(([one], [other]) => place(one) - place(other)));
}

/** The order of fields in a file. The clients send them in none. */
const order: readonly string[] = [
  "image",
  "command",
  "entrypoint",
  "restart",
  ...Object.values(table).flatMap((row) => row.fields),
];

function variables(
  value: readonly { readonly key: string; readonly value: string | number | boolean | null }[],
): ServiceFields {
  const environment: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const { key, value: text } of value) environment[key] = text === null ? "" : String(text);
  return { environment: value.length === 0 ? undefined : environment };
}

function tags(value: readonly (string | { readonly name: string })[]): ServiceFields {
  const names = value.map((tag) => (typeof tag === "string" ? tag : tag.name));
  return { tags: names.length === 0 ? undefined : names };
}

function labels(value: Readonly<Record<string, string | number | boolean | null>>): ServiceFields {
  return { labels: Object.keys(value).length === 0 ? undefined : value };
}

/** A port as the clients send it: numbers can be text, and one with an outer port is published. */
interface PortBody {
  readonly protocol?: string | null;
  readonly inner_port: number | string;
  readonly outer_port?: number | string | null;
  readonly published?: boolean | null;
}

function ports(value: readonly PortBody[]): ServiceFields {
  const published: string[] = [];
  const exposed: string[] = [];
  for (const { protocol, inner_port: inner, outer_port: outer, published: isPublished } of value) {
    const own = `${inner}${protocol === "udp" ? "/udp" : ""}`;
    if (outer !== undefined && outer !== null && outer !== "") published.push(`${outer}:${own}`);
    else if (isPublished) published.push(own);
    else exposed.push(own);
  }
  return {
    ports: published.length === 0 ? undefined : published,
    expose: exposed.length === 0 ? undefined : exposed,
  };
}

/** A volume as the clients send it. */
interface BindingBody {
  readonly container_path?: string | null;
  readonly host_path?: string | null;
  readonly rewritable?: boolean | null;
  readonly volumes_from?: string | null;
}

function bindings(value: readonly BindingBody[], neighbours: Neighbours): ServiceFields {
  const volumes: string[] = [];
  const from: string[] = [];
  for (const { container_path: path, host_path: host, rewritable, volumes_from: other } of value) {
    const ending = rewritable === false ? ":ro" : "";
    if (other) from.push(referenceTo(other, neighbours));
    else if (path) volumes.push(host ? `${host}:${path}${ending}` : path);
  }
  return {
    volumes: volumes.length === 0 ? undefined : volumes,
    volumes_from: from.length === 0 ? undefined : from,
  };
}

function links(
  value: readonly { readonly to_service: string; readonly name?: string | null }[],
  neighbours: Neighbours,
): ServiceFields {
  const all = value.map(({ to_service: to, name }) => {
    const target = referenceTo(to, neighbours);
    return name ? `${target}:${name}` : target;
  });
  return { links: all.length === 0 ? undefined : all };
}

/** How a stack file names another service, which is given by its address, UUID, or name, with its stack or without. */
function referenceTo(given: string, { services, stack }: Neighbours): string {
  const identifier = identifierIn(given);
  const found =
    services.find(({ uuid }) => uuid === identifier) ??
    services.find((one) => one.name === identifier && one.stack === stack) ??
    services.find((one) => `${one.name}.${one.stack}` === identifier) ??
    services.find(({ name }) => name === identifier);
  if (!found) return identifier;
  return found.stack === stack ? found.name : `${found.name}.${found.stack}`;
}
