import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { execute, type Outcome } from "../real/programs.ts";
import { withoutSettings } from "./snapshot.ts";

/** A step of an action, as far as this project's action uses it. */
export interface Step {
  readonly name: string;
  readonly shell: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run: string;
}

/** An action.yml of this project. */
interface Action {
  readonly name: string;
  readonly description: string;
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly [build: Step, check: Step] };
}

/** The action of a checkout of this project. */
export function readAction(checkout: string): Action {
  return parse(readFileSync(join(checkout, "action.yml"), "utf8")) as Action;
}

/** How a workflow uses the action. */
interface Use {
  readonly inputs?: Readonly<Record<string, string>>;
  /** The checkout of the action. */
  readonly actionPath: string;
}

/** Runs a step in a folder as GitHub's runner does: inputs are in the environment, and bash gets the text as a file. */
export function runStepIn(folder: string, step: Step, { inputs = {}, actionPath }: Use): Promise<Outcome> {
  const action = readAction(actionPath);
  const filled = Object.entries(step.env ?? {}).map(([name, value]) => [
    name,
    value.replace(
      /\$\{\{ inputs\.([\w-]+) \}\}/g,
      (_, input: string) => inputs[input] ?? action.inputs[input]!.default,
    ),
  ]);
  const script = join(dirname(folder), "step.sh");
  writeFileSync(script, step.run);
  const env = {
    ...withoutSettings,
    ...(Object.fromEntries(filled) as NodeJS.ProcessEnv),
    GITHUB_ACTION_PATH: actionPath,
  };
  return execute(["bash", "--noprofile", "--norc", "-eo", "pipefail", script], { cwd: folder, env });
}
