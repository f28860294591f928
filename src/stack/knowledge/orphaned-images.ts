import { isCertificateCompanion } from "./balancers.ts";

/** What to do about an image that the platform published and nobody maintains (reference migration.md 4). */
export interface OrphanedImage {
  /** What to do with the image, as a clause. */
  readonly use: string;
  /** What to do about each of its variables, which mean nothing or something else to the successor. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Other variables by their pattern, for images that make options of variables. */
  readonly option?: (name: string) => string | undefined;
  /** A variable without which the successor does not start, and those of the old image that stand for it. */
  readonly needs?: { readonly variable: string; readonly was: readonly string[] };
}

/** What to do about an image; undefined for one that the platform did not publish. */
export function orphanedImage(image: string): OrphanedImage | undefined {
  if (isCertificateCompanion(image)) return certificateCompanion;
  const [, name] = /^(?:(?:index\.)?docker\.io\/)?(?:tutum|dockercloud)\/([^:@]+)/i.exec(image) ?? [];
  return name === undefined
    ? undefined
    : (orphans.get(name.toLowerCase()) ?? { use: "replace it with an image that is maintained" });
}

const certificateCompanion: OrphanedImage = {
  use:
    "let certbot or lego write the certificates, and remove the service: Let's Encrypt does not speak its protocol " +
    "any more",
};

const replace = (successor: string, more = ""): string => `replace it with \`${successor}\`${more}`;
const remove = (why: string): string => `remove the service: ${why}`;
const set = (text: string): string => `set \`${text}\` instead`;

const mysqlPassword = `${set("MYSQL_ROOT_PASSWORD")}, the password of \`root\`; there is no user \`admin\``;
const noReplication = "remove it: the image does not set up replication";

/** Sources: github.com/tutumcloud/mysql README.md, Dockerfile; github.com/docker-library/docs mysql/content.md. */
const mysql: OrphanedImage = {
  use: replace("mysql"),
  variables: {
    MYSQL_PASS: mysqlPassword,
    MYSQL_USER: "set `MYSQL_PASSWORD`, too: the two make a user beside `root`, who may use `MYSQL_DATABASE`",
    ON_CREATE_DB: set("MYSQL_DATABASE"),
    STARTUP_SQL: "mount the scripts into `/docker-entrypoint-initdb.d` instead",
    REPLICATION_MASTER: noReplication,
    REPLICATION_SLAVE: noReplication,
    REPLICATION_USER: noReplication,
    REPLICATION_PASS: noReplication,
  },
  needs: { variable: "MYSQL_ROOT_PASSWORD", was: ["MYSQL_PASS"] },
};

/** Sources: github.com/tutumcloud/mariadb README.md; github.com/docker-library/docs mariadb/content.md. */
const mariadb: OrphanedImage = {
  use: replace("mariadb"),
  variables: { MARIADB_PASS: `${set("MARIADB_ROOT_PASSWORD")}, the password of \`root\`; there is no user \`admin\`` },
  needs: { variable: "MARIADB_ROOT_PASSWORD", was: ["MARIADB_PASS"] },
};

/** Sources: github.com/tutumcloud/redis README.md, run.sh; github.com/docker-library/docs redis/content.md. */
const redis: OrphanedImage = {
  use: replace("redis"),
  variables: {
    REDIS_PASS:
      "also write `command: sh -c 'exec redis-server --requirepass \"$REDIS_PASS\"'`; without it, there is no password",
    REDIS_MODE: "write `command: redis-server --maxmemory-policy allkeys-lru` instead of `LRU`",
    REDIS_SLAVEOF: "write `command: redis-server --replicaof HOST 6379` instead",
  },
  option: (name) => {
    const [, option] = /^REDIS_(.+)$/.exec(name) ?? [];
    return option && `write \`command: redis-server --${option.toLowerCase().replaceAll("_", "-")} VALUE\` instead`;
  },
};

/** Sources: github.com/tutumcloud/mongodb README.md, run.sh; github.com/docker-library/docs mongo/content.md. */
const mongodb: OrphanedImage = {
  use: replace("mongo", "; without `MONGO_INITDB_ROOT_PASSWORD`, there is no password"),
  variables: {
    MONGODB_PASS: "set `MONGO_INITDB_ROOT_USERNAME` (it was `admin`) and `MONGO_INITDB_ROOT_PASSWORD` instead",
    MONGODB_USER: set("MONGO_INITDB_ROOT_USERNAME"),
    MONGODB_DATABASE: `${set("MONGO_INITDB_DATABASE")}; the user is in the database \`admin\``,
    AUTH: "remove it: `mongo` asks for a password only if `MONGO_INITDB_ROOT_PASSWORD` is set",
    OPLOG_SIZE: "write `command: mongod --oplogSize MEGABYTES` instead",
    STORAGE_ENGINE: "write `command: mongod --storageEngine NAME` instead; the default is `wiredTiger`",
    JOURNALING: "remove it: the journal is always on",
    SMALLFILES: "remove it: `wiredTiger` has no such files",
  },
};

