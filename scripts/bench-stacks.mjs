// The stack files that the benchmarks compile.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes a stack file with so many services into a folder of its own, for what it compiles to. Returns its path. */
export function writeStack(folder, count) {
  const own = join(folder, String(count));
  mkdirSync(own, { recursive: true });
  const file = join(own, "stack.yml");
  writeFileSync(file, services(count).join(""));
  return file;
}

/** Writes the same services in the form that `docker stack config` reads: it knows no links. Returns its path. */
export function writeSwarmFile(folder, count) {
  const file = join(folder, `swarm-${count}.yml`);
  const readable = services(count).map((service) =>
    service.replace(/ {2}(links|tags):\n( {4}.*\n)+/g, "").replace(/ {2}(restart|autodestroy): .*\n/g, ""),
  );
  writeFileSync(file, `version: "3.8"\nservices:\n${readable.join("").replace(/^(?=.)/gm, "  ")}`);
  return file;
}

function services(count) {
  return Array.from({ length: count }, (_, index) => service(index));
}

/**
 * Each service links to two before it. Of the first thousand, one in five destroys itself: the sidecar's config, which
 * must fit into a variable, has no room for many more.
 */
function service(index) {
  const links = [index - 1, index - 2]
    .filter((other) => other >= 0)
    .map((other) => `    - service-${other}:backend-${index - other}\n`);
  const destroysItself = index < 1000 && index % 5 === 0;
  return [
    `service-${index}:\n  image: example/service-${index}:1.${index}\n`,
    links.length > 0 ? `  links:\n${links.join("")}` : "",
    index < 50_000 ? `  ports:\n    - "${10_000 + index}:80"\n    - "443"\n` : "",
    `  environment:\n    - MODE=production\n    - DATABASE_URL=postgres://user:secret@database:5432/app-${index}\n`,
    "    - WORKERS=4\n",
    `  volumes:\n    - /srv/service-${index}:/data\n    - ./config:/etc/service:ro\n`,
    `  restart: ${destroysItself ? "on-failure\n  autodestroy: ON_SUCCESS" : "always"}\n`,
    index % 4 === 3 ? `  tags:\n    - production\n    - zone-${index % 3}\n` : "",
  ].join("");
}
