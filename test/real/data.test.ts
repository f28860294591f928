import { describe, expect, test } from "vitest";
import { composeCommand, suiteThatNeeds } from "./programs.ts";
import { needsEngine } from "./project.ts";
import { newFolder, type StackFolder } from "./stack-folder.ts";

const { title, isLeftOut } = suiteThatNeeds("the data of a service", needsEngine);

const stackOf = (...lines: readonly string[]): string =>
  ["db:", "image: busybox:local", "command: sleep 600", "volumes: [/var/lib/db]", ...lines].join("\n  ");
const single = stackOf();
const several = stackOf("target_num_containers: 2");
const file = "/var/lib/db/file";

const write = (folder: StackFolder, text: string): Promise<unknown> =>
  folder.compose(["exec", "-T", "db", "sh", "-c", `echo ${text} > ${file}`]);
const read = async (folder: StackFolder): Promise<string> =>
  (await folder.compose(["exec", "-T", "db", "sh", "-c", `cat ${file} || true`])).stdout;

/** Does what the help of `volume-moved` says, with the Compose and the image that are here. */
async function followHelp(folder: StackFolder, said: string): Promise<void> {
  const [, command = ""] = /to copy the data, run `(.*)` (?:before|after) /.exec(said) ?? [];
  const here = command.replace("docker compose", composeCommand.join(" ")).replace(" busybox ", " busybox:local ");
  expect(here).toContain("docker run --rm ");
  expect(await folder.shell(here)).toMatchObject({ code: 0 });
}

describe.skipIf(isLeftOut)(title, { concurrent: true }, () => {
  test("is there again after `down` and `up`", async ({ onTestFinished }) => {
    const folder = newFolder(onTestFinished);
    expect(await folder.compile(single)).not.toContain("warning");
    await folder.compose(["up", "-d"]);
    await write(folder, "kept");
    await folder.compose(["down", "-t", "0"]);
    await folder.compose(["up", "-d"]);
    expect(await read(folder)).toBe("kept\n");
  });

  test("is copied into a volume that got a name, by the command that the warning shows", async ({ onTestFinished }) => {
    const folder = newFolder(onTestFinished);
    await folder.compile(several);
    await folder.compose(["up", "-d", "--scale", "db=1"]);
    await write(folder, "moved");
    const said = await folder.compile(single);
    expect(said).toContain("warning[volume-moved]");
    await folder.compose(["stop", "-t", "0"]);
    await followHelp(folder, said);
    await folder.compose(["up", "-d"]);
    expect(await read(folder)).toBe("moved\n");
  });

  test("is not in a volume that got a name, where nobody copies it", async ({ onTestFinished }) => {
    const folder = newFolder(onTestFinished);
    await folder.compile(several);
    await folder.compose(["up", "-d", "--scale", "db=1"]);
    await write(folder, "left");
    await folder.compile(single);
    await folder.compose(["up", "-d", "-t", "0"]);
    expect(await read(folder)).toBe("");
  });

  test("is carried over from a volume that lost its name, and copied after `down`", async ({ onTestFinished }) => {
    const folder = newFolder(onTestFinished);
    await folder.compile(single);
    await folder.compose(["up", "-d"]);
    await write(folder, "carried");
    const said = await folder.compile(several);
    expect(said).toContain("warning[volume-moved]");
    await folder.compose(["up", "-d", "-t", "0", "--scale", "db=1"]);
    expect(await read(folder)).toBe("carried\n");
    await folder.compose(["down", "-t", "0"]);
    await folder.compose(["up", "-d", "--scale", "db=1"]);
    expect(await read(folder)).toBe("");
    await followHelp(folder, said);
    expect(await read(folder)).toBe("carried\n");
  });
});
