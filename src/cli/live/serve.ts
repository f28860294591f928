import { join, resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import { createSidecarEngine } from "../../docker/client.ts";
import { findEndpoint } from "../../docker/endpoint.ts";
import type { SidecarEngine } from "../../docker/engine.ts";
import { realMachine } from "../../docker/machine.ts";
import { findOwnId } from "../../docker/own-container.ts";
import { Problem } from "../../files/problem.ts";
import { lookForCompose, type Compose } from "../../platform/compose.ts";
import type { World } from "../../platform/platform.ts";
import { stateFolder } from "../../platform/places.ts";
import { createWatch } from "../../platform/watch.ts";
import { createStackSidecars } from "../../platform/stack-sidecars.ts";
import { createLog, type Log } from "../../sidecar/log.ts";
import { createActions } from "../../server/actions.ts";
import { createApp, type Journal, type Rules } from "../../server/app.ts";
import { createBackend } from "../../server/backend.ts";
import { listen } from "../../server/listen.ts";
import { pageFiles } from "../../server/page-files.ts";
import { createStreams } from "../../server/streams.ts";
import { tokenIn } from "../../server/token.ts";
import type { Io } from "../io.ts";
import { worldOf } from "./session.ts";

/** The flags of `serve`. */
export interface ServeFlags {
  readonly stacks?: string;
  readonly port?: number;
  readonly host?: string;
  readonly allowHost?: readonly string[];
  readonly readOnly?: boolean;
  readonly tokenFile?: string;
  /** False for `--no-page`. */
  readonly page?: boolean;
}

/** `tutum-stack serve`: serves until a signal ends it. Resolves to the exit code. Rejects with a Problem. */
export async function serveCommand(io: Io, dir: string | undefined, flags: ServeFlags): Promise<number> {
  if (dir !== undefined && flags.stacks !== undefined) throw new Problem("name the stacks folder once");
  const { host = "127.0.0.1", port = 7070, allowHost = [], readOnly: isReadOnly = false } = flags;
  const page = flags.page === false ? [] : pageFiles;
  // A server never gives services the variables of its own environment (reference live.md 3).
  const world = withEarlyCompose(io, { ...worldOf(io, dir ?? flags.stacks), shell: {} });
  const tokenFile =
    flags.tokenFile === undefined ? join(stateFolder(io.env), "token") : resolve(io.cwd, flags.tokenFile);
  const token = Problem.unless(`use the token file ${tokenFile}`, () => tokenIn(io.files, tokenFile));
  const ending = new AbortController();
  const machine = realMachine(io.env);
  const common = { random: Math.random, ownId: findOwnId(machine) };
  const watch = createWatch(world, { ...common, onConnected: () => sidecars?.look() });
  // With --read-only it changes nothing on the engine, either.
  const sidecars = isReadOnly
    ? undefined
    : createStackSidecars({
        ...common,
        clock: world.clock,
        engine: () => sidecarEngine(io),
        known: () => watch.now(),
        log: logOf(io),
        signal: ending.signal,
      });
  const actions = createActions(world.now);
  const backend = createBackend(watch, { actions, now: world.now });
  const rules: Rules = { token, isReadOnly, hosts: new Set(allowHost.map((name) => name.toLowerCase())), page };
  const streams = createStreams(backend, rules);
  const listening = await listen(createApp(backend, rules, journalOf(io)), streams, { host, port }).catch(
    (error: unknown) => {
      throw Problem.from(error, `listen on ${host}:${port}`);
    },
  );
  saveMemory();
  world.lookForCompose();
  announce(io, { address: listening.address, host, token, tokenFile });
  const watching = watch.run(ending.signal);
  const working = sidecars?.run();
  try {
    await Promise.race([endOf(process), watching, ...(working ? [working] : [])]);
  } finally {
    streams.close();
    await actions.end();
    await listening.close();
    ending.abort();
  }
  await Promise.all([watching, working]);
  return 0;
}

function sidecarEngine(io: Io): SidecarEngine {
  const endpoint = findEndpoint(realMachine(io.env));
  if (typeof endpoint === "string") throw new Problem(endpoint);
  return createSidecarEngine(endpoint, (problem) => io.stderr.write(`tutum-stack: ${problem}\n`));
}

/** The log of the sidecars, between the lines about requests. */
function logOf(io: Io): (project: string) => Log {
  const write = (line: string): boolean => io.log(line);
  return (project) =>
    createLog(
      "pretty",
      (line) => write(project === "" ? line : `${project}: ${line}`),
      () => new Date(),
    );
}

/**
 * Lets V8 interpret the program, and keeps the part of its heap small in which it puts what is new: otherwise the
 * garbage of a few requests takes a third of the memory. V8 has had these flags since Node 20.
 */
function saveMemory(): void {
  for (const flag of ["--semi-space-growth-factor=1", "--no-opt", "--no-maglev", "--no-sparkplug"])
    setFlagsFromString(flag);
}

/** Looks for Compose once the server listens, so that the first change need not wait for it. */
function withEarlyCompose(io: Io, world: World): World & { readonly lookForCompose: () => void } {
  let early: Compose | undefined;
  return {
    ...world,
    findCompose: () => early ?? world.findCompose(),
    lookForCompose: () => {
      if (io.live) return;
      void lookForCompose(io.env).then(
        (found) => (early = found),
        // A change that needs it says so.
        () => {},
      );
    },
  };
}

function announce(
  io: Io,
  {
    address,
    host,
    token,
    tokenFile,
  }: { readonly address: string; readonly host: string; readonly token: string; readonly tokenFile: string },
): void {
  if (!/^(127\.|localhost$|::1$)/.test(host))
    io.stderr.write(`tutum-stack: whoever reaches ${address} and has the token is root on this machine\n`);
  if (io.stdout.isTerminal) io.stdout.write(`http://${address}/#token=${token}\n`);
  else io.stdout.write(`http://${address}/ (the token is in ${tokenFile})\n`);
}

function journalOf(io: Io): Journal {
  return {
    onAnswer: (method, route, status, time) => {
      io.log(`${method} ${route} ${status} ${Math.round(time)} ms\n`);
    },
    onBug: (error) => {
      io.stderr.write(`tutum-stack: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    },
  };
}

/** Resolves at the first signal that ends programs. */
function endOf(source: NodeJS.Process): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) source.on(signal, () => resolve());
  });
}
