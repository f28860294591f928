import { createServer, request, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Names, type Recorded } from "../server/recorded.ts";

/** Passes the requests of a client on to a server, and writes them down. */
export class Recorder {
  readonly calls: Recorded[] = [];
  readonly #names = new Names();
  readonly #server: Server;

  constructor(target: string) {
    this.#server = createServer((incoming, outgoing) => {
      void readAll(incoming).then((body) => {
        const [host, port] = target.split(":");
        const { method = "GET", url = "/", headers } = incoming;
        const passed = request({ host, port, method, path: url, headers: { ...headers, host: target } }, (answer) => {
          void readAll(answer).then((text) => {
            this.#record({ method, url, headers, body, answer, text });
            outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
            outgoing.end(text);
          });
        });
        passed.end(body);
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => void this.#server.listen(0, "127.0.0.1", resolve));
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #record(one: {
    readonly method: string;
    readonly url: string;
    readonly headers: IncomingMessage["headers"];
    readonly body: string;
    readonly answer: IncomingMessage;
    readonly text: string;
  }): void {
    const { method, headers, answer } = one;
    const kept: Record<string, string> = {};
    for (const name of ["accept", "content-type", "content-length", "user-agent"])
      if (typeof headers[name] === "string") kept[name] = headers[name];
    const call = {
      method,
      path: this.#names.hide(one.url),
      scheme: (headers.authorization ?? "").split(" ", 1)[0]!,
      headers: kept,
      ...(one.body === "" ? {} : { body: this.#names.hide(one.body) }),
      status: answer.statusCode ?? 0,
    };
    const isPolling = method === "GET" && /\/action\//.test(call.path) && this.calls.at(-1)?.path === call.path;
    this.#names.learn(answer.headers, one.text);
    if (!isPolling) this.calls.push(call);
  }
}

function readAll(stream: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    stream.setEncoding("utf8");
    stream.on("data", (part) => (text += String(part)));
    stream.on("end", () => resolve(text));
  });
}
