import { rm, mkdtemp } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A way to an engine on which the event stream, and nothing else, can be cut and is counted. */
export interface CuttableWay extends AsyncDisposable {
  readonly path: string;
  /** Breaks the stream that is open, and every one that is asked for, until `mend`. */
  cut(): void;
  mend(): void;
  /** How many events have passed. None passes as long as the reader is not ready for it. */
  events(): number;
}

/** A socket that leads to another one. */
export async function cuttableWay(to: string): Promise<CuttableWay> {
  const folder = await mkdtemp(join(tmpdir(), "way-"));
  const path = join(folder, "docker.sock");
  const streams = new Set<Socket>();
  let isCut = false;
  let events = 0;
  const server = createServer((from) => {
    const engine = connect(to);
    from.on("error", () => engine.destroy()).on("close", () => engine.destroy());
    engine.on("error", () => from.destroy()).on("close", () => from.destroy());
    from.once("data", (head: Buffer) => {
      if (/^GET \S*\/events\?/.test(head.toString("latin1"))) {
        streams.add(from);
        let last = "";
        engine.on("data", (chunk: Buffer) => {
          const text = last + chunk.toString("latin1");
          events += text.split("}\n").length - 1;
          last = text.slice(-1);
        });
      }
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
    events: () => events,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
