import { spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bareEnvironment, type Outcome } from "../real/programs.ts";
import { needsEngine } from "../real/project.ts";

const folder = process.env["TUTUM_CLIENTS"];

/** What the tests with the original command lines need. */
export const needsClients = {
  isHere: needsEngine.isHere && folder !== undefined && existsSync(join(folder, "bin/tutum")),
  how: `${needsEngine.how}; the folder of scripts/original-clients.sh in the variable TUTUM_CLIENTS`,
};

/** The original command lines, by the names of their programs. */
export const clientNames = ["tutum", "tutum-old", "docker-cloud"] as const;

export type ClientName = (typeof clientNames)[number];

/** An original command line that talks to a server at a port of this machine. */
export class OriginalClient {
  readonly name: ClientName;
  /** Where it looks for stack files. */
  readonly cwd = mkdtempSync(join(tmpdir(), "tutum-stack-client-"));
  readonly #env: NodeJS.ProcessEnv;

  /** Requests can go to another port than streams, for a recorder. */
  constructor(
    name: ClientName,
    { rest, streams, token }: { readonly rest: string; readonly streams: string; readonly token: string },
  ) {
    this.name = name;
    const [first, tutum] = [`http://${rest}/`, name === "docker-cloud" ? "DOCKERCLOUD" : "TUTUM"];
    this.#env = {
      ...bareEnvironment,
      HOME: this.cwd,
      [`${tutum}_USER`]: "me",
      [`${tutum}_APIKEY`]: token,
      [`${tutum}_REST_HOST`]: first,
      [`${tutum}_STREAM_HOST`]: `ws://${streams}/`,
      ...(name === "tutum-old" ? { TUTUM_BASE_URL: `${first}api/v1/`, TUTUM_STREAM_URL: `ws://${streams}/v1/` } : {}),
    };
  }

  /** Runs a command, for a minute at most. */
  run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    return new Promise((resolve) => {
      const child = spawn(join(folder!, "bin", this.name), args, {
        cwd: this.cwd,
        env: { ...this.#env, ...env },
        stdio: ["ignore", "pipe", "pipe"],
        timeout: 60_000,
      });
      const outcome = { stdout: "", stderr: "" };
      for (const stream of ["stdout", "stderr"] as const)
        child[stream].on("data", (bytes) => (outcome[stream] += String(bytes)));
      child.on("close", (code) => resolve({ code: code ?? -1, ...outcome }));
    });
  }
}
