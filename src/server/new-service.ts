import type { ServiceFields } from "../platform/actions.ts";
import { nameOfImage } from "../platform/edits.ts";
import { uuidOf } from "../platform/identifiers.ts";
import type { StackRef } from "../platform/platform.ts";
import { stackForRun } from "../platform/stack-actions.ts";
import type { View } from "./backend.ts";
import { parseBody } from "./bodies.ts";
import { Refused } from "./refused.ts";
import { fieldsOfNew } from "./wish.ts";

/** A service that a body asks for. */
export interface NewService {
  readonly stack: StackRef;
  readonly name: string;
  readonly uuid: string;
  readonly fields: ServiceFields;
}

/** Reads the body that creates a service. Throws Refused when there is such a service already. */
export function readNewService(text: string | undefined, { services, platform }: View): NewService {
  const body = parseBody(text, "createService");
  const stack = stackForRun(platform);
  const name = (body["name"] as string | undefined) ?? nameOfImage(body["image"] as string);
  const uuid = uuidOf("service", stack.project, name);
  if (services.some((one) => one.uuid === uuid))
    throw new Refused(409, `the stack ${stack.name} has a service ${JSON.stringify(name)} already`);
  return { stack, name, uuid, fields: fieldsOfNew(body, { services, stack: stack.name }) };
}
