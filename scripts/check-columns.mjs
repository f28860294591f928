// Fails for lines longer than 120 columns, and prints where they are. oxfmt breaks neither comments
// nor texts.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path/posix";

const columns = 120;
const root = new URL("../", import.meta.url).pathname;
const paths = ["src", "scripts", "test"]
  .flatMap((folder) => readdirSync(root + folder, { recursive: true }).map((path) => join(folder, path)))
  .filter((path) => /\.(?:tsx?|mjs)$/.test(path) && !path.endsWith(".generated.ts"));

/** Tests keep a text in one piece, so in them only comments count. An address cannot be broken anywhere. */
function isException(path, line) {
  return /https?:\/\/\S{60}/.test(line) || (path.startsWith("test/") && !/^\s*(?:\/\/|\/\*|\* )/.test(line));
}

for (const path of paths) {
  const lines = readFileSync(root + path, "utf8").split("\n");
  for (const [index, line] of lines.entries()) {
    if (line.length <= columns || isException(path, line)) continue;
    console.error(`${path}:${index + 1}: ${line.length} columns`);
    process.exitCode = 1;
  }
}
