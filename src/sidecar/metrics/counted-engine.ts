import { EngineError, type SidecarEngine } from "../../docker/engine.ts";
import type { Metrics, Operation } from "./metrics.ts";

/** The same engine, whose failed calls and events are counted. A call that its own signal ended did not fail. */
export function countedEngine(engine: SidecarEngine, metrics: Metrics): SidecarEngine {
  const count = (operation: Operation, error: unknown, signal: AbortSignal): void => {
    if (!signal.aborted) metrics.failed(operation, error instanceof EngineError ? error.failure : "failed");
  };
  const counted = async <T>(operation: Operation, call: Promise<T>, signal: AbortSignal): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      count(operation, error, signal);
      throw error;
    }
  };
  async function* countedEvents(changes: AsyncIterable<string>, signal: AbortSignal): AsyncIterable<string> {
    try {
      for await (const id of changes) {
        metrics.event();
        yield id;
      }
    } catch (error) {
      count("events", error, signal);
      throw error;
    }
  }
  return {
    connect: (signal) => counted("connect", engine.connect(signal), signal),
    list: (label, signal) => counted("list", engine.list(label, signal), signal),
    inspect: (id, signal) => counted("inspect", engine.inspect(id, signal), signal),
    imageLabels: (image, signal) => counted("inspect", engine.imageLabels(image, signal), signal),
    remove: (id, options, signal) => counted("remove", engine.remove(id, options, signal), signal),
    logs: (id, options, signal) => counted("logs", engine.logs(id, options, signal), signal),
    changes: async (label, since, signal) =>
      countedEvents(await counted("events", engine.changes(label, since, signal), signal), signal),
  };
}
