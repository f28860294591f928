import type { Container, LogChunk } from "../../docker/engine.ts";
import type { Policy } from "../../lifecycle/policy.ts";
import { visibleJson } from "../../text/visible.ts";

/** Which end of which container a run is about. */
export interface RunKey {
  /** The Compose project or Swarm stack. */
  readonly project: string;
  readonly service: string;
  /** The ID of the container, in full. */
  readonly container: string;
  /** RFC 3339 times, as the engine wrote them. The year 1 means that the engine does not know. */
  readonly started: string;
  readonly finished: string;
}

/** How a container ended (reference jobs.md 1.1). A text is empty where the engine or Compose gave none. */
export interface Run extends RunKey {
  readonly containerName: string;
  /** The name of the image, as it was given. */
  readonly image: string;
  readonly imageId: string;
  /** The networks that `down` removes, so not those of the engine itself, in order. None with `net: host`. */
  readonly networkIds: readonly string[];
  /** The labels with which Compose tells whether a container is still as its file says. */
  readonly composeVersion: string;
  readonly configHash: string;
  /** Undefined where the engine did not say. */
  readonly exitCode: number | undefined;
  readonly isOutOfMemory: boolean;
  /** Why a later start failed. */
  readonly error: string;
  readonly decided: Decision;
  /**
   * What became of the container: the sidecar removed it, somebody else did (`gone`), or it was started again.
   * Undefined while it is still there, and when the sidecar was killed before it could say.
   */
  readonly done: "removed" | "gone" | "started" | undefined;
  readonly output: Output;
}

/** What the policy of the service means for the container. */
export interface Decision {
  readonly action: "remove" | "keep";
  readonly policy: Policy;
  /** Why it is kept. */
  readonly reason: string;
}

/** The last output of a container. */
export interface Output {
  /** In the order in which the engine gave it. */
  readonly pieces: readonly Piece[];
  /** Whether something that came before is left out. */
  readonly isCut: boolean;
  /** Why it could not be read, or not to its end; empty if it could. */
  readonly problem: string;
}

/** Text of one stream. It may contain anything: make it visible before a terminal sees it. */
export interface Piece {
  readonly stream: LogChunk["stream"];
  readonly text: string;
}

/** The version of the format. A file of any other version counts as broken. */
const version = 1;

/** A text that is different for every end of every container: its ID and its finish time. */
export function endOf({ container, started, finished }: Pick<RunKey, "container" | "started" | "finished">): string {
  return `${container} ${Date.parse(finished) > Date.parse("0001-01-02") ? finished : `after ${started}`}`;
}

/** What a run is made of. */
export interface RunParts extends Pick<Run, "exitCode" | "decided" | "output"> {
  readonly key: RunKey;
  readonly container: Container;
}

/** The run of a container that has ended. */
export function runOf({ key, container, exitCode, decided, output }: RunParts): Run {
  const { name, image: imageId, imageReference, networks, labels, isOutOfMemory, error } = container;
  const label = (of: string): string => clip(labels.get(`com.docker.compose.${of}`) ?? "");
  return {
    ...key,
    containerName: clip(name),
    image: clip(imageReference),
    imageId,
    networkIds: networks
      .filter(isOfStack)
      .map(({ id }) => id)
      .toSorted(),
    composeVersion: label("version"),
    configHash: label("config-hash"),
    exitCode,
    isOutOfMemory,
    error: clip(error),
    decided,
    done: undefined,
    output,
  };
}

/** A run as its file has it. A terminal shows it harmlessly. */
export function printRun(run: Run): string {
  return `${visibleJson(JSON.stringify({ version, ...run }))}\n`;
}

/** The run in a file; undefined for a text that is none, or of another version. Unknown members are dropped. */
export function parseRun(text: string): Run | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value["version"] !== version || !isRun(value)) return undefined;
  const { decided, output } = value;
  const { autorestart, autodestroy } = decided.policy;
  return {
    ...(Object.fromEntries(fields.map((name) => [name, value[name]])) as Omit<Run, "decided" | "output">),
    decided: { action: decided.action, policy: { autorestart, autodestroy }, reason: decided.reason },
    output: {
      pieces: output.pieces.map(({ stream, text: own }) => ({ stream, text: own })),
      isCut: output.isCut,
      problem: output.problem,
    },
  };
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isFlag: Check = (value) => typeof value === "boolean";
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const has =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isRecord(value) && Object.entries(checks).every(([name, check]) => check(own(value, name)));

const checks: { readonly [K in keyof Run]-?: Check } = {
  project: isText,
  service: isText,
  container: (value) => isText(value) && /^[0-9a-f]{64}$/.test(value as string),
  started: isText,
  finished: isText,
  containerName: isText,
  image: isText,
  imageId: isText,
  networkIds: listOf(isText),
  composeVersion: isText,
  configHash: isText,
  exitCode: (value) => value === undefined || Number.isInteger(value),
  isOutOfMemory: isFlag,
  error: isText,
  decided: has({
    action: oneOf("remove", "keep"),
    policy: has({ autorestart: isText, autodestroy: isText }),
    reason: isText,
  }),
  done: oneOf(undefined, "removed", "gone", "started"),
  output: has({
    pieces: listOf(has({ stream: oneOf("stdout", "stderr"), text: isText })),
    isCut: isFlag,
    problem: isText,
  }),
};

const fields = Object.keys(checks).filter((name) => name !== "decided" && name !== "output") as (keyof Run)[];

function isRun(value: Readonly<Record<string, unknown>>): value is Readonly<Record<string, unknown>> & Run {
  return has(checks)(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function own(value: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Those of the engine itself outlive a stack. Podman gives the name in place of the ID: that says nothing. */
function isOfStack({ id, name }: Container["networks"][number]): boolean {
  return id !== "" && id !== name && !["host", "none", "bridge", "podman"].includes(name);
}

/** Neither names nor labels nor the engine's messages have a length limit. In UTF-16 units. */
function clip(text: string): string {
  return text.slice(0, 1000);
}
