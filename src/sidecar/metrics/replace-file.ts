import { renameSync, rmSync, writeFileSync } from "node:fs";
import { pid } from "node:process";

/**
 * Writes a file in one step: readers see either the whole old text or the whole new one. Does not follow a link at the
 * path. Throws Node's error, and leaves no other file behind. The temporary file does not end in `.prom`, so no metrics
 * collector reads it.
 */
export function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${pid}`;
  rmSync(temporary, { force: true });
  try {
    writeFileSync(temporary, text, { flag: "wx" });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
