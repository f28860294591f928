// Packs build/tutum-stack, with the licenses of what is in it, into an archive for download. With a path as its
// argument, the archive goes into that folder.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const [target = "build"] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const name = `tutum-stack-${version}-${process.platform}-${process.arch}`;
const archive = resolve(target, `${name}.tar.gz`);
const scratch = mkdtempSync(join(tmpdir(), "archive-"));
try {
  const folder = join(scratch, name);
  mkdirSync(folder);
  for (const path of ["build/tutum-stack", "LICENSE"]) cpSync(path, join(folder, path.replace("build/", "")));
  writeFileSync(join(folder, "LICENSES.txt"), `${bunLicense()}\n\n${readFileSync("dist/LICENSES.txt", "utf8")}`);
  mkdirSync(target, { recursive: true });
  execFileSync("tar", ["-czf", archive, "-C", scratch, name]);
} finally {
  rmSync(scratch, { recursive: true });
}
const [before, after] = ["build/tutum-stack", archive].map((path) => `${Math.round(statSync(path).size / 1e6)} MB`);
console.log(`${archive}: ${after} of ${before}`);

/** Its package has no file with its license. */
function bunLicense() {
  const { optionalDependencies } = JSON.parse(readFileSync("scripts/binary/package.json", "utf8"));
  const [bun] = Object.values(optionalDependencies);
  return `Bun ${bun} (MIT), with the parts that https://bun.com/docs/project/licensing lists`;
}
