import { servicesIn, terminateService, type Context } from "./actions.ts";
import { readStackFile, type Outcome } from "./change.ts";
import type { StackRef } from "./platform.ts";
import { retireStack } from "./retire.ts";
import { downStack, type DownOutcome } from "./stop.ts";

/**
 * Removes a service from the file, and its containers with their unnamed volumes. With the last service, a stack of the
 * stacks folder goes as well, because a stack file must have a service; its files are kept as `retireStack` says.
 */
export async function terminateWithStack(
  context: Context,
  stack: StackRef,
  service: string,
): Promise<Outcome | DownOutcome> {
  const names = Object.keys(servicesIn(readStackFile(context.platform, stack).text));
  if (!stack.isManaged || names.length !== 1 || names[0] !== service) return terminateService(context, stack, service);
  const outcome = await downStack(context, stack, { volumes: "keep" });
  if (outcome.kind === "done") retireStack(context.platform, stack);
  return outcome;
}
