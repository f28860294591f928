import { retireStack } from "../../platform/retire.ts";
import { downStack } from "../../platform/stop.ts";
import type { StackRef } from "../../platform/platform.ts";
import { visible } from "../../text/visible.ts";
import { complain } from "./outcome.ts";
import type { LiveFlags } from "./flags.ts";
import type { Session } from "./session.ts";

/** `down` and `stack terminate`. */
export interface RemovalFlags extends LiveFlags {
  readonly volumes?: boolean;
}

/** Removes the containers of a stack, and says which volumes are left. Resolves to the exit code. */
export async function takeDown(session: Session, stack: StackRef, { volumes = false }: RemovalFlags): Promise<number> {
  const outcome = await downStack(session, stack, { volumes: volumes ? "remove" : "keep" });
  if (outcome.kind === "planned") return 0;
  if (outcome.kind === "failed")
    return complain(session, `not everything was removed: ${outcome.output.trim().split("\n").at(-1) ?? ""}`);
  if (outcome.keptVolumes.length > 0)
    session.io.stderr.write(
      `${visible(`kept the named volumes ${outcome.keptVolumes.join(", ")}; \`--volumes\` removes them`)}\n`,
    );
  return 0;
}

/** The same, and also removes the stack from the stacks folder. Prints its UUID. */
export async function removeStack(
  session: Session,
  stack: StackRef,
  flags: RemovalFlags & { readonly uuid: string },
): Promise<number> {
  const exitCode = await takeDown(session, stack, flags);
  if (exitCode !== 0 || flags.dryRun) return exitCode;
  const { io, platform } = session;
  const kept = retireStack(platform, stack);
  if (kept !== undefined) io.stderr.write(`${visible(`moved the files of the stack to ${kept}`)}\n`);
  io.stdout.write(`${flags.uuid}\n`);
  return 0;
}
