import { describe, expect, test } from "vitest";
import { failureOf, replying, signal } from "./adapter.ts";
import { id, idIn, onServer, recording } from "./platform-adapter.ts";
import { recordedDocker, recordedPodman } from "./platform-server.ts";

describe("what engines say", () => {
  test("Docker 20.10 about itself", async () => {
    await onServer(recording(recordedDocker), async (engine) =>
      expect(await engine.info(signal)).toEqual({
        id: "R2ZG:AAAA:BBBB:CCCC:DDDD:EEEE:FFFF:GGGG:HHHH:IIII:JJJJ:KKKK",
        name: "machine",
        version: "20.10.24+dfsg1",
      }),
    );
  });
  test("Podman, whose ID is another one every time: its folder stands for it", async () => {
    await onServer(recording(recordedPodman), async (engine) =>
      expect(await engine.info(signal)).toEqual({
        id: "machine:/var/lib/containers/storage",
        name: "machine",
        version: "4.3.1",
      }),
    );
  });
  test.each(["{}", "null", "[]", '{"ID":"x"}', "x"])("%s is no engine", async (body) => {
    await onServer(replying(200, body), async (engine) =>
      expect((await failureOf(engine.info(signal))).failure).toBe("failed"),
    );
  });
  test("Docker 20.10 about a container", async () => {
    await onServer(recording(recordedDocker), async (engine) =>
      expect(await engine.inspect(id, signal)).toMatchInlineSnapshot(`
        {
          "command": [
            "-c",
            "echo out; echo err >&2; printf "caf\\303\\251 \\000\\377\\n"; sleep 100",
          ],
          "cpuShares": 512,
          "cpuset": "0-1",
          "createdAt": "2026-11-27T17:06:58.667204752Z",
          "entrypoint": [
            "sh",
          ],
          "environment": [
            "MODE=production",
          ],
          "error": "",
          "exitCode": 0,
          "finishedAt": "0001-01-01T00:00:00Z",
          "hasTerminal": false,
          "health": "healthy",
          "hostname": "web",
          "id": "6543a306d73c4d93f4071debb61dfaf87e250da6fad16e7c325951179eb8145f",
          "image": "sha256:ab550be060e33a3964bbc7d336c941b20d695ba96bc522dacc067989a3f0b08d",
          "imageReference": "busybox:local",
          "isAlive": true,
          "isOutOfMemory": false,
          "isRemovedByEngine": false,
          "labels": Map {
            "com.docker.compose.container-number" => "1",
            "com.docker.compose.oneoff" => "False",
            "com.docker.compose.project" => "shop",
            "com.docker.compose.service" => "web",
          },
          "maximumRetryCount": 3,
          "memory": 67108864,
          "memorySwap": 134217728,
          "mounts": [
            {
              "destination": "/data",
              "isReadOnly": false,
              "name": "shop_data",
              "source": "/var/lib/docker/volumes/shop_data/_data",
              "type": "volume",
            },
            {
              "destination": "/static",
              "isReadOnly": true,
              "name": "",
              "source": "/srv/static",
              "type": "bind",
            },
            {
              "destination": "/cache",
              "isReadOnly": false,
              "name": "26efc58b03ac04fa06c7b68c2858e7a3f891faab93bb7db005a302a3b4227687",
              "source": "/var/lib/docker/volumes/26efc58b03ac04fa06c7b68c2858e7a3f891faab93bb7db005a302a3b4227687/_data",
              "type": "volume",
            },
          ],
          "name": "shop-web-1",
          "networks": [
            {
              "address": "172.19.0.2",
              "aliases": [
                "web",
                "6543a306d73c",
              ],
              "id": "7cdd29ad46e95e50e20f4ff34773796b843e2b1a8cf35fe2c28823daeb6f9239",
              "name": "shop_default",
            },
          ],
          "ports": [
            {
              "ip": "",
              "privatePort": 53,
              "protocol": "udp",
              "publicPort": undefined,
            },
            {
              "ip": "127.0.0.1",
              "privatePort": 80,
              "protocol": "tcp",
              "publicPort": 8080,
            },
          ],
          "restartCount": 0,
          "restartPolicy": "on-failure",
          "startedAt": "2026-11-27T17:06:58.885399297Z",
          "status": "running",
          "stopTimeout": 20,
        }
      `),
    );
  });
  test("Podman about the same container", async () => {
    await onServer(recording(recordedPodman), async (engine) =>
      expect(await engine.inspect(idIn(recordedPodman.inspect), signal)).toMatchInlineSnapshot(`
        {
          "command": [
            "-c",
            "echo out; echo err >&2; printf "caf\\303\\251 \\000\\377\\n"; sleep 100",
          ],
          "cpuShares": 512,
          "cpuset": "0-1",
          "createdAt": "2026-11-27T17:07:04.668681645Z",
          "entrypoint": [
            "sh",
          ],
          "environment": [
            "MODE=production",
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "TERM=xterm",
            "container=podman",
            "HOSTNAME=web",
          ],
          "error": "",
          "exitCode": 0,
          "finishedAt": "0001-01-01T00:00:00Z",
          "hasTerminal": false,
          "health": "starting",
          "hostname": "web",
          "id": "91156820d52a20c8e1e17f2a182a930281733e7c1d20ecfbd7c1a4dd061c30b5",
          "image": "sha256:fe47da2a123f6093e9a73bb4d4cda8382dc87446ed20816935544c674f7311b2",
          "imageReference": "docker.io/library/busybox:local",
          "isAlive": true,
          "isOutOfMemory": false,
          "isRemovedByEngine": false,
          "labels": Map {
            "com.docker.compose.container-number" => "1",
            "com.docker.compose.oneoff" => "False",
            "com.docker.compose.project" => "shop",
            "com.docker.compose.service" => "web",
          },
          "maximumRetryCount": 3,
          "memory": 67108864,
          "memorySwap": 134217728,
          "mounts": [
            {
              "destination": "/cache",
              "isReadOnly": false,
              "name": "a6649957f80be42752d4d099accef55cad049636dbc5ba8db56306823ca2ac77",
              "source": "/var/lib/containers/storage/volumes/a6649957f80be42752d4d099accef55cad049636dbc5ba8db56306823ca2ac77/_data",
              "type": "volume",
            },
            {
              "destination": "/data",
              "isReadOnly": false,
              "name": "shop_data",
              "source": "/var/lib/containers/storage/volumes/shop_data/_data",
              "type": "volume",
            },
            {
              "destination": "/static",
              "isReadOnly": true,
              "name": "",
              "source": "/srv/static",
              "type": "bind",
            },
          ],
          "name": "shop-web-1",
          "networks": [
            {
              "address": "10.89.0.3",
              "aliases": [
                "web",
                "91156820d52a",
              ],
              "id": "shop_default",
              "name": "shop_default",
            },
          ],
          "ports": [
            {
              "ip": "",
              "privatePort": 53,
              "protocol": "udp",
              "publicPort": undefined,
            },
            {
              "ip": "127.0.0.1",
              "privatePort": 80,
              "protocol": "tcp",
              "publicPort": 8080,
            },
          ],
          "restartCount": 0,
          "restartPolicy": "on-failure",
          "startedAt": "2026-11-27T17:07:04.896355177Z",
          "status": "running",
          "stopTimeout": 20,
        }
      `),
    );
  });
  test("Docker 20.10 about it in a list", async () => {
    await onServer(recording(recordedDocker), async (engine) =>
      expect(await engine.containers("shop", signal)).toMatchInlineSnapshot(`
        [
          {
            "command": "sh -c 'echo out; echo err >&2; printf "caf\\303\\251 \\000\\377\\n"; sleep 100'",
            "created": 1795799218,
            "id": "6543a306d73c4d93f4071debb61dfaf87e250da6fad16e7c325951179eb8145f",
            "image": "busybox:local",
            "labels": Map {
              "com.docker.compose.container-number" => "1",
              "com.docker.compose.oneoff" => "False",
              "com.docker.compose.project" => "shop",
              "com.docker.compose.service" => "web",
            },
            "name": "shop-web-1",
            "ports": [
              {
                "ip": "",
                "privatePort": 53,
                "protocol": "udp",
                "publicPort": undefined,
              },
              {
                "ip": "127.0.0.1",
                "privatePort": 80,
                "protocol": "tcp",
                "publicPort": 8080,
              },
            ],
            "state": "running",
            "status": "Up 3 seconds (healthy)",
          },
        ]
      `),
    );
  });
  test("Podman about it in a list", async () => {
    await onServer(recording(recordedPodman), async (engine) =>
      expect(await engine.containers("shop", signal)).toMatchInlineSnapshot(`
        [
          {
            "command": "-c echo out; echo err >&2; printf "caf\\303\\251 \\000\\377\\n"; sleep 100",
            "created": 1795799224,
            "id": "91156820d52a20c8e1e17f2a182a930281733e7c1d20ecfbd7c1a4dd061c30b5",
            "image": "docker.io/library/busybox:local",
            "labels": Map {
              "com.docker.compose.container-number" => "1",
              "com.docker.compose.oneoff" => "False",
              "com.docker.compose.project" => "shop",
              "com.docker.compose.service" => "web",
            },
            "name": "shop-web-1",
            "ports": [
              {
                "ip": "127.0.0.1",
                "privatePort": 80,
                "protocol": "tcp",
                "publicPort": 8080,
              },
            ],
            "state": "running",
            "status": "Up 3 seconds",
          },
        ]
      `),
    );
  });
  test("Docker 20.10 about an image", async () => {
    await onServer(recording(recordedDocker), async (engine) =>
      expect(await engine.image("example/web:1", signal)).toMatchInlineSnapshot(`
        {
          "command": [
            "-c",
            "sleep 100",
          ],
          "entrypoint": [
            "sh",
          ],
          "environment": [
            "MODE=production",
          ],
          "exposedPorts": [
            "80/tcp",
          ],
          "id": "sha256:3821903cf36c030651b6152b72e8c1333f7fcecb28d3682aa8ce7521b5711a2b",
          "labels": Map {
            "one" => "1",
          },
          "volumes": [
            "/data",
          ],
        }
      `),
    );
  });
  test("odd things in a container are left out", async () => {
    const record = JSON.parse(recordedDocker.inspect) as Record<string, object>;
    const odd = {
      HostConfig: { Memory: "much", CpuShares: null, RestartPolicy: null },
      Mounts: "none",
      Config: { Cmd: "sh", Entrypoint: [1, "sh", null], StopTimeout: "long", Tty: "no" },
      NetworkSettings: {
        Ports: { "80": [{}], "81/tcp": null, "82/udp": [{ HostPort: "" }] },
        Networks: { none: null },
      },
      State: { ...record["State"], Health: { Status: "none" } },
    };
    await onServer(replying(200, JSON.stringify({ ...record, ...odd })), async (engine) =>
      expect(await engine.inspect(id, signal)).toMatchObject({
        memory: 0,
        cpuShares: 0,
        maximumRetryCount: 0,
        restartPolicy: "",
        mounts: [],
        command: [],
        health: "",
        entrypoint: ["sh"],
        stopTimeout: undefined,
        hasTerminal: false,
        ports: [
          { ip: "", publicPort: undefined, privatePort: 81, protocol: "tcp" },
          { ip: "", publicPort: undefined, privatePort: 82, protocol: "udp" },
        ],
        networks: [{ id: "", name: "none", aliases: [], address: "" }],
      }),
    );
  });
  test("the name of a container is its own, not what others call it", async () => {
    const named = (...Names: readonly string[]): string => JSON.stringify([{ Id: id, Names }]);
    for (const [body, name] of [
      [named("/proxy/web", "/shop-web-1"), "shop-web-1"],
      [named("/shop-web-1"), "shop-web-1"],
      [named(), ""],
    ] as const)
      await onServer(replying(200, body), async (engine) =>
        expect((await engine.containers("shop", signal))[0]).toMatchObject({ name, ports: [], created: 0 }),
      );
  });
});
