import { createHash } from "node:crypto";
import type { Hono } from "hono";
import { actionAfterExit, autodestroyValues, autorestartValues, isCompatible } from "../../lifecycle/policy.ts";
import { up } from "../../platform/actions.ts";
import { diagnoseStack, replaceStackText } from "../../platform/stack-actions.ts";
import { readStackFile } from "../../platform/change.ts";
import { whatIsDestroyed } from "../../platform/consent.ts";
import { isEmpty, type Plan } from "../../platform/plan-model.ts";
import { describePlan } from "../../platform/plan-text.ts";
import type { Backend } from "../backend.ts";
import { parseBody } from "../bodies.ts";
import { expectDone } from "../outcome.ts";
import { Refused } from "../refused.ts";
import type { PlanResource } from "../resource-types.ts";
import { stackResource } from "../resources.ts";
import { accept, answer, askedBy, carryOut, found, isYes, showingTo, type Call, type Env } from "../respond.ts";

/** What the old API did not have (reference live.md 6.1.4). */
export function addOwn(app: Hono<Env>, backend: Backend): void {
  app.get("/api/lifecycle", (c) => c.json({ objects: lifecycle }));
  app.get("/api/stack/:uuid/file", (c) => {
    const { platform, stacks } = backend.view();
    const { text } = readStackFile(platform, found(c, stacks, "stack").ref);
    const tag = tagOf(text);
    const headers = { ETag: tag, "Content-Type": "text/yaml; charset=utf-8" };
    return c.req.header("if-none-match") === tag ? c.body(null, 304, headers) : c.body(text, 200, headers);
  });
  app.put("/api/stack/:uuid/file", (c) => replace(c, backend));
  app.get("/api/stack/:uuid/diagnostics", (c) => {
    const { platform, stacks } = backend.view();
    const { text } = readStackFile(platform, found(c, stacks, "stack").ref);
    return c.json({ objects: diagnoseStack(text) });
  });
  for (const path of ["/api/stack/diagnostics", "/api/stack/:uuid/diagnostics"])
    app.post(path, (c) => c.json({ objects: diagnoseStack(parseBody(c.get("body"), "diagnose")["text"] as string) }));
  app.get("/api/stack/:uuid/plan", (c) => plan(c, backend));
  app.post("/api/stack/:uuid/apply", (c) => apply(c, backend));
}

/** What happens to a container that ends, for each pair of settings; null where they cannot be combined. */
const lifecycle = autorestartValues.flatMap((autorestart) =>
  autodestroyValues.map((autodestroy) => {
    const policy = { autorestart, autodestroy };
    const after = (exit: "success" | "failure"): string | null =>
      isCompatible(policy) ? actionAfterExit(policy, exit) : null;
    return { ...policy, success: after("success"), failure: after("failure") };
  }),
);

function tagOf(text: string): string {
  return `"${createHash("sha256").update(text).digest("hex").slice(0, 32)}"`;
}

/** Replaces the text of a stack file that nobody has changed since it was read. */
async function replace(c: Call, backend: Backend): Promise<Response> {
  const text = c.get("body") ?? "";
  const view = backend.view();
  const { ref, name, uuid } = found(c, view.stacks, "stack");
  const expected = c.req.header("if-match");
  if (expected === undefined)
    throw new Refused(428, "the header If-Match must have the ETag of the text that was read");
  let isChanged = false;
  const action = await carryOut(backend, {
    name: "Stack Update",
    object: { kind: "stack", uuid },
    asked: askedBy(c),
    project: ref.project,
    passing: new Map(),
    run: async (progress) => {
      const context = backend.context(`edit ${name}`, true, progress);
      const isExpected = (before: string): boolean => !(isChanged = tagOf(before) !== expected);
      const outcome = await replaceStackText(context, ref, { text, isExpected });
      if (isChanged) throw new Refused(412, "the stack file was changed meanwhile; nothing was written");
      expectDone(outcome);
    },
  });
  const now = backend.view();
  const stack = now.stacks.find((one) => one.uuid === uuid);
  if (!stack) throw new Refused(404, "the stack is gone meanwhile");
  c.header("ETag", tagOf(text));
  return answer(c, action, 200, stackResource(stack, showingTo(c, backend, now)));
}

/** What an apply would do, without doing it. */
async function plan(c: Call, backend: Backend): Promise<Response> {
  const { ref, name } = found(c, backend.view().stacks, "stack");
  const context = backend.context(`plan ${name}`, false, { signal: c.req.raw.signal, onStep: () => {} });
  let seen: Plan | undefined;
  const conversation = { ...context.conversation, onPlan: (made: Plan) => ((seen = made), false) };
  const outcome = await up({ ...context, conversation }, ref, {});
  expectDone(outcome);
  const { services, sidecar, removals, movedData } = seen!;
  const told: PlanResource = {
    lines: describePlan(seen!, "planned"),
    destroyed: whatIsDestroyed(seen!, new Set()),
    is_empty: isEmpty(seen!),
  };
  return c.json({
    ...told,
    services,
    sidecar: { kind: sidecar.kind, service: sidecar.service },
    removals,
    moved_data: movedData,
  });
}

/** Makes what the stack file says. */
function apply(c: Call, backend: Backend): Response {
  const view = backend.view();
  const stack = found(c, view.stacks, "stack");
  if (stack.isBroken)
    throw new Refused(409, `the stack file of ${stack.name} has errors; GET …/diagnostics/ shows them`);
  const { ref, name, uuid } = stack;
  const isMeant = isYes(c);
  const action = accept(backend, {
    name: "Stack Apply",
    object: { kind: "stack", uuid },
    asked: askedBy(c),
    project: ref.project,
    passing: new Map(),
    run: async (progress) => {
      try {
        expectDone(await up(backend.context(`up ${name}`, isMeant, progress), ref, {}));
      } finally {
        await backend.refresh(ref.project, progress.signal);
      }
    },
  });
  return answer(c, action, 202, stackResource(stack, showingTo(c, backend, view)));
}
