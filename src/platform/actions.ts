import { basename } from "node:path";
import { validate } from "../compile.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { Problem } from "../files/problem.ts";
import { namedSource } from "../diagnostics/source.ts";
import { parseDocument } from "../yaml/document.ts";
import { editDocument, type Edit, type Json } from "../yaml/edit.ts";
import type { Allowance } from "./consent.ts";
import { changeStack, type Conversation, type Outcome, type Wish } from "./change.ts";
import { isTemplateKey } from "../stack/recognise.ts";
import { withoutPrototype } from "./state.ts";
import { defaultStack, managedPlace, newPlace } from "./places.ts";
import type { Platform, StackRef } from "./platform.ts";
import { fieldEdits, variableEdits, type VariablesChange } from "./edits.ts";

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
  { sidecar }: { readonly sidecar?: Wish["sidecar"] },
): Promise<Outcome> {
  const wish: Wish = {
    what,
    edit: unchanged,
    request: { kind: "up" },
    allows: new Set(),
    ...(sidecar ? { sidecar } : {}),
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

function change(
  { platform, conversation, what, signal }: Context,
  stack: StackRef,
  wish: Omit<Wish, "what">,
): Promise<Outcome> {
  return changeStack(platform, stack, { what, ...wish }, conversation, signal);
}

function edited({ file }: StackRef, text: string, edits: readonly Edit[]): ReturnType<Wish["edit"]> {
  return editDocument({ name: basename(file), text }, edits);
}

function withoutUndefined(fields: ServiceFields): Json {
  const kept = withoutPrototype<Json>({});
  for (const [field, value] of Object.entries(fields)) if (value !== undefined) kept[field] = value;
  return kept;
}

/** The stack of the stacks folder to which `service run` adds. It may not exist yet. Throws a Problem. */
export function stackForRun({ files, stacksFolder }: Platform, name: string = defaultStack): StackRef {
  return { ...(managedPlace(files, stacksFolder, name) ?? newPlace(files, stacksFolder, name)), project: name };
}

/**
 * Creates a stack with this text in the stacks folder, and starts it unless `next` is `leave`. Throws a Problem when a
 * stack already has that name.
 */
export function createStack(
  context: Context,
  name: string,
  { text, next }: { readonly text: string; readonly next: "start" | "leave" },
): Promise<Outcome> {
  const { files, stacksFolder } = context.platform;
  const stack = { ...newPlace(files, stacksFolder, name), project: name };
  return change(context, stack, {
    edit: () => ({ text }),
    request: { kind: "up" },
    allows: new Set(),
    createsStack: true,
    isFileOnly: next === "leave",
  });
}

/** Replaces or adds the services of a text in the stack file. Other services stay, and nothing is applied. */
export function updateStack(context: Context, stack: StackRef, text: string): Promise<Outcome> {
  return change(context, stack, {
    edit: (before) => {
      const [now, next] = [servicesIn(before), servicesIn(text)];
      // A text with all services replaces the file, so its comments are kept.
      if (Object.keys(now).every((name) => Object.hasOwn(next, name))) return { text };
      return edited(
        stack,
        before,
        Object.entries(next).map(([name, value]) => ({ path: [name], value })),
      );
    },
    request: { kind: "up" },
    allows: new Set(),
    isFileOnly: true,
  });
}

/** Replaces the whole text of a stack file, if it is still the one that was read. Nothing is applied. */
export function replaceStackText(
  context: Context,
  stack: StackRef,
  { text, isExpected }: { readonly text: string; readonly isExpected: (before: string) => boolean },
): Promise<Outcome> {
  return change(context, stack, {
    edit: (before) => (isExpected(before) ? { text } : { refusal: "it was changed meanwhile" }),
    request: { kind: "up" },
    allows: new Set(),
    isFileOnly: true,
  });
}

/** Gives a stack services: those that it has are changed, others are added, and the rest stays. Nothing is applied. */
export function updateServices(
  context: Context,
  stack: StackRef,
  services: Readonly<Record<string, ServiceFields>>,
): Promise<Outcome> {
  const edits = Object.entries(services).map(([name, fields]) => ({ path: [name], value: withoutUndefined(fields) }));
  return change(context, stack, {
    edit: (before) => edited(stack, before, edits),
    request: { kind: "up" },
    allows: new Set(),
    isFileOnly: true,
  });
}

/** The services of a stack file as they stand there, without templates; none if it cannot be read. */
export function servicesIn(text: string): Readonly<Record<string, Json>> {
  const services = withoutPrototype<Json>({});
  for (const [name, value] of Object.entries(Object(parseDocument(namedSource(text), [])?.value)))
    if (!isTemplateKey(name) && name !== "$schema") services[name] = value as Json;
  return services;
}

/** The text of a stack file with these services. Throws a Problem for what cannot be written. */
export function stackTextOf(services: Readonly<Record<string, ServiceFields>>): string {
  const edits = Object.entries(services).map(([name, fields]) => ({ path: [name], value: withoutUndefined(fields) }));
  const written = editDocument(namedSource(""), edits);
  if ("refusal" in written) throw new Problem(`the services cannot be written as a stack file: ${written.refusal}`);
  return written.text;
}

/** What is wrong with the text of a stack file. */
export function diagnoseStack(text: string): readonly Diagnostic[] {
  return validate(text, {});
}
