import { createServer, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { MemoryFiles, runOn } from "../support/memory-io.ts";
import { LiveWorld } from "../platform/live-world.ts";

test.each([
  ["serve a --stacks b", "name the stacks folder once"],
  ["serve --port 99999", "It must be a port."],
  ["serve --port x", "It must be a port."],
  ["serve a b", "too many arguments"],
])("%s is wrong use", async (line, reason) => {
  const { code, stderr } = await runOn(line.split(" "), { env: { HOME: "/home/me" }, live: new LiveWorld().live });
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(reason) });
});

test("a port that is in use is told", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => void other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  const world = { env: { HOME: "/home/me" }, live: new LiveWorld().live };
  const { code, stderr } = await runOn(["serve", "--port", String(port)], world);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: `tutum-stack: cannot listen on 127.0.0.1:${port}: the port is in use\n`,
  });
  other.close();
});

test("a token file that others may read is refused", async () => {
  const files = new MemoryFiles({ "/shop/token": "a-token-of-thirty-two-characters\n" });
  const world = { files, env: { HOME: "/home/me" }, live: new LiveWorld().live };
  const { code, stderr } = await runOn(["serve", "--token-file", "token"], world);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: "tutum-stack: cannot use the token file /shop/token: others may read it; change its mode to 600\n",
  });
});
