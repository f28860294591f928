/** An image as a stack file names it. */
interface ImageName {
  /** `postgres` for `docker.io/library/postgres:9.6`. */
  readonly repository: string;
  readonly tag: string;
  /** The number that the tag begins with. */
  readonly version: number | undefined;
}

/** Where an image keeps its data, in a folder that it declares as a volume. */
export interface DataPath {
  readonly path: string;
  /** The first version that it is true for. */
  readonly from?: number;
}

/** An image that keeps data, as its Dockerfile declares it. */
export interface DataImage {
  /** The folder for each range of versions, the oldest first. Older ones than the first keep nothing. */
  readonly paths: readonly DataPath[];
  /** The programs that write the data, beside the one that the image starts by itself. */
  readonly programs: readonly string[];
  /** A setting, of the command or a variable, with which the data is elsewhere or is not kept at all. */
  readonly unless?: RegExp;
}

/** What is known of an image that keeps data; only the paths of its version, if the tag has one. */
export function dataImage(image: string): DataImage | undefined {
  const { repository, version } = nameOf(image);
  const known = dataImages.get(repository);
  if (!known || version === undefined) return known;
  const current = known.paths.findLast(({ from = 0 }) => from <= version);
  return current && { ...known, paths: [{ path: current.path }] };
}

/**
 * Whether an image has nothing in it but a program that ends at once (`empty`), or is a base image, whose shell ends at
 * once without a terminal.
 */
export function idleImage(image: string): "empty" | "base" | undefined {
  const { repository } = nameOf(image);
  if (emptyImages.has(repository)) return "empty";
  return baseImages.has(repository) ? "base" : undefined;
}

/** Whether a base image has a folder that is not empty, so that it fills a volume there. */
export function isFolderOfBase(path: string): boolean {
  const folder = path.replace(/\/+$/, "");
  return (
    /^(?:|\/(?:bin|boot|dev|etc|home|lib|lib64|root|run|sbin|usr|usr\/\w+|var))$/.test(folder) ||
    /^\/var\/(?:backups|cache|lib|log|spool)$/.test(folder)
  );
}

/** The name of an image in parts; what is not there is empty. */
export function nameOf(image: string): ImageName {
  const [, repository = "", tag = ""] =
    /^(?:(?:index\.)?docker\.io\/)?(?:library\/)?([^:@]+)(?::([^@]*))?/i.exec(image) ?? [];
  const [version] = /^\d+/.exec(tag) ?? [];
  return { repository, tag, version: version === undefined ? undefined : Number(version) };
}

const at = (path: string, ...programs: readonly string[]): DataImage => ({ paths: [{ path }], programs });

const postgres: DataImage = {
  // docker-library/postgres#1259
  paths: [{ path: "/var/lib/postgresql/data" }, { path: "/var/lib/postgresql", from: 18 }],
  programs: ["postgres"],
};
const mysql = at("/var/lib/mysql", "mysqld", "mysqld_safe", "mariadbd");
const redis: DataImage = { ...at("/data", "redis-server"), unless: /--save (?:""|''|$)/ };
const jenkins = at("/var/jenkins_home");
const gitlab = at("/var/opt/gitlab");

/** The images of the years of the platform that declare a volume for their data, by repository. */
const dataImages: ReadonlyMap<string, DataImage> = new Map([
  ["postgres", postgres],
  ["mdillon/postgis", postgres],
  ["postgis/postgis", postgres],
  ["tutum/postgresql", at("/var/lib/postgresql")],
  ["mysql", mysql],
  ["mysql/mysql-server", mysql],
  ["mariadb", mysql],
  ["percona", mysql],
  ["tutum/mysql", mysql],
  ["tutum/mariadb", mysql],
  ["tutum/lamp", mysql],
  ["tutum/wordpress", mysql],
  ["mongo", at("/data/db", "mongod")],
  ["tutum/mongodb", at("/data/db", "mongod")],
  ["redis", redis],
  ["tutum/redis", redis],
  ["rabbitmq", at("/var/lib/rabbitmq", "rabbitmq-server")],
  ["elasticsearch", at("/usr/share/elasticsearch/data", "elasticsearch")],
  [
    "couchdb",
    {
      paths: [{ path: "/usr/local/var/lib/couchdb" }, { path: "/opt/couchdb/data", from: 2 }],
      programs: ["couchdb"],
    },
  ],
  ["tutum/couchdb", at("/var/lib/couchdb")],
  [
    "influxdb",
    { paths: [{ path: "/var/lib/influxdb" }, { path: "/var/lib/influxdb2", from: 2 }], programs: ["influxd"] },
  ],
  ["tutum/influxdb", at("/data")],
  ["cassandra", at("/var/lib/cassandra", "cassandra")],
  ["neo4j", at("/data", "neo4j")],
  [
    "registry",
    {
      paths: [{ path: "/var/lib/registry", from: 2 }],
      programs: ["registry", "serve", "/etc/docker/registry/config.yml"],
      unless: /^REGISTRY_STORAGE_(?:S3|GCS|AZURE|SWIFT|OSS|INMEMORY)|^REGISTRY_STORAGE=(?!filesystem)/,
    },
  ],
  ["jenkins", jenkins],
  ["jenkins/jenkins", jenkins],
  ["jenkinsci/jenkins", jenkins],
  ["gitlab/gitlab-ce", gitlab],
  ["gitlab/gitlab-ee", gitlab],
  ["sameersbn/gitlab", at("/home/git/data", "app:start")],
  ["wordpress", at("/var/www/html", "apache2-foreground", "php-fpm")],
  ["nextcloud", at("/var/www/html", "apache2-foreground", "php-fpm")],
  [
    "ghost",
    { paths: [{ path: "/var/lib/ghost" }, { path: "/var/lib/ghost/content", from: 1 }], programs: ["node", "npm"] },
  ],
]);

const emptyImages: ReadonlySet<string> = new Set(["tianon/true"]);

const baseImages: ReadonlySet<string> = new Set(["busybox", "alpine", "debian", "ubuntu", "centos", "fedora"]);
