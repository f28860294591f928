import type { Change } from "../files/changes.ts";
import { readConfig } from "../lifecycle/config.ts";
import { defaultSidecarImage, forgottenSidecar } from "../targets/autodestroy.ts";
import type { TargetName } from "../targets/index.ts";
import { diffLines } from "../text/diff.ts";
import { maskSecrets } from "../text/secrets.ts";
import { visible } from "../text/visible.ts";

/** What was done to the files, in one clause. */
export function summary(changes: readonly Change[]): string {
  const words = [
    ["wrote", changes.filter(({ kind }) => kind === "create" || kind === "replace")],
    ["removed", changes.filter(({ kind }) => kind === "remove")],
    ["unchanged:", changes.filter(({ kind }) => kind === "none")],
  ] as const;
  return words
    .flatMap(([verb, some]) => (some.length === 0 ? [] : [`${verb} ${some.map(({ name }) => name).join(" and ")}`]))
    .join(", ");
}

/** How the files differ from what they should be, in one clause. */
export function differences(stale: readonly Change[]): string {
  const words = { create: "is missing", replace: "differs", remove: "is no longer needed", none: "" };
  return stale.length === 0
    ? "everything is up to date"
    : `not up to date: ${stale.map(({ name, kind }) => `${name} ${words[kind]}`).join(", ")}`;
}

/** The most lines of a difference that are shown. */
const mostLines = 100;

/**
 * How a file differs from what it should be, line by line; nothing for a file that is missing or not needed. Safe to
 * print: what looks like a secret is masked.
 */
export function diffText({ name, kind, before = "", text }: Change): string {
  if (kind !== "replace") return "";
  const lines = diffLines(maskSecrets(before), maskSecrets(text));
  if (lines.length === 0) return `${visible(name)}: only values that look like secrets differ\n`;
  const shown = lines.slice(0, mostLines).map((line) => `${visible(line)}\n`);
  const rest = lines.length > mostLines ? [`(${lines.length - mostLines} more lines)\n`] : [];
  return [`--- ${visible(name)}, as it is\n+++ ${visible(name)}, as it must be\n`, ...shown, ...rest].join("");
}

/** Says which image to build, only when the sidecar's config is new. Without the image the sidecar cannot start. */
export function imageToBuild(
  config: Change | undefined,
  {
    sidecar,
    sidecarImage,
    quiet,
  }: { readonly sidecar: string; readonly sidecarImage?: string; readonly quiet?: boolean },
): string {
  const isNeeded = config?.kind === "create" && !quiet && sidecar === "service" && sidecarImage === undefined;
  return isNeeded
    ? `; the sidecar needs the image ${defaultSidecarImage}: build it with \`tutum-stack sidecar-image\``
    : "";
}

/** Warns of an old sidecar that is no longer in the file: its container keeps running, with the old config. */
export function sidecarLeftRunning(changes: readonly Change[], target: TargetName): string {
  const [file] = changes;
  const name = forgottenSidecar(file?.before ?? "", file?.text ?? "");
  if (name === undefined) return "";
  const command = target === "swarm" ? "docker stack deploy --prune" : "docker compose up -d --remove-orphans";
  const what = `the old sidecar, service ${name}, still removes containers by its old policies`;
  return `; ${what} until you run \`${command}\``;
}

/** Says that files which were made for one stack are now for another. */
export function renamed(config: Change | undefined): string {
  const { before, now } = namesIn(config);
  return before === now || before === undefined
    ? ""
    : `; the files were for a stack named ${before}, and now are for ${now}: use --name ${before} to keep the name`;
}

/**
 * Warns when the files on disk are for a stack with another name. A stack without `--name` is named after its folder,
 * which may have been renamed.
 */
export function renaming(config: Change | undefined): string {
  const { before, now } = namesIn(config);
  return before === now || before === undefined
    ? ""
    : `; the files are for a stack named ${before}, but this stack is named ${now}: use --name ${before}`;
}

function namesIn(config: Change | undefined): {
  readonly before: string | undefined;
  readonly now: string | undefined;
} {
  if (config?.kind !== "replace") return { before: undefined, now: undefined };
  const [before, now] = [config.before, config.text].map((text = "") => readConfig(text).config?.stack);
  return { before, now };
}
