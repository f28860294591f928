import { createServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { suiteThatNeeds } from "./programs.ts";
import { needsEngine, Project } from "./project.ts";

const { title, isLeftOut } = suiteThatNeeds("on a real engine", needsEngine);

describe.skipIf(isLeftOut)(`${title}: the settings of services`, () => {
  const project = new Project();
  let freePort = 0;

  beforeAll(async () => {
    freePort = await findFreePort();
    await project.up(stackOfSettings(freePort), { env: { FROM_SHELL: "a$b ${c}" } });
  }, 120_000);

  afterAll(() => project.down(), 120_000);

  test.each([
    ["settings", { Name: "always", MaximumRetryCount: 0 }],
    ["never", { Name: "no", MaximumRetryCount: 0 }],
    ["retrying", { Name: "on-failure", MaximumRetryCount: 0 }],
    ["giving-up", { Name: "on-failure", MaximumRetryCount: 2 }],
    ["once", { Name: "no", MaximumRetryCount: 0 }],
    ["default", { Name: "no", MaximumRetryCount: 0 }],
  ])("the restart policy of %s", async (service, policy) => {
    expect((await project.container(service)).HostConfig["RestartPolicy"]).toEqual(policy);
  });

  test("a failing container is started again as often as asked", async () => {
    const state = async () => {
      const { RestartCount, State } = await project.container("giving-up");
      return { RestartCount, Status: State.Status, ExitCode: State.ExitCode };
    };
    await expect
      .poll(state, { timeout: 30_000, interval: 250 })
      .toEqual({ RestartCount: 2, Status: "exited", ExitCode: 7 });
  });

  test("a container that is not to be restarted stays stopped", async () => {
    await expect.poll(async () => (await project.container("never")).State.Status, { timeout: 20_000 }).toBe("exited");
    expect((await project.container("never")).RestartCount).toBe(0);
  });

  test("no container carries a label of ours, so that a change of autodestroy changes no service", async () => {
    for (const service of ["settings", "never", "retrying", "giving-up", "once", "default", "on-host"]) {
      const { Config } = await project.container(service);
      expect(Object.keys(Config.Labels).filter((name) => name.startsWith("io.tutum-stack."))).toEqual([]);
    }
  });

  test("environment variables and labels", async () => {
    const { Config } = await project.container("settings");
    for (const variable of [
      "PASSWORD=pa$$w0rd${X}$",
      "TIME=22:22",
      "ANSWER=no",
      "EMPTY=",
      "MODE=0777",
      "LINES=a\nb ",
      "FROM_SHELL=a$b ${c}",
    ]) {
      expect(Config.Env).toContain(variable);
    }
    expect(Config.Labels).toMatchObject({ rule: "Host(`$x`)", answer: "yes", empty: "" });
  });

  test("commands and entrypoints are split into words, and their `$` is left alone", async () => {
    const settings = (await project.container("settings")).Config;
    expect(settings["Entrypoint"]).toEqual(["sh", "-c"]);
    expect(settings["Cmd"]).toEqual(['printf "%s" "$PASSWORD" > /tmp/password && exec sleep 600']);
    await expect
      .poll(async () => (await project.execute("settings", ["cat", "/tmp/password"])).stdout, { timeout: 20_000 })
      .toBe("pa$$w0rd${X}$");
    expect((await project.container("never")).Config["Cmd"]).toEqual(["true", "a b", "$HOME", "c d"]);
  });

  test("limits, privileges and names", async () => {
    const { HostConfig, Config, NetworkSettings } = await project.container("settings");
    expect(HostConfig).toMatchObject({
      Memory: 64 * 1024 ** 2,
      MemorySwap: 128 * 1024 ** 2,
      CpuShares: 512,
      CpusetCpus: "0",
      ReadonlyRootfs: true,
      Privileged: false,
      Dns: ["192.0.2.53"],
      DnsSearch: ["example.org"],
      ExtraHosts: ["archive:192.0.2.7"],
      Devices: [{ PathOnHost: "/dev/null", PathInContainer: "/dev/nothing", CgroupPermissions: "r" }],
    });
    expect(namesOf(HostConfig["CapAdd"])).toEqual(["NET_ADMIN"]);
    expect(namesOf(HostConfig["CapDrop"])).toEqual(["MKNOD", "SYS_CHROOT"]);
    expect(HostConfig["SecurityOpt"]).toContain("label=disable");
    expect((await project.execute("settings", ["grep", "NoNewPrivs", "/proc/1/status"])).stdout).toBe(
      "NoNewPrivs:\t1\n",
    );
    expect(Config).toMatchObject({
      User: "0:0",
      WorkingDir: "/tmp",
      Hostname: "machine",
      Domainname: "example.org",
      Tty: true,
      OpenStdin: true,
    });
    expect(JSON.stringify([Config["MacAddress"], NetworkSettings])).toContain("02:42:ac:11:65:43");
  });

  test("ports", async () => {
    const { HostConfig, NetworkSettings } = await project.container("default");
    expect(HostConfig["PortBindings"]).toMatchObject({ "80/tcp": [{ HostPort: String(freePort) }] });
    const { Ports } = NetworkSettings;
    expect(Ports["81/udp"]?.[0]?.HostPort).toMatch(/^\d+$/);
    expect(Ports["82/tcp"]).toBeNull();
    await expect
      .poll(async () => (await fetch(`http://127.0.0.1:${freePort}/`)).text(), { timeout: 20_000 })
      .toBe("answer");
  });

  test("a service in the host's network", async () => {
    const { HostConfig } = await project.container("on-host");
    expect(HostConfig).toMatchObject({ NetworkMode: "host", PidMode: "host" });
  });
});

describe.skipIf(isLeftOut)(`${title}: links`, () => {
  const project = new Project();
  const neighbour = new Project();

  beforeAll(async () => {
    await neighbour.up("store: &store {image: 'busybox:local', command: sleep 600}\nstore.Local: *store\n");
    await project.up(stackOfLinks(neighbour.name));
  }, 120_000);

  afterAll(async () => {
    await project.down();
    await neighbour.down();
  }, 120_000);

  test.each([
    ["client", "server", "server"],
    ["client", "alias", "server"],
    ["client", "server.local", "server"],
    ["left", "right", "right"],
    ["left", "partner", "right"],
    ["right", "left", "left"],
    ["right", "other", "left"],
    ["visitor", "store", "store"],
    ["visitor", "shelf", "store"],
    ["visitor", "Shelf.2", "store.Local"],
    ["visitor", "server", "server"],
  ])("%s reaches %s", async (from, name, target) => {
    await project.expectReaches(from, name, await (target.startsWith("store") ? neighbour : project).container(target));
  });

  test("a name that no link asks for does not resolve", async () => {
    expect((await project.execute("left", ["ping", "-c", "1", "-W", "2", "nobody"])).stderr).toContain("bad address");
  });
});

describe.skipIf(isLeftOut)(`${title}: links to a scaled service`, () => {
  const project = new Project();

  beforeAll(async () => {
    await project.up(stackOfScaledLinks);
  }, 120_000);

  afterAll(() => project.down(), 120_000);

  test.each(["many", "alias"])("a client reaches all 3 containers as %s", async (name) => {
    const containers = await project.containers("many");
    const addresses = containers.flatMap(({ NetworkSettings }) =>
      Object.values(NetworkSettings.Networks).map(({ IPAddress }) => IPAddress),
    );
    expect(addresses).toHaveLength(3);
    const found = async () => (await project.addresses("client", name)).toSorted();
    await expect.poll(found, { timeout: 20_000, interval: 250 }).toEqual(addresses.toSorted());
  });

  test.each([
    ["client", "shared", "one"],
    ["other", "shared", "two"],
    ["client", "TWO", "one"],
  ])("%s reaches its own service as %s, a name that another service has, too", async (from, name, target) => {
    await project.expectReaches(from, name, await project.container(target));
  });

  test("`restart` of a linked service restarts nothing else, and runs no job again", async () => {
    await expect.poll(async () => (await project.container("job")).State.Status, { timeout: 20_000 }).toBe("exited");
    const services = ["client", "other", "job", "two", "around", "and-around"];
    const starts = async () =>
      Promise.all(services.map(async (service) => (await project.container(service)).State.StartedAt));
    const [before, own] = [await starts(), (await project.container("one")).State.StartedAt];
    await project.compose("restart", "-t", "0", "one", "many");
    expect((await project.container("one")).State.StartedAt).not.toBe(own);
    expect(await starts()).toEqual(before);
  });

  test.each([
    ["around", "next", "and-around"],
    ["and-around", "around", "around"],
    ["and-around", "last", "around"],
  ])("in a cycle, %s reaches %s", async (from, name, target) => {
    await project.expectReaches(from, name, await project.container(target));
  });
});

describe.skipIf(isLeftOut)(`${title}: volumes`, () => {
  const project = new Project();

  beforeAll(async () => {
    await project.up(stackOfVolumes);
  }, 120_000);

  afterAll(() => project.down(), 120_000);

  test("are named, in the file or after their service and path", async () => {
    const { Mounts } = await project.container("keeper");
    const mounted = new Map(Mounts.map((mount) => [mount.Destination, mount]));
    expect(mounted.get("/anonymous")).toMatchObject({ Type: "volume", RW: true });
    expect(mounted.get("/anonymous")?.Name).toBe(`${project.name}_keeper-anonymous`);
    expect(mounted.get("/named")).toMatchObject({ Type: "volume", RW: true, Name: `${project.name}_records` });
    expect(mounted.get("/machine")).toMatchObject({ Type: "bind", RW: false, Source: "/usr/share" });
  });

  test.each(["/anonymous", "/named", "/held"])(
    "%s is shared with services that take volumes from it",
    async (folder) => {
      const owner = folder === "/held" ? "writer" : "keeper";
      expect((await project.execute(owner, ["sh", "-c", `echo kept > ${folder}/file`])).code).toBe(0);
      expect((await project.execute("reader", ["cat", `${folder}/file`])).stdout).toBe("kept\n");
      expect((await project.execute("writer", ["sh", "-c", `echo more >> ${folder}/file`])).code).toBe(0);
      expect((await project.execute(owner, ["cat", `${folder}/file`])).stdout).toBe("kept\nmore\n");
    },
  );

  test.each([
    ["reader", "/named/file"],
    ["reader", "/held/file"],
    ["far-reader", "/named/file"],
  ])("%s, which takes them read-only, cannot write %s", async (service, file) => {
    expect(await project.execute(service, ["touch", file])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Read-only file system") as string,
    });
  });
});

