import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";

/** An editor for YAML. The key Tab leaves it. */
export interface Editor {
  readonly text: () => string;
  readonly replace: (text: string) => void;
  /** Marks what is wrong. */
  readonly mark: (diagnostics: readonly Diagnostic[]) => void;
  /** Moves the cursor to what is wrong. */
  readonly show: (diagnostic: Diagnostic) => void;
}

/** Makes an editor in an element. */
export function createEditor(parent: HTMLElement, text: string, onChange: (text: string) => void): Editor {
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [...extensions, EditorView.updateListener.of((update) => update.docChanged && onChange(own()))],
    }),
  });
  const own = (): string => view.state.doc.toString();
  const within = (offset: number): number => Math.min(offset, view.state.doc.length);
  return {
    text: own,
    replace: (next) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } }),
    mark(diagnostics) {
      const marks = diagnostics.map(({ severity, message, help, labels: [{ span }] }) => ({
        from: within(span.start),
        to: within(span.end),
        severity,
        message: [message, ...help.map((one) => `help: ${one}`)].join("\n"),
      }));
      view.dispatch(setDiagnostics(view.state, marks));
    },
    show({ labels: [{ span }] }) {
      view.dispatch({ selection: { anchor: within(span.start), head: within(span.end) }, scrollIntoView: true });
      view.focus();
    },
  };
}

const colors = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--accent)" },
  { tag: tags.comment, color: "var(--soft)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.keyword], color: "var(--busy)" },
]);

const looks = EditorView.theme({
  "&": { backgroundColor: "var(--card)", color: "var(--ink)", height: "100%" },
  "&.cm-focused": { outline: "2px solid var(--accent)" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontSize: "var(--small)", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--ink)", padding: "0.75rem 0" },
  ".cm-gutters": { backgroundColor: "var(--sunk)", color: "var(--soft)", border: "0" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--chosen) !important" },
  ".cm-tooltip": { backgroundColor: "var(--card)", color: "var(--ink)", border: "1px solid var(--line)" },
  ".cm-diagnostic": { whiteSpace: "pre-wrap", maxWidth: "36rem" },
});

const extensions: readonly Extension[] = [
  lineNumbers(),
  lintGutter(),
  history(),
  highlightActiveLine(),
  yaml(),
  syntaxHighlighting(colors),
  looks,
  EditorView.lineWrapping,
  EditorView.contentAttributes.of({ "aria-label": "Stack file" }),
  keymap.of([...defaultKeymap, ...historyKeymap]),
];
