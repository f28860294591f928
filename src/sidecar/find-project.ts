import type { SidecarEngine } from "../docker/engine.ts";
import { configVariable } from "../lifecycle/config.ts";
import {
  containerLabels,
  folderLabel,
  projectLabels,
  type Orchestrator,
  type Project,
  type ProjectSource,
} from "./project.ts";

/** A project that exists on the engine. The sidecar lists these when it cannot tell which one is its own. */
export interface Candidate {
  readonly name: string;
  /** The folder that it was started from; undefined where no label names one. */
  readonly folder: string | undefined;
}

/** The sidecar cannot tell which project is its own, so it removes nothing. */
export class NoProject extends Error {
  readonly candidates: readonly Candidate[];

  constructor(message: string, candidates: readonly Candidate[] = []) {
    super(message);
    this.candidates = candidates;
  }
}

/** A candidate, as the log names it. */
export function describeCandidate({ name, folder }: Candidate): string {
  return folder === undefined ? name : `${name}, started in ${folder}`;
}

/** What is known before the search. */
interface Hints {
  readonly orchestrator: Orchestrator;
  /** The ID of the sidecar's own container, or its first 12 digits. */
  readonly ownId: string | undefined;
  /** The project that an earlier search found. It stays the same after its last container is gone. */
  readonly known: Project | undefined;
}

/** Finds the project of a sidecar. Rejects with NoProject unless there is exactly one. */
export async function findProject(
  engine: SidecarEngine,
  source: ProjectSource,
  { orchestrator, ownId, known }: Hints,
  signal: AbortSignal,
): Promise<Project> {
  if (source.kind === "named") return { orchestrator, name: source.name, isFolder: source.isFolder };
  if (source.kind === "own-container")
    return known ?? { orchestrator, name: await ownProject(engine, source.config, { orchestrator, ownId }, signal) };
  const candidates = await listCandidates(engine, orchestrator, signal);
  if (orchestrator === "compose") return projectIn(source, candidates, known);
  const message = "no label says which folder a Swarm stack was deployed from; name it with --project";
  throw new NoProject(message, candidates);
}

function projectIn(
  { folder, isFolder }: ProjectSource & { readonly kind: "folder" },
  candidates: readonly Candidate[],
  known: Project | undefined,
): Project {
  const found = candidates.filter((candidate) => candidate.folder !== undefined && isFolder(candidate.folder));
  // A project without containers is still the same one; with containers from elsewhere only, it has moved away.
  const isEmpty = known !== undefined && !candidates.some((candidate) => candidate.name === known.name);
  const [name, ...others] = new Set([...found, ...(isEmpty ? [known] : [])].map((project) => project.name));
  if (name === undefined)
    throw new NoProject(`no Compose project was started in ${folder}; name one with --project`, candidates);
  if (others.length > 0)
    throw new NoProject(`several Compose projects were started in ${folder}; name one with --project`, found);
  return { orchestrator: "compose", name, isFolder };
}

/**
 * The project of the sidecar's own container. The ID does not prove which container that is: a container that shares
 * the network of another one also has its host name.
 */
async function ownProject(
  engine: SidecarEngine,
  config: string,
  { orchestrator, ownId }: Pick<Hints, "orchestrator" | "ownId">,
  signal: AbortSignal,
): Promise<string> {
  const own = ownId === undefined ? undefined : await engine.inspect(ownId, signal);
  if (!own?.environment.includes(`${configVariable}=${config}`))
    throw new NoProject("the sidecar cannot find its own container on this engine; name its project with --project");
  const name = own.labels.get(projectLabels[orchestrator]);
  const mark = containerLabels[orchestrator];
  if (name && own.labels.has(mark) && (await engine.imageLabels(own.image, signal))?.has(mark) === false) return name;
  const starter = orchestrator === "swarm" ? "`docker stack deploy`" : "Compose";
  throw new NoProject(`${starter} did not start the sidecar's own container; name its project with --project`);
}

async function listCandidates(
  engine: SidecarEngine,
  orchestrator: Orchestrator,
  signal: AbortSignal,
): Promise<readonly Candidate[]> {
  const label = projectLabels[orchestrator];
  const candidates = new Map<string, Candidate>();
  for (const { labels } of await engine.list(label, signal)) {
    const [name, folder] = [labels.get(label), labels.get(folderLabel)];
    if (name) candidates.set(JSON.stringify([name, folder]), { name, folder });
  }
  return [...candidates.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
}
