import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import {
  CodeActionRequest,
  CompletionRequest,
  ConfigurationRequest,
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type ClientCapabilities,
  type CompletionItem,
  type Diagnostic,
  type MarkupContent,
  type Position,
  type ProtocolConnection,
} from "vscode-languageserver-protocol/node.js";

/** An editor that has yaml-language-server running, as VS Code, Neovim, Helix, Zed and Emacs have. */
export interface Editor {
  /** What is underlined in a text, in its order. */
  readonly findings: (text: string, uri?: string) => Promise<readonly Diagnostic[]>;
  /** What is offered where `‸` stands in a text. */
  readonly completions: (text: string, uri?: string) => Promise<readonly CompletionItem[]>;
  /** What is shown for the word after `‸`; empty when nothing. */
  readonly hover: (text: string, uri?: string) => Promise<string>;
  /** The titles of the changes that are offered for each finding. */
  readonly quickFixes: (text: string, uri?: string) => Promise<readonly (readonly string[])[]>;
  readonly close: () => Promise<void>;
}

/** What a user can set: schemas for names of files, and the version of YAML. */
export interface Settings {
  readonly schemas?: Readonly<Record<string, string | readonly string[]>>;
  readonly yamlVersion?: "1.1" | "1.2";
}

/** The texts of the schemas that are on the net, by their addresses. Editors fetch them for the server. */
export type Published = Readonly<Record<string, string>>;

const server = join(
  createRequire(import.meta.url).resolve("yaml-language-server/package.json"),
  "../bin/yaml-language-server",
);

/**
 * Starts a server that reads files and what is published, and nothing else; waits until it has taken the settings over.
 */
export async function openEditor(settings: Settings, published: Published = {}): Promise<Editor> {
  const child = spawn(process.execPath, [server, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => void child.once("exit", () => resolve()));
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const configured = answerSettings(connection, {
    ...settings,
    schemaStore: { enable: false },
    kubernetesCRDStore: { enable: false },
  });
  const show = showing(connection);
  connection.onRequest(
    "vscode/content",
    (url: string) => published[url] ?? Promise.reject(new Error(`${url} is not published`)),
  );
  connection.listen();
  await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    capabilities,
    workspaceFolders: null,
  });
  await connection.sendNotification(InitializedNotification.type, {});
  await connection.sendNotification("yaml/registerContentRequest");
  await configured;
  return { ...featuresOf(connection, show), close };

  async function close(): Promise<void> {
    await connection.sendRequest(ShutdownRequest.type);
    await connection.sendNotification(ExitNotification.type);
    await ended;
    connection.dispose();
  }
}

const capabilities: ClientCapabilities = {
  workspace: { configuration: true },
  textDocument: {
    completion: { completionItem: { snippetSupport: true, documentationFormat: ["markdown"] } },
    hover: { contentFormat: ["markdown"] },
    formatting: { dynamicRegistration: true },
    publishDiagnostics: {},
  },
};

/**
 * Answers every question of the server for settings; resolves when the first answer with those of `yaml` is on its way.
 */
function answerSettings(connection: ProtocolConnection, yaml: object): Promise<void> {
  connection.onRequest(RegistrationRequest.type, () => {});
  return new Promise((resolve) => {
    connection.onRequest(ConfigurationRequest.type, ({ items }) => {
      if (items.some(({ section }) => section === "yaml")) setImmediate(resolve);
      return items.map(({ section }) => (section === "yaml" ? yaml : {}));
    });
  });
}

interface Shown {
  readonly uri: string;
  readonly findings: Promise<readonly Diagnostic[]>;
}

/**
 * Opens or changes a document. Its findings arrive when the server publishes them, which it does once for every text.
 */
type Show = (text: string, uri?: string) => Promise<Shown>;

/** A document of its own for each text, unless it is given a name, keeps the findings apart. */
function showing(connection: ProtocolConnection): Show {
  const waiting = new Map<string, (findings: readonly Diagnostic[]) => void>();
  const versions = new Map<string, number>();
  connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
    waiting.get(uri)?.(
      diagnostics.toSorted(
        (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
      ),
    );
    waiting.delete(uri);
  });
  let opened = 0;
  return async (text, uri = `file:///shop/${++opened}/stack.yml`) => {
    if (waiting.has(uri)) throw new Error(`wait for the findings of ${uri} before changing it`);
    const version = (versions.get(uri) ?? 0) + 1;
    versions.set(uri, version);
    const findings = new Promise<readonly Diagnostic[]>((resolve) => void waiting.set(uri, resolve));
    if (version === 1)
      await connection.sendNotification(DidOpenTextDocumentNotification.type, {
        textDocument: { uri, languageId: "yaml", version, text },
      });
    else
      await connection.sendNotification(DidChangeTextDocumentNotification.type, {
        textDocument: { uri, version },
        contentChanges: [{ text }],
      });
    return { uri, findings };
  };
}

function featuresOf(connection: ProtocolConnection, show: Show): Omit<Editor, "close"> {
  return {
    findings: async (text, uri) => (await show(text, uri)).findings,
    completions: async (marked, uri) => {
      const { text, position } = withoutMark(marked);
      const textDocument = { uri: (await show(text, uri)).uri };
      const found = await connection.sendRequest(CompletionRequest.type, { textDocument, position });
      return Array.isArray(found) ? found : (found?.items ?? []);
    },
    hover: async (marked, uri) => {
      const { text, position } = withoutMark(marked);
      const textDocument = { uri: (await show(text, uri)).uri };
      const found = await connection.sendRequest(HoverRequest.type, { textDocument, position });
      return found ? (found.contents as MarkupContent).value : "";
    },
    quickFixes: async (text, uri) => {
      const shown = await show(text, uri);
      const fixesOf = async (finding: Diagnostic): Promise<readonly string[]> => {
        const where = { textDocument: { uri: shown.uri }, range: finding.range };
        const found = await connection.sendRequest(CodeActionRequest.type, {
          ...where,
          context: { diagnostics: [finding] },
        });
        return (found ?? []).map(({ title }) => title);
      };
      return Promise.all((await shown.findings).map(fixesOf));
    },
  };
}

function withoutMark(marked: string): { readonly text: string; readonly position: Position } {
  const [before, after, ...others] = marked.split("‸");
  if (before === undefined || after === undefined || others.length > 0) throw new Error("the text needs one `‸`");
  const lines = before.split("\n");
  return { text: before + after, position: { line: lines.length - 1, character: lines.at(-1)!.length } };
}
