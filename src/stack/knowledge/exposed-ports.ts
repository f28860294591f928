import { nameOf } from "./images.ts";

/**
 * The ports that an image exposes by itself, such as `6379` or `53/udp`; undefined for an image that is not known.
 * Docker gave the variables of links for these as well (reference migration.md 3).
 */
export function exposedPorts(image: string): readonly string[] | undefined {
  const { repository, tag } = nameOf(image);
  const rows = exposed.get(repository);
  return rows?.find(({ tags }) => tags === undefined || tags.test(tag))?.ports.split(" ");
}

interface Row {
  readonly ports: string;
  /** The tags that the row is about; all if left out. */
  readonly tags?: RegExp;
}

const of = (ports: string, ...names: readonly string[]): readonly (readonly [string, readonly Row[]])[] =>
  names.map((name) => [name, [{ ports }]]);

/** What `EXPOSE` says in the Dockerfiles of images that stack files link to. */
const exposed: ReadonlyMap<string, readonly Row[]> = new Map([
  ...of("3306", "mysql", "mariadb", "percona", "mysql/mysql-server", "sameersbn/mysql", "tutum/mysql", "tutum/mariadb"),
  ...of("5432", "postgres", "mdillon/postgis", "postgis/postgis", "kartoza/postgis", "sameersbn/postgresql"),
  ...of("5432", "tutum/postgresql", "confluent/postgres-bw"),
  ...of("6379", "redis", "tutum/redis", "sameersbn/redis", "bitnami/redis"),
  ...of("27017", "mongo"),
  ...of("27017 28017", "tutum/mongodb"),
  ...of("11211", "memcached", "tutum/memcached"),
  ["rabbitmq", [{ ports: "4369 5671 5672 15671 15672 25672", tags: /management/ }, { ports: "4369 5671 5672 25672" }]],
  ...of("5672 15672", "tutum/rabbitmq"),
  ...of("9200 9300", "elasticsearch"),
  ...of("9200", "tutum/elasticsearch"),
  ...of("5601", "kibana"),
  ...of("5984", "couchdb", "tutum/couchdb"),
  ...of("8083 8086", "tutum/influxdb"),
  ...of("8086", "influxdb"),
  ...of("7000 7001 7199 9042 9160", "cassandra"),
  ...of("7473 7474 7687", "neo4j"),
  ...of("8080 28015 29015", "rethinkdb"),
  ...of("2181 2888 3888", "zookeeper", "wurstmeister/zookeeper", "confluent/zookeeper", "jplock/zookeeper"),
  ...of("9092", "confluent/kafka", "ches/kafka"),
  ...of("8081", "confluent/schema-registry", "mongo-express"),
  ...of("4222 6222 8222", "nats"),
  ...of("1883", "eclipse-mosquitto"),
  ...of("11300", "schickling/beanstalkd"),
  ...of("8983", "solr"),
  ...of("80", "nginx", "httpd", "wordpress", "nextcloud", "drupal", "joomla", "phpmyadmin", "phpmyadmin/phpmyadmin"),
  ...of("80", "tutum/nginx", "tutum/hello-world", "dockercloud/hello-world", "tutum/apache-php", "traefik"),
  ...of("80 443", "jwilder/nginx-proxy", "nginxproxy/nginx-proxy"),
  ...of("80 3306", "tutum/lamp", "tutum/wordpress"),
  ...of("80 443 1936", "tutum/haproxy", "dockercloud/haproxy"),
  ...of("22 80 443", "gitlab/gitlab-ce", "gitlab/gitlab-ee", "sameersbn/gitlab"),
  [
    "php",
    [
      { ports: "9000", tags: /fpm/ },
      { ports: "80", tags: /apache/ },
    ],
  ],
  ...of("2368", "ghost"),
  ...of("5000", "registry"),
  ...of("8080", "tomcat", "tutum/tomcat", "adminer", "jetty"),
  ...of("8080 50000", "jenkins", "jenkins/jenkins"),
  ...of("9000", "minio/minio", "sonarqube"),
  ...of("3000", "grafana/grafana"),
  ...of("9090", "prom/prometheus"),
  ...of("9093", "prom/alertmanager"),
  ...of("1025 8025", "mailhog/mailhog"),
  ...of("8153 8154", "gocd/gocd-server"),
  ...of("8200", "vault"),
  ...of("8069 8071 8072", "odoo"),
]);
