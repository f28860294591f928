import { type Edit, type Json, editDocument } from "../yaml/edit.ts";
import type { Allowance } from "./consent.ts";
import type { Platform, StackRef } from "./platform.ts";
import { basename } from "node:path";
import { type Conversation, type Outcome, type Wish, changeStack } from "./change.ts";
import { type VariablesChange, fieldEdits, variableEdits } from "./edits.ts";
import type { Reruns } from "./plan-model.ts";
import { withoutPrototype } from "./state.ts";

/** Fields of a service as a stack file has them; undefined removes a field. */
export type ServiceFields = Readonly<Record<string, Json | undefined>>;

/** What an action needs besides its own arguments. */
export interface Context {
  readonly platform: Platform;
  readonly conversation: Conversation;
  /** What the user typed: the lock and the state show it to other commands. */
  readonly what: string;
  readonly signal: AbortSignal;
}

const unchanged: Wish["edit"] = (text) => ({ text });

/** Makes all services as the file says (reference live.md 5.4). */
export function up(
  { platform, conversation, what, signal }: Context,
  stack: StackRef,
  {
    sidecar,
    balancer,
    linkVariables,
    reruns,
  }: Pick<Wish, "sidecar" | "balancer" | "linkVariables"> & { readonly reruns?: Reruns | undefined },
): Promise<Outcome> {
  const wish: Wish = {
    what,
    edit: unchanged,
    request: { kind: "up", ...(reruns ? { reruns } : {}) },
    allows: new Set(),
    ...(sidecar ? { sidecar } : {}),
    ...(linkVariables === undefined ? {} : { linkVariables }),
    ...(balancer ? { balancer } : {}),
  };
  return changeStack(platform, stack, wish, conversation, signal);
}

/** What to do after an edit: apply it to the containers that run, or recreate all containers of the service. */
export type ServiceNext = "apply" | "redeploy";

/** Changes fields of a service. */
export function setService(
  context: Context,
  stack: StackRef,
  service: string,
  { fields, next }: { readonly fields: ServiceFields; readonly next: ServiceNext },
): Promise<Outcome> {
  return changeService(context, stack, { service, next, edits: (text) => fieldEdits(text, service, fields) });
}

/**
 * Changes fields of a service as the old API did: what can be changed on running containers is, and all else waits for
 * a redeploy, also what would destroy anything (reference live.md 1.4 and 3).
 */
export function patchService(
  context: Context,
  stack: StackRef,
  service: string,
  { fields, allows }: { readonly fields: ServiceFields; readonly allows: ReadonlySet<Allowance> },
): Promise<Outcome> {
  return change(context, stack, {
    edit: (text) => edited(stack, text, fieldEdits(text, service, fields)),
    request: { kind: "live", service },
    allows,
    isFileOnly: "where it destroys",
  });
}

/** Changes variables of a service, as `setService` changes fields. */
export function setVariables(
  context: Context,
  stack: StackRef,
  service: string,
  { variables, next }: { readonly variables: VariablesChange; readonly next: ServiceNext },
): Promise<Outcome> {
  return changeService(context, stack, { service, next, edits: (text) => variableEdits(text, service, variables) });
}

function changeService(
  context: Context,
  stack: StackRef,
  {
    service,
    next,
    edits,
  }: { readonly service: string; readonly next: ServiceNext; readonly edits: (text: string) => readonly Edit[] },
): Promise<Outcome> {
  return change(context, stack, {
    edit: (text) => edited(stack, text, edits(text)),
    request: next === "redeploy" ? { kind: "redeploy", services: new Set([service]) } : { kind: "change", service },
    allows: new Set(),
  });
}

/** Changes how many containers a service has. */
export function scaleService(context: Context, stack: StackRef, service: string, count: number): Promise<Outcome> {
  return change(context, stack, {
    edit: (text) => edited(stack, text, fieldEdits(text, service, { target_num_containers: count })),
    request: { kind: "change", service },
    allows: new Set(["scale down"]),
  });
}

/** Adds a service to the file, and starts it unless `next` is `leave`. A missing file is created. */
export function createService(
  context: Context,
  stack: StackRef,
  service: string,
  { fields, next }: { readonly fields: ServiceFields; readonly next: "start" | "leave" },
): Promise<Outcome> {
  return change(context, stack, {
    edit: (text, { services }) =>
      services.has(service)
        ? { refusal: `stack ${stack.name} already has a service ${service}` }
        : edited(stack, text, [{ path: [service], value: withoutUndefined(fields) }]),
    request: { kind: "start", services: new Set([service]) },
    allows: new Set(),
    createsStack: true,
    isFileOnly: next === "leave",
  });
}

/** Starts the containers of services, and creates missing ones. */
export function startServices(context: Context, stack: StackRef, services: ReadonlySet<string>): Promise<Outcome> {
  return change(context, stack, { edit: unchanged, request: { kind: "start", services }, allows: new Set() });
}

/** Recreates the containers of services. */
export function redeployServices(
  context: Context,
  stack: StackRef,
  { services, renewsVolumes }: { readonly services: ReadonlySet<string>; readonly renewsVolumes: boolean },
): Promise<Outcome> {
  return change(context, stack, {
    edit: unchanged,
    request: { kind: "redeploy", services },
    allows: new Set(),
    renewsVolumes,
  });
}

/** Removes a service from the file, and its containers with their anonymous volumes. */
export function terminateService(context: Context, stack: StackRef, service: string): Promise<Outcome> {
  return change(context, stack, {
    edit: (text) => edited(stack, text, [{ path: [service], value: undefined }]),
    request: { kind: "change", service },
    allows: new Set(["remove"]),
  });
}

/** Changes a stack as a wish says, on behalf of what the user typed. */
export function change(
  { platform, conversation, what, signal }: Context,
  stack: StackRef,
  wish: Omit<Wish, "what">,
): Promise<Outcome> {
  return changeStack(platform, stack, { what, ...wish }, conversation, signal);
}

/** The text of a stack file with edits made, or why they cannot be. */
export function edited({ file }: StackRef, text: string, edits: readonly Edit[]): ReturnType<Wish["edit"]> {
  return editDocument({ name: basename(file), text }, edits);
}

/** The fields that have a value. */
export function withoutUndefined(fields: ServiceFields): Json {
  const kept = withoutPrototype<Json>({});
  for (const [field, value] of Object.entries(fields)) if (value !== undefined) kept[field] = value;
  return kept;
}
