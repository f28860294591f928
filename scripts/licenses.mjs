// The licenses of the packages that the build puts into its files.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folders = new Set();

/** Notes which packages esbuild reads. */
export const notePackages = {
  name: "note-packages",
  setup({ onLoad }) {
    onLoad({ filter: /node_modules/ }, ({ path }) => {
      const [folder] = /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path);
      folders.add(folder);
      return undefined;
    });
  },
};

/** The names, versions and licenses of all packages that were read until now. Throws an error if one has no license. */
export function licenses() {
  const ruler = `\n${"-".repeat(80)}\n`;
  return [...folders]
    .toSorted((one, other) => (one < other ? -1 : 1))
    .map(licenseOf)
    .join(ruler);
}

function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.\w+)?$/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no file with its license`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
}
