import type { Policy } from "../lifecycle/policy.ts";
import type { ListedService } from "../server/resource-types.ts";
import { ask } from "./ask.ts";
import { showChanged } from "./live.ts";

/** What came of a change of the settings. */
export interface Changed {
  /** Why it was refused. */
  readonly problem: string | undefined;
  /** What the user should know. */
  readonly note: string | undefined;
}

/** Changes the settings of a service, and shows what the server has read back. */
export async function changePolicy(service: ListedService, policy: Policy): Promise<Changed> {
  const fields = Object.entries(policy).filter(([name, value]) => service[name as keyof Policy] !== value);
  const answer = await ask<ListedService>(service.resource_uri, { method: "PATCH", body: Object.fromEntries(fields) });
  if (!answer.ok) return { problem: answer.reason, note: undefined };
  showChanged(answer.value);
  return { problem: undefined, note: noteAfter(service, answer.value) };
}

/** What a change of the settings has not done, or has done at once. */
export function noteAfter(before: ListedService, after: ListedService): string | undefined {
  if (!after.synchronized && before.synchronized)
    return "Only the file was changed. To remove the containers that have ended, apply the stack.";
  const now = "In effect now; nothing was restarted.";
  const { name, status, running_num_containers: running, current_num_containers: all } = after;
  if (status.startsWith("Restarting")) return `${name} is about to restart, so it may run once more.`;
  if (after.autorestart !== before.autorestart && running > 0)
    return `${now} \`docker compose up\` by hand would recreate the containers once.`;
  if (after.autorestart !== "OFF" && all > 0 && running === 0) return `${name} stays stopped until you start it.`;
  return all > 0 ? now : "The file was changed. It takes effect at the next start.";
}
