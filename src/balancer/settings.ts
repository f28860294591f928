/** What becomes of a setting of the old load balancer. */
export type Row =
  /** Written in the words of the original. */
  | { readonly kind: "kept"; readonly meaning: string; readonly becomes: string }
  /** Written in other words, which mean the same to today's HAProxy. */
  | { readonly kind: "translated"; readonly meaning: string; readonly becomes: string }
  /** Means nothing any more, and is missed by nobody. */
  | { readonly kind: "ignored"; readonly meaning: string; readonly why: string }
  /** Left out with a warning that says what to write instead. */
  | { readonly kind: "lost"; readonly meaning: string; readonly why: string; readonly help: string };

function kept(meaning: string, becomes: string): Row {
  return { kind: "kept", meaning, becomes };
}

function translated(meaning: string, becomes: string): Row {
  return { kind: "translated", meaning, becomes };
}

function ignored(meaning: string, why: string): Row {
  return { kind: "ignored", meaning, why };
}

function lost(meaning: string, why: string, help: string): Row {
  return { kind: "lost", meaning, why, help };
}

/** The variables that the balancer read from its own environment, of all its versions (reference balancer.md 1.4). */
export type BalancerSetting =
  | "MODE"
  | "BALANCE"
  | "MAXCONN"
  | "OPTION"
  | "TIMEOUT"
  | "RSYSLOG_DESTINATION"
  | "STATS_PORT"
  | "STATS_AUTH"
  | "HEALTH_CHECK"
  | "HTTP_BASIC_AUTH"
  | "HTTP_BASIC_AUTH_SECURE"
  | "DEFAULT_SSL_CERT"
  | "SSL_CERT"
  | "EXTRA_SSL_CERTS"
  | "CERT_FOLDER"
  | "CA_CERT"
  | "CA_CERT_FILE"
  | "SSL_BIND_OPTIONS"
  | "SSL_BIND_CIPHERS"
  | "EXTRA_GLOBAL_SETTINGS"
  | "EXTRA_DEFAULT_SETTINGS"
  | "EXTRA_FRONTEND_SETTINGS_<PORT>"
  | "EXTRA_BIND_SETTINGS"
  | "EXTRA_ROUTE_SETTINGS"
  | "FORCE_DEFAULT_BACKEND"
  | "SKIP_FORWARDED_PROTO"
  | "BACKEND_PORT"
  | "BACKEND_PORTS"
  | "PORT"
  | "FRONTEND_PORT"
  | "RELOAD_TIMEOUT"
  | "DEBUG"
  | "SWARM_MODE_POLLING_INTERVAL"
  | "HAPROXY_USER"
  | "HAPROXY_GROUP"
  | "STATS_ENABLED"
  | "VIRTUAL_HOST"
  | "TCP_PORTS"
  | "FORCE_SSL"
  | "EXTRA_SETTINGS"
  | "EXCLUDE_PORTS"
  | "NBPROC"
  | "HDR"
  | "SESSION_COOKIE"
  | "MONITOR_URI"
  | "MONITOR_PORT"
  | "ADDITIONAL_SERVICES"
  | "ADDITIONAL_BACKEND_<NAME>"
  | "EXTRA_GLOBAL_SETTINGS_FILE"
  | "EXTRA_DEFAULT_SETTINGS_FILE"
  | "EXTRA_FRONTEND_SETTINGS_FILE_<PORT>"
  | "ADDITIONAL_BACKEND_FILE_<NAME>";

const onService = "the balancer reads this setting only from the services in its links";
const inFile = "the compiler cannot read a file of a container";
const ownBackend =
  "copy the config, add `backend NAME` with its lines to the copy, and mount the copy with a second Compose file";
const howItRan = "this setting said how the old program ran";

