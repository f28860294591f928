import { EngineError } from "../docker/engine.ts";
import { Problem } from "../files/problem.ts";
import { StackBusy } from "./lock.ts";

/** Why something could not be done, for a person. */
export interface Failure {
  /**
   * `engine`: the engine refused it, or does not answer. `busy`: another process changes the stack. `problem`: files,
   * Compose, or what the user asked for.
   */
  readonly kind: "engine" | "busy" | "problem";
  readonly message: string;
}

/** What an error says to a person; undefined for one that is a bug. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof EngineError) return { kind: "engine", message: error.message };
  if (error instanceof StackBusy) return { kind: "busy", message: error.message };
  return error instanceof Problem ? { kind: "problem", message: error.message } : undefined;
}
