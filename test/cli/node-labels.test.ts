import { expect, test } from "vitest";
import { MemoryFiles, run } from "../support/memory-io.ts";

const labels = (text: string, ...flags: readonly string[]) =>
  run(["node-labels", ...flags], { files: new MemoryFiles({ "/shop/stack.yml": text }) });

test("prints a command for every label, with the services that need it", () => {
  const text = `
web: {image: nginx, tags: [front, region=eu, front]}
api: {image: nginx, tags: ["region=eu", "zone=eu west"]}
db: {image: redis}
`;
  expect(labels(text)).toMatchObject({
    code: 0,
    stderr: "",
    stdout: `docker node update --label-add front=true NODE  # for web
docker node update --label-add region=eu NODE  # for web, api
docker node update --label-add 'zone=eu west' NODE  # for api
`,
  });
});

test("nothing that a shell would take for itself gets out of its quotes", () => {
  const tags = ["a'b", "a=b'c", 'a="', "a=`id`", "a=b;c", "a\nb", "a=b\n", "x=$(id)", "x=a b", "x=\\"]
    .map((tag) => JSON.stringify(tag))
    .join(", ");
  const { stdout } = labels(`web: {image: nginx, tags: [${tags}]}`);
  for (const line of stdout.trimEnd().split("\n"))
    expect(line).toMatch(/^docker node update --label-add ('[^'\n]+'|[\w.=-]+) NODE {2}# for web$/);
});

test("a variable is one with --interpolate only, and left to whoever reads the command", () => {
  const text = 'web: {image: nginx, tags: ["$ZONE=x", "zone=$ZONE"]}';
  expect(labels(text).stdout).toBe("docker node update --label-add 'zone=$ZONE' NODE  # for web\n");
  expect(labels(text, "--interpolate").stdout).toBe(
    "docker node update --label-add '$ZONE=x' NODE  # for web\ndocker node update --label-add 'zone=$ZONE' NODE  # for web\n",
  );
});

test("says so when nodes need no labels", () => {
  expect(labels("web: {image: nginx}")).toMatchObject({
    code: 0,
    stdout: "",
    stderr: "tutum-stack: no service has tags, so the nodes need no labels\n",
  });
});

test("says which tags cannot be labels, whether or not others can", () => {
  const impossible = 'no node can have a label for the tag "a b" of service web, the tag "c=" of service db';
  expect(labels('web: {image: nginx, tags: ["a b", "a b"]}\ndb: {image: redis, tags: ["c="]}')).toMatchObject({
    code: 0,
    stdout: "",
    stderr: `tutum-stack: ${impossible}\n`,
  });
  expect(labels('web: {image: nginx, tags: [front, "a b"]}\ndb: {image: redis, tags: ["c="]}')).toMatchObject({
    code: 0,
    stdout: "docker node update --label-add front=true NODE  # for web\n",
    stderr: `tutum-stack: ${impossible}\n`,
  });
  const many = Array.from({ length: 1000 }, (_, index) => `"a ${index}"`).join(", ");
  expect(labels(`web: {image: nginx, tags: [${many}]}`).stderr).toMatch(/^[^\n]{1,600}, and 990 more\n$/);
  expect(labels('web: {image: nginx, tags: ["a\\eb"]}').stderr).not.toContain("\u001b");
});

test("a file with mistakes is not valid", () => {
  const { code, stdout, stderr } = labels("web: {net: host}");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("error[missing-image]");
});
