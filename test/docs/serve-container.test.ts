import { expect, test } from "vitest";
import { checkOwnContainer } from "../../src/platform/own-container.ts";
import { stateFolder } from "../../src/platform/places.ts";
import { LiveWorld } from "../platform/live-world.ts";
import { run } from "../support/memory-io.ts";
import { blocksOf, pageOf } from "../support/pages.ts";

const shown = blocksOf({ path: "", text: pageOf("docs/serve.md") })
  .filter(({ language }) => language === "sh")
  .map(({ text }) => text.replaceAll("\\\n", ""))
  .find((text) => text.startsWith("docker run "))!;
const volumes = [...shown.matchAll(/--volume "?([^\s":]+):([^\s":]+)/g)].map(([, source = "", destination = ""]) => ({
  source,
  destination,
}));

test("docs/serve.md: the server in a container takes its stacks folder", async () => {
  const [, command = "", stacksFolder = ""] = /IMAGE (\S+) (\S+)\n$/.exec(shown) ?? [];
  expect(run([command, "--help"]).stdout).toContain("Usage: tutum-stack serve ");
  const { engine } = new LiveWorld();
  const mounts = volumes.map((volume) => ({ type: "bind", name: "", isReadOnly: false, ...volume }));
  const id = engine.run({ details: { mounts } });
  const { signal } = new AbortController();
  await expect(checkOwnContainer({ engine, stacksFolder }, id, signal)).resolves.toBeUndefined();
});

test("docs/serve.md: the state folder of the user is that of root in the container", () => {
  expect(volumes).toContainEqual({
    source: stateFolder({ HOME: "$HOME" }),
    destination: stateFolder({ HOME: "/root" }),
  });
});
