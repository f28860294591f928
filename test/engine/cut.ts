import { rm, mkdtemp } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A way to an engine on which the event stream can be cut, and nothing else. */
export interface CuttableWay extends AsyncDisposable {
  readonly path: string;
  /** Breaks the stream that is open, and every one that is asked for, until `mend`. */
  cut(): void;
  mend(): void;
}

/** A socket that leads to another one. */
export async function cuttableWay(to: string): Promise<CuttableWay> {
  const folder = await mkdtemp(join(tmpdir(), "way-"));
  const path = join(folder, "docker.sock");
  const streams = new Set<Socket>();
  let isCut = false;
  const server = createServer((from) => {
    const engine = connect(to);
    from.on("error", () => engine.destroy()).on("close", () => engine.destroy());
    engine.on("error", () => from.destroy()).on("close", () => from.destroy());
    from.once("data", (head: Buffer) => {
      if (/^GET \S*\/events\?/.test(head.toString("latin1"))) streams.add(from);
      if (isCut && streams.has(from)) from.destroy();
      else engine.write(head);
      from.pipe(engine).pipe(from);
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    path,
    cut() {
      isCut = true;
      for (const stream of streams) stream.destroy();
      streams.clear();
    },
    mend() {
      isCut = false;
    },
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
