import { describe, expect, test } from "vitest";
import { isRealSkipped, realTitle, realWorld, socket } from "../engine/worlds.ts";
import { start } from "../programs/executable-sidecar.ts";
import { needsExecutable } from "../support/program.ts";
import { suiteThatNeeds } from "./programs.ts";

const { title, isLeftOut } = suiteThatNeeds("the sidecar of the executable", needsExecutable);

describe.skipIf(isLeftOut || isRealSkipped)(realTitle(`${title}, on a real engine`), () => {
  test("says what it would remove, and removes it when it may", async () => {
    await using world = realWorld(socket);
    const never = new AbortController().signal;
    const id = await world.run({ exits: 1 });
    const env = { DOCKER_HOST: `unix://${socket}` };
    const rehearsal = await start(env, world.stack, "--once", "--dry-run").ended;
    expect(rehearsal).toMatchObject({ code: 0, said: "" });
    expect(rehearsal.logged).toContainEqual(
      expect.objectContaining({ event: "would remove", container: id, exitCode: 1 }),
    );
    expect(await world.engine.inspect(id, never)).toBeDefined();
    const { code, logged } = await start(env, world.stack, "--once").ended;
    expect(logged).toContainEqual(expect.objectContaining({ event: "removed", container: id }));
    expect(code).toBe(0);
    expect(await world.engine.inspect(id, never)).toBeUndefined();
  });
});
