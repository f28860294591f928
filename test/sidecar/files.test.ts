import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { watchConfigFile } from "../../src/sidecar/config-file.ts";
import { checkHeartbeat, heartbeatPath, removeHeartbeat, writeHeartbeat } from "../../src/sidecar/heartbeat.ts";
import { findOwnId } from "../../src/docker/own-container.ts";
import { FakeClock } from "../engine/fake-clock.ts";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "sidecar-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test("a sidecar is healthy for three intervals after a reconcile, unless something is wrong", () => {
  const path = heartbeatPath("/etc/tutum-stack/autodestroy.json", folder());
  expect(checkHeartbeat(path)).toBe("no sidecar with this config has completed a check yet");
  writeHeartbeat(path, undefined);
  expect(checkHeartbeat(path)).toBeUndefined();
  writeHeartbeat(path, undefined, 1000);
  expect(checkHeartbeat(path, 1180)).toBeUndefined();
  expect(checkHeartbeat(path, 1182)).toBe("the sidecar has not checked its containers for 182 s");
  expect(checkHeartbeat(path, 900)).toBeDefined();
  writeHeartbeat(path, "the engine answers 403");
  expect(checkHeartbeat(path)).toBe("the engine answers 403");
  removeHeartbeat(path);
  expect(checkHeartbeat(path)).toBeDefined();
});

test("a heartbeat that is none is not healthy", () => {
  const path = heartbeatPath("x", folder());
  for (const text of ["", "null", "{}", '{"seconds":"9"}', "["]) {
    writeFileSync(path, text);
    expect(checkHeartbeat(path)).toBeDefined();
  }
});

test("each config has a heartbeat of its own", () => {
  expect(new Set(["/a.json", "/b.json", "AUTODESTROY_CONFIG"].map((config) => heartbeatPath(config))).size).toBe(3);
});

test("a heartbeat does not follow a link that somebody laid in its place", () => {
  const place = folder();
  const path = heartbeatPath("x", place);
  const victim = join(place, "victim");
  writeFileSync(victim, "precious");
  symlinkSync(victim, path);
  symlinkSync(victim, `${path}.${process.pid}`);
  writeHeartbeat(path, undefined);
  expect(checkHeartbeat(path)).toBeUndefined();
  expect(checkHeartbeat(victim)).toBeDefined();
});

test("a heartbeat that is somebody else's, or no file, stops nothing and leaves nothing", () => {
  const place = folder();
  const path = join(place, "heartbeat");
  mkdirSync(join(path, "theirs"), { recursive: true });
  expect(() => writeHeartbeat(path, undefined)).toThrow();
  expect(readdirSync(place)).toEqual(["heartbeat"]);
  removeHeartbeat(path);
  expect(readdirSync(path)).toEqual(["theirs"]);
});

test("a config is read again when it is written, replaced, linked elsewhere, or back", async () => {
  const place = folder();
  const path = join(place, "autodestroy.json");
  writeFileSync(path, "1");
  const [clock, stop, heard] = [new FakeClock(), new AbortController(), [] as string[]];
  watchConfigFile(
    path,
    "1",
    { onText: (text) => heard.push(text), onProblem: (problem) => heard.push(problem.replace(/:.*/, "")) },
    clock,
    stop.signal,
  );
  const steps: readonly (readonly [() => void, readonly string[]])[] = [
    [(): void => {}, []],
    [(): void => writeFileSync(path, "2"), ["2"]],
    [(): void => {}, []],
    [(): void => (writeFileSync(`${path}.new`, "3"), renameSync(`${path}.new`, path)), ["3"]],
    [(): void => writeFileSync(path, "\u{feff}3"), []],
    [(): void => rmSync(path), ["ENOENT"]],
    [(): void => {}, []],
    [
      (): void => (
        mkdirSync(join(place, "v4")),
        writeFileSync(join(place, "v4", "c"), "4"),
        symlinkSync(join(place, "v4", "c"), path)
      ),
      ["4"],
    ],
    [(): void => stop.abort(), []],
    [(): void => writeFileSync(path, "5"), []],
  ];
  for (const [step, expected] of steps) {
    step();
    await clock.pass(5);
    expect(heard.splice(0)).toEqual(expected);
  }
});

const id = "0f".repeat(32);

test.each<readonly [string, string | undefined, string | undefined, string | undefined]>([
  [
    "Docker",
    `711 700 254:1 /var/lib/docker/containers/${id}/hostname /etc/hostname rw,relatime - ext4 /dev/vda rw`,
    undefined,
    id,
  ],
  [
    "Docker, with another host name",
    `711 700 254:1 /docker/containers/${id}/hosts /etc/hosts rw - ext4 /dev/vda rw`,
    "web",
    id,
  ],
  [
    "Podman",
    `9 8 0:1 /containers/storage/overlay-containers/${id}/userdata/hostname /etc/hostname rw - tmpfs tmpfs rw`,
    "web",
    id,
  ],
  ["only a host name", undefined, id.slice(0, 12), id.slice(0, 12)],
  [
    "a host with containers",
    `9 8 0:1 / /var/lib/docker/containers/${id}/mounts/shm rw - tmpfs shm rw`,
    "web",
    undefined,
  ],
  ["a host", undefined, "web", undefined],
  ["nothing", undefined, undefined, undefined],
])("which container this is: %s", (_, mounts, host, expected) => {
  expect(
    findOwnId({ env: { HOSTNAME: host }, readText: (path) => (path === "/proc/self/mountinfo" ? mounts : undefined) }),
  ).toBe(expected);
});
