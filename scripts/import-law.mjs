// Who may import whom in src/: an allow-list, so that an unknown folder or package is refused from everywhere.
// `node scripts/import-law.mjs` prints every import that breaks it, and fails if there is one.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path/posix";

/**
 * What each place may import besides its own files: places below src/, packages, and `node:` for all of Node's modules.
 * A place is a folder, or a file without its extension. For a file in several places, the longest one decides.
 */
export const law = {
  text: ["fastest-levenshtein", "get-east-asian-width"],
  time: [],
  lifecycle: [],
  diagnostics: ["text"],
  yaml: ["diagnostics", "yaml"],
  slips: ["diagnostics"],
  stack: ["lifecycle", "diagnostics", "yaml/", "text"],
  balancer: ["diagnostics", "text", "stack/model", "stack/graph", "stack/grammar", "stack/knowledge"],
  targets: [
    "balancer",
    "lifecycle",
    "diagnostics",
    "yaml/print",
    "text",
    "stack/model",
    "stack/file",
    "stack/graph",
    "stack/grammar",
    "stack/knowledge",
  ],
  "stack-list": ["diagnostics", "yaml/", "text", "stack/fields", "stack/schema-errors"],
  compile: ["balancer", "lifecycle", "diagnostics", "yaml/", "slips", "stack", "targets", "text"],
  migration: ["compile", "diagnostics", "stack/file", "stack/model", "targets", "text", "yaml/print"],
  index: ["compile", "diagnostics", "targets"],
  docker: ["time", "text", "files/plain-file", "node:"],
  files: ["diagnostics", "text", "node:"],
  "files/plain-file": ["node:"],
  sidecar: ["lifecycle", "docker/engine", "time", "text"],
  "sidecar/heartbeat": ["files/plain-file", "node:"],
  "sidecar/config-file": ["time", "files/plain-file", "node:"],
  "sidecar/runs": ["lifecycle", "docker/engine", "time", "text", "files/plain-file", "node:"],
  "sidecar/metrics": ["lifecycle", "docker/engine", "time", "text", "files/plain-file", "node:"],
  platform: [
    "compile",
    "diagnostics",
    "docker",
    "files",
    "lifecycle",
    "modern-tar",
    "sidecar",
    "stack",
    "targets",
    "text",
    "time",
    "yaml/",
    "node:",
  ],
  web: ["server/resource-types", "lifecycle/policy", "index", "preact"],
  "web/playground": [
    "compile",
    "diagnostics",
    "targets",
    "lifecycle/policy",
    "preact",
    "@codemirror/commands",
    "@codemirror/lang-yaml",
    "@codemirror/language",
    "@codemirror/lint",
    "@codemirror/state",
    "@codemirror/view",
    "@lezer/highlight",
  ],
  server: ["platform", "diagnostics", "lifecycle", "hono", "@hono/node-server", "ws", "node:http", "node:crypto"],
  cli: [
    "balancer",
    "compile",
    "commander",
    "diagnostics",
    "docker",
    "files",
    "lifecycle",
    "migration",
    "node:",
    "platform",
    "server",
    "sidecar",
    "stack",
    "stack-list",
    "targets",
    "text",
    "time",
  ],
  bin: ["cli"],
};

/** JSON files that any place may import. */
const data = /^(?:\.\.\/)+(?:package\.json|schema\/\w+\.schema\.json)$/;

/** What is wrong with the imports of a file, given by its path below src/. */
export function offencesOf(path, text) {
  const place = Object.keys(law)
    .filter((candidate) => isIn(path, candidate))
    .toSorted((one, other) => other.length - one.length)[0];
  if (place === undefined) return [`${path}: no line of the law is about this place`];
  const [own] = place.split("/");
  const isAllowed = (name) => isIn(name, own) || law[place].some((allowed) => isIn(name, allowed));
  return importsOf(text)
    .filter((name) => !data.test(name))
    .map((name) => (name.startsWith(".") ? join(dirname(path), name) : `package ${name}`))
    .filter((name) => !isAllowed(name))
    .map((name) => `${path}: ${place} may not import ${name}`);
}

function isIn(path, place) {
  const name = path.replace(/^package /, "");
  const isPackage = path !== name;
  if (place === "node:") return isPackage && name.startsWith("node:");
  const known = place.replace(/\/$/, "");
  // `yaml` is a package and a folder: with `/` after it, the folder is meant.
  if (isPackage) return place === known && packages.has(place) && (name === place || name.startsWith(`${place}/`));
  return name === `${known}.ts` || name === `${known}.tsx` || name.startsWith(`${known}/`);
}

const packages = new Set([
  "fastest-levenshtein",
  "get-east-asian-width",
  "yaml",
  "commander",
  "hono",
  "@hono/node-server",
  "ws",
  "modern-tar",
  "node:http",
  "node:crypto",
  "preact",
  "@codemirror/commands",
  "@codemirror/lang-yaml",
  "@codemirror/language",
  "@codemirror/lint",
  "@codemirror/state",
  "@codemirror/view",
  "@lezer/highlight",
]);

function importsOf(text) {
  const pattern = /^(?:import|export)\b[^"';]*?\bfrom\s+"([^"]+)"|^import\s+"([^"]+)"|\bimport\(\s*"([^"]+)"/gm;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3]);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const root = new URL("../src/", import.meta.url).pathname;
  const paths = readdirSync(root, { recursive: true }).filter((path) => /\.tsx?$/.test(path));
  const offences = paths.flatMap((path) => offencesOf(path, readFileSync(join(root, path), "utf8")));
  for (const offence of offences) console.error(offence);
  process.exitCode = offences.length === 0 ? 0 : 1;
}
