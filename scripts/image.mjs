// Builds the image of the sidecar. Arguments are handed to `docker build`, such as `--build-arg BASE=node:24-alpine`.
import { spawnSync } from "node:child_process";
import { build } from "esbuild";
import { chmodSync } from "node:fs";
import { commandLine } from "./command-line.mjs";

const program = "dist/image/tutum-stack";
await build({ ...commandLine, outfile: program, banner: { js: "#!/usr/bin/env node" } });
chmodSync(program, 0o755);
const { status } = spawnSync("docker", ["build", "--tag", "localhost/tutum-stack-sidecar:1", ...process.argv.slice(2), "."], { stdio: "inherit" });
process.exitCode = status ?? 1;
