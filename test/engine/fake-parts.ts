import type { Container } from "../../src/docker/engine.ts";

/** How a container of the fake is made: for a service of a Compose project, if the project has a name. */
export interface FakeOptions {
  readonly name?: string;
  readonly project?: string;
  readonly service?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Labels that it has from its image. */
  readonly imageLabels?: Readonly<Record<string, string>>;
  /** As for `docker run --restart`: `on-failure:2`. */
  readonly restart?: string;
  readonly autoRemove?: boolean;
  readonly environment?: readonly string[];
  readonly volumes?: { readonly anonymous: readonly string[]; readonly named: readonly string[] };
  readonly hasTerminal?: boolean;
  readonly networks?: Container["networks"];
}

/** Something that the engine is asked for: by the sidecar in the first line, by live services also in the second. */
export type Method =
  | ("connect" | "list" | "inspect" | "imageLabels" | "remove" | "changes" | "logs")
  | ("info" | "image" | "networks" | "volumes" | "start" | "stop" | "restart" | "update" | "wait" | "archive");

/** Learns at once what happens, whatever the events say. */
export interface Observer {
  /** A container changed or was removed. */
  readonly changed: (id: string) => void;
  /** All connections broke. */
  readonly broke: (error: Error) => void;
}

/** One call that the engine was asked for. */
export interface Call {
  readonly method: Method;
  readonly id?: string;
  readonly at: number;
}
