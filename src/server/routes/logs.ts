import type { Hono } from "hono";
import { logLines } from "../../platform/log-lines.ts";
import type { Backend } from "../backend.ts";
import { containersOf, type ContainerView } from "../container-resource.ts";
import type { LogLineResource } from "../resource-types.ts";
import { found, type Env } from "../respond.ts";

/** How many lines of each container, and how many characters of all, an answer has at most. */
const most = { lines: 1000, characters: 512 * 1024 };

/**
 * The last lines that the containers of a service have written. A browser cannot send the token with a WebSocket, so
 * the page asks for them again and again.
 */
export function addLogs(app: Hono<Env>, backend: Backend): void {
  app.get("/api/service/:uuid/logs", async (c) => {
    const { services, platform } = backend.view();
    const containers = containersOf([found(c, services, "service")]);
    const tail = Math.min(Number(/^\d{1,6}$/.exec(c.req.query("tail") ?? "")?.[0] ?? 300), most.lines);
    const linesOf = async ({ name: source, container }: ContainerView): Promise<readonly LogLineResource[]> => {
      const lines: LogLineResource[] = [];
      for await (const line of logLines(platform.engine, container.id, { follow: false, tail }, c.req.raw.signal))
        lines.push({ source, ...line });
      return lines;
    };
    const all = (await Promise.all(containers.map(linesOf))).flat().toSorted((one, other) => one.time - other.time);
    return c.json({ objects: newest(all.slice(-tail)) });
  });
}

/** The last lines that fit. */
function newest(lines: readonly LogLineResource[]): readonly LogLineResource[] {
  let characters = 0;
  const first = lines.findLastIndex(({ text }) => (characters += text.length) > most.characters);
  return lines.slice(first + 1);
}
