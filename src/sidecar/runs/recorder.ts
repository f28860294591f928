import type { Container, SidecarEngine } from "../../docker/engine.ts";
import type { Clock } from "../../time/clock.ts";
import type { Log } from "../log.ts";
import { createSemaphore, type Semaphore } from "../semaphore.ts";
import { withinTime } from "./limit.ts";
import { createTail, outputLimits } from "./output.ts";
import { endOf, runOf, type Decision, type Output, type Run } from "./run.ts";
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

/** How many outputs are read at the same time. */
const mostReaders = 4;

/** A recorder that is idle. */
export function createRecorder(options: RecorderOptions): Recorder {
  const readers = { all: new Set<AbortController>(), semaphore: createSemaphore(mostReaders) };
  // One listener for all: Node warns of more than ten.
  options.inspecting.addEventListener("abort", () => {
    for (const reading of readers.all) reading.abort();
  });
  const busy = new Set<Promise<void>>();
  const track = (work: Promise<void>): Promise<void> => {
    busy.add(work);
    void work.finally(() => busy.delete(work));
    return work;
  };
  return {
    begin: (end) => createRecording(end, options, readers, track),
    async idle() {
      while (busy.size > 0) await Promise.all(busy);
    },
  };
}

/** The outputs that are read, or wait for their turn. */
interface Readers {
  readonly all: Set<AbortController>;
  readonly semaphore: Semaphore;
}

function createRecording(
  { container, project, service, exitCode, decided }: End,
  { engine, clock, log, runs, inspecting }: RecorderOptions,
  readers: Readers,
  track: (work: Promise<void>) => Promise<void>,
): Recording {
  const { id, name, startedAt: started, finishedAt: finished } = container;
  const key = { project, service, container: id, started, finished };
  const reading = new AbortController();
  let known: Note = { decided, done: undefined };
  let isFinished = false;
  const warn = (error: unknown): void => {
    const reason = `its run is not kept: ${(error as Error).message}`;
    log({ level: "warning", event: "run not kept", container: id, name, service, reason });
  };
  const record = async (): Promise<void> => {
    const before = await withinTime(clock, patience, "look for the run", runs.find(key));
    if (before && JSON.stringify(before.decided) === JSON.stringify(decided)) return;
    if (before) return withinTime(clock, patience, "write the run", runs.put({ ...before, decided }));
    const output = await readOutput({ engine, clock, readers }, container, reading);
    if (inspecting.aborted) return;
    const run = runOf({ key, container, exitCode, decided, output });
    await withinTime(clock, patience, "write the run", runs.put(run));
  };
  const begin = async (): Promise<void> => {
    readers.all.add(reading);
    await record().catch(warn);
    readers.all.delete(reading);
    isFinished = true;
  };
  let work = track(begin());
  const then = (step: () => Promise<void>): void => {
    work = track(work.then(() => step().catch(warn)));
  };
  return {
    end: endOf(key),
    get isFinished() {
      return isFinished;
    },
    note(change) {
      const next = { ...known, ...change };
      if (JSON.stringify(next) === JSON.stringify(known)) return;
      known = next;
      then(async () => {
        const run = await withinTime(clock, patience, "look for the run", runs.find(key));
        if (run) await withinTime(clock, patience, "write the run", runs.put({ ...run, ...change }));
      });
    },
    withdraw: () => then(() => withinTime(clock, patience, "remove the run", runs.remove(key))),
    async finish() {
      const wait = (): Promise<void> => withinTime(clock, patience, "record the run", work);
      await wait().catch(() => {
        reading.abort();
        return wait().catch(() => {});
      });
      isFinished = true;
    },
  };
}

interface ReadingOptions extends Pick<RecorderOptions, "engine" | "clock"> {
  readonly readers: Readers;
}

/** The last output of a container, or why there is none. Gives up after a while, or when reading is aborted. */
async function readOutput(
  { engine, clock, readers }: ReadingOptions,
  { id, hasTerminal }: Container,
  reading: AbortController,
): Promise<Output> {
  const { signal } = reading;
  const tail = createTail();
  let problem = "";
  const read = async (): Promise<void> => {
    if (signal.aborted) return;
    const cancel = clock.after(patience, () => reading.abort());
    try {
      // One line more shows whether there are more.
      const chunks = await engine.logs(id, { tail: outputLimits.lines + 1, hasTerminal }, signal);
      if (!chunks) problem = "the container was removed before its output was read";
      for await (const chunk of chunks ?? []) tail.push(chunk);
    } finally {
      cancel();
    }
  };
  const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  await Promise.race([readers.semaphore(read), aborted]).catch(
    (error: unknown) => (problem = (error as Error).message),
  );
  return tail.take(signal.aborted ? "the engine did not give the output in time" : problem);
}
