import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Io } from "../../src/cli/io.ts";
import { openRuns, type RunsOptions } from "../../src/cli/sidecar/runs.ts";
import { projectFolder } from "../../src/platform/state.ts";
import type { LogEntry } from "../../src/sidecar/log.ts";
import { runFileName } from "../../src/sidecar/runs/file-name.ts";
import type { RunStore } from "../../src/sidecar/runs/store.ts";
import { FakeClock } from "../engine/fake-clock.ts";
import { serve, type SocketServer } from "../engine/docker-server.ts";
import { FakeEngine } from "../engine/fake-engine.ts";
import { FakePlatformEngine } from "../engine/fake-platform-engine.ts";
import { platformAnswers } from "../engine/platform-server.ts";
import { runOf } from "../sidecar/runs/world.ts";

const noEngine = { kind: "socket", path: "/nowhere/docker.sock" } as const;

interface Opened {
  readonly runs: RunStore | undefined;
  readonly logged: readonly LogEntry[];
}

function open(options: Partial<RunsOptions>, env: Io["env"] = {}, cwd = "/shop"): Opened {
  const logged: LogEntry[] = [];
  const common = { given: undefined, hasUser: true, endpoint: noEngine, log: (entry: LogEntry) => logged.push(entry) };
  return { runs: openRuns({ env, cwd } as Io, { ...common, ...options }), logged };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "runs-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function engine(): Promise<SocketServer> {
  const platform = new FakePlatformEngine(new FakeEngine(new FakeClock()));
  const server = await serve(platformAnswers(platform));
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

test("jobs 1.3: on the host, in the user's state folder, by engine and project; the engine is asked once", async () => {
  const [{ endpoint, requests }, state] = [await engine(), newFolder()];
  const { runs } = open({ endpoint }, { XDG_STATE_HOME: state });
  await Promise.all(["a", "b"].map((digit) => runs!.put(runOf({ container: digit.repeat(64) }))));
  await runs!.put(runOf({ project: "blog" }));
  const folder = projectFolder(join(state, "tutum-stack"), "R2ZG:FAKE", "blog");
  expect(readdirSync(join(folder, "runs"))).toEqual([runFileName(runOf())]);
  expect(readdirSync(join(folder, "../shop/runs"))).toHaveLength(2);
  expect(requests.filter((request) => request.endsWith("/info"))).toHaveLength(1);
});

test("jobs 1.3: no project leads out of the folder", async () => {
  const [{ endpoint }, state] = [await engine(), newFolder()];
  for (const project of ["../../x", "..", ".", "", "a/b", "a\u0000"]) {
    const { runs } = open({ endpoint }, { XDG_STATE_HOME: state });
    await expect(runs!.put(runOf({ project }))).rejects.toThrow("cannot be a project");
  }
  expect(readdirSync(state)).toEqual([]);
  const { runs } = open({ given: "kept" }, {}, state);
  for (const project of ["../../x", "..", "a/b"]) await runs!.put(runOf({ project }));
  expect(readdirSync(state)).toEqual(["kept"]);
  expect(readdirSync(join(state, "kept")).toSorted()).toEqual(["%2e%2e", "%2e%2e%2f%2e%2e%2fx", "a%2fb"]);
});

test("jobs 1.3: in a named folder, without a question to the engine", async () => {
  const folder = newFolder();
  for (const hasUser of [true, false]) {
    const { runs } = open({ given: "kept", hasUser }, {}, folder);
    await runs!.put(runOf());
    expect(readdirSync(join(folder, "kept", "shop"))).toEqual([runFileName(runOf())]);
  }
});

test("jobs 1.3: nowhere with `none`, and in a container unless a folder is named", () => {
  expect(open({ given: "none" }, { HOME: "/home/me" })).toEqual({ runs: undefined, logged: [] });
  expect(open({ hasUser: false }, { HOME: "/home/me" })).toEqual({ runs: undefined, logged: [] });
});

test("a user without a home keeps no runs, and the log says so", () => {
  const reason =
    "no runs are kept: the variable HOME is not set, so the user's folders are unknown; name a folder with --runs";
  expect(open({})).toEqual({ runs: undefined, logged: [{ level: "warning", event: "runs", reason }] });
});

test("jobs 1.5: an engine that does not say who it is: the failure names the way out, and it is asked again", async () => {
  const state = newFolder();
  let isForbidden = true;
  const platform = new FakePlatformEngine(new FakeEngine(new FakeClock()));
  const answers = platformAnswers(platform);
  await using server = await serve((request, response) => {
    if (isForbidden && request.url?.endsWith("/info")) response.writeHead(403).end("no");
    else answers(request, response);
  });
  const { runs } = open({ endpoint: server.endpoint }, { XDG_STATE_HOME: state });
  const failure = "the engine does not say who it is (the engine answers 403: no); name a folder with --runs";
  await expect(runs!.put(runOf())).rejects.toThrow(failure);
  isForbidden = false;
  await runs!.put(runOf());
  expect(await runs!.find(runOf())).toEqual(runOf());
});
