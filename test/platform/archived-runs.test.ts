import { packTar } from "modern-tar";
import { describe, expect, test } from "vitest";
import { EngineError } from "../../src/docker/engine.ts";
import { archivedRuns, mostArchived } from "../../src/platform/archived-runs.ts";
import { runFileName, safeName } from "../../src/sidecar/runs/file-name.ts";
import type { RunsRead } from "../../src/sidecar/runs/read.ts";
import { printRun, type Run } from "../../src/sidecar/runs/run.ts";
import { runOf } from "../sidecar/runs/world.ts";

const signal = new AbortController().signal;
const id = "5".repeat(64);

type Entries = Parameters<typeof packTar>[0];
type Header = Entries[number]["header"];

const folder = { header: { name: "shop/", type: "directory", size: 0 } } as const;

function file(name: string, body: string, header: Partial<Header> = {}): Entries[number] {
  return { header: { name, size: Buffer.byteLength(body), type: "file", ...header }, body };
}

function fileOf(run: Run, header: Partial<Header> = {}): Entries[number] {
  return file(`shop/${runFileName(run)}`, printRun(run), header);
}

const runs = [runOf({ container: "a".repeat(64) }), runOf({ container: "b".repeat(64), exitCode: 3 })] as const;

/** Reads an archive that comes in pieces. */
function read(bytes: Uint8Array, project = "shop", pieceSize = 1000): Promise<RunsRead> {
  const engine = {
    async archive() {
      return (async function* () {
        for (let at = 0; at < bytes.length; at += pieceSize) yield bytes.subarray(at, at + pieceSize);
      })();
    },
  };
  return archivedRuns(engine, id, project, signal);
}

describe("jobs 2.2: the runs in a sidecar's container", () => {
  test.each([1, 511, 512, 1_000_000])("are read, in pieces of %d bytes", async (size) => {
    const archive = await packTar([folder, ...runs.map((run) => fileOf(run))]);
    expect(await read(archive, "shop", size)).toEqual({ runs, broken: [] });
  });

  test("are those of the folder of the project, whatever it is called", async () => {
    const asked: string[] = [];
    const engine = {
      async archive(container: string, path: string) {
        asked.push(`${container} ${path}`);
        return undefined;
      },
    };
    for (const project of ["shop", "a/../b", "."])
      expect(await archivedRuns(engine, id, project, signal)).toEqual({ runs: [], broken: [] });
    expect(asked).toEqual([`${id} /runs/shop`, `${id} /runs/a%2f%2e%2e%2fb`, `${id} /runs/%2e`]);
  });

  test("are read where their names are longer than a header has room for", async () => {
    const [project, service] = ["p".repeat(63), "s".repeat(200)];
    const run = runOf({ project, service });
    const archive = await packTar([file(`${safeName(project)}/${runFileName(run)}`, printRun(run))]);
    expect(await read(archive, project)).toEqual({ runs: [run], broken: [] });
  });

  test("what the engine refuses is an error, and so is the end of the wish", async () => {
    const refusal = new EngineError("forbidden", "no");
    await expect(archivedRuns({ archive: () => Promise.reject(refusal) }, id, "shop", signal)).rejects.toBe(refusal);
    const stop = new AbortController();
    const engine = {
      async archive() {
        return (async function* () {
          yield (await packTar([fileOf(runs[0])])).subarray(0, 600);
          stop.abort(refusal);
        })();
      },
    };
    await expect(archivedRuns(engine, id, "shop", stop.signal)).rejects.toBe(refusal);
  });
});

