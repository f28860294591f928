import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import type { TargetName } from "../../src/targets/index.ts";

const codesOf = (stack: string, target: TargetName): readonly string[] =>
  compile(stack, { name: "shop", target }).diagnostics.map(({ code }) => code);

const service = (...lines: readonly string[]): string => `db:\n${lines.map((line) => `  ${line}\n`).join("")}`;
const user = "app: {image: example/app, volumes_from: [db]}\n";

describe("an image that keeps data in a volume that only the image declares", () => {
  test.each([
    ["without a tag", service("image: postgres")],
    ["with a registry and a tag", service("image: docker.io/library/mysql:5.7")],
    ["with a digest", service(`image: mongo@sha256:${"0".repeat(64)}`)],
    ["of the old platform", service("image: tutum/mysql:5.5", "restart: always")],
    ["with an option as the command", service("image: redis", "command: --appendonly yes")],
    ["with its own program as the command", service("image: redis:3", "command: [redis-server, /etc/redis.conf]")],
    ["with a volume above its folder", service("image: mariadb", "volumes: [/srv/db:/var/lib]")],
    ["with a volume below its folder", service("image: mariadb", "volumes: [/srv/db:/var/lib/mysql/shop]")],
    ["with a volume at another path", service("image: postgres:9.6", "volumes: [/srv/db:/var/lib/postgres]")],
    ["of a version with another folder", service("image: postgres:18", "volumes: [/srv:/var/lib/postgresql/data]")],
    ["that lends nothing", service("image: wordpress") + user],
  ])("is found: %s", (_, stack) => {
    expect(codesOf(stack, "swarm")).toContain("image-volume");
    expect(codesOf(stack, "compose")).not.toContain("image-volume");
  });

  test.each([
    ["a path of the host", service("image: postgres:9.6", "volumes: [/srv/db:/var/lib/postgresql/data/]")],
    ["a named volume", service("image: mysql", "volumes: [data:/var/lib/mysql]")],
    [
      "the folder of another version, when there is no tag",
      service("image: postgres", "volumes: [d:/var/lib/postgresql]"),
    ],
    ["a volume without a name, which has a warning", service("image: mysql", "volumes: [/var/lib/mysql]")],
    [
      "the volumes of another service",
      "db: {image: mysql, volumes_from: [files]}\nfiles: {image: tianon/true, volumes: [/var/lib/mysql]}\n",
    ],
    [
      "its data elsewhere, in a volume",
      service("image: postgres:9.6", "volumes: [d:/pg]", "environment: [PGDATA=/pg/9.6]"),
    ],
    [
      "an option that moves its data to a volume",
      service("image: mongo", "command: mongod --dbpath /d", "volumes: [d:/d]"),
    ],
    ["a variable in a volume", service("image: mysql", "volumes: ['$DATA']")],
    ["a client of the server as the command", service("image: postgres", "command: pg_dump -h postgres shop")],
    ["an entrypoint of its own", service("image: redis", "entrypoint: redis-cli")],
    ["a cache that keeps nothing", service("image: redis", 'command: redis-server --save ""')],
    ["a store elsewhere", service("image: registry:2", "environment: [REGISTRY_STORAGE_S3_BUCKET=b]")],
    ["a job that is destroyed", service("image: mysql", "autodestroy: ALWAYS")],
    ["an image that keeps nothing", service("image: memcached")],
    ["the same name of somebody else", service("image: example/postgres")],
    ["the same name in another registry", service("image: registry.example.org/postgres")],
    ["a version before the volume", service("image: registry:0.9")],
  ])("is not: %s", (_, stack) => {
    const interpolate = stack.includes("$DATA");
    const { diagnostics } = compile(stack, { name: "shop", target: "swarm", interpolate });
    expect(diagnostics.map(({ code }) => code)).not.toContain("image-volume");
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  });
});

describe("a service that only holds volumes", () => {
  const named = (stack: string): boolean =>
    /^volumes:\n {2}db-data/m.test(compile(stack, { name: "shop" }).files[0]!.text);

  test.each([
    ["nothing but its image", service("image: tianon/true", "volumes: [/data]")],
    ["a base image, whose shell ends", service("image: busybox", "volumes: [/data]")],
    ["a command that ends at once", service("image: ubuntu:14.04", 'command: "true"', "volumes: [/data]")],
    ["a path of that command", service("image: alpine", "command: [/bin/true]", "volumes: [/data]")],
    ["a word of explanation", service("image: busybox", 'command: echo "data container"', "volumes: [/data]")],
    ["an entrypoint", service("image: debian:8", "entrypoint: /bin/true", "volumes: [/data]")],
    ["a policy that does not matter", service("image: tianon/true", "restart: always", "volumes: [/data]")],
  ])("is left out on a Swarm, and its volume gets a name: %s", (_, stack) => {
    const { files, diagnostics } = compile(stack + user, { name: "shop", target: "swarm" });
    expect(diagnostics.map(({ code }) => code)).toContain("data-service");
    expect(files[0]!.text).not.toMatch(/^ {2}db:/m);
    expect(files[0]!.text).toContain("- db-data:/data");
    expect(named(stack + user)).toBe(true);
  });

  test.each([
    ["nobody uses it", service("image: tianon/true", "volumes: [/data]")],
    ["a program that works", service("image: busybox", "command: httpd -f", "volumes: [/data]") + user],
    [
      "a command that does more",
      service("image: busybox", "command: sh -c 'true; sleep 9'", "volumes: [/data]") + user,
    ],
    ["an image that may fill the volume", service("image: mysql", 'command: "true"', "volumes: [/data]") + user],
    ["a base image that fills the volume", service("image: alpine", "volumes: [/data, /etc]") + user],
    ["ports", service("image: busybox", "ports: ['80']", "volumes: [/data]") + user],
    [
      "links",
      `${service("image: busybox", "links: [app]", "volumes: [/data]")}app: {image: a}\nb: {image: b, volumes_from: [db]}\n`,
    ],
    [
      "a link to it",
      service("image: busybox", "volumes: [/data]") + "app: {image: a, links: [db], volumes_from: [db]}\n",
    ],
    ["a terminal", service("image: busybox", "tty: true", "volumes: [/data]") + user],
    ["several containers", service("image: busybox", "target_num_containers: 2", "volumes: [/data]") + user],
    ["another registry", service("image: registry.example.org/busybox", "volumes: [/data]") + user],
  ])("is not one that stays: %s", (_, stack) => {
    const { files, diagnostics } = compile(stack, { name: "shop", target: "swarm" });
    expect(diagnostics.filter(({ code, severity }) => code === "data-service" || severity === "error")).toEqual([]);
    expect(files[0]!.text).toMatch(/^ {2}db:/m);
  });
});
