import { resolve } from "node:path";
import {
  actionAfterDaemonRestart,
  actionAfterExit,
  actionAfterStop,
  type Action,
  type Exit,
  type Policy,
} from "../../lifecycle/policy.ts";
import { nearest } from "../../text/nearest.ts";
import type { Service, Stack } from "../../stack/model.ts";
import type { DefineCommand } from "../invocation.ts";
import type { Io } from "../io.ts";
import { Problem } from "../../files/problem.ts";
import { readValidStack, servicesOf, type ReadFlags } from "../read-stack.ts";

/** `tutum-stack lifecycle`: shows what happens to the containers of each service, or of the services that are named. */
export const defineLifecycle: DefineCommand = (program, { io, finish }) => {
  program
    .command("lifecycle [file] [services...]")
    .description("show what happens to the containers of each service, or of the named services, when they end")
    .option("--stdin-filename <name>", "the name of standard input in messages")
    .action((file: string | undefined, services: string[], flags: ReadFlags) =>
      finish(showLifecycle(io, file, services, flags)),
    );
};

/** Returns the exit code. Throws a Problem. The file can be left out before a service, unless a file has its name. */
function showLifecycle(io: Io, file: string | undefined, names: readonly string[], flags: ReadFlags): number {
  if (file !== undefined && isServiceHere(io, file)) return showLifecycle(io, undefined, [file, ...names], flags);
  const stack = readValidStack(io, file, flags);
  if (!stack) return 1;
  refuseUnknown(names, stack);
  const shown = [...stack.services.values()].filter(({ name }) => names.length === 0 || names.includes(name));
  io.stdout.write(table([header, ...shown.map(row)]));
  return 0;
}

/** Whether a word is no file, but a service of the one stack file of the current folder. */
function isServiceHere(io: Io, word: string): boolean {
  const isNoFile =
    /^\w[\w.-]*$/.test(word) &&
    Problem.unless(`read ${word}`, () => io.files.length(resolve(io.cwd, word))) === undefined;
  return isNoFile && servicesOf(io, undefined).includes(word);
}

function refuseUnknown(names: readonly string[], { services }: Stack): void {
  const unknown = names.find((name) => !services.has(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, services.keys());
  const suggestion = near === undefined ? "" : `; did you mean ${near}?`;
  throw new Problem(`there is no service ${JSON.stringify(unknown)} in the stack${suggestion}`);
}

const header = ["SERVICE", "AUTORESTART", "AUTODESTROY", "EXIT 0", "OTHER EXIT", "STOPPED BY HAND", "ENGINE RESTARTS"];

function row({ name, policy, retries }: Service): readonly string[] {
  return [
    name,
    retries === undefined ? policy.autorestart : `${policy.autorestart}:${retries}`,
    policy.autodestroy,
    actionAfterExit(policy, "success"),
    actionAfterFailure(policy, retries),
    eitherWay((exit) => actionAfterStop(policy, exit)),
    eitherWay((exit) => actionAfterDaemonRestart(policy, exit)),
  ];
}

function actionAfterFailure(policy: Policy, retries: number | undefined): string {
  const action = actionAfterExit(policy, "failure");
  if (retries === undefined) return action;
  return `${action}, ${retries === 1 ? "once" : `${retries} times`}, then ${actionAfterStop(policy, "failure")}`;
}

/** A container that is stopped ends with 137 or 143, or with 0 if its program handles the signal. */
function eitherWay(action: (exit: Exit) => Action): string {
  const [success, failure] = [action("success"), action("failure")];
  return success === failure ? success : `${failure}, or ${success} if exit 0`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = header.map((_, column) => rows.reduce((most, cells) => Math.max(most, cells[column]!.length), 0));
  return rows
    .map(
      (cells) =>
        `${cells
          .map((cell, column) => cell.padEnd(widths[column]!))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