/** What becomes of each setting of the balancer's own environment. */
export const balancerSettings: Readonly<Record<BalancerSetting, Row>> = {
  MODE: kept("`http` or `tcp`; `http` if left out", "`mode` in `defaults`"),
  BALANCE: kept("how requests are spread over the containers; `roundrobin` if left out", "`balance` in `defaults`"),
  MAXCONN: kept("the most connections at a time; 4096 if left out", "`maxconn` in `global` and in each `frontend`"),
  OPTION: kept(
    "a list of HAProxy's options; if left out: `redispatch, httplog, dontlognull, forwardfor`; if TIMEOUT is left " +
      "out, too: `retries 10` is added, and `redispatch` becomes `redispatch 1`",
    "`option` in `defaults`",
  ),
  TIMEOUT: kept(
    "a list of time limits; if left out: `connect 5000, client 50000, server 50000`; if OPTION is left out, too: " +
      "`connect 500ms` instead of `connect 5000`",
    "`timeout` in `defaults`",
  ),
  RSYSLOG_DESTINATION: translated(
    "where HAProxy sends its log",
    "`log` in `global`; without it, or with 127.0.0.1, the log goes to `docker logs`",
  ),
  STATS_PORT: kept("the port of the statistics; 1936 if left out", "`bind` in `listen stats`"),
  STATS_AUTH: kept("user and password of the statistics; `stats:stats` if left out", "`stats auth`"),
  HEALTH_CHECK: kept(
    "how a container is checked; `check inter 2000 rise 2 fall 3` if left out",
    "the end of each `server-template`",
  ),
  HTTP_BASIC_AUTH: kept(
    "a list of `user:password` for all services",
    "`userlist haproxy_userlist`, and `http-request auth` in each `backend`",
  ),
  HTTP_BASIC_AUTH_SECURE: kept("the same with the hashes of passwords", "`user NAME password HASH` in the `userlist`"),
  DEFAULT_SSL_CERT: translated("the certificate for host names that have no certificate", "a file in `/tmp/certs`"),
  SSL_CERT: translated("a certificate with its key, in PEM", "a file in `/tmp/certs`; `bind ... ssl crt /tmp/certs/`"),
  EXTRA_SSL_CERTS: translated("a list of variables with one more certificate each", "files in `/tmp/certs`"),
  CERT_FOLDER: translated(
    "a folder of the container with certificates",
    "`bind ... ssl crt FOLDER`; HAProxy starts as root to read it",
  ),
  CA_CERT: translated("the authority of the clients' certificates, in PEM", "`ca-file /tmp/ca.pem verify required`"),
  CA_CERT_FILE: kept("the same, as a file of the container", "`ca-file FILE verify required`"),
  SSL_BIND_OPTIONS: kept("which versions of TLS are allowed", "`ssl-default-bind-options` in `global`"),
  SSL_BIND_CIPHERS: kept("which ciphers are allowed", "`ssl-default-bind-ciphers` in `global`"),
  EXTRA_GLOBAL_SETTINGS: kept("a list of HAProxy's lines", "the end of `global`"),
  EXTRA_DEFAULT_SETTINGS: kept("a list of HAProxy's lines", "the end of `defaults`"),
  "EXTRA_FRONTEND_SETTINGS_<PORT>": kept("a list of HAProxy's lines", "the `frontend` of that port, above its rules"),
  EXTRA_BIND_SETTINGS: kept("a list of `PORT:PARAMETERS`", "the end of `bind :PORT`"),
  EXTRA_ROUTE_SETTINGS: kept("parameters of HAProxy for each container", "the end of each `server-template`"),
  FORCE_DEFAULT_BACKEND: kept(
    "whether a request that matches no rule reaches a service; `True` if left out",
    "`default_backend`; with `False`, this line is left out",
  ),
  SKIP_FORWARDED_PROTO: translated(
    "no `X-Forwarded-Proto` for the services",
    "no `http-request set-header X-Forwarded-Proto`",
  ),
  BACKEND_PORT: translated("the port of the containers", "the port of each `server-template`"),
  BACKEND_PORTS: translated(
    "the ports of the containers",
    "the port of each `server-template`: 80 if it is in the list, else the first port",
  ),
  PORT: translated("an older name of BACKEND_PORT", "the port of each `server-template`"),
  FRONTEND_PORT: translated(
    "one more port at which the balancer listens, besides 80",
    "`frontend default_port_PORT`, beside `default_port_80`",
  ),
  RELOAD_TIMEOUT: ignored("how long, after a reload, the previous HAProxy waited for its connections to end", howItRan),
  DEBUG: ignored("whether the program logged more", howItRan),
  SWARM_MODE_POLLING_INTERVAL: ignored("how often the program asked a Swarm for services", howItRan),
  HAPROXY_USER: ignored("the user of the process", howItRan),
  HAPROXY_GROUP: ignored("the group of the process", howItRan),
  STATS_ENABLED: ignored("whether there are statistics", "the balancer never read this setting"),
  VIRTUAL_HOST: lost(
    "in version 0.1, the hosts of all services",
    onService,
    "write `VIRTUAL_HOST` in the linked service that needs it",
  ),
  TCP_PORTS: lost("works only on a linked service", onService, "write `TCP_PORTS` in the linked service that needs it"),
  FORCE_SSL: lost("works only on a linked service", onService, "write `FORCE_SSL` in the linked service that needs it"),
  EXTRA_SETTINGS: lost(
    "works only on a linked service",
    onService,
    "write `EXTRA_SETTINGS` in the linked service that needs it",
  ),
  EXCLUDE_PORTS: lost(
    "works only on a linked service",
    onService,
    "write `EXCLUDE_PORTS` in the linked service that needs it",
  ),
  NBPROC: lost(
    "the number of processes",
    "today's HAProxy has one process that uses all CPUs",
    "remove this setting, or write `EXTRA_GLOBAL_SETTINGS: nbthread N` for fewer CPUs",
  ),
  HDR: lost(
    "in version 0.1, which part of the host must match",
    "since version 0.2, a `*` in the host does this",
    'write `VIRTUAL_HOST: "*example.com"` in the service, for each host that ends with `example.com`',
  ),
  SESSION_COOKIE: lost(
    "in version 0.1, the cookie that keeps a client at one container",
    "today's HAProxy has no `appsession`",
    "write `COOKIE: SRV insert indirect nocache` in the service",
  ),
  MONITOR_URI: lost(
    "a path that says that the balancer runs",
    "this setting is not translated",
    "write `EXTRA_FRONTEND_SETTINGS_80: monitor-uri /PATH`",
  ),
  MONITOR_PORT: lost(
    "the port for MONITOR_URI",
    "this setting is not translated",
    "write `EXTRA_FRONTEND_SETTINGS_<PORT>: monitor-uri /PATH` with the port in the name",
  ),
  ADDITIONAL_SERVICES: lost(
    "services of other Compose projects",
    "only the old program found such services",
    "link to each of these services: `links: [SERVICE.STACK]`",
  ),
  "ADDITIONAL_BACKEND_<NAME>": lost("one more `backend`", "this setting is not translated", ownBackend),
  EXTRA_GLOBAL_SETTINGS_FILE: lost("lines in a file", inFile, "write the lines as `EXTRA_GLOBAL_SETTINGS`"),
  EXTRA_DEFAULT_SETTINGS_FILE: lost("lines in a file", inFile, "write the lines as `EXTRA_DEFAULT_SETTINGS`"),
  "EXTRA_FRONTEND_SETTINGS_FILE_<PORT>": lost(
    "lines in a file",
    inFile,
    "write the lines as `EXTRA_FRONTEND_SETTINGS_<PORT>`",
  ),
  "ADDITIONAL_BACKEND_FILE_<NAME>": lost("one more `backend`, in a file", inFile, ownBackend),
};

