import { warning } from "./entry.ts";
import { listOf, quote } from "./words.ts";

/** A link to be added. */
export interface LinkInstead {
  readonly kind: "link";
  readonly service: string;
  readonly stack: string;
  /** Another name for the link, where the service's own name is taken. */
  readonly alias: string | undefined;
  /** Whether this file has such a service, so that the stack may be this one. */
  readonly isOwn: boolean;
}

/** Values that only the old platform understood, and values that should not be in a file. */
export const goneCodes = {
  "dead-domain": warning<{
    service: string;
    field: string;
    host: string;
    /**
     * What to write instead: a name inside of the stack, perhaps after a link was added, or what the name stood for.
     */
    instead:
      | { readonly name: string; readonly link: string | undefined }
      | "registry"
      | "api"
      | "machine"
      | "domain"
      | "outside";
  }>({
    harm: "stops",
    wording: ({ service, field, host, instead }) => ({
      message: `service ${quote(service)}: the host ${quote(host)} in ${quote(field)} no longer exists`,
      label: "nobody answers here",
      notes: ["the names of the old platform were switched off together with the platform"],
      help: typeof instead === "object" ? [insideOf(instead), hosts.outside] : [hosts[instead]],
    }),
    why:
      "The old platform gave services, containers and machines public names below tutum.io and dockerapp.io, " +
      "kept images at tutum.co, and had its API at dashboard.tutum.co and cloud.docker.com/api. All of them are " +
      "gone. A program that calls such a name fails, and nobody reaches a site under such a name.",
    wrong: "web:\n  image: nginx\n  environment:\n    - BASE_URL=http://web.shop.me.svc.tutum.io/\n",
    right: "web:\n  image: nginx\n  environment:\n    - BASE_URL=http://www.example.com/\n",
  }),
  "dead-name": warning<{
    service: string;
    field: string;
    host: string;
    instead: { readonly kind: "service"; readonly name: string; readonly isOneOfMany: boolean } | LinkInstead;
  }>({
    harm: "stops",
    wording: ({ service, field, host, instead }) => ({
      message: `service ${quote(service)}: the host ${quote(host)} in ${quote(field)} does not exist any more`,
      label: "a name of the old DNS",
      notes: [
        "the DNS of the old platform had such names for single containers, and for services of a stack; today these " +
          "names do not resolve",
      ],
      help: instead.kind === "service" ? nameHelp(instead) : linkHelp(instead),
    }),
    why:
      "The DNS of the old platform knew `SERVICE-N` and `ALIAS-N` for one container, and `SERVICE.STACK` and " +
      "`SERVICE-N.STACK` for services and containers of another stack. Docker's DNS knows services, aliases of " +
      "links, and nothing else. `SERVICE` means all containers of a service, in turn; on a Swarm, `tasks.SERVICE` " +
      "has the address of each container.",
    wrong: "web:\n  image: nginx\n  environment:\n    - DB_HOST=db-1\ndb:\n  image: redis\n",
    right: "web:\n  image: nginx\n  environment:\n    - DB_HOST=db\ndb:\n  image: redis\n",
  }),
  "dead-variable": warning<{
    service: string;
    field: string;
    variable: string;
    held: "container" | "service" | "address" | "domain" | "machine" | "stack" | "api";
    /** The service that it was about, if the file has it. */
    about: string | undefined;
  }>({
    harm: "stops",
    wording: ({ service, field, variable, held, about }) => ({
      message: `service ${quote(service)}: nobody sets ${quote(variable)}, which ${quote(field)} uses`,
      label: "was set by the platform",
      help: [
        {
          container:
            about === service && isCommand(field) ? "write `$HOSTNAME`, which every container has" : nameOf(about),
          service: nameOf(about),
          address: nameOf(about),
          domain: "write the domain under which the service is reached, such as `www.example.com`",
          machine: "write the name of the machine",
          stack: "write the name of the stack",
          api: "remove the variable and the program that reads it: the API of the old platform is gone",
        }[held],
      ],
    }),
    why:
      "The old platform set variables such as `DOCKERCLOUD_CONTAINER_HOSTNAME` and `TUTUM_NODE_FQDN` in every " +
      "container. Nobody sets them today. With `--interpolate`, and in a shell in the container, the value is empty. " +
      "Otherwise the program reads the text `$DOCKERCLOUD_...`.",
    wrong: "web:\n  image: nginx\n  environment:\n    - NAME=$DOCKERCLOUD_SERVICE_HOSTNAME\n",
    right: "web:\n  image: nginx\n  environment:\n    - NAME=web\n",
  }),
  "balancer-elsewhere": warning<{
    service: string;
    /** The name of this stack; undefined while a file is only validated. */
    stack: string | undefined;
    settings: readonly string[];
    /** The balancer of this file, which does not link to the service. */
    balancer: string | undefined;
    /** What to publish: `80:8080`. */
    port: string;
  }>({
    harm: "stops",
    wording: ({ service, stack = "STACK", settings, balancer, port }) => ({
      message:
        `service ${quote(service)}: no load balancer in this file links to this service, so ${listOf(settings)} ` +
        `${settings.length === 1 ? "has" : "have"} no effect`,
      label: "no effect",
      notes: [
        balancer === undefined
          ? "on the old platform, a balancer of another stack read such settings; now nothing sends requests to the " +
            "service"
          : undefined,
      ],
      help:
        balancer === undefined
          ? [
              `move ${quote(service)} into the file of the balancer, and add ${quote(service)} to the ` +
                `${quote("links")} of the balancer`,
              `leave ${quote(service)} in this file, and write ${quote(`links: ["${service}.${stack}"]`)} in the ` +
                `balancer (${quote(stack)} is this stack). The settings in this file then still have no effect: ` +
                `${quote(service)} gets requests only if no service in the file of the balancer has a ` +
                "`VIRTUAL_HOST`",
              `publish ${quote(`"${port}"`)} if ${quote(service)} is the only site of the machine, and needs no TLS ` +
                "and no password from a balancer",
            ]
          : [`add ${quote(service)} to the ${quote("links")} of ${quote(balancer)}`],
    }),
    why:
      "Settings such as `VIRTUAL_HOST` and `TCP_PORTS` belong to the service, but the load balancer that links " +
      "to the service reads them. If the balancer is in another stack, nobody reaches the compiled site: the " +
      "service runs on a free port, and nothing answers for its domain.",
    wrong: "web:\n  image: nginx\n  environment:\n    - VIRTUAL_HOST=www.example.com\n",
    right:
      'lb:\n  image: dockercloud/haproxy\n  links:\n    - web\n  ports:\n    - "80:80"\n' +
      "web:\n  image: nginx\n  environment:\n    - VIRTUAL_HOST=www.example.com\n",
  }),
  "secret-in-file": warning<{
    service: string;
    name: string;
    /** Whether it is an item of a list. */
    isItem: boolean;
    /** How many other names with secrets the file has. */
    others: number;
  }>({
    harm: "hint",
    wording: ({ service, name, isItem, others }) => ({
      message:
        `service ${quote(service)}: the file contains the value of ${quote(name)}` +
        (others > 0 ? `, and ${others} more ${others === 1 ? "secret" : "secrets"}` : ""),
      label: "a secret",
      notes: ["the compiled file contains the secret, too; a secret that was ever in a repository must be replaced"],
      help: [
        `write the name alone, ${quote(isItem ? `- ${name}` : `${name}:`)}, and set the variable in the shell that ` +
          `starts the stack`,
        "keep the secret in a second Compose file outside of the repository, and start the stack with both files",
        "on a Swarm, `docker secret create` keeps the secret, if the image reads secrets from files",
      ],
    }),
    why:
      "The compiled file is meant to be committed, so everybody who sees the repository gets the keys, tokens " +
      "and passwords in it. A name without a value gets its value from the shell that starts the stack, as with " +
      "the old command-line clients. A secret is recognised by its name (`..._PASSWORD`, `..._TOKEN`, " +
      "`..._SECRET`, `AWS_SECRET_ACCESS_KEY`), and a private key by its text.",
    wrong: "web:\n  image: nginx\n  environment:\n    - API_TOKEN=8f14e45fceea\n",
    right: "web:\n  image: nginx\n  environment:\n    - API_TOKEN\n",
  }),
} as const;

