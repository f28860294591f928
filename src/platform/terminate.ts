import { terminateService, type Context } from "./actions.ts";
import { servicesIn } from "./stack-actions.ts";
import { readStackFile, type Outcome } from "./change.ts";
import type { Platform, StackRef } from "./platform.ts";
import { retireStack } from "./retire.ts";
import { downStack, type DownOutcome } from "./stop.ts";

/**
 * Removes a service from the file, and its containers with their anonymous volumes. With the last service, a stack of
 * the stacks folder goes as well, because a stack file must have a service; its files are kept as `retireStack` says.
 */
export async function terminateWithStack(
  context: Context,
  stack: StackRef,
  service: string,
): Promise<Outcome | DownOutcome> {
  if (!stack.isManaged || !isOnlyService(context.platform, stack, service))
    return terminateService(context, stack, service);
  const outcome = await downStack(context, stack, { volumes: "keep" });
  if (outcome.kind === "done") retireStack(context.platform, stack);
  return outcome;
}

/** Whether a stack file has this service and no other. Throws a Problem when the file cannot be read. */
export function isOnlyService(platform: Platform, stack: StackRef, service: string): boolean {
  const names = Object.keys(servicesIn(readStackFile(platform, stack).text));
  return names.length === 1 && names[0] === service;
}
