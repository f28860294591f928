import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The text of dist/image.js, which is this program without live services. Throws Node's error when the file cannot be
 * read. In the executable, scripts/build-binary.mjs replaces this module.
 */
export async function ownMain(): Promise<string> {
  return readFileSync(join(__dirname, "image.js"), "utf8");
}
