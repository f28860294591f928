import { Problem } from "../files/problem.ts";
import type { WantedStack } from "./compiled.ts";
import type { ComposeResult } from "./compose.ts";
import type { ObservedContainer, ObservedProject } from "./observed.ts";
import type { RecoveredState } from "./recovery.ts";
import { withoutPrototype, type AppliedService } from "./state.ts";

const hashLabel = "com.docker.compose.config-hash";

/** The services that have containers although the state does not say what was applied. */
export function unknownServices(
  { services }: WantedStack,
  observed: ObservedProject,
  state: RecoveredState | undefined,
): readonly string[] {
  return [...services.keys()].filter((name) => observed.has(name) && !Object.hasOwn(state?.services ?? {}, name));
}

/**
 * The state, completed with services that were started by hand from the Compose file. Compose's label tells whether
 * their containers match that file; if they do not, the service stays unknown (reference live.md 2.3).
 */
export async function adopted(
  state: RecoveredState | undefined,
  {
    unknown,
    observed,
    onDisk,
    compose,
    now,
  }: {
    readonly unknown: readonly string[];
    readonly observed: ObservedProject;
    /** The services of the Compose file on disk. */
    readonly onDisk: ReadonlyMap<string, Omit<AppliedService, "since">>;
    readonly compose: (args: readonly string[]) => Promise<ComposeResult>;
    readonly now: number;
  },
): Promise<RecoveredState | undefined> {
  if (!unknown.some((name) => onDisk.has(name))) return state;
  const hashes = await hashesOf(compose);
  const services = withoutPrototype<AppliedService>(state?.services ?? {});
  for (const name of unknown) {
    const applied = onDisk.get(name);
    const isSame = ({ labels }: ObservedContainer): boolean => labels.get(hashLabel) === hashes.get(name);
    if (applied && hashes.has(name) && observed.get(name)!.every(isSame)) services[name] = { ...applied, since: now };
  }
  return { ...state, services, replaced: state?.replaced ?? new Set() };
}

/** Compose's hash of each service of the files on disk; none without Compose. */
export async function hashesOf(
  compose: (args: readonly string[]) => Promise<ComposeResult>,
): Promise<ReadonlyMap<string, string>> {
  try {
    const { exitCode, output } = await compose(["config", "--hash=*"]);
    if (exitCode !== 0) return new Map();
    return new Map([...output.matchAll(/^(\S+) ([0-9a-f]{64})$/gm)].map(([, name = "", hash = ""]) => [name, hash]));
  } catch (error) {
    // Without Compose, the services stay unknown.
    if (error instanceof Problem) return new Map();
    throw error;
  }
}
