import type { Container } from "../docker/engine.ts";

/** The containers that a sidecar may remove: those of a Compose project, or the tasks of a Swarm stack. */
export interface Project {
  readonly orchestrator: Orchestrator;
  readonly name: string;
  /** Whether a path is the folder of the stack. Only set where containers from another folder are not its own. */
  readonly isFolder?: ((path: string) => boolean) | undefined;
}

/** The program that creates the containers of a stack, and writes its labels on them. */
export type Orchestrator = "compose" | "swarm";

/**
 * How a sidecar finds its project: by a given name, and of that only the containers from a folder if there is one; by
 * the labels of its own container, whose environment contains the same text of the config; or by the folder of the
 * config, from which the project was started.
 */
export type ProjectSource =
  | { readonly kind: "named"; readonly name: string; readonly isFolder?: (path: string) => boolean }
  | { readonly kind: "own-container"; readonly config: string }
  | { readonly kind: "folder"; readonly folder: string; readonly isFolder: (path: string) => boolean };

/** Who the sidecar is: the project whose containers it may remove, and its own container, if it runs in one. */
export interface Identity {
  readonly project: Project;
  /** The ID of the container, or its first 12 digits. */
  readonly ownId: string | undefined;
}

/** The label with the name of a container's project, for each orchestrator. */
export const projectLabels: Readonly<Record<Orchestrator, string>> = {
  compose: "com.docker.compose.project",
  swarm: "com.docker.stack.namespace",
};

/**
 * A label that an orchestrator writes only on containers, for each orchestrator. Compose v2 writes the labels of
 * project and service also on the images that it builds.
 */
export const containerLabels: Readonly<Record<Orchestrator, string>> = {
  compose: "com.docker.compose.container-number",
  swarm: "com.docker.swarm.task.id",
};

/** The label with the folder from which Compose started the project of a container. */
export const folderLabel = "com.docker.compose.project.working_dir";

/** A project, as the log names it. */
export function describeProject({ orchestrator, name }: Project): string {
  return `${orchestrator === "swarm" ? "Swarm stack" : "Compose project"} ${name}`;
}

/** The label filter that selects the containers of a project. */
export function labelFilter({ orchestrator, name }: Project): string {
  return `${projectLabels[orchestrator]}=${name}`;
}

/** The service that a container belongs to; undefined for a container of another project. */
export function serviceIn({ orchestrator, name }: Project, { labels }: Container): string | undefined {
  if (labels.get(projectLabels[orchestrator]) !== name) return undefined;
  if (orchestrator === "compose") return labels.get("com.docker.compose.service");
  const service = labels.get("com.docker.swarm.service.name");
  return service?.startsWith(`${name}_`) ? service.slice(name.length + 1) : undefined;
}

/** Whether a container was started from another folder than that of the stack. */
export function isFromOtherFolder({ isFolder }: Project, { labels }: Container): boolean {
  return isFolder !== undefined && !isFolder(labels.get(folderLabel) ?? "");
}
