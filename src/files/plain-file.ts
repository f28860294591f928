import { Buffer } from "node:buffer";
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";

/** Bytes from the beginning of a file, and its rights. */
export interface Beginning {
  readonly bytes: Buffer;
  readonly mode: number;
}

/** `plain`: a file, or a link to one. `any`: also a pipe or a device, which may have no writer, and no end. */
export type Kinds = "plain" | "any";

/** The bytes of a plain file. Throws for a larger one, for anything else than a file, and Node's error. */
export function readPlainFile(path: string, most: number): Buffer {
  const { bytes } = readBeginning(path, most + 1, "plain");
  if (bytes.length > most) throw tooLarge(most);
  return bytes;
}

/** What is thrown for a file of more bytes. */
export function tooLarge(most: number): Error {
  return new Error(`it is larger than ${most / 1024 ** 2} MiB`);
}

/**
 * The first bytes of a file, as many as are wanted or there are. Throws for other kinds, without having opened them,
 * and Node's error. Waits for another program only with `any`.
 */
export function readBeginning(path: string, most: number, kinds: Kinds): Beginning {
  if (kinds === "plain") refuseOthers(statSync(path));
  // The file may have been replaced since then, and the opening of a pipe would wait for its writer.
  const descriptor = openSync(path, kinds === "plain" ? constants.O_RDONLY | constants.O_NONBLOCK : "r");
  try {
    const found = fstatSync(descriptor);
    if (kinds === "plain") refuseOthers(found);
    return { bytes: readOpened(descriptor, most), mode: found.mode & 0o777 };
  } finally {
    closeSync(descriptor);
  }
}

/** The first bytes of an open file of any kind, as many as are wanted or come. Throws Node's error. */
export function readOpened(descriptor: number, most: number): Buffer {
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length < most) {
    const chunk = new Uint8Array(Math.min(largestChunk, most - length));
    const count = readSync(descriptor, chunk);
    if (count === 0) break;
    chunks.push(chunk.subarray(0, count));
    length += count;
  }
  return Buffer.concat(chunks);
}

const largestChunk = 64 * 1024;

function refuseOthers(found: { isFile(): boolean; isDirectory(): boolean }): void {
  if (found.isDirectory()) throw Object.assign(new Error("it is a folder"), { code: "EISDIR" });
  if (!found.isFile()) throw new Error("it is not a plain file");
}