/** Sources: github.com/tutumcloud/postgresql README.md; github.com/docker-library/docs postgres/content.md. */
const postgresql: OrphanedImage = {
  use: replace("postgres", ", whose data is in `/var/lib/postgresql/data` before version 18"),
  variables: { POSTGRES_PASS: set("POSTGRES_PASSWORD") },
  needs: { variable: "POSTGRES_PASSWORD", was: ["POSTGRES_PASS"] },
};

/** Sources: github.com/tutumcloud/rabbitmq README.md; github.com/docker-library/docs rabbitmq/content.md. */
const rabbitmq: OrphanedImage = {
  use: replace("rabbitmq:management"),
  variables: {
    RABBITMQ_PASS: "set `RABBITMQ_DEFAULT_USER` (it was `admin`) and `RABBITMQ_DEFAULT_PASS` instead",
    CLUSTER_WITH: "remove it: a cluster is configured in `/etc/rabbitmq/rabbitmq.conf`",
    HOSTNAME: "write the field `hostname` instead",
  },
};

/** Sources: github.com/tutumcloud/memcached README.md; github.com/docker-library/docs memcached/content.md. */
const memcached: OrphanedImage = {
  use: replace("memcached"),
  variables: { MEMCACHED_PASS: "remove it: there is no password, so do not publish the port" },
};

const elasticsearchUser = "remove it: the user is `elastic`";
const elasticsearchPassword =
  "set `ELASTIC_PASSWORD` instead, and `xpack.security.http.ssl.enabled=false` in place of " +
  "`xpack.security.enabled=false`";

/**
 * Sources: github.com/tutumcloud/elasticsearch README.md, of which older versions have other variables;
 * github.com/elastic/elasticsearch docs, Docker and security settings: without any, it wants HTTPS and a password.
 */
const elasticsearch: OrphanedImage = {
  use: replace(
    "elasticsearch:8.19.0",
    " with `discovery.type=single-node` and `xpack.security.enabled=false` in `environment`",
  ),
  variables: {
    ELASTICSEARCH_USER: elasticsearchUser,
    ELASTICSEARCH_PASS: elasticsearchPassword,
    USER: elasticsearchUser,
    PASS: elasticsearchPassword,
  },
};

/** Sources: github.com/tutumcloud/lamp README.md, which is its base; docker-library/docs wordpress. */
const wordpress: OrphanedImage = {
  use: replace("wordpress", " and a service with `mysql`, which it names in `WORDPRESS_DB_HOST`"),
  variables: { MYSQL_PASS: "set `WORDPRESS_DB_PASSWORD` here, and `MYSQL_ROOT_PASSWORD` in the service with `mysql`" },
};

/** Sources: github.com/tutumcloud/wordpress-stackable README.md; docker-library/docs wordpress/content.md. */
const wordpressStackable: OrphanedImage = {
  use: replace("wordpress"),
  variables: {
    DB_HOST: `${set("WORDPRESS_DB_HOST")}, to the name of the linked service`,
    DB_PORT: "write it after the host: `WORDPRESS_DB_HOST=HOST:PORT`",
    DB_NAME: set("WORDPRESS_DB_NAME"),
    DB_USER: set("WORDPRESS_DB_USER"),
    DB_PASS: set("WORDPRESS_DB_PASSWORD"),
  },
};

/** Sources: github.com/tutumcloud/lamp README.md; github.com/docker-library/docs php/content.md. */
const lamp: OrphanedImage = {
  use: replace("php:apache", ", with your files in `/var/www/html`, and a service with `mysql`"),
  variables: { MYSQL_PASS: "set `MYSQL_ROOT_PASSWORD` in the service with `mysql`" },
};

/** Sources: github.com/tutumcloud/apache-php README.md; github.com/docker-library/docs php/content.md. */
const apachePhp: OrphanedImage = {
  use: replace("php:apache", ", with your files in `/var/www/html`"),
  variables: { ALLOW_OVERRIDE: "remove it: files called `.htaccess` count there" },
};

