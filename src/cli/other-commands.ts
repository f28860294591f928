import { defineCompletion } from "./commands/completion.ts";
import { defineContainer } from "./commands/container.ts";
import { defineExplain } from "./commands/explain.ts";
import { defineJobs, defineWait } from "./commands/jobs.ts";
import { defineLifecycle } from "./commands/lifecycle.ts";
import { defineMigrate } from "./commands/migrate.ts";
import { defineNodeLabels } from "./commands/node-labels.ts";
import { defineSchema } from "./commands/schema.ts";
import { defineServe } from "./commands/serve.ts";
import { defineLogs, defineRun, defineService } from "./commands/service.ts";
import { defineSidecarImage } from "./commands/sidecar-image.ts";
import { defineSidecar } from "./commands/sidecar.ts";
import { defineStack } from "./commands/stack.ts";
import { defineDown, defineUp } from "./commands/up.ts";
import type { DefineCommand } from "./invocation.ts";

/** The commands beside `compile` and `validate` by their names, in the order of the help. */
export function otherCommands(): ReadonlyMap<string, DefineCommand> {
  return new Map([
    ["migrate", defineMigrate],
    ["lifecycle", defineLifecycle],
    ["node-labels", defineNodeLabels],
    ["explain", defineExplain],
    ["schema", defineSchema],
    ["up", defineUp],
    ["jobs", defineJobs],
    ["wait", defineWait],
    ["down", defineDown],
    ["run", defineRun],
    ["logs", defineLogs],
    ["service", defineService],
    ["apps", defineService],
    ["stack", defineStack],
    ["container", defineContainer],
    ["serve", defineServe],
    ["completion", defineCompletion],
    ["sidecar", defineSidecar],
    ["sidecar-image", defineSidecarImage],
  ]);
}
