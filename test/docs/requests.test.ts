import { expect, test } from "vitest";
import { ServerWorld } from "../server/server-world.ts";
import { blocksOf, pageOf } from "../support/pages.ts";

test("docs/serve.md: the requests of curl work one after the other", async () => {
  const shown = blocksOf({ path: "", text: pageOf("docs/serve.md") }).find(({ text }) => text.includes("curl"))!.text;
  const requests = [...shown.matchAll(/^api (?:-X (\w+) )?"?\$url([^\s"]+)"?(?: -d '([^']*)')?/gm)];
  expect(requests).toHaveLength(shown.match(/^api /gm)!.length);
  const root = new URL(/^url=(\S+)$/m.exec(shown)![1]!).pathname;
  const world = await new ServerWorld().start();
  let uuid = "UUID";
  const answers = [];
  for (const [, method, path, body] of requests) {
    const request = [method ?? (body === undefined ? "GET" : "POST"), `${root}${path!.replace("UUID", uuid)}`] as const;
    const { status, json } = await world.ask(...request, body);
    await world.settled();
    uuid = json.uuid ?? uuid;
    answers.push({ status, autorestart: (json.objects?.[0] ?? json).autorestart });
  }
  expect(answers).toEqual([
    { status: 201, autorestart: "ON_FAILURE" },
    { status: 202, autorestart: "ON_FAILURE" },
    { status: 200, autorestart: "ALWAYS" },
    { status: 200, autorestart: "ALWAYS" },
    { status: 202, autorestart: "ALWAYS" },
  ]);
  expect(world.journal.filter((line) => line.includes(" 4") || line.includes(" 5"))).toEqual([]);
  await world.end();
});