describe("jobs 2.2: an archive is harmless", () => {
  const name = `shop/${runFileName(runs[0])}`;
  const good = fileOf(runs[1]);
  const onlyGood = { runs: [runs[1]], broken: [] };

  test.each<readonly [string, Entries[number]]>([
    ["a symbolic link", { header: { name, type: "symlink", size: 0, linkname: "/etc/passwd" } }],
    ["a hard link", { header: { name, type: "link", size: 0, linkname: `shop/${runFileName(runs[1])}` } }],
    ["a pipe", { header: { name, type: "fifo", size: 0 } }],
    ["a device", { header: { name, type: "block-device", size: 0 } }],
    ["a folder", { header: { name, type: "directory", size: 0 } }],
    ["another folder", file(name.replace("shop/", "blog/"), printRun(runs[0]))],
    ["a folder below", file(name.replace("shop/", "shop/sub/"), printRun(runs[0]))],
    ["a way out", file(name.replace("shop/", "shop/../"), printRun(runs[0]))],
    ["a way out and in", file(name.replace("shop/", "shop/../shop/"), printRun(runs[0]))],
    ["an absolute path", file(`/runs/${name}`, printRun(runs[0]))],
    ["another path in a pax header", fileOf(runs[0], { pax: { path: "/etc/passwd" } })],
    ["a name that is no run's", file("shop/notes.json", printRun(runs[0]))],
    ["a file that is too large", file(name, " ".repeat(600 * 1024) + printRun(runs[0]))],
    ["a size in a pax header", fileOf(runs[0], { pax: { comment: "x".repeat(5000) }, name: "shop/__proto__" })],
  ])("%s does not count", async (_, entry) => {
    expect(await read(await packTar([entry, good]))).toEqual(onlyGood);
  });

  test("a run under another name is broken", async () => {
    const archive = await packTar([file(name, printRun(runs[1])), good]);
    expect(await read(archive)).toEqual({ ...onlyGood, broken: [runFileName(runs[0])] });
  });

  test("of one that ends too early, the files that are whole count", async () => {
    const archive = await packTar([good, fileOf(runs[0])]);
    const { runs: found, broken } = await read(archive.subarray(0, archive.length - 1500));
    expect({ found, broken }).toEqual({ found: [runs[1]], broken: [runFileName(runs[0]), "/runs/shop"] });
  });

  test("no more than 8 MiB are read, and the rest is not waited for", async () => {
    let [given, isLeft] = [0, false];
    const head = (await packTar([good])).subarray(0, -1024);
    const engine = {
      async archive() {
        return (async function* () {
          try {
            yield head;
            for (;;) yield new Uint8Array((given += 65_536) && 65_536).fill(7);
          } finally {
            isLeft = true;
          }
        })();
      },
    };
    expect(await archivedRuns(engine, id, "shop", signal)).toEqual({ ...onlyGood, broken: ["/runs/shop"] });
    expect({ isLeft, isTooMuch: given > mostArchived + 65_536 }).toEqual({ isLeft: true, isTooMuch: false });
  });

  test.each<readonly [string, (header: Uint8Array) => void]>([
    ["a size of eight exabytes", (header) => header.set([0x80, 0, 0, 0, 0x7f, 255, 255, 255, 255, 255, 255, 255], 124)],
    ["a negative size", (header) => header.fill(255, 124, 136)],
    ["a size that is no number", (header) => header.set(Buffer.from("99999999999"), 124)],
    ["a size of eight gigabytes", (header) => header.set(Buffer.from("77777777777"), 124)],
    ["a wrong checksum", (header) => header.set(Buffer.from("0000000"), 148)],
    ["a GNU name without an end", (header) => void (header[156] = 0x4c)],
    ["a pax header of 7 MB", (header) => void (header.set(Buffer.from("00032000000"), 124), (header[156] = 0x78))],
  ])("%s is told, and does no harm", async (_, damage) => {
    const archive = await packTar([fileOf(runs[0]), good]);
    damage(archive.subarray(0, 512));
    expect((await read(archive)).broken).toContain("/runs/shop");
  });

  test.each([0, 1, 100, 512, 513, 5000])("%d bytes of noise are no archive", async (size) => {
    const noise = Uint8Array.from({ length: size }, (_, index) => (index * 7919) % 251);
    expect(await read(noise)).toEqual({ runs: [], broken: ["/runs/shop"] });
  });

  test("every prefix of an archive, and every archive with a wrong byte, is read without an error", async () => {
    const archive = await packTar([fileOf(runs[0], { pax: { comment: "x" } }), good]);
    for (let at = 0; at < archive.length; at += 37) {
      const { runs: found } = await read(archive.subarray(0, at));
      expect(found.length).toBeLessThanOrEqual(2);
      const wrong = archive.slice();
      wrong[at] = 255 - wrong[at]!;
      await read(wrong);
    }
  });
});
