import { gzipSync } from "node:zlib";
import { BaseImageError, buildImage } from "../../docker/build-image.ts";
import { findEndpoint } from "../../docker/endpoint.ts";
import { realMachine } from "../../docker/machine.ts";
import { EngineError } from "../../docker/engine.ts";
import { tar } from "../../docker/tar.ts";
import { isImageName } from "../../targets/sidecar-options.ts";
import type { Io } from "../io.ts";
import { ownMain } from "./own-main.ts";
import { Problem } from "../../files/problem.ts";

/** The flags of `sidecar-image`: names of images. */
export interface SidecarImageFlags {
  readonly base: string;
  readonly tag: string;
}

/**
 * `tutum-stack sidecar-image`: lets the engine build an image that contains this program. Resolves to the exit code.
 * Rejects with a Problem.
 */
export async function sidecarImageCommand(io: Io, { base, tag }: SidecarImageFlags): Promise<number> {
  for (const [option, name] of Object.entries({ base, tag })) {
    if (!isImageName(name)) throw new Problem(`--${option} must be the name of an image, not ${JSON.stringify(name)}`);
  }
  const endpoint = findEndpoint(realMachine(io.env));
  if (typeof endpoint === "string") throw new Problem(endpoint);
  const files = [
    { name: "Dockerfile", mode: 0o644, text: dockerfile(base) },
    { name: "tutum-stack", mode: 0o755, text: await ownProgram() },
  ];
  try {
    // Compressed, because an engine that refuses reads at most 256 KiB: its answer to a larger request would be lost.
    await buildImage(endpoint, { context: gzipSync(tar(files)), tag });
  } catch (error) {
    throw problemOf(error, base);
  }
  io.stdout.write(`built ${tag}\n`);
  return 0;
}

/** `USER 0`, because root may open the engine's socket. The build fails if the program cannot run in the image. */
function dockerfile(base: string): string {
  const lines = [
    `FROM ${base}`,
    "COPY tutum-stack /usr/local/bin/tutum-stack",
    "USER 0",
    'RUN ["tutum-stack", "--version"]',
    'ENTRYPOINT ["tutum-stack"]',
  ];
  return `${lines.join("\n")}\n`;
}

/** This program as one script. dist/image.js is a function expression, and the script calls it. */
async function ownProgram(): Promise<string> {
  const main = await ownMain().catch((error: unknown) => {
    throw Problem.from(error, "read the program itself");
  });
  return `#!/usr/bin/env node\n${main.trimEnd()}(exports, require, module, __filename, __dirname);\n`;
}

function problemOf(error: unknown, base: string): unknown {
  if (error instanceof BaseImageError)
    return new Problem(`the engine has no base image ${base}: ${error.message}; name another image with --base`);
  if (!(error instanceof EngineError)) return error;
  const hint = /non-zero code/.test(error.message) ? "; the base image must have Node 20.19 or newer" : "";
  return new Problem(`the image was not built: ${error.message}${hint}`);
}
