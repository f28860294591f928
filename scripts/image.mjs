// Builds the image of the sidecar. Arguments are handed to `docker build`, such as `--build-arg BASE=node:24-alpine`.
import { spawnSync } from "node:child_process";
import { build } from "esbuild";
import { chmodSync, renameSync } from "node:fs";
import { commandLine } from "./command-line.mjs";

const program = "dist/image/tutum-stack";
const unfinished = `${program}.${process.pid}`; // another build of the image may be reading
await build({ ...commandLine, outfile: unfinished, banner: { js: "#!/usr/bin/env node" } });
chmodSync(unfinished, 0o755);
renameSync(unfinished, program);
const { status } = spawnSync(
  "docker",
  ["build", "--tag", "localhost/tutum-stack-sidecar:1", ...process.argv.slice(2), "."],
  { stdio: "inherit" },
);
process.exitCode = status ?? 1;
