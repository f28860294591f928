import type { ServiceFields } from "../../platform/actions.ts";
import { Problem } from "../../files/problem.ts";
import { readText } from "../../files/files.ts";
import { resolve } from "node:path";
import type { Io } from "../io.ts";

/** The old clients' options for the fields of a service. */
export interface ServiceFlags {
  readonly image?: string;
  readonly cpushares?: number;
  readonly memory?: number;
  readonly privileged?: boolean;
  readonly targetNumContainers?: number;
  readonly runCommand?: string;
  readonly entrypoint?: string;
  readonly publish?: readonly string[];
  readonly expose?: readonly string[];
  readonly env?: readonly string[];
  readonly envfile?: readonly string[];
  readonly envFile?: readonly string[];
  readonly tag?: readonly string[];
  readonly linkService?: readonly string[];
  readonly autodestroy?: string;
  readonly autoredeploy?: boolean;
  readonly autorestart?: string;
  readonly role?: readonly string[];
  readonly sequential?: boolean;
  readonly volume?: readonly string[];
  readonly volumesFrom?: readonly string[];
  readonly deploymentStrategy?: string;
  readonly net?: string;
  readonly pid?: string;
}

/** The fields of a stack file for options. Throws a Problem. */
export function fieldsOf(io: Io, flags: ServiceFlags): ServiceFields {
  const environment = variablesOf(io, flags);
  const fields: ServiceFields = {
    image: flags.image,
    command: flags.runCommand,
    entrypoint: flags.entrypoint,
    environment,
    links: flags.linkService,
    ports: flags.publish,
    expose: flags.expose,
    volumes: flags.volume,
    volumes_from: flags.volumesFrom,
    tags: flags.tag,
    target_num_containers: flags.targetNumContainers,
    deployment_strategy: flags.deploymentStrategy,
    sequential_deployment: flags.sequential,
    roles: flags.role,
    autorestart: flags.autorestart,
    autodestroy: flags.autodestroy,
    autoredeploy: flags.autoredeploy,
    privileged: flags.privileged,
    net: flags.net,
    pid: flags.pid,
    cpu_shares: flags.cpushares,
    mem_limit: flags.memory === undefined ? undefined : `${flags.memory}m`,
  };
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  // `none` is the old clients' default, which a stack file leaves out.
  return flags.pid === "none" ? { ...given, pid: undefined } : given;
}

/** The variables of `--env` and `--envfile`; undefined without any. Throws a Problem. */
export function variablesOf(
  io: Io,
  { env = [], envFile = [], envfile = [] }: Pick<ServiceFlags, "env" | "envFile" | "envfile">,
): Readonly<Record<string, string>> | undefined {
  const lines = [...[...envfile, ...envFile].flatMap((path) => linesOfFile(io, path)), ...env];
  if (lines.length === 0) return undefined;
  const variables = Object.create(null) as Record<string, string>;
  for (const line of lines) {
    const at = line.indexOf("=");
    if (at < 1) throw new Problem(`${JSON.stringify(line)} is not a variable: write KEY=VALUE`);
    variables[line.slice(0, at)] = line.slice(at + 1);
  }
  return variables;
}

function linesOfFile(io: Io, name: string): readonly string[] {
  const found = readText(io.files, { path: resolve(io.cwd, name), name, most: 1024 ** 2 });
  if (!found) throw new Problem(`cannot read ${name}: no such file`);
  return found.text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}
