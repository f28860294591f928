/** A file in an archive. Its name must be ASCII and shorter than 100 characters. */
export interface ArchivedFile {
  readonly name: string;
  readonly mode: number;
  readonly text: string;
}

/**
 * A tar archive (POSIX ustar) of files that root owns. Their time is the year 1970, so the same files always give the
 * same bytes.
 */
export function tar(files: readonly ArchivedFile[]): Uint8Array {
  const encoder = new TextEncoder();
  const parts = files.flatMap(({ name, mode, text }) => {
    const content = encoder.encode(text);
    return [encoder.encode(header(name, mode, content.length)), content, padding(content.length)];
  });
  return join([...parts, new Uint8Array(2 * block)]);
}

const block = 512;

function header(name: string, mode: number, size: number): string {
  const before = [name.padEnd(100, "\0"), octal(mode, 8), octal(0, 8), octal(0, 8), octal(size, 12), octal(0, 12)];
  const after = ["0", "\0".repeat(100), "ustar\0", "00"];
  const withSum = (sum: string): string => [...before, sum, ...after].join("").padEnd(block, "\0");
  const sum = new TextEncoder().encode(withSum(" ".repeat(8))).reduce((total, byte) => total + byte, 0);
  return withSum(`${octal(sum, 7)} `);
}

/** An octal number of a fixed width, whose last byte is zero. */
function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, "0")}\0`;
}

function padding(size: number): Uint8Array {
  return new Uint8Array((block - (size % block)) % block);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
