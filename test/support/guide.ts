import { readFileSync } from "node:fs";
import { tokensOf } from "./markdown.ts";

/** A step of docs/migration.md: a file that the reader has or writes, or commands that they type. */
export type GuideStep =
  | { readonly kind: "file"; readonly name: string; readonly text: string }
  | { readonly kind: "commands"; readonly lines: readonly string[] };

/** The text of docs/migration.md. */
export const guide = readFileSync(new URL("../../docs/migration.md", import.meta.url), "utf8");

/** Its steps, in their order. */
export function guideSteps(): readonly GuideStep[] {
  return tokensOf(guide).flatMap((token): readonly GuideStep[] => {
    if (token.type !== "code") return [];
    const { lang, text } = token as { readonly lang: string; readonly text: string };
    if (lang === "sh") return [{ kind: "commands", lines: text.split("\n") }];
    const [heading = "", name = "tutum-stack.json"] = /^# (\S+)\n/.exec(text) ?? [];
    return [{ kind: "file", name, text: `${text.slice(heading.length)}\n` }];
  });
}
