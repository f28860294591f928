import type { Hono } from "hono";
import { edited, withoutUndefined } from "../../platform/actions.ts";
import { readStackFile } from "../../platform/change.ts";
import { diagnoseStack } from "../../platform/stack-actions.ts";
import type { Backend } from "../backend.ts";
import { readNewService } from "../new-service.ts";
import { Refused } from "../refused.ts";
import type { PreviewResource } from "../resource-types.ts";
import type { Env } from "../respond.ts";

/** What `POST service/` would write, and what is wrong with it, without doing it (reference live.md 7.1). */
export function addPreview(app: Hono<Env>, backend: Backend): void {
  app.post("/api/service/preview", (c) => {
    const view = backend.view();
    const { stack, name, fields } = readNewService(c.get("body"), view);
    const { platform, stacks } = view;
    const isThere = stacks.some(({ ref }) => ref.file === stack.file);
    const before = isThere ? readStackFile(platform, stack).text : "";
    const next = edited(stack, before, [{ path: [name], value: withoutUndefined(fields) }]);
    if ("refusal" in next) throw new Refused(409, `the stack file cannot be changed: ${next.refusal}`);
    const preview: PreviewResource = { stack: stack.name, name, before, text: next.text };
    return c.json({ ...preview, objects: diagnoseStack(next.text) });
  });
}
