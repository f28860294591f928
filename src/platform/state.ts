import { createHash } from "node:crypto";
import { join } from "node:path";
import { makeChanges, planChanges } from "../files/changes.ts";
import { readText, type Files } from "../files/files.ts";
import { readConfig, type SidecarConfig } from "../lifecycle/config.ts";
import type { SidecarSettings } from "../targets/sidecar-options.ts";

/** What was last applied of one service. */
export interface AppliedService {
  /** A hash for each key of its compiled form, without what can be changed on running containers. */
  readonly keys: Readonly<Record<string, string>>;
  /** The restart policy, as Docker writes it: `on-failure:3`. */
  readonly restart: string;
  readonly replicas: number;
  readonly autodestroy: string;
  /** When its containers were last created, in milliseconds since 1970. */
  readonly since: number;
  /** Whether `service stop` stopped it. */
  readonly isStopped?: boolean;
  /** The IDs of containers that still have an earlier definition, because a change was interrupted. */
  readonly outdated?: readonly string[];
}

/** A change in progress. It stays in the state if the command is killed. */
export interface Pending {
  /** What the user asked for: `service set web`. */
  readonly what: string;
  readonly since: number;
  /**
   * The services whose containers are created or recreated, with the IDs of the containers before. A service with other
   * containers is already done: a job must not run twice.
   */
  readonly making: Readonly<Record<string, { readonly before: readonly string[]; readonly applied: AppliedService }>>;
}

/** What the program remembers about a project of one engine. */
export interface ProjectState {
  readonly services: Readonly<Record<string, AppliedService>>;
  readonly pending?: Pending | undefined;
  /** How the sidecar is run. No other file says it while no service has autodestroy. */
  readonly sidecar?: SidecarSettings | undefined;
  /** What the server does as the sidecar, as it was last applied; undefined where it does nothing. */
  readonly served?: SidecarConfig | undefined;
}

/** The states of projects on disk (reference live.md 2.3). When one is missing, everything still works. */
export interface StateStore {
  /** The folder of a project, for its lock and logs. */
  folder(project: string): string;
  /** Undefined when there is none, or when it is not valid. */
  read(project: string): ProjectState | undefined;
  /** Throws a Problem. */
  write(project: string, state: ProjectState): void;
  /** Forgets a project. Throws a Problem. */
  remove(project: string): void;
}

/** The file of a project's state, in its folder. */
export const appliedName = "applied.json";

/** The folder of a project of an engine, below the user's state folder (reference live.md 2.3). */
export function projectFolder(folder: string, engineId: string, project: string): string {
  return join(folder, createHash("sha256").update(engineId).digest("hex").slice(0, 16), project);
}

/** The states of the projects of an engine, below a folder. */
export function createStateStore(files: Files, folder: string, engineId: string): StateStore {
  const folderOf = (project: string): string => projectFolder(folder, engineId, project);
  const change = (project: string, text: string | undefined): void => {
    const path = folderOf(project);
    const outputs = text === undefined ? [] : [{ name: appliedName, text }];
    const wanted = {
      folder: { path, name: path },
      outputs,
      possible: [appliedName],
      mode: 0o600,
      isGenerated: () => true,
    };
    files.makeFolder(path, 0o700);
    makeChanges(files, path, planChanges(files, wanted));
  };
  return {
    folder: folderOf,
    read: (project) => {
      const path = join(folderOf(project), appliedName);
      const found = readText(files, { path, name: path, most: 16 * 1024 ** 2 });
      return found && parseState(found.text);
    },
    write: (project, state) => change(project, `${JSON.stringify({ version: 1, ...state })}\n`),
    remove: (project) => change(project, undefined),
  };
}

/** Undefined for a text that this version did not write. */
function parseState(text: string): ProjectState | undefined {
  try {
    const { version, services, pending, sidecar, served } = JSON.parse(text) as ProjectState & {
      readonly version: number;
    };
    if (version !== 1 || !isMappingOf(services, isApplied)) return undefined;
    return {
      services: withoutPrototype(services),
      ...(isPending(pending) ? { pending } : {}),
      ...(isMapping(sidecar) ? { sidecar } : {}),
      ...(served === undefined ? {} : { served: readConfig(JSON.stringify(served)).config }),
    };
  } catch {
    return undefined;
  }
}

function isPending(value: unknown): value is Pending {
  const { what, making } = Object(value) as Partial<Pending>;
  return (
    typeof what === "string" &&
    isMappingOf(making, ({ before, applied }) => Array.isArray(before) && isMapping(applied) && isApplied(applied))
  );
}

function isApplied({ keys, restart, replicas, outdated = [] }: Mapping): boolean {
  const isKnown = typeof restart === "string" && typeof replicas === "number";
  return isMapping(keys) && isKnown && Array.isArray(outdated);
}

type Mapping = Readonly<Record<string, unknown>>;

function isMappingOf(value: unknown, isMember: (member: Mapping) => boolean): boolean {
  return isMapping(value) && Object.values(value).every((member) => isMapping(member) && isMember(member));
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A copy without inherited members, because a service may be called `constructor`. */
export function withoutPrototype<T>(mapping: Readonly<Record<string, T>>): Record<string, T> {
  return Object.assign(Object.create(null) as Record<string, T>, mapping);
}