const hosts = {
  registry: "write a host that exists today; if the value is the name of an image, write a registry that exists today",
  api: "remove the address and the program that calls it: the API of the old platform is gone",
  machine: "write the name or the address of the machine",
  domain: "write the domain under which the site is reached now, such as `www.example.com`",
  outside: "if a browser or another machine calls this address, write the domain or machine that now serves it",
} as const;

function insideOf({ name, link }: { readonly name: string; readonly link: string | undefined }): string {
  const adding = link === undefined ? "" : `add ${quote(`links: [${link}]`)} and `;
  return `if a container of this stack calls this address, ${adding}write ${quote(name)}`;
}

function nameHelp({ name, isOneOfMany }: { readonly name: string; readonly isOneOfMany: boolean }): readonly string[] {
  if (!isOneOfMany) return [`write ${quote(name)}`];
  return [
    `write ${quote(name)} once: this name reaches all containers in turn; on a Swarm, ${quote(`tasks.${name}`)} ` +
      "names them all",
    `if the containers must be told apart, write one service for each: ${quote(`${name}-1:`)}, ${quote(`${name}-2:`)}`,
  ];
}

function linkHelp({ service, stack, alias, isOwn }: LinkInstead): readonly string[] {
  const link = `${service}.${stack}${alias === undefined ? "" : `:${alias}`}`;
  return [
    ...(isOwn ? [`write ${quote(service)} if ${quote(stack)} is this stack`] : []),
    `add ${quote(`links: ["${link}"]`)} and write ${quote(alias ?? service)}${isOwn ? " if it is another stack" : ""}`,
  ];
}

function nameOf(about: string | undefined): string {
  return about === undefined ? "write the name of the service" : `write ${quote(about)}, the name of the service`;
}

function isCommand(field: string): boolean {
  return field === "command" || field === "entrypoint";
}
