import type { Io } from "../../src/cli/io.ts";
import type { Files } from "../../src/files/files.ts";
import { main } from "../../src/cli/main.ts";

/** A file system in memory. Paths are absolute; folders exist as soon as a file is in them. */
export class MemoryFiles implements Files {
  readonly contents = new Map<string, { readonly bytes: Buffer; readonly mode: number }>();
  /** The processes that exist, and how many seconds ago files were written, if it was not now. */
  readonly running = new Set<number>();
  readonly ages = new Map<string, number>();
  /** Where paths lead that are links. */
  readonly links = new Map<string, string>();
  /** Whether a signal would wait. */
  isUninterrupted = false;
  /** Called before each change; throws what the change is to fail with. */
  beforeChange: (operation: string, path: string) => void = () => {};

  constructor(files: Readonly<Record<string, string | Uint8Array>> = {}) {
    for (const [path, content] of Object.entries(files))
      this.contents.set(path, { bytes: Buffer.from(content as Uint8Array), mode: 0o644 });
  }

  /** The files as text, sorted by path. */
  texts(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      [...this.contents]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([path, { bytes }]) => [path, Buffer.from(bytes).toString()]),
    );
  }

  read(path: string, most = Infinity): { readonly bytes: Buffer; readonly mode: number } | undefined {
    const found = this.contents.get(path);
    return found && { ...found, bytes: found.bytes.subarray(0, most) };
  }

  length(path: string): number | undefined {
    return this.contents.get(path)?.bytes.length;
  }

  list(folder: string): readonly string[] {
    const below = folder.endsWith("/") ? folder : `${folder}/`;
    const inside = [...this.contents.keys()].filter((path) => path.startsWith(below));
    return [...new Set(inside.map((path) => path.slice(below.length).split("/", 1)[0]!))];
  }

  resolve(path: string): string {
    const [link, target] = [...this.links].find(([from]) => path === from || path.startsWith(`${from}/`)) ?? [];
    return link === undefined ? path : `${target}${path.slice(link.length)}`;
  }

  age(path: string): number | undefined {
    return this.contents.has(path) ? (this.ages.get(path) ?? 0) : undefined;
  }

  isRunning(pid: number): boolean {
    return this.running.has(pid);
  }

  withoutInterruption<T>(action: () => T): T {
    this.isUninterrupted = true;
    try {
      return action();
    } finally {
      this.isUninterrupted = false;
    }
  }

  makeFolder(path: string): void {
    this.beforeChange("makeFolder", path);
  }

  create(path: string, text: string, mode: number): void {
    this.beforeChange("create", path);
    if (this.contents.has(path)) throw Object.assign(new Error("exists"), { code: "EEXIST" });
    this.contents.set(path, { bytes: Buffer.from(text), mode });
  }

  copy(from: string, to: string): void {
    this.beforeChange("copy", to);
    this.contents.set(to, this.#existing(from));
  }

  rename(from: string, to: string): void {
    this.beforeChange("rename", to);
    const inside = [...this.contents.keys()].filter((path) => path.startsWith(`${from}/`));
    for (const path of inside.length > 0 ? inside : [from]) {
      this.contents.set(`${to}${path.slice(from.length)}`, this.#existing(path));
      this.contents.delete(path);
    }
  }

  remove(path: string): void {
    this.beforeChange("remove", path);
    this.contents.delete(path);
  }

  #existing(path: string): { readonly bytes: Buffer; readonly mode: number } {
    const found = this.contents.get(path);
    if (!found) throw Object.assign(new Error("missing"), { code: "ENOENT" });
    return found;
  }
}

/** What a run of the command line left behind. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly files: Readonly<Record<string, string>>;
}

/** What surrounds a run of the command line. */
interface World {
  readonly files?: MemoryFiles;
  readonly stdin?: string;
  readonly env?: Io["env"];
  readonly isTerminal?: boolean;
  readonly live?: NonNullable<Io["live"]>;
}

/** Runs the command line in the folder `/shop` of a world in memory. */
export function run(args: readonly string[], world: World = {}): Run {
  const { io, left } = memoryIo(world);
  const code = main(args, io);
  if (typeof code !== "number") throw new Error("this command goes on; use `runOn`");
  return left(code);
}

/** The same for the command that goes on until it is done. */
export async function runOn(args: readonly string[], world: World = {}): Promise<Run> {
  const { io, left } = memoryIo(world);
  return left(await main(args, io));
}

function memoryIo({ files = new MemoryFiles(), stdin = "", env = {}, isTerminal = false, live }: World): {
  readonly io: Io;
  readonly left: (code: number) => Run;
} {
  const written = { stdout: "", stderr: "" };
  const output = (stream: keyof typeof written) => ({
    isTerminal,
    write: (text: string) => void (written[stream] += text),
  });
  const log = (line: string): boolean => ((written.stdout += line), true);
  const io: Io = {
    env,
    cwd: "/shop",
    stdout: output("stdout"),
    stderr: output("stderr"),
    log,
    files,
    readStdin: (most) => Buffer.from(stdin).subarray(0, most),
    canAsk: isTerminal,
    readLine: () => stdin,
    ...(live ? { live } : {}),
  };
  return { io, left: (code) => ({ code, ...written, files: files.texts() }) };
}
