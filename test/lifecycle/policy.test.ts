import { describe, expect, test } from "vitest";
import {
  actionAfterDaemonRestart,
  actionAfterExit,
  actionAfterStop,
  actionAfterTask,
  autodestroyValues,
  autorestartValues,
  isCompatible,
  removesAfterExit,
  type Policy,
} from "../../src/lifecycle/policy.ts";

/**
 * The table of the reference, written out: what happens at exit code 0, at another one, and to a container that the
 * engine gave up on.
 */
const rows = [
  {
    autorestart: "OFF",
    autodestroy: "OFF",
    exit: ["keep", "keep"],
    stop: ["keep", "keep"],
    daemon: ["keep", "keep"],
    removes: false,
  },
  {
    autorestart: "OFF",
    autodestroy: "ON_FAILURE",
    exit: ["keep", "remove"],
    stop: ["keep", "remove"],
    daemon: ["keep", "remove"],
    removes: true,
  },
  {
    autorestart: "OFF",
    autodestroy: "ON_SUCCESS",
    exit: ["remove", "keep"],
    stop: ["remove", "keep"],
    daemon: ["remove", "keep"],
    removes: true,
  },
  {
    autorestart: "OFF",
    autodestroy: "ALWAYS",
    exit: ["remove", "remove"],
    stop: ["remove", "remove"],
    daemon: ["remove", "remove"],
    removes: true,
  },
  {
    autorestart: "ON_FAILURE",
    autodestroy: "OFF",
    exit: ["keep", "restart"],
    stop: ["keep", "keep"],
    daemon: ["keep", "restart"],
    removes: false,
  },
  {
    autorestart: "ON_FAILURE",
    autodestroy: "ON_FAILURE",
    exit: ["keep", "restart"],
    stop: ["keep", "remove"],
    daemon: ["keep", "restart"],
    removes: false,
  },
  {
    autorestart: "ON_FAILURE",
    autodestroy: "ON_SUCCESS",
    exit: ["remove", "restart"],
    stop: ["remove", "keep"],
    daemon: ["remove", "restart"],
    removes: true,
  },
  {
    autorestart: "ON_FAILURE",
    autodestroy: "ALWAYS",
    exit: ["remove", "restart"],
    stop: ["remove", "remove"],
    daemon: ["remove", "restart"],
    removes: true,
  },
  {
    autorestart: "ALWAYS",
    autodestroy: "OFF",
    exit: ["restart", "restart"],
    stop: ["keep", "keep"],
    daemon: ["restart", "restart"],
    removes: false,
  },
] as const;

const refused = [
  { autorestart: "ALWAYS", autodestroy: "ON_FAILURE" },
  { autorestart: "ALWAYS", autodestroy: "ON_SUCCESS" },
  { autorestart: "ALWAYS", autodestroy: "ALWAYS" },
] as const;

describe.each(rows)(
  "autorestart $autorestart, autodestroy $autodestroy",
  ({ exit, stop, daemon, removes, ...policy }) => {
    test("may stand together", () => {
      expect(isCompatible(policy)).toBe(true);
    });

    test(`after an exit by itself: ${exit.join(", ")}`, () => {
      expect([actionAfterExit(policy, "success"), actionAfterExit(policy, "failure")]).toEqual(exit);
    });

    test(`stopped for good: ${stop.join(", ")}`, () => {
      expect([actionAfterStop(policy, "success"), actionAfterStop(policy, "failure")]).toEqual(stop);
    });

    test(`the container of a Swarm task: ${exit.join(", ")}`, () => {
      expect([actionAfterTask(policy, "success"), actionAfterTask(policy, "failure")]).toEqual(exit);
    });

    test(`ended by a restart of the daemon: ${daemon.join(", ")}`, () => {
      expect([actionAfterDaemonRestart(policy, "success"), actionAfterDaemonRestart(policy, "failure")]).toEqual(
        daemon,
      );
    });

    test(removes ? "is removed after some exit" : "is never removed after an exit", () => {
      expect(removesAfterExit(policy)).toBe(removes);
    });
  },
);

describe.each(refused)("autorestart $autorestart, autodestroy $autodestroy", (policy) => {
  test("is refused", () => {
    expect(isCompatible(policy)).toBe(false);
    expect(() => actionAfterExit(policy, "success")).toThrow(/autorestart ALWAYS/);
    expect(() => actionAfterExit(policy, "failure")).toThrow(/autorestart ALWAYS/);
    expect(() => actionAfterDaemonRestart(policy, "failure")).toThrow(/autorestart ALWAYS/);
    expect(() => removesAfterExit(policy)).toThrow(/autorestart ALWAYS/);
  });
});

test("every pair has a row", () => {
  const pairs = autorestartValues.flatMap((autorestart) =>
    autodestroyValues.map((autodestroy) => ({ autorestart, autodestroy })),
  );
  const known: readonly Policy[] = [
    ...rows.map(({ autorestart, autodestroy }) => ({ autorestart, autodestroy })),
    ...refused,
  ];
  expect(pairs).toEqual(known);
});
