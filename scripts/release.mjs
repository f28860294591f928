// Makes the commit that users install from. It carries what the build makes, on top of HEAD, and is on no branch.
// Two tags hold it: the version, which never moves, and the version's major number, which every release moves.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** What GitHub and pre-commit read, beside the package. */
const recipes = ["action.yml", ".pre-commit-hooks.yaml"];

const scratch = realpathSync(mkdtempSync(join(tmpdir(), "release-")));
try {
  release();
} catch (error) {
  console.error(`release: ${error.message.split("\n")[0]}`);
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true });
}

function release() {
  if (git(["status", "--porcelain"]) !== "")
    throw new Error("the work tree is not clean; commit, stash or remove the changes");
  const folder = join(scratch, "project");
  checkOut(folder);
  build(folder);
  const manifest = writeManifest(folder);
  const tree = writeTree(folder);

  const tag = `v${manifest.version}`;
  const [major] = tag.split(".");
  const commit = findRelease(tag, tree) ?? git(["commit-tree", "-p", "HEAD", "-m", `Release ${tag}`, tree]);
  const names = isNewest(manifest.version, major) ? [tag, major] : [tag];
  for (const name of names) git(["update-ref", `refs/tags/${name}`, commit]);
  console.log(`At the commit ${commit}: ${names.join(" and ")}. To publish:`);
  console.log(`git push origin ${tag}${names.length > 1 ? `\ngit push --force origin ${major}` : ""}`);
}

/** Whether the tag of a major version moves to a version: not to a pre-release, and not back. */
function isNewest(version, major) {
  if (version.includes("-")) return false;
  if (git(["tag", "--list", major]) === "") return true;
  const released = JSON.parse(git(["show", `refs/tags/${major}:package.json`])).version;
  const [ours, theirs] = [version, released].map((text) => text.split(".").map(Number));
  const difference = ours.map((part, at) => part - theirs[at]).find((part) => part !== 0) ?? 0;
  return difference >= 0;
}

/** Puts the files of HEAD into a folder. What git ignores in the work tree, such as an old build, is not released. */
function checkOut(folder) {
  const env = { GIT_INDEX_FILE: join(scratch, "head.index") };
  mkdirSync(folder);
  git(["read-tree", "HEAD"], env);
  git(["checkout-index", "--all", `--prefix=${folder}/`], env);
}

function build(folder) {
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  // What the build says goes to standard error.
  execFileSync("npm", ["run", "build", "--", "without-cache"], { cwd: folder, stdio: ["ignore", 2, 2] });
}

/**
 * Leaves out what only developers need. npm builds a package from git that has a script such as `prepare` or `build`,
 * and the build fails with `npm install -g` (https://github.com/npm/cli/issues/8440).
 */
function writeManifest(folder) {
  const path = join(folder, "package.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  delete manifest.scripts;
  delete manifest.devDependencies;
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/** Writes what `npm pack` takes from a folder, and the recipes, into git's database. Returns the name of the tree. */
function writeTree(folder) {
  const packed = execFileSync("npm", ["pack", "--dry-run", "--json"], { cwd: folder, encoding: "utf8" });
  const paths = JSON.parse(packed)[0].files.map(({ path }) => path);
  const env = {
    GIT_DIR: git(["rev-parse", "--absolute-git-dir"]),
    GIT_WORK_TREE: folder,
    GIT_INDEX_FILE: join(scratch, "release.index"),
  };
  git(["update-index", "--add", "-z", "--stdin"], env, [...paths, ...recipes].join("\0"));
  return git(["write-tree"], env);
}

/** The commit of a tag. Undefined when there is no such tag; throws when the tag has another content. */
function findRelease(tag, tree) {
  if (git(["tag", "--list", tag]) === "") return undefined;
  if (git(["rev-parse", `refs/tags/${tag}^{tree}`]) !== tree)
    throw new Error(`the tag ${tag} exists with other content; raise the version in package.json`);
  return git(["rev-parse", `refs/tags/${tag}^{commit}`]);
}

function git(args, env = {}, input = "") {
  return execFileSync("git", args, { encoding: "utf8", env: { ...process.env, ...env }, input }).trim();
}