/** The names of capabilities, which engines since 28 begin with `CAP_`. */
function namesOf(capabilities: unknown): readonly string[] {
  return (capabilities as readonly string[]).map((name) => name.replace(/^CAP_/, ""));
}

function stackOfSettings(port: number): string {
  return `
settings:
  image: busybox:local
  entrypoint: sh -c
  command:
    - printf "%s" "$PASSWORD" > /tmp/password && exec sleep 600
  autorestart: ALWAYS
  environment:
    PASSWORD: pa$$w0rd\${X}$
    TIME: 22:22
    ANSWER: no
    EMPTY: ""
    MODE: 0777
    LINES: "a\\nb "
    FROM_SHELL:
  labels: ["rule=Host(\`$x\`)", answer=yes, empty]
  mem_limit: 64m
  memswap_limit: 128 mb
  cpu_shares: 512
  cpuset: "0"
  read_only: true
  cap_add: [NET_ADMIN]
  cap_drop: [MKNOD, SYS_CHROOT]
  security_opt: ["no-new-privileges:true", "label:disable"]
  dns: 192.0.2.53
  dns_search: example.org
  extra_hosts: ["archive:192.0.2.7"]
  devices: ["/dev/null:/dev/nothing:r"]
  user: 0:0
  working_dir: /tmp
  hostname: machine
  domainname: example.org
  mac_address: 02:42:ac:11:65:43
  tty: true
  stdin_open: true
  volumes: [/tmp]
never: {image: "busybox:local", restart: no, command: "true 'a b' $HOME c\\\\ d"}
retrying: {image: "busybox:local", autorestart: ON_FAILURE, command: sleep 600}
giving-up: {image: "busybox:local", restart: on-failure:2, command: sh -c 'exit 7'}
once: {image: "busybox:local", autodestroy: ON_SUCCESS, command: sleep 600}
default:
  image: busybox:local
  command: sh -c 'printf answer > /tmp/index.html && exec httpd -f -p 80 -h /tmp'
  ports: ["${port}:80", 81/udp]
  expose: [82]
on-host: {image: "busybox:local", command: sleep 600, net: host, pid: host}
`;
}

