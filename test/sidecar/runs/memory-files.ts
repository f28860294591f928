import { dirname, basename } from "node:path";
import type { RunFiles } from "../../../src/sidecar/runs/files.ts";

/** Files of runs in memory, which fail when they are told to. */
export class MemoryRunFiles implements RunFiles {
  readonly texts = new Map<string, string>();
  readonly folders = new Set<string>();
  /** While set, whatever changes a file fails with it. */
  full: Error | undefined;
  /** While set, every call waits for it. */
  hanging: Promise<void> | undefined;
  /** Called before each change of a file. */
  onChange: (what: string, path: string) => void = () => {};

  async list(folder: string) {
    await this.hanging;
    return [...this.texts]
      .filter(([path]) => dirname(path) === folder)
      .map(([path, text]) => ({ name: basename(path), bytes: Buffer.byteLength(text), age: 0 }));
  }

  async read(path: string, mostBytes: number) {
    await this.hanging;
    const text = this.texts.get(path);
    return text === undefined || text.length > mostBytes ? undefined : text;
  }

  async create(path: string, text: string) {
    await this.#change("create", path);
    this.texts.set(path, text);
  }

  async rename(from: string, to: string) {
    await this.#change("rename", from);
    this.texts.set(to, this.texts.get(from)!);
    this.texts.delete(from);
  }

  async remove(path: string) {
    await this.hanging;
    this.onChange("remove", path);
    this.texts.delete(path);
  }

  async makeFolder(path: string) {
    await this.#change("makeFolder", path);
    this.folders.add(path);
  }

  async #change(what: string, path: string): Promise<void> {
    await this.hanging;
    this.onChange(what, path);
    if (this.full) throw this.full;
  }
}
