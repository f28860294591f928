import type { ContainerDetails, ContainerSummary, PlatformEngine } from "../docker/platform-engine.ts";
import { configVariable } from "../lifecycle/config.ts";
import { containerLabels, folderLabel, projectLabels } from "../sidecar/project.ts";

/** The container of a service, as the engine has it now. */
export interface ObservedContainer extends ContainerDetails {
  readonly service: string;
  /** Its number within the service, counted from 1. */
  readonly number: number;
}

/** The containers of a project by service, without those of `compose run`. */
export type ObservedProject = ReadonlyMap<string, readonly ObservedContainer[]>;

const serviceLabel = "com.docker.compose.service";
const oneOffLabel = "com.docker.compose.oneoff";

/** Inspects the containers of a project. Rejects with an EngineError. */
export async function observeProject(
  engine: PlatformEngine,
  project: string,
  signal: AbortSignal,
): Promise<ObservedProject> {
  const listed = await engine.containers(`${projectLabels.compose}=${project}`, signal);
  const found = await Promise.all(
    listed
      .filter(({ labels }) => isOfService(labels))
      .map(async ({ id }) => withoutConfigOfImage(engine, await engine.inspect(id, signal), signal)),
  );
  const services = new Map<string, ObservedContainer[]>();
  for (const container of found) {
    // It may have been removed or replaced since the list was made.
    if (!container || !isOfService(container.labels)) continue;
    const service = container.labels.get(serviceLabel)!;
    const containers = services.get(service) ?? services.set(service, []).get(service)!;
    containers.push({ ...container, service, number: numberOf(container.labels) });
  }
  for (const containers of services.values()) containers.sort((one, other) => one.number - other.number);
  return services;
}

/**
 * A container as if its image brought no config of a sidecar: an image decides nothing about autodestroy, and what runs
 * from it is no sidecar.
 */
async function withoutConfigOfImage(
  engine: PlatformEngine,
  container: ContainerDetails | undefined,
  signal: AbortSignal,
): Promise<ContainerDetails | undefined> {
  const config = container?.environment.find((variable) => variable.startsWith(`${configVariable}=`));
  if (!container || config === undefined) return container;
  const image = await engine.image(container.image, signal);
  if (!image?.environment.includes(config)) return container;
  return { ...container, environment: container.environment.filter((variable) => variable !== config) };
}

/** A container in a list, with its project and service. */
export interface ListedContainer extends ContainerSummary {
  readonly project: string;
  readonly service: string;
  readonly number: number;
}

/** All containers of Compose projects. Rejects with an EngineError. */
export async function listContainers(engine: PlatformEngine, signal: AbortSignal): Promise<readonly ListedContainer[]> {
  const listed = await engine.containers(projectLabels.compose, signal);
  return listed
    .filter(({ labels }) => isOfService(labels))
    .map((container) => ({
      ...container,
      project: container.labels.get(projectLabels.compose)!,
      service: container.labels.get(serviceLabel)!,
      number: numberOf(container.labels),
    }))
    .toSorted((one, other) => one.number - other.number);
}

/** A container as it would be in a list; undefined for one that is of no service of Compose. */
export function listedOf(container: ContainerDetails): ListedContainer | undefined {
  const { id, name, imageReference: image, entrypoint, command, status, labels, ports, health } = container;
  if (!isOfService(labels)) return undefined;
  const phrase = hasEnded(container) ? `Exited (${container.exitCode})` : health === "" ? status : `Up (${health})`;
  return {
    id,
    name,
    image,
    command: [...entrypoint, ...command].join(" "),
    state: status,
    status: phrase,
    created: Math.floor(Date.parse(container.createdAt) / 1000) || 0,
    labels,
    ports,
    project: labels.get(projectLabels.compose)!,
    service: labels.get(serviceLabel)!,
    number: numberOf(labels),
  };
}

/** The projects whose containers were started from a folder. A link to the folder counts as the folder. */
export function projectsOf(
  containers: readonly ListedContainer[],
  folder: string,
  resolve: (path: string) => string,
): readonly string[] {
  const here = resolve(folder);
  const names = containers.flatMap(({ labels, project }) => {
    const from = labels.get(folderLabel);
    return from !== undefined && resolve(from) === here ? [project] : [];
  });
  return [...new Set(names)].toSorted();
}

/** The restart policy as Docker writes it: `on-failure:3`. */
export function policyOf({
  restartPolicy,
  maximumRetryCount,
}: Pick<ContainerDetails, "restartPolicy" | "maximumRetryCount">): string {
  if (restartPolicy === "") return "no";
  return maximumRetryCount > 0 ? `${restartPolicy}:${maximumRetryCount}` : restartPolicy;
}

/** Whether a container runs, is paused, or waits for its restart. */
export function isUp({ status }: { readonly status: string }): boolean {
  return status === "running" || status === "restarting" || status === "paused";
}

/** Whether a container ran and ended. */
export function hasEnded({ status }: { readonly status: string }): boolean {
  return status === "exited" || status === "dead";
}

function isOfService(labels: ReadonlyMap<string, string>): boolean {
  return (
    labels.has(projectLabels.compose) &&
    labels.has(serviceLabel) &&
    labels.has(containerLabels.compose) &&
    labels.get(oneOffLabel)?.toLowerCase() !== "true"
  );
}

function numberOf(labels: ReadonlyMap<string, string>): number {
  return Number(labels.get(containerLabels.compose)) || 0;
}
