import type { Container, SidecarEngine } from "../../docker/engine.ts";
import type { Clock } from "../../time/clock.ts";
import type { Log } from "../log.ts";
import { createSemaphore } from "../semaphore.ts";
import { withinTime } from "./limit.ts";
import { createTail, outputLimits, outputSince } from "./output.ts";
import { endOf, runOf, type Decision, type Output, type Run, type RunKey } from "./run.ts";
import type { RunStore } from "./store.ts";

/** What a recorder works with. */
export interface RecorderOptions {
  readonly engine: SidecarEngine;
  readonly clock: Clock;
  readonly log: Log;
  readonly runs: RunStore;
  /** No run is begun once this is aborted. The sidecar that starts next records it. */
  readonly inspecting: AbortSignal;
}

/** The end of a container, and what the sidecar has decided about it. */
export interface End {
  readonly container: Container;
  readonly project: string;
  readonly service: string;
  readonly exitCode: number | undefined;
  readonly decided: Decision;
}

/** Writes runs beside the sidecar's own work. It reads a few outputs at once, so that memory has a limit. */
export interface Recorder {
  /** Begins to record an end, unless the store has it already. */
  begin(end: End): Recording;
  /** Resolves when nothing is being read or written. */
  idle(): Promise<void>;
}

/** One run on its way into the store. No method throws; a failure is logged. */
export interface Recording {
  readonly end: string;
  /** Whether the run is in the store, or given up. */
  readonly isFinished: boolean;
  /** Changes what the run says, once it is in the store. The same again does nothing. */
  note(change: Note): void;
  /** Forgets the run. */
  withdraw(): void;
  /**
   * Resolves when it is finished. After 2 s it gives the output up, and after 2 s more the run (reference jobs.md 1.4).
   */
  finish(): Promise<void>;
}

/** What is known later than the end. */
export type Note = Partial<Pick<Run, "decided" | "done">>;

/** How long an output may be read, and a file be written, in milliseconds (reference jobs.md 1.4). */
export const patience = 2000;

/** How many runs are read or written at the same time: each may hold an output. */
const mostAtOnce = 4;

/** A recorder that is idle. */
export function createRecorder(options: RecorderOptions): Recorder {
  const semaphore = createSemaphore(mostAtOnce);
  const readings = new Set<AbortController>();
  // One listener for all: Node warns of more than ten.
  options.inspecting.addEventListener("abort", () => {
    for (const reading of readings) reading.abort();
  });
  const busy = new Set<Promise<void>>();
  const enqueue: Enqueue = (before, step) => {
    const work = before.then(() => semaphore(step));
    busy.add(work);
    void work.finally(() => busy.delete(work));
    return work;
  };
  const shared = { ...options, enqueue, readings };
  return {
    begin: (end) => new QueuedRecording(end, shared),
    async idle() {
      while (busy.size > 0) await Promise.all(busy);
    },
  };
}

/** Does a step after another one, when few others are being done. The step never rejects. */
type Enqueue = (before: Promise<void>, step: () => Promise<void>) => Promise<void>;

/** What the recordings of a recorder share. */
interface Shared extends RecorderOptions {
  readonly enqueue: Enqueue;
  /** The outputs that are being read, or will be. */
  readonly readings: Set<AbortController>;
}

/** A run whose steps are done one after the other. */
class QueuedRecording implements Recording {
  readonly end: string;
  readonly #end: End;
  readonly #key: RunKey;
  readonly #shared: Shared;
  readonly #store: RunStore;
  readonly #reading = new AbortController();
  #known: Note;
  #isFinished = false;
  #work = Promise.resolve();

  constructor(end: End, shared: Shared) {
    this.#end = end;
    this.#key = keyOf(end);
    this.end = endOf(this.#key);
    this.#shared = shared;
    this.#store = limited(shared.runs, shared.clock);
    this.#known = { decided: end.decided, done: undefined };
    shared.readings.add(this.#reading);
    this.#then(() => this.#record());
  }

  get isFinished(): boolean {
    return this.#isFinished;
  }

  note(change: Note): void {
    const next = { ...this.#known, ...change };
    if (isSame(next, this.#known)) return;
    this.#known = next;
    this.#then(async () => {
      const run = await this.#store.find(this.#key);
      if (run) await this.#store.put({ ...run, ...change });
    });
  }

  withdraw(): void {
    this.#then(() => this.#store.remove(this.#key));
  }

  async finish(): Promise<void> {
    const wait = (): Promise<void> => withinTime(this.#shared.clock, patience, "record the run", this.#work);
    await wait().catch(() => {
      this.#reading.abort();
      return wait().catch(() => {});
    });
    this.#isFinished = true;
  }

  /** Once per end: a sidecar that ran before may have recorded it. */
  async #record(): Promise<void> {
    const { inspecting, readings } = this.#shared;
    const { container, decided } = this.#end;
    try {
      if (inspecting.aborted) return;
      const before = await this.#store.find(this.#key);
      if (isSame(before?.decided, decided)) return;
      const output = before?.output ?? (await readOutput(this.#shared, container, this.#reading));
      if (inspecting.aborted) return;
      await this.#store.put({ ...(before ?? runOf({ ...this.#end, key: this.#key, output })), decided });
    } finally {
      readings.delete(this.#reading);
      this.#isFinished = true;
    }
  }

  #then(step: () => Promise<void>): void {
    const { enqueue, log } = this.#shared;
    const { container, service } = this.#end;
    const { id, name } = container;
    const told = (error: unknown): void => {
      const reason = `its run is not kept: ${(error as Error).message}`;
      log({ level: "warning", event: "run not kept", container: id, name, service, reason });
    };
    this.#work = enqueue(this.#work, () => step().catch(told));
  }
}

function keyOf({ container, project, service }: End): RunKey {
  const { id, startedAt: started, finishedAt: finished } = container;
  return { project, service, container: id, started, finished };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The same store, which gives up after a while. */
function limited(runs: RunStore, clock: Clock): RunStore {
  return {
    find: (key) => withinTime(clock, patience, "look for the run", runs.find(key)),
    put: (run) => withinTime(clock, patience, "write the run", runs.put(run)),
    remove: (key) => withinTime(clock, patience, "remove the run", runs.remove(key)),
  };
}

/** The last output of a container, or why there is none. Gives up after a while, or when reading is aborted. */
async function readOutput(
  { engine, clock }: Pick<RecorderOptions, "engine" | "clock">,
  { id, hasTerminal, startedAt }: Container,
  reading: AbortController,
): Promise<Output> {
  const { signal } = reading;
  const tail = createTail();
  let problem = "";
  const read = async (): Promise<void> => {
    // One line more shows whether there are more.
    const options = { tail: outputLimits.lines + 1, since: outputSince(startedAt), hasTerminal };
    const chunks = await engine.logs(id, options, signal);
    if (!chunks) problem = "the container was removed before its output was read";
    for await (const chunk of chunks ?? []) tail.push(chunk);
  };
  const cancel = clock.after(patience, () => reading.abort());
  const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  if (!signal.aborted)
    await Promise.race([read(), aborted]).catch((error: unknown) => (problem = (error as Error).message));
  cancel();
  return tail.take(signal.aborted ? "the engine did not give the output in time" : problem);
}
