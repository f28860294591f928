import { targets, type TargetName } from "../targets/index.ts";
import { shellWord } from "../text/shell.ts";
import type { Commands } from "./model.ts";

/** Where a stack is, and how it is compiled. */
export interface Place {
  /** The stack file, as messages call it. */
  readonly file: string;
  /** The argument of `compile` that means it; `-` for standard input. */
  readonly argument: string;
  /** The folder of the compiled files, as messages call it. */
  readonly folder: string;
  /** The name of the stack, as Compose normalises it. */
  readonly name: string;
  readonly target: TargetName;
  /** The options of `compile` that it needs, as words. */
  readonly options: readonly string[];
}

/** What to type to compile, check and start a stack. */
export function stackCommands(place: Place, hasTags: boolean): Commands {
  const { folder, name, target, options } = place;
  const file = pathIn(folder, targets[target].outputs.stack);
  const argument = place.argument === "-" ? "-" : withoutDash(place.argument);
  return {
    compile: line("tutum-stack", "compile", ...options, argument),
    check: line("tutum-stack", "compile", "--check", ...options, argument),
    start:
      target === "swarm"
        ? line("docker", "stack", "deploy", "--compose-file", file, name)
        : line("docker", "compose", "--project-name", name, "--file", file, "up", "--detach"),
    ...(target === "swarm" && hasTags ? { nodeLabels: line("tutum-stack", "node-labels", argument) } : {}),
  };
}

/** The path of a file in a folder, both as messages call them. */
export function pathIn(folder: string, name: string): string {
  return folder === "." ? name : withoutDash(`${folder.replace(/\/$/, "")}/${name}`);
}

/** A path that no program takes for an option. */
function withoutDash(path: string): string {
  return path.startsWith("-") ? `./${path}` : path;
}

function line(...words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}
