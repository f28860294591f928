import { join } from "node:path";
import { readText, type Files } from "../../src/files/files.ts";
import type { RunFiles } from "../../src/sidecar/runs/files.ts";

/** Runs among the files of the machine in memory. */
export function runFilesOn(files: Files): RunFiles {
  return {
    async list(folder) {
      return files.list(folder).map((name) => ({ name, bytes: files.length(join(folder, name)) ?? 0, age: 0 }));
    },
    async read(path, most) {
      return readText(files, { path, name: path, most })?.text;
    },
    async create(path, text) {
      files.create(path, text, 0o600);
    },
    async rename(from, to) {
      files.rename(from, to);
    },
    async remove(path) {
      if (files.length(path) !== undefined) files.remove(path);
    },
    async makeFolder(path) {
      files.makeFolder(path, 0o700);
    },
  };
}
