import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { actionHeaders, uriOf, type Family } from "./family.ts";
import type { Action, Asked, Work } from "./actions.ts";
import type { Backend, View } from "./backend.ts";
import { Refused } from "./refused.ts";
import type { Showing } from "./resources.ts";

/** What the handlers of a request share. */
export interface Env {
  readonly Variables: { readonly family: Family; readonly body: string | undefined; readonly secret: string };
}

/** A request at work. */
export type Call = Context<Env>;

/** Who asked, for the record of an action. A query can hold what is nobody's business. */
export function askedBy(c: Call): Asked {
  const { pathname } = new URL(c.req.url);
  return { method: c.req.method, path: pathname, userAgent: c.req.header("user-agent") ?? "" };
}

/** How objects are shown to this caller. */
export function showingTo(c: Call, { actions }: Backend, { services }: View): Showing {
  return { family: c.get("family"), services, passing: (uuid) => actions.passing(uuid) };
}

/** Whether the request says yes to what is destroyed. */
export function isYes(c: Call): boolean {
  return /^(true|1|yes)$/i.test(c.req.query("apply") ?? "");
}

/** Whether a redeploy is to give new containers new anonymous volumes (`reuse_volumes=False`). */
export function renewsVolumes(c: Call): boolean {
  return /^false$/i.test(c.req.query("reuse_volumes") ?? "");
}

/** The name of an action: `Service Start`. */
export function titleOf(kind: string, verb: string): string {
  return [kind, verb].map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join(" ");
}

/** The one with the UUID of the path. Throws Refused when there is none. */
export function found<T extends { readonly uuid: string }>(c: Call, all: readonly T[], kind: string): T {
  const uuid = c.req.param("uuid") ?? "";
  const one = all.find((candidate) => candidate.uuid === uuid.toLowerCase());
  if (!one) throw new Refused(404, `there is no ${kind} ${JSON.stringify(uuid)}`);
  return one;
}

/** An answer that names the action which was begun. */
export function answer(c: Call, action: Action, status: ContentfulStatusCode, body: object): Response {
  const family = c.get("family");
  return c.json(body, status, { [actionHeaders[family.name]]: uriOf(family, "action", action.uuid) });
}

/** Begins something that takes a while. The error of one that fails is in its record. */
export function accept(backend: Backend, work: Work): Action {
  const { action, done } = backend.actions.begin(work);
  done.catch(() => {});
  return action;
}

/** Does something at once, and gives its record. Rejects with what it fails with. */
export async function carryOut(backend: Backend, work: Work): Promise<Action> {
  const { action, done } = backend.actions.begin(work);
  await done;
  return action;
}