/** The variables that the balancer read from the services that it links to (reference balancer.md 1.5). */
export type ServiceSetting =
  | "VIRTUAL_HOST"
  | "VIRTUAL_HOST_WEIGHT"
  | "TCP_PORTS"
  | "EXCLUDE_PORTS"
  | "BALANCE"
  | "COOKIE"
  | "FORCE_SSL"
  | "SSL_CERT"
  | "DEFAULT_SSL_CERT"
  | "HSTS_MAX_AGE"
  | "GZIP_COMPRESSION_TYPE"
  | "HTTP_CHECK"
  | "HEALTH_CHECK"
  | "EXTRA_ROUTE_SETTINGS"
  | "OPTION"
  | "EXTRA_SETTINGS"
  | "EXCLUDE_BASIC_AUTH"
  | "SERVICE_PORTS"
  | "APPSESSION"
  | "FAILOVER"
  | "EXTRA_SETTINGS_FILE";

/** What becomes of each setting of a linked service's environment. */
export const serviceSettings: Readonly<Record<ServiceSetting, Row>> = {
  VIRTUAL_HOST: translated(
    "which requests are for the service: a list of `[scheme://]host[:port][/path]`",
    "`use_backend SERVICE_NAME if ...` in the `frontend` of the port",
  ),
  VIRTUAL_HOST_WEIGHT: kept("the rules of the higher weight come first; 0 if left out", "the order of `use_backend`"),
  TCP_PORTS: translated(
    "ports that are passed on as they are: `9000, 22/ssl`",
    "`listen port_PORT` below `defaults` with `mode tcp`",
  ),
  EXCLUDE_PORTS: kept(
    "ports of the container that get no requests",
    "the compiler chooses another port for the `server-template`",
  ),
  BALANCE: kept("how requests are spread over the containers", "`balance` in the `backend`"),
  COOKIE: translated(
    "a cookie that keeps a client at one container: `SRV insert indirect nocache`",
    "`cookie ... dynamic` in the `backend`",
  ),
  FORCE_SSL: kept("plain HTTP is redirected to HTTPS, whatever the value is", "`redirect scheme https code 301`"),
  SSL_CERT: translated("a certificate with its key, in PEM", "a file in `/tmp/certs` of the balancer"),
  DEFAULT_SSL_CERT: translated(
    "the same; if both are set, SSL_CERT is not used",
    "a file in `/tmp/certs` of the balancer",
  ),
  HSTS_MAX_AGE: translated(
    "for how many seconds browsers use HTTPS only",
    "`http-response set-header Strict-Transport-Security`",
  ),
  GZIP_COMPRESSION_TYPE: kept("which types of answers are compressed", "`compression algo gzip`, `compression type`"),
  HTTP_CHECK: translated(
    "the request that checks a container: `GET /health HTTP/1.1`",
    "`option httpchk`, `http-check send`",
  ),
  HEALTH_CHECK: kept(
    "how a container is checked, instead of the check of the balancer",
    "the end of the `server-template`",
  ),
  EXTRA_ROUTE_SETTINGS: kept(
    "parameters of HAProxy for each container, instead of those of the balancer",
    "the end of the `server-template`",
  ),
  OPTION: kept("a list of HAProxy's options", "`option` in the `backend`"),
  EXTRA_SETTINGS: kept("a list of HAProxy's lines", "lines of the `backend`"),
  EXCLUDE_BASIC_AUTH: kept("no password for this service, whatever the value is", "no `http-request auth`"),
  SERVICE_PORTS: ignored(
    "on a Swarm, the ports of the containers",
    "`links` name the services, and `expose` names their ports",
  ),
  APPSESSION: lost(
    "the cookie of the application that keeps a client at one container",
    "today's HAProxy has no `appsession`",
    "write `EXTRA_SETTINGS` with `stick-table type string len 52 size 100k expire 3h`, " +
      "`stick store-response res.cook(NAME)` and `stick match req.cook(NAME)`",
  ),
  FAILOVER: lost(
    "the service is used only when others of the same VIRTUAL_HOST are down",
    "this setting is not translated",
    "write `EXTRA_ROUTE_SETTINGS: backup`",
  ),
  EXTRA_SETTINGS_FILE: lost("lines in a file", inFile, "write the lines as `EXTRA_SETTINGS`"),
};

/** The row for a variable, with the name of the row: `EXTRA_FRONTEND_SETTINGS_80` has one of many ports. */
export function rowOf<Name extends string>(
  table: Readonly<Record<Name, Row>>,
  variable: string,
): { readonly name: Name; readonly row: Row } | undefined {
  const name = familyOf(variable.toUpperCase());
  return Object.hasOwn(table, name) ? { name: name as Name, row: table[name as Name] } : undefined;
}

/** The name of a row: variables that differ in a port or a name at their end share one. */
function familyOf(name: string): string {
  return name
    .replace(/^(EXTRA_FRONTEND_SETTINGS(?:_FILE)?)_(?:\d+|<PORT>)$/, "$1_<PORT>")
    .replace(/^(ADDITIONAL_BACKEND(?:_FILE)?)_(?!FILE_|FILE$).+$/, "$1_<NAME>");
}
