import { expect, test } from "vitest";
import { validate } from "../../src/compile.ts";

const helpOf = (image: string, environment: readonly string[] = []): readonly string[] =>
  validate(`a:\n  image: ${image}\n  environment: ${JSON.stringify(environment)}\n`).flatMap(({ code, help }) =>
    code === "orphaned-image" ? help : [],
  );

test.each([
  ["tutum/mysql", "`mysql`"],
  ["tutum/mariadb", "`mariadb`"],
  ["tutum/redis", "`redis`"],
  ["tutum/mongodb", "`mongo`"],
  ["tutum/postgresql", "`postgres`"],
  ["tutum/rabbitmq", "`rabbitmq:management`"],
  ["tutum/memcached", "`memcached`"],
  ["tutum/elasticsearch", "`elasticsearch"],
  ["tutum/wordpress", "`wordpress`"],
  ["tutum/wordpress-stackable", "`wordpress`"],
  ["tutum/hello-world", "`nginx`"],
  ["dockercloud/hello-world:latest", "`nginx`"],
  ["tutum/lamp", "`php:apache`"],
  ["tutum/tomcat:8.0", "`tomcat`"],
  ["tutum/nginx", "`nginx`"],
  ["dockercloud/authorizedkeys", "remove the service"],
  ["tutum/authorizedkeys", "remove the service"],
  ["dockercloud/events", "remove the service"],
  ["dockercloud/cli", "remove the service"],
  ["tutum/logrotate", "remove the service"],
  ["tutum/ntpd", "remove the service"],
  ["tutum/somebody-knows", "replace it"],
  ["turistforeningen/dockercloud-haproxy-letsencrypt:letsencrypt", "remove the service"],
])("%s: %s", (image, what) => {
  expect(helpOf(image)[0]).toContain(what);
});

test.each([
  ["tutum/mysql", "MYSQL_PASS", "`MYSQL_ROOT_PASSWORD`"],
  ["tutum/mysql", "ON_CREATE_DB", "`MYSQL_DATABASE`"],
  ["tutum/mariadb", "MARIADB_PASS", "`MARIADB_ROOT_PASSWORD`"],
  ["tutum/redis", "REDIS_PASS", `redis-server --requirepass "$REDIS_PASS"`],
  ["tutum/redis", "REDIS_TCP_KEEPALIVE", "`command: redis-server --tcp-keepalive VALUE`"],
  ["tutum/mongodb", "MONGODB_PASS", "`MONGO_INITDB_ROOT_PASSWORD`"],
  ["tutum/postgresql", "POSTGRES_PASS", "`POSTGRES_PASSWORD`"],
  ["tutum/rabbitmq", "RABBITMQ_PASS", "`RABBITMQ_DEFAULT_PASS`"],
  ["tutum/memcached", "MEMCACHED_PASS", "no password"],
  ["tutum/elasticsearch", "PASS", "`ELASTIC_PASSWORD`"],
  ["tutum/elasticsearch", "ELASTICSEARCH_PASS", "`ELASTIC_PASSWORD`"],
  ["tutum/elasticsearch", "ELASTICSEARCH_USER", "`elastic`"],
  ["tutum/influxdb", "ADMIN_USER", "`INFLUXDB_ADMIN_USER`"],
  ["tutum/influxdb", "INFLUXDB_INIT_PWD", "`INFLUXDB_ADMIN_PASSWORD`"],
  ["tutum/wordpress", "MYSQL_PASS", "`WORDPRESS_DB_PASSWORD`"],
  ["tutum/wordpress-stackable", "DB_PASS", "`WORDPRESS_DB_PASSWORD`"],
  ["tutum/lamp", "MYSQL_PASS", "`MYSQL_ROOT_PASSWORD`"],
  ["tutum/tomcat", "TOMCAT_PASS", "tomcat-users.xml"],
  ["tutum/couchdb", "COUCHDB_PASS", "`COUCHDB_PASSWORD`"],
])("%s reads %s; instead: %s", (image, name, instead) => {
  expect(helpOf(image, [`${name}=x`])[1]).toMatch(new RegExp(`^\`${name}\`: `));
  expect(helpOf(image, [`${name}=x`])[1]).toContain(instead);
});

test("a variable without which the successor does not start is named, unless the service sets it", () => {
  const named = "set `MYSQL_ROOT_PASSWORD`, without which the new image does not start";
  expect(helpOf("tutum/mysql")).toContain(named);
  expect(helpOf("tutum/mysql", ["MYSQL_PASS=x"])).not.toContain(named);
  expect(helpOf("tutum/mysql", ["MYSQL_ROOT_PASSWORD=x"])).toEqual(["replace it with `mysql`"]);
});

test("variables that mean the same everywhere are not named", () => {
  expect(helpOf("tutum/mysql", ["TZ=UTC", "constructor=1", "MYSQL_PASS=x"])).toHaveLength(2);
});
