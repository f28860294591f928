import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bareEnvironment } from "../real/programs.ts";

/** The folder of the project. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Makes a repository whose only commit holds what `fill` puts into its folder. */
export function makeRepository(folder: string, fill: (folder: string) => void): void {
  mkdirSync(folder);
  fill(folder);
  git(folder, "init", "--quiet");
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", "As it is");
}

/** Fills a folder with the project as it is, committed or not, without what is made or installed. */
export function copyProject(folder: string): void {
  const left = new Set([".git", "build", "coverage", "dist", "lib"].map((name) => join(root, name)));
  cpSync(root, folder, { recursive: true, filter: (path) => !left.has(path) && basename(path) !== "node_modules" });
}

/** Runs git as if nobody had configured it. */
export function git(folder: string, ...args: readonly string[]): string {
  return execFileSync("git", args, { cwd: folder, encoding: "utf8", env: withoutSettings }).trim();
}

/** An environment in which npm takes only what `npm ci` left in its cache, and git has a name and no configuration. */
export const withoutSettings: NodeJS.ProcessEnv = {
  ...bareEnvironment,
  ...(process.env["npm_config_cache"] === undefined ? {} : { npm_config_cache: process.env["npm_config_cache"] }),
  npm_config_offline: "true",
  npm_config_update_notifier: "false",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Test",
  GIT_AUTHOR_EMAIL: "test@localhost",
  GIT_COMMITTER_NAME: "Test",
  GIT_COMMITTER_EMAIL: "test@localhost",
};

/** A registry on this machine. */
interface Registry {
  readonly url: string;
  /** The packages that it was asked for since the last call, each once. */
  takeAsked(): readonly string[];
  close(): void;
}

/** What npm wrote of a package into the lock file. */
interface Locked {
  readonly version: string;
  readonly integrity: string;
}

/** A registry that knows the packages of the lock file, with the contents that `npm ci` left in npm's cache. */
export async function startRegistry(): Promise<Registry> {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    readonly packages: Record<string, Locked>;
  };
  const cache = execFileSync("npm", ["config", "get", "cache"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
  const asked = new Set<string>();
  const server = createServer(({ method, url = "", headers }, response) => {
    const [, digest] = /^\/-\/([0-9a-f]+)\.tgz$/.exec(url) ?? [];
    const name = decodeURIComponent(url.slice(1));
    if (digest === undefined) asked.add(method === "GET" ? name : `${method} ${name}`);
    const answer = digest === undefined ? entry(packages, name, headers.host!) : content(cache, digest);
    response.writeHead(answer === undefined ? 404 : 200).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeAsked() {
      const names = [...asked].toSorted();
      asked.clear();
      return names;
    },
    close: () => server.close(),
  };
}

function entry(packages: Readonly<Record<string, Locked>>, name: string, host: string): string | undefined {
  const all = Object.entries(packages).flatMap(([path, locked]) =>
    path.endsWith(`node_modules/${name}`) ? [locked] : [],
  );
  const [latest] = all;
  const versions = all.map((locked) => {
    const tarball = `http://${host}/-/${Buffer.from(locked.integrity.replace("sha512-", ""), "base64").toString("hex")}.tgz`;
    return [locked.version, { ...locked, name, dist: { tarball, integrity: locked.integrity } }];
  });
  return (
    latest && JSON.stringify({ name, "dist-tags": { latest: latest.version }, versions: Object.fromEntries(versions) })
  );
}

function content(cache: string, digest: string): Buffer | undefined {
  const path = join(cache, "_cacache/content-v2/sha512", digest.slice(0, 2), digest.slice(2, 4), digest.slice(4));
  return existsSync(path) ? readFileSync(path) : undefined;
}
