import { beforeEach, describe, expect, test } from "vitest";
import { setService, up, type Context, type ServiceFields } from "../../src/platform/actions.ts";
import type { Outcome } from "../../src/platform/change.ts";
import { placeOfFile } from "../../src/platform/places.ts";
import { stackAt } from "../../src/platform/platform.ts";
import { FakeMachine } from "./world.ts";

const text = `web: # the site
  image: nginx
  restart: always
job:
  image: busybox
  autodestroy: ON_SUCCESS
`;

let machine: FakeMachine;
let confirm: () => Promise<boolean>;

beforeEach(async () => {
  machine = new FakeMachine();
  machine.files.create("/shop/stack.yml", text, 0o644);
  confirm = () => Promise.resolve(true);
  await act((context, stack) => up(context, stack, {}));
});

async function act(
  action: (context: Context, stack: Awaited<ReturnType<typeof stackAt>>) => Promise<Outcome>,
): Promise<Outcome> {
  const platform = await machine.start();
  const stack = await stackAt(platform, placeOfFile("/shop/stack.yml"), undefined, machine.signal);
  const conversation = { confirm: () => confirm(), onPlan: () => true, onActions: () => true, onStep: () => {} };
  return machine.finish(action({ platform, conversation, what: "a test", signal: machine.signal }, stack));
}

const set = (service: string, fields: ServiceFields): Promise<Outcome> =>
  act((context, stack) => setService(context, stack, service, { fields, next: "apply" }));

/** What was done to the engine and by Compose, in its order. */
async function callsOf(action: () => Promise<unknown>): Promise<readonly string[]> {
  const calls: string[] = [];
  machine.onCall = (what) => void (/^(update|start|stop|remove)$/.test(what) && calls.push(what));
  const run = machine.compose.run.bind(machine.compose);
  machine.compose.run = (call, listener) => {
    calls.push(call.args.join(" "));
    return run(call, listener);
  };
  await action();
  machine.compose.run = run;
  return calls;
}

describe("3.2 the stack file", () => {
  test("is edited by span, and only where it must be", async () => {
    expect(await set("web", { autorestart: "OFF" })).toMatchObject({ kind: "done" });
    expect(machine.files.texts()["/shop/stack.yml"]).toBe(text.replace("restart: always", 'restart: "no"'));
  });

  test("that changed on disk since it was read is refused, and nothing is done", async () => {
    const job = machine.engine.fake.all().find(({ name }) => name === "shop-job-1")!;
    machine.engine.fake.exit(job.id, 1);
    const byHand = text.replace("nginx", "nginx:2");
    confirm = () => {
      machine.files.remove("/shop/stack.yml");
      machine.files.create("/shop/stack.yml", byHand, 0o644);
      return Promise.resolve(true);
    };
    const before = machine.engine.fake.all();
    await expect(set("job", { autodestroy: "ALWAYS" })).rejects.toThrow(/was changed meanwhile; nothing was done/);
    expect(machine.engine.fake.all()).toEqual(before);
    expect(machine.files.texts()["/shop/stack.yml"]).toBe(byHand);
  });
});

describe("3.5 files are written together or not at all", () => {
  test.each(["create", "rename"])("where a %s of the config fails", async (operation) => {
    const before = machine.files.texts();
    const containers = machine.engine.fake.all();
    let left = 3;
    machine.onCall = (what) => {
      const isOutput = what.startsWith(`${operation} /shop/`);
      if (isOutput && --left === 0) throw Object.assign(new Error("full"), { code: "ENOSPC" });
    };
    await expect(set("job", { autodestroy: "ALWAYS" })).rejects.toThrow(/no space left on the disk/);
    expect(machine.files.texts()).toEqual(before);
    expect(machine.engine.fake.all()).toEqual(containers);
  });
});

describe("3.6 the order", () => {
  test("to ALWAYS: the config first", async () => {
    const calls = await callsOf(() => set("job", { autorestart: "ALWAYS", autodestroy: "OFF" }));
    // The last service with autodestroy: its sidecar goes.
    expect(calls).toEqual(["stop", "remove", "update"]);
  });

  test("to ALWAYS where others keep autodestroy: the sidecar's new config first", async () => {
    await set("web", { autorestart: "OFF", autodestroy: "ALWAYS" });
    const calls = await callsOf(() => set("web", { autorestart: "ALWAYS", autodestroy: "OFF" }));
    expect(calls).toEqual(["up -d --no-deps autodestroy", "update"]);
  });

  test("away from ALWAYS: the policy first", async () => {
    const calls = await callsOf(() => set("web", { autorestart: "OFF", autodestroy: "ALWAYS" }));
    expect(calls).toEqual(["update", "up -d --no-deps autodestroy"]);
  });

  test("while containers are made, the sidecar is stopped, and started last", async () => {
    const calls = await callsOf(() => set("web", { image: "nginx:2" }));
    expect(calls).toEqual(["stop", "up -d --no-deps web", "start"]);
  });
});
