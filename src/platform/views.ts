import type { ContainerDetails } from "../docker/platform-engine.ts";
import { Problem } from "../files/problem.ts";
import { compileSettings, readStackFile } from "./change.ts";
import { compilePlace, type WantedService, type WantedStack } from "./compiled.ts";
import { uuidOf } from "./identifiers.ts";
import { isLocked } from "./lock.ts";
import { listContainers, type ListedContainer } from "./observed.ts";
import { visibleStacks, type Platform, type StackRef } from "./platform.ts";
import { serviceState, stackState, type ServiceState, type TutumState } from "./states.ts";
import type { ProjectState } from "./state.ts";

/** A service as commands show it. */
export interface ServiceView extends ServiceState {
  readonly uuid: string;
  readonly name: string;
  readonly stack: string;
  readonly stackRef: StackRef;
  /** The service in the stack file; undefined when the file has errors. */
  readonly wanted: WantedService | undefined;
  readonly containers: readonly ListedContainer[];
  /** When its newest container was created, in seconds since 1970; undefined without one. */
  readonly deployed: number | undefined;
}

/** A stack as commands show it. */
export interface StackView {
  readonly uuid: string;
  readonly name: string;
  /** Always undefined: a stack does not belong to another one. */
  readonly stack: undefined;
  readonly ref: StackRef;
  readonly state: TutumState;
  readonly services: readonly ServiceView[];
  /** Whether its file has errors, so that only its containers are known. */
  readonly isBroken: boolean;
  /** Why its file cannot be read at all. */
  readonly problem: string | undefined;
  readonly deployed: number | undefined;
  /** The command that was interrupted: `service set web`. */
  readonly interrupted: string | undefined;
}

/** All stacks that a command sees, with their services. Rejects with an EngineError or a Problem. */
export async function viewStacks(platform: Platform, signal: AbortSignal): Promise<readonly StackView[]> {
  const containers = await listContainers(platform.engine, signal);
  const stacks = visibleStacks(platform, containers);
  const details = await inspectSome(platform, stacks, containers, signal);
  return stacks.map((stack) => whileChanging(platform, viewStack(platform, stack, { containers, details })));
}

/** A change that is in progress was not interrupted, although the state on disk says the same of both. */
export function whileChanging({ files, store }: Platform, view: StackView): StackView {
  const isChanging = view.interrupted !== undefined && isLocked(files, { folder: store.folder(view.ref.project) });
  return isChanging ? { ...view, interrupted: undefined } : view;
}

/**
 * What the list of containers lacks: restart count and restart policy. To inspect all containers would take too long,
 * so only the restarting ones are inspected, and one running container of each service.
 */
export type Details = ReadonlyMap<string, ContainerDetails>;

async function inspectSome(
  { engine }: Platform,
  stacks: readonly StackRef[],
  containers: readonly ListedContainer[],
  signal: AbortSignal,
): Promise<Details> {
  const seen = new Set(stacks.map(({ project }) => project));
  const own = containers.filter(({ project }) => seen.has(project));
  const running = new Map(
    own.flatMap((one) => (one.state === "running" ? [[`${one.project} ${one.service}`, one]] : [])),
  );
  const asked = [...running.values(), ...own.filter(({ state }) => state === "restarting")];
  const found = await Promise.all(asked.map(({ id }) => engine.inspect(id, signal)));
  return new Map(found.flatMap((details) => (details ? [[details.id, details]] : [])));
}

/** The containers of all stacks. */
export interface Seen {
  readonly containers: readonly ListedContainer[];
  readonly details: Details;
}

/** One stack, from the containers of all stacks. A file that cannot be read does not hide other stacks. */
export function viewStack(
  platform: Platform,
  ref: StackRef,
  { containers: all, details }: Seen,
  { wanted, problem }: CompiledOrBroken = compiledOrBroken(platform, ref),
): StackView {
  const containers = all.filter(({ project }) => project === ref.project);
  const state = platform.store.read(ref.project);
  const names = wanted ? [...wanted.services.keys()] : servicesIn(containers, state);
  const services = names.map((name) => viewService(ref, name, { wanted, containers, details, state }));
  return {
    uuid: uuidOf("stack", ref.project),
    name: ref.name,
    stack: undefined,
    ref,
    state: stackState(services),
    services,
    isBroken: !wanted,
    problem,
    deployed: newest(containers),
    interrupted: state?.pending?.what,
  };
}

/** What is known of a stack besides its containers. */
interface Known {
  readonly wanted: WantedStack | undefined;
  readonly state: ProjectState | undefined;
}

/** A compiled stack file, or why it cannot be read. */
export interface CompiledOrBroken {
  readonly wanted?: WantedStack;
  readonly problem?: string;
}

/** Compiles the file of a stack. */
export function compiledOrBroken(platform: Platform, ref: StackRef): CompiledOrBroken {
  try {
    return compilePlace(ref, readStackFile(platform, ref).text, compileSettings(platform, ref));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { problem: error.message };
  }
}

function viewService(
  stackRef: StackRef,
  name: string,
  { wanted, containers, details, state }: Seen & Known,
): ServiceView {
  const own = containers.filter(({ service }) => service === name);
  const service = wanted?.services.get(name);
  return {
    ...serviceState(service, own, { applied: state?.services[name], details }),
    uuid: uuidOf("service", stackRef.project, name),
    name,
    stack: stackRef.name,
    stackRef,
    wanted: service,
    containers: own,
    deployed: newest(own),
  };
}

/** The services of a stack whose file cannot be compiled: those that were applied or have containers. */
function servicesIn(containers: readonly ListedContainer[], state: ProjectState | undefined): readonly string[] {
  const applied = Object.keys(state?.services ?? {});
  const running = containers.map(({ service }) => service);
  return [...new Set([...applied, ...running])].toSorted();
}

function newest(containers: readonly ListedContainer[]): number | undefined {
  return containers.length === 0 ? undefined : Math.max(...containers.map(({ created }) => created));
}
