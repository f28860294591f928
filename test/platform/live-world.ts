import type { Io } from "../../src/cli/io.ts";
import { Problem } from "../../src/files/problem.ts";
import { FakeClock } from "../engine/fake-clock.ts";
import { FakeEngine } from "../engine/fake-engine.ts";
import { FakePlatformEngine } from "../engine/fake-platform-engine.ts";
import { MemoryFiles, runOn, type Run } from "../support/memory-io.ts";
import { FakeCompose } from "./fake-compose.ts";
import { runFilesOn } from "./run-files.ts";

/** How a command is called. */
interface Call {
  /** Whether a terminal is there, and what is typed when it asks. */
  readonly answer?: string;
  readonly env?: Io["env"];
}

/** A machine in memory, with an engine, a Compose, and the user's folders below `/home/me`. */
export class LiveWorld {
  readonly clock = new FakeClock();
  readonly engine = new FakePlatformEngine(new FakeEngine(this.clock));
  readonly files: MemoryFiles;
  readonly compose: FakeCompose;
  /** The images of the sidecar that were asked for. */
  readonly sidecarImages: (string | undefined)[] = [];
  /** Whether Compose is installed. */
  hasCompose = true;

  /** With a stack file in the current folder, `/shop`, or with these files. */
  constructor(files: string | Readonly<Record<string, string>> = {}) {
    this.files = new MemoryFiles(typeof files === "string" ? { [here]: files } : files);
    this.compose = new FakeCompose(this.engine, this.files);
  }

  /** Runs a command whose words have no blanks, in the folder `/shop`. */
  run(line: string, call: Call = {}): Promise<Run> {
    return this.runWords(line.split(" "), call);
  }

  runWords(words: readonly string[], { answer, env = {} }: Call = {}): Promise<Run> {
    return runOn(words, {
      files: this.files,
      env: { HOME: "/home/me", ...env },
      isTerminal: answer !== undefined,
      stdin: answer ?? "",
      live: this.live,
    });
  }

  get live(): NonNullable<Io["live"]> {
    return {
      engine: this.engine,
      runFiles: runFilesOn(this.files),
      findCompose: () => {
        if (!this.hasCompose) throw new Problem("Docker Compose is not installed");
        return this.compose;
      },
      provideSidecarImage: async (image) => void this.sidecarImages.push(image),
      clock: this.clock,
      now: () => this.engine.fake.time * 1000,
    };
  }

  /** The containers as the engine has them: name, state and restart policy. */
  get containers(): readonly string[] {
    return this.engine.fake
      .all()
      .map(({ name, status, restartPolicy }) => `${name} ${status} ${restartPolicy}`)
      .toSorted();
  }

  /** The ID of a container. */
  id(name: string): string {
    const found = this.engine.fake.all().find((container) => container.name === name);
    if (!found) throw new Error(`there is no container ${name}`);
    return found.id;
  }

  /** The stack file of the current folder, or of a stack of the stacks folder. */
  text(stack?: string): string | undefined {
    return this.files.texts()[stack === undefined ? here : fileOf(stack)];
  }

  /** All files but those of the lock and of what was applied. */
  get paths(): readonly string[] {
    return Object.keys(this.files.texts()).filter((path) => !path.startsWith("/home/me/.local/state/"));
  }
}

/** The stack file of the current folder. */
export const here = "/shop/stack.yml";

/** The stack file of a stack of the stacks folder. */
export function fileOf(stack: string): string {
  return `/home/me/.local/share/tutum-stack/stacks/${stack}/stack.yml`;
}
