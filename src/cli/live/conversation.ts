import { renderPlan } from "./plan-text.ts";
import { visible } from "../../text/visible.ts";
import type { Conversation } from "../../platform/change.ts";
import type { Io } from "../io.ts";
import { printReport } from "../report.ts";
import type { LiveFlags } from "./flags.ts";

/** Asks on the terminal, and reports each step on standard error, so that scripts read only the result. */
export function conversationOf(
  io: Io,
  { dryRun = false, yes = false, quiet = false, output = "text" }: LiveFlags,
): Conversation {
  return {
    confirm: async (destroyed) => {
      const list = destroyed.map((sentence) => `  ${visible(sentence)}\n`).join("");
      if (yes) return true;
      if (!io.canAsk) return false;
      io.stderr.write(`${list}Continue? [y/N] `);
      return /^y(es)?$/i.test(io.readLine().trim());
    },
    onPlan: (plan, diagnostics, source) => {
      if (diagnostics.length > 0 && !quiet) {
        const report = { exitCode: 0, text: "the stack file is valid" };
        printReport(io, io.stderr, [{ source, isElsewhere: false, diagnostics }], { format: "pretty" }, report);
      }
      if (dryRun) {
        io.stdout.write(output === "json" ? `${JSON.stringify(plan, null, 2)}\n` : renderPlan(plan, "planned"));
        return false;
      }
      return true;
    },
    onActions: (actions) => {
      if (dryRun)
        io.stdout.write(
          output === "json"
            ? `${JSON.stringify({ actions }, null, 2)}\n`
            : actions.map((action) => `${visible(action)}\n`).join(""),
        );
      return !dryRun;
    },
    onStep: (text) => {
      if (io.stderr.isTerminal) io.stderr.write(`${visible(text)}\n`);
    },
  };
}
