import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The text of dist/main.js, in which this module is, too. Throws Node's error when the file cannot be read. The executable has
 * another module in the place of this one, which scripts/build-binary.mjs makes.
 */
export async function ownMain(): Promise<string> {
  return readFileSync(join(__dirname, "main.js"), "utf8");
}
