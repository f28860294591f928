import type { Container, SidecarEngine } from "../docker/engine.ts";

/** Whose containers a sidecar may remove: those of a Compose project, or the tasks of a Swarm stack. */
export interface Project {
  readonly orchestrator: Orchestrator;
  readonly name: string;
  /** Set where the folder of the config has said which project it is: whether a folder is that one. */
  readonly isFolder?: ((path: string) => boolean) | undefined;
}

/** Who makes the containers of a stack, and says so in their labels. */
export type Orchestrator = "compose" | "swarm";

/**
 * How a sidecar knows its project: somebody named it, it is the project of the sidecar's own container, or it is the one that was started
 * from the folder of the config.
 */
export type ProjectSource =
  | { readonly kind: "named"; readonly name: string }
  | { readonly kind: "own-container" }
  | { readonly kind: "folder"; readonly folder: string; readonly isFolder: (path: string) => boolean };

/** A project that the sidecar could be meant for. */
export interface Candidate {
  readonly name: string;
  /** Where it was started; undefined where no label says so. */
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

/** The label that names the project of a container, by who made it. */
export const projectLabels: Readonly<Record<Orchestrator, string>> = {
  compose: "com.docker.compose.project",
  swarm: "com.docker.stack.namespace",
};

/** The label that only a container has, never the image that it was made of: Compose v2 gives images the labels of project and service. */
export const containerLabels: Readonly<Record<Orchestrator, string>> = {
  compose: "com.docker.compose.container-number",
  swarm: "com.docker.swarm.task.id",
};

const folderLabel = "com.docker.compose.project.working_dir";

/** A project in the words of the log. */
export function describeProject({ orchestrator, name }: Project): string {
  return `${orchestrator === "swarm" ? "Swarm stack" : "Compose project"} ${name}`;
}

/** A candidate in the words of the log. */
export function describeCandidate({ name, folder }: Candidate): string {
  return folder === undefined ? name : `${name}, started in ${folder}`;
}

/** The containers of a project, as the engine's filters take it. */
export function filterFor({ orchestrator, name }: Project): string {
  return `${projectLabels[orchestrator]}=${name}`;
}

/** The service of a project that a container was made for; undefined for a container of another project. */
export function serviceIn({ orchestrator, name }: Project, { labels }: Container): string | undefined {
  if (labels.get(projectLabels[orchestrator]) !== name) return undefined;
  if (orchestrator === "compose") return labels.get("com.docker.compose.service");
  const service = labels.get("com.docker.swarm.service.name");
  return service?.startsWith(`${name}_`) ? service.slice(name.length + 1) : undefined;
}

/** Whether the project is known by its folder, and a container of it was started from another one. */
export function isFromOtherFolder({ isFolder }: Project, { labels }: Container): boolean {
  return isFolder !== undefined && !isFolder(labels.get(folderLabel) ?? "");
}

/** What is known before a project is looked for. */
interface Hints {
  readonly orchestrator: Orchestrator;
  /** The sidecar's own container. */
  readonly ownId: string | undefined;
  /** The project that was found before; it stays the same when its last container is gone. */
  readonly known: Project | undefined;
}

/** Finds the project of a sidecar. Rejects with NoProject where there is not exactly one. */
export async function findProject(
  engine: SidecarEngine,
  source: ProjectSource,
  { orchestrator, ownId, known }: Hints,
  signal: AbortSignal,
): Promise<Project> {
  if (source.kind === "named") return { orchestrator, name: source.name };
  if (source.kind === "own-container")
    return known ?? { orchestrator, name: await ownProject(engine, orchestrator, ownId, signal) };
  const candidates = await candidatesOn(engine, orchestrator, signal);
  if (orchestrator === "swarm")
    throw new NoProject(
      "no label says from which folder a Swarm stack was deployed; name it with --project",
      candidates,
    );
  const { folder, isFolder } = source;
  const found = candidates.filter((candidate) => candidate.folder !== undefined && isFolder(candidate.folder));
  const [first, ...others] = new Set([...found, ...(known ? [known] : [])].map(({ name }) => name));
  if (first === undefined)
    throw new NoProject(`no Compose project was started in ${folder}; name one with --project`, candidates);
  if (others.length > 0)
    throw new NoProject(`several Compose projects were started in ${folder}; name one with --project`, found);
  return { orchestrator, name: first, isFolder };
}

async function ownProject(
  engine: SidecarEngine,
  orchestrator: Orchestrator,
  ownId: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  const own = ownId === undefined ? undefined : await engine.inspect(ownId, signal);
  if (!own)
    throw new NoProject("the sidecar does not find its own container on this engine; name its project with --project");
  const name = own.labels.get(projectLabels[orchestrator]);
  const image = await engine.imageLabels(own.image, signal);
  if (!name || image?.has(containerLabels[orchestrator]))
    throw new NoProject(
      `the sidecar's own container was not started by ${orchestrator === "swarm" ? "`docker stack deploy`" : "Compose"}; name its project with --project`,
    );
  return name;
}

async function candidatesOn(
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
