/** A wrong use of the program, or a file that cannot be read or written. Shown without a stack trace; exit code 2. */
export class Problem extends Error {
  /** Lines that follow the message, in our own words only. */
  readonly details: string;

  constructor(message: string, details = "") {
    super(message);
    this.details = details;
  }

  /** Does something with files; what that throws becomes a problem: "cannot", what it was, and why. */
  static unless<T>(what: string, action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw Problem.from(error, what);
    }
  }

  /** A problem from what a file operation threw; one that is told already stays as it is. */
  static from(error: unknown, what: string): Problem {
    if (error instanceof Problem) return error;
    const code = (error as NodeJS.ErrnoException).code;
    return new Problem(`cannot ${what}: ${(code && reasons[code]) ?? code ?? (error as Error).message}`);
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOENT: "no such file or folder",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is not a folder",
  EEXIST: "a file of that name already exists",
  ENOSPC: "no space left on the disk",
  EROFS: "the file system is read-only",
  EADDRINUSE: "the port is in use",
  EADDRNOTAVAIL: "this machine has no such address",
  ENOTFOUND: "no such host",
  ELOOP: "the path contains too many symbolic links",
  ENXIO: "it is a socket, or nothing answers there",
  ENAMETOOLONG: "the name is too long",
};
