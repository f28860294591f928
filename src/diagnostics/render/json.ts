import type { Diagnostic } from "../diagnostic.ts";

/** Diagnostics as one JSON document: `{ version, summary, errors, warnings, diagnostics }`, with no character that acts on a terminal. */
export function renderJson(diagnostics: readonly Diagnostic[], summary: string): string {
  const count = (severity: Diagnostic["severity"]): number => diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  const report = { version: 1, summary, errors: count("error"), warnings: count("warning"), diagnostics };
  return `${JSON.stringify(report, null, 2).replace(/[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]|##(?=\[|vso\[)/giu, escapeUnits)}\n`;
}

function escapeUnits(character: string): string {
  return character.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
