import { Hono } from "hono";
import { etag } from "hono/etag";
import { routePath } from "hono/route";
import { failureOf } from "../platform/failure.ts";
import { isAuthorized, secretOf } from "./auth.ts";
import type { Backend } from "./backend.ts";
import { readPath } from "./family.ts";
import { readBody, refuseStrangers } from "./guard.ts";
import type { PageFile } from "./page-files.ts";
import { errorBody, Refused } from "./refused.ts";
import type { Env } from "./respond.ts";
import { addContainers } from "./routes/containers.ts";
import { addLogs } from "./routes/logs.ts";
import { addOthers } from "./routes/others.ts";
import { addOwn } from "./routes/own.ts";
import { addPage } from "./routes/page.ts";
import { addPreview } from "./routes/preview.ts";
import { addServices } from "./routes/services.ts";
import { addStacks } from "./routes/stacks.ts";

/** How requests are judged before they are carried out. */
export interface Rules {
  readonly token: string;
  readonly isReadOnly: boolean;
  /** Host names that are this machine's, besides those of the loopback. */
  readonly hosts: ReadonlySet<string>;
  /** The files of the page; none without one. */
  readonly page: readonly PageFile[];
}

/** Whom the server tells what it does. */
export interface Journal {
  /** A request that was answered; the time is in milliseconds. The route has no identifiers. */
  readonly onAnswer: (method: string, route: string, status: number, time: number) => void;
  /** An error that is a bug. */
  readonly onBug: (error: unknown) => void;
}

/** The server as a function from requests to answers (reference live.md 6). */
export function createApp(backend: Backend, rules: Rules, journal: Journal): Hono<Env> {
  const app = new Hono<Env>({ getPath: (request) => readPath(new URL(request.url).pathname).path });
  app.use(async (c, next) => {
    const since = performance.now();
    c.set("family", readPath(new URL(c.req.url).pathname).family);
    await next();
    c.header("Cache-Control", "no-store");
    c.header("X-Content-Type-Options", "nosniff");
    journal.onAnswer(c.req.method, routePath(c, -1), c.res.status, performance.now() - since);
  });
  app.use(async (c, next) => {
    refuseStrangers(c.req.raw.headers, rules.hosts);
    await next();
  });
  addPage(app, rules.page, rules);
  app.use(etag({ weak: true }));
  app.use(async (c, next) => {
    const { method, raw } = c.req;
    const authorization = raw.headers.get("authorization");
    if (!isAuthorized(authorization, rules.token)) throw new Refused(401, "the token is missing or wrong");
    c.set("secret", secretOf(authorization) ?? "");
    if (rules.isReadOnly && method !== "GET") throw new Refused(405, "this server is read-only");
    const isFile = method === "PUT" && c.req.path.endsWith("/file");
    c.set("body", await readBody(raw, isFile ? "text/yaml" : "application/json"));
    await next();
  });
  addOthers(app, backend);
  addPreview(app, backend);
  addServices(app, backend);
  addLogs(app, backend);
  addStacks(app, backend);
  addContainers(app, backend);
  addOwn(app, backend);
  app.notFound((c) => c.json(errorBody("there is nothing at this address"), 404));
  app.onError((error, c) => {
    if (error instanceof Refused) return c.json(errorBody(error.message), error.status);
    const failure = failureOf(error);
    if (failure) return c.json(errorBody(failure.message), statuses[failure.kind]);
    journal.onBug(error);
    return c.json(errorBody("this is a bug in tutum-stack; its output says more"), 500);
  });
  return app;
}

const statuses = { engine: 502, busy: 409, problem: 500 } as const;
