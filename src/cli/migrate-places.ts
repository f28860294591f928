import { basename, join, resolve } from "node:path";
import type { Code } from "../diagnostics/catalogue/index.ts";
import type { Allowance } from "../diagnostics/allow.ts";
import { parseStackList } from "../stack-list/parse.ts";
import { visibleJson } from "../text/visible.ts";
import type { CompiledStack } from "./compile-stack.ts";
import type { Job, StackSettings } from "./jobs.ts";
import { stackListName } from "./stack-list.ts";

/**
 * The stacks with a name and a folder for their files, where they would otherwise depend on the place of a clone, or
 * where two stack files of a folder would be compiled to the same files. `tutum-stack.json` decides about its stacks.
 */
export function placed(jobs: readonly Job[], cwd: string): readonly Job[] {
  return jobs.map((job) => {
    const { input, settings, isListed } = job;
    const { path, folder, folderName } = input;
    if (isListed || path === undefined) return job;
    const isShared = jobs.some((other) => other.input.folder === folder && other.input.path !== path);
    if (!isShared) return folder === resolve(cwd) ? withName(job, basename(folder)) : job;
    const word = basename(path).replace(/\.[^.]*$/, "");
    return withName(
      { ...job, settings: { output: join(folderName, word), ...settings } },
      `${basename(folder)}-${word}`,
    );
  });
}

function withName(job: Job, name: string): Job {
  return { ...job, settings: { name, ...job.settings } };
}

type SettingValue = StackSettings[keyof StackSettings];

/** The options of `compile` that ask for these settings, as words. */
export function optionsOf(settings: StackSettings): readonly string[] {
  return (Object.entries(settings) as [string, SettingValue][]).flatMap(([key, value]) => {
    const option = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === undefined || value === false) return [];
    if (value === true) return [option];
    const text = typeof value === "object" ? value.map(allowanceText).join(",") : String(value);
    return text === "" ? [] : [option, text];
  });
}

/** The errors of a file that is no stack file, and that no correction makes one. */
const otherFiles: ReadonlySet<Code> = new Set(["compose-file", "look-alike", "not-a-stack-file", "empty-file"]);

/** A `tutum-stack.json` that lists the stacks; undefined if one of them cannot be listed there. */
export function listText(compiled: readonly CompiledStack[]): string | undefined {
  const jobs = compiled
    .filter(({ diagnostics }) => !diagnostics.some(({ code }) => otherFiles.has(code)))
    .map(({ job }) => job);
  if (jobs.length === 0) return undefined;
  const stacks = jobs.map(({ input, settings: { allow = [], ...settings } }) => ({
    file: input.source.name,
    name: basename(input.folder),
    ...settings,
    ...(allow.length === 0 ? {} : { allow: allow.map(allowanceText) }),
  }));
  const lines = stacks.map((stack) => `    ${visibleJson(onOneLine(stack))}`);
  const text = `{\n  "stacks": [\n${lines.join(",\n")}\n  ]\n}\n`;
  const canBeListed = jobs.every(({ input }) => input.path !== undefined && !input.isElsewhere);
  return canBeListed && parseStackList({ name: stackListName, text }).stacks ? text : undefined;
}

/** `{ "file": "shop/stack.yml", "name": "shop" }` */
function onOneLine(stack: object): string {
  const members = Object.entries(stack).map(([key, value]) => `${JSON.stringify(key)}: ${valueText(value)}`);
  return `{ ${members.join(", ")} }`;
}

function valueText(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(valueText).join(", ")}]` : JSON.stringify(value);
}

function allowanceText({ code, field }: Allowance): string {
  return field === undefined ? code : `${code}:${field}`;
}
