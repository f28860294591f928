/** How a container of a service ended, which is known also when the container is gone. */
export interface Run {
  readonly container: string;
  readonly exitCode: number | undefined;
  /** RFC 3339 times. */
  readonly started: string;
  readonly finished: string;
  /** The end of what it wrote. */
  readonly output: string;
}

/** The runs of services. */
export interface Runs {
  /** The newest first. */
  of(project: string, service: string): Promise<readonly Run[]>;
}

/** For a server that keeps no runs. */
export const noRuns: Runs = { of: () => Promise.resolve([]) };
