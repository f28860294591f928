import { expect, test } from "vitest";
import type { ContainerMount } from "../../src/docker/platform-engine.ts";
import { checkOwnContainer } from "../../src/platform/own-container.ts";
import { LiveWorld } from "./live-world.ts";

const mount = (source: string, destination: string): ContainerMount => ({
  type: "bind",
  name: "",
  source,
  destination,
  isReadOnly: false,
});

function check(...mounts: readonly ContainerMount[]): Promise<void> {
  const { engine } = new LiveWorld();
  const id = engine.run({ details: { mounts } });
  return checkOwnContainer({ engine, stacksFolder: "/srv/stacks" }, id.slice(0, 12), new AbortController().signal);
}

test.each([
  ["the folder itself", [mount("/srv/stacks", "/srv/stacks")]],
  ["a folder above it", [mount("/srv", "/srv")]],
  ["the longest of several", [mount("/other", "/srv"), mount("/srv/stacks", "/srv/stacks")]],
])("mounted at the same path: %s", async (_, mounts) => {
  await expect(check(...mounts)).resolves.toBeUndefined();
});

test.each([
  ["not mounted", []],
  ["mounted from elsewhere", [mount("/home/me/stacks", "/srv/stacks")]],
  ["a folder above it mounted from elsewhere", [mount("/data", "/srv")]],
  ["only one beside it mounted", [mount("/srv/stack", "/srv/stack")]],
])("%s, it is refused with one sentence", async (_, mounts) => {
  await expect(check(...mounts)).rejects.toThrow("start it with `-v /srv/stacks:/srv/stacks`");
});

test("outside a container, and in one of another engine, there is nothing to check", async () => {
  const { engine } = new LiveWorld();
  const platform = { engine, stacksFolder: "/srv/stacks" };
  const { signal } = new AbortController();
  await expect(checkOwnContainer(platform, undefined, signal)).resolves.toBeUndefined();
  await expect(checkOwnContainer(platform, "0123456789ab", signal)).resolves.toBeUndefined();
});
