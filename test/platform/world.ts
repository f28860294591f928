import { EngineError } from "../../src/docker/engine.ts";
import type { PlatformEngine } from "../../src/docker/platform-engine.ts";
import { openPlatform, type Platform, type World } from "../../src/platform/platform.ts";
import { FakeClock } from "../engine/fake-clock.ts";
import { FakeEngine } from "../engine/fake-engine.ts";
import { FakePlatformEngine } from "../engine/fake-platform-engine.ts";
import { MemoryFiles } from "../support/memory-io.ts";
import { FakeCompose, ProgramKilled } from "./fake-compose.ts";
import { runFilesOn } from "./run-files.ts";

/** A machine in memory with an engine, Compose, files, and the hands to break them. */
export class FakeMachine {
  readonly clock = new FakeClock();
  readonly files = new MemoryFiles();
  readonly engine = new FakePlatformEngine(new FakeEngine(this.clock));
  readonly compose = new FakeCompose(this.engine, this.files);
  /** Called before each call of the engine and each change of a file. */
  onCall: (what: string) => void = () => {};
  /** Whether the program was killed: nothing that it does afterwards has an effect. */
  isKilled = false;
  readonly signal = new AbortController().signal;

  constructor() {
    this.files.beforeChange = (operation, path) => {
      if (this.isKilled) throw new ProgramKilled("the program was killed");
      this.onCall(`${operation} ${path}`);
      if (this.isKilled) throw new ProgramKilled("the program was killed");
    };
  }

  /** A new process of the program. */
  start(): Promise<Platform> {
    this.isKilled = false;
    return openPlatform(this.#world(), this.signal);
  }

  /** Lets time pass until something is done that waits for it. */
  async finish<T>(work: Promise<T>): Promise<T> {
    const state = { isDone: false };
    const settle = (): void => void (state.isDone = true);
    work.then(settle, settle);
    for (let turn = 0; turn < 100 && !state.isDone; turn++) await new Promise((resolve) => setImmediate(resolve));
    while (!state.isDone) await this.clock.pass(0.1);
    return work;
  }

  /** Kills the program: whatever it does next fails and has no effect. */
  kill(): void {
    this.isKilled = true;
  }

  #world(): World {
    return {
      env: { HOME: "/home/me" },
      shell: {},
      cwd: "/shop",
      files: this.files,
      engine: this.#watched(),
      runFiles: runFilesOn(this.files),
      findCompose: () => ({
        command: "docker compose",
        run: (call, listener) =>
          this.compose.run(call, listener).catch((error: unknown) => {
            if (error instanceof ProgramKilled) this.kill();
            throw error;
          }),
      }),
      provideSidecarImage: () => Promise.resolve(),
      clock: this.clock,
      now: () => 1_700_000_000_000 + this.clock.now(),
      stacks: undefined,
    };
  }

  #watched(): PlatformEngine {
    return new Proxy<PlatformEngine>(this.engine, {
      get: (target, name: keyof PlatformEngine) => {
        const method = target[name] as (...given: unknown[]) => Promise<unknown>;
        return async (...args: unknown[]) => {
          if (this.isKilled) throw new ProgramKilled("the program was killed");
          this.onCall(name);
          if (this.isKilled) throw new ProgramKilled("the program was killed");
          return method.apply(target, args);
        };
      },
    });
  }
}

/** What the engine answers while it is away. */
export const away = new EngineError("unreachable", "no answer from the engine");