function stackOfLinks(neighbour: string): string {
  return `
server:
  image: busybox:local
  command: sleep 600
client:
  image: busybox:local
  command: sleep 600
  links: [server, "server:alias", "server:server.local"]
left:
  image: busybox:local
  command: sleep 600
  links: ["right:partner"]
right:
  image: busybox:local
  command: sleep 600
  links: ["left:other", left]
visitor:
  image: busybox:local
  command: sleep 600
  links: [store.${neighbour}, "store.${neighbour}:shelf", "store.Local.${neighbour}:Shelf.2", server]
`;
}

const stackOfScaledLinks = `
many: {image: "busybox:local", command: sleep 600, target_num_containers: 3}
one: {image: "busybox:local", command: sleep 600}
two: {image: "busybox:local", command: sleep 600}
client:
  image: busybox:local
  command: sleep 600
  links: [many, "many:alias", "one:shared", "one:TWO"]
other: {image: "busybox:local", command: sleep 600, links: ["two:shared"]}
job: {image: "busybox:local", command: echo done, links: [one, "one:shared", many]}
around: {image: "busybox:local", command: sleep 600, links: ["and-around:next", one]}
and-around: {image: "busybox:local", command: sleep 600, links: [around, "around:last"]}
`;

const stackOfVolumes = `
keeper:
  image: busybox:local
  command: sleep 600
  volumes: [/anonymous, "records:/named", "/usr/share:/machine:ro"]
reader: {image: "busybox:local", command: sleep 600, volumes_from: ["keeper:ro", "holder:ro"]}
writer: {image: "busybox:local", command: sleep 600, volumes_from: [keeper, holder]}
far-reader: {image: "busybox:local", command: sleep 600, volumes_from: ["writer:ro"]}
holder: {image: "busybox:local", command: "true", volumes: [/held]}
`;

function findFreePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
