import { conversionOf } from "../targets/conversion.ts";
import { targets } from "../targets/index.ts";
import { helpItems } from "./help.ts";
import { code, codeBlock, prose } from "./markdown.ts";
import type { Migration, SharedText } from "./migration.ts";
import type { MigratedStack } from "./model.ts";

/** What is to be done or known once for all stacks; nothing if there is nothing. */
export function onceSection(migration: Migration, shared: readonly SharedText[]): readonly string[] {
  const steps = [...listSteps(migration), ...sidecarStep(migration.stacks)];
  const parts = [
    ...(steps.length === 0 ? [] : [steps.join("\n")]),
    ...sharedPart(shared),
    ...fieldsPart(migration.stacks),
  ];
  return parts.length === 0 ? [] : ["## Once for all stacks", ...parts];
}

function listSteps({ list, isListed }: Migration): readonly string[] {
  return [
    ...(list === undefined
      ? []
      : [
          "- [ ] Write this file as `tutum-stack.json`. Then one command compiles all stacks, with the same names " +
            "everywhere:",
          `\n${codeBlock("json", list.trimEnd().split("\n"), 2)}\n`,
        ]),
    ...(isListed
      ? [
          "- [ ] Compile all stacks, and commit the compiled files: `tutum-stack compile`",
          "- [ ] Let CI check that the compiled files are up to date: `tutum-stack compile --check`",
        ]
      : []),
  ];
}

function sidecarStep(stacks: readonly MigratedStack[]): readonly string[] {
  const count = stacks.filter(({ needsSidecarImage }) => needsSidecarImage).length;
  const which = count === 1 ? "1 stack uses" : `${count} stacks use`;
  return count === 0
    ? []
    : [
        `- [ ] Build the image of the sidecar on each machine that runs a sidecar (${which} autodestroy): ` +
          "`tutum-stack sidecar-image`",
      ];
}

/** What would be said in the section of each stack again. */
function sharedPart(shared: readonly SharedText[]): readonly string[] {
  if (shared.length === 0) return [];
  const kinds = [...new Set(shared.map(({ kind }) => kind))];
  const items = kinds.map((kind) => {
    const texts = shared.filter((text) => text.kind === kind);
    const most = Math.max(...texts.map(({ stacks }) => stacks));
    const of = (wanted: SharedText["what"]): readonly string[] =>
      texts.flatMap(({ what, text }) => (what === wanted ? [text] : []));
    const notes = of("notes").map((text) => `  - ${prose(text)}`);
    return [`- ${code(kind)} (${most} stacks)`, ...notes, ...helpItems(texts[0]!.code, of("help"))].join("\n");
  });
  return ["### What several stacks share", items.join("\n")];
}

/** The fields that stacks have in another form, with all that the conversion table says. */
function fieldsPart(stacks: readonly MigratedStack[]): readonly string[] {
  const used = new Map(
    stacks.flatMap(({ target, rewritten }) =>
      rewritten.fields.map(({ field }) => [`${field} ${target}`, { field, target }] as const),
    ),
  );
  const items = [...used.values()].flatMap(({ field, target }) => {
    const { written = "" } = conversionOf(field, target);
    return written.includes(":") ? [`- ${code(field)} in a ${targets[target].title}: ${prose(written)}`] : [];
  });
  return items.length === 0 ? [] : ["### What settings become", items.join("\n")];
}
