import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { Problem } from "../files/problem.ts";
import { isTemplateKey } from "../stack/recognise.ts";
import { namedSource } from "../diagnostics/source.ts";
import { parseDocument } from "../yaml/document.ts";
import { type Json, editDocument } from "../yaml/edit.ts";
import { validate } from "../compile.ts";
import type { Outcome } from "./change.ts";
import type { Platform, StackRef } from "./platform.ts";
import { defaultStack, managedPlace, newPlace } from "./places.ts";
import { change, edited, withoutUndefined, type Context, type ServiceFields } from "./actions.ts";
import { withoutPrototype } from "./state.ts";

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
    // Another process may have created it after it was looked for.
    edit: (before) => (before === "" ? { text } : { refusal: `stack ${name} already exists` }),
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
