import type { Diagnostic as EditorFinding } from "vscode-languageserver-protocol/node.js";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";

/** What one of the two says about a place: where it begins, and in which words. */
interface Finding {
  readonly place: string;
  readonly message: string;
}

/** How the findings about one file compare. */
export interface Comparison {
  /** The same place, the same words. */
  readonly same: readonly Finding[];
  /** The same place in other words, with the code of the compiler. */
  readonly reworded: readonly {
    readonly place: string;
    readonly code: string;
    readonly compiler: string;
    readonly editor: string;
  }[];
  /** By one of them only, or at another place. */
  readonly alone: readonly { readonly by: "compiler" | "editor"; readonly place: string; readonly message: string }[];
}

/**
 * Compares what the compiler and an editor find in one file. The name of the service, which no schema can know, is left
 * aside.
 */
export function compare(diagnostics: readonly Diagnostic[], found: readonly EditorFinding[]): Comparison {
  const compiler = unique(diagnostics.map(fromCompiler));
  const editor = found.map(fromEditor);
  const same = compiler.filter((finding) => editor.some((other) => isSame(finding, other)));
  const left = editor.filter((finding) => !same.some((other) => isSame(finding, other)));
  const reworded: Comparison["reworded"][number][] = [];
  const alone: Comparison["alone"][number][] = [];
  for (const { place, message, code } of compiler.filter((finding) => !same.includes(finding))) {
    const index = left.findIndex((finding) => finding.place === place);
    const [other] = index < 0 ? [] : left.splice(index, 1);
    if (other) reworded.push({ place, code, compiler: message, editor: other.message });
    else alone.push({ by: "compiler", place, message });
  }
  return { same, reworded, alone: [...alone, ...left.map((finding) => ({ by: "editor" as const, ...finding }))] };
}

function fromCompiler({ code, message, labels: [{ start }] }: Diagnostic): Finding & { readonly code: string } {
  return { code, place: `${start.line}:${start.column}`, message: message.replace(/^service `[^`]*`: /, "") };
}

function fromEditor({ range: { start }, message }: EditorFinding): Finding {
  return { place: `${start.line + 1}:${start.character + 1}`, message };
}

/** A template that is merged into two services is one place in the file, with a finding for each. */
function unique<F extends Finding>(findings: readonly F[]): readonly F[] {
  return [...new Map(findings.map((finding) => [finding.place, finding] as const).toReversed()).values()].toReversed();
}

function isSame(a: Finding, b: Finding): boolean {
  return a.place === b.place && a.message === b.message;
}
