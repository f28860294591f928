import { describe, expect, test } from "vitest";
import type { ContainerDetails } from "../../src/docker/platform-engine.ts";
import type { WantedService } from "../../src/platform/compiled.ts";
import type { ListedContainer } from "../../src/platform/observed.ts";
import type { AppliedService } from "../../src/platform/state.ts";
import { serviceState, stackState, type ServiceState } from "../../src/platform/states.ts";

const container = (id: string, state: string, status: string): ListedContainer => ({
  id,
  name: `web-${id}`,
  image: "nginx",
  command: "",
  state,
  status,
  created: 0,
  labels: new Map(),
  ports: [],
  project: "shop",
  service: "web",
  number: 1,
});
const up = container("1", "running", "Up 2 hours");
const ended = (code: number): ListedContainer => container("2", "exited", `Exited (${code}) 5 minutes ago`);
const wanted = (policy: WantedService["policy"]): WantedService => ({
  name: "web",
  image: "nginx",
  keys: { image: "a" },
  policy,
  restart: "no",
  replicas: 1,
  limits: { memory: undefined, memorySwap: undefined, cpuShares: undefined, cpuset: undefined },
  volumes: new Map(),
  definition: {} as WantedService["definition"],
});
const must = wanted({ autorestart: "ALWAYS", autodestroy: "OFF" });
const task = wanted({ autorestart: "OFF", autodestroy: "OFF" });
const job = wanted({ autorestart: "OFF", autodestroy: "ON_SUCCESS" });
const applied: AppliedService = { keys: { image: "a" }, restart: "no", replicas: 1, autodestroy: "OFF", since: 0 };

describe("4.1 states of services are derived from their containers", () => {
  test.each<[string, string, WantedService, readonly ListedContainer[], AppliedService | undefined, boolean]>([
    ["Not running", "Not running", must, [], undefined, false],
    ["Cleaned up", "Not running", job, [], applied, true],
    ["Running", "Running", must, [up], applied, true],
    ["Partly running", "Partly running", must, [up, ended(1)], applied, false],
    ["Starting", "Starting", must, [container("1", "created", "Created")], applied, false],
    ["Stopped", "Stopped", must, [ended(0)], applied, false],
    ["Finished", "Stopped", task, [ended(0)], applied, true],
    ["Failed (3)", "Stopped", task, [ended(0), ended(3)], applied, false],
    ["Stopped", "Stopped", task, [ended(137)], { ...applied, isStopped: true }, false],
    [
      "Restarting (6th time)",
      "Running",
      must,
      [container("6", "restarting", "Restarting (1) 2 s ago")],
      applied,
      false,
    ],
    ["Unhealthy", "Running", must, [container("1", "running", "Up 2 hours (unhealthy)")], applied, false],
    ["Paused", "Running", must, [container("1", "paused", "Up 2 hours (Paused)")], applied, false],
  ])("%s, in the API %s", (word, state, service, containers, known, isWell) => {
    const details = new Map([["6", { restartCount: 6, restartPolicy: "no" } as ContainerDetails]]);
    expect(serviceState(service, containers, { applied: known, details })).toMatchObject({ word, state, isWell });
  });

  test("out of date, and changed by hand", () => {
    const details = new Map([["1", { restartPolicy: "always", maximumRetryCount: 0 } as ContainerDetails]]);
    const old = { ...applied, keys: { image: "b" } };
    expect(serviceState(task, [up], { applied: old, details })).toMatchObject({
      isCurrent: false,
      changedByHand: ["web-1"],
    });
    expect(serviceState(task, [up], { applied, details: new Map() })).toMatchObject({
      isCurrent: true,
      changedByHand: [],
    });
    expect(serviceState(task, [up], { applied: undefined, details }).isCurrent).toBeUndefined();
  });
});

describe("4.1 the state of a stack", () => {
  const of = (...states: readonly ServiceState["state"][]): string =>
    stackState(states.map((state) => ({ state, word: state, isCurrent: true, changedByHand: [], isWell: true })));

  test.each([
    [[], "Not running"],
    [["Running", "Running"], "Running"],
    [["Running", "Stopped"], "Partly running"],
    [["Stopped", "Not running"], "Stopped"],
    [["Running", "Starting"], "Starting"],
  ] as const)("%j is %s", (states, state) => expect(of(...states)).toBe(state));
});