/** Sources: github.com/tutumcloud/tomcat README.md; github.com/docker-library/docs tomcat/content.md. */
const tomcat: OrphanedImage = {
  use: replace("tomcat"),
  variables: { TOMCAT_PASS: "mount a `/usr/local/tomcat/conf/tomcat-users.xml` with the user `admin` instead" },
};

/** Sources: github.com/tutumcloud/couchdb README.md; github.com/docker-library/docs couchdb/content.md. */
const couchdb: OrphanedImage = {
  use: replace("couchdb"),
  variables: { COUCHDB_PASS: "set `COUCHDB_USER` (it was `admin`) and `COUCHDB_PASSWORD` instead" },
  needs: { variable: "COUCHDB_PASSWORD", was: ["COUCHDB_PASS"] },
};

const influxdbHttps = "set `INFLUXDB_HTTP_HTTPS_ENABLED` and `INFLUXDB_HTTP_HTTPS_CERTIFICATE`, a file, instead";

/**
 * Sources: github.com/tutumcloud/influxdb README.md, Dockerfile, run.sh; github.com/docker-library/docs
 * influxdb/content.md (1.8); docs.influxdata.com/influxdb/v1/administration/config.
 */
const influxdb: OrphanedImage = {
  use: replace("influxdb:1.8", ", whose data is in `/var/lib/influxdb` instead of `/data`"),
  variables: {
    PRE_CREATE_DB: `${set("INFLUXDB_DB")}, which names one database`,
    ADMIN_USER: set("INFLUXDB_ADMIN_USER"),
    INFLUXDB_INIT_PWD: set("INFLUXDB_ADMIN_PASSWORD"),
    SSL_SUPPORT: influxdbHttps,
    SSL_CERT: influxdbHttps,
    UDP_DB: "set `INFLUXDB_UDP_0_ENABLED=true` and `INFLUXDB_UDP_0_DATABASE` instead",
    UDP_PORT: set("INFLUXDB_UDP_0_BIND_ADDRESS=:PORT"),
  },
};

/** The images below `tutum/` and `dockercloud/`, by name. */
const orphans: ReadonlyMap<string, OrphanedImage> = new Map([
  ["mysql", mysql],
  ["mariadb", mariadb],
  ["redis", redis],
  ["mongodb", mongodb],
  ["postgresql", postgresql],
  ["rabbitmq", rabbitmq],
  ["memcached", memcached],
  ["elasticsearch", elasticsearch],
  ["wordpress", wordpress],
  ["wordpress-stackable", wordpressStackable],
  ["lamp", lamp],
  ["apache-php", apachePhp],
  ["tomcat", tomcat],
  ["couchdb", couchdb],
  ["influxdb", influxdb],
  // Source: github.com/tutumcloud/nginx Dockerfile; github.com/docker-library/docs nginx/content.md.
  ["nginx", { use: replace("nginx", ", with your files in `/usr/share/nginx/html` instead of `/app`") }],
  // Source: github.com/docker/dockercloud-hello-world README.md: a page on port 80.
  ["hello-world", { use: replace("nginx", ", which shows a page on port 80, too") }],
  // Source: github.com/docker/dockercloud-haproxy README.md: it found services by links and the platform's API.
  ["haproxy", { use: replace("haproxy", " and a configuration with a server for each service behind it") }],
  // Source: github.com/docker/dockercloud-authorizedkeys README.md: it wrote keys into files of the nodes.
  ["authorizedkeys", { use: remove("the machines are yours; `ssh-copy-id USER@MACHINE` adds a key") }],
  // Source: github.com/docker/dockercloud-events README.md: it sent events to the API of the platform.
  ["events", { use: remove("nobody reads its events since the API of the old platform is gone") }],
  // Source: github.com/docker/dockercloud-cli README.md: the command line of the platform.
  ["cli", { use: remove("the API that it called is gone; `tutum-stack service` has its commands") }],
  // Source: github.com/tutumcloud/logrotate README.md; docs.docker.com, JSON File logging driver.
  ["logrotate", { use: remove("set `max-size` among the `log-opts` of `/etc/docker/daemon.json`") }],
  // Source: github.com/tutumcloud/ntpd README.md: it kept the time of the node.
  ["ntpd", { use: remove("let the machine keep its time, with `systemd-timesyncd` or `chrony`") }],
  // Source: github.com/tutumcloud/cleanup README.md: it removed unused images and volumes of the node.
  ["cleanup", { use: remove("let the machine run `docker image prune` instead") }],
]);
