import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { suiteThatNeeds } from "../real/programs.ts";
import { expectAccessible, needsBrowser, PageWorld, startBrowser } from "./page-world.ts";

const suite = suiteThatNeeds("the page and who attacks it", needsBrowser);

/** Names and texts that would do harm if they were taken for HTML. */
const stack = `"<img src=x onerror=alert(1)>":
  image: busybox:local
web:
  image: "<b>evil</b>"
`;

describe.skipIf(suite.isLeftOut)(suite.title, () => {
  let browser: Browser;
  let world: PageWorld;
  let hostile: Server;
  let hostileOrigin: string;

  beforeAll(async () => {
    browser = await startBrowser();
    world = await new PageWorld(browser).start("web:\n  image: busybox:local\n");
    hostile = createServer((_, response) => response.setHeader("Content-Type", "text/html").end("<title>evil</title>"));
    await new Promise<void>((resolve) => hostile.listen(0, "127.0.0.1", resolve));
    hostileOrigin = `http://127.0.0.1:${(hostile.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    hostile?.close();
    await browser?.close();
    await world?.dispose();
  });
  afterEach(() => world.closeWindows());

  describe("the token", () => {
    test("goes out of the address and the history, is kept for the tab alone, and is no cookie", async () => {
      const page = await world.open();
      const { token } = world.server;
      expect(page.url()).toBe(`${world.origin}/#/`);
      const kept = await page.evaluate(() => {
        const { sessionStorage, localStorage, document, history } = globalThis as any;
        return [sessionStorage.length, localStorage.length, document.cookie, history.state];
      });
      expect(kept).toEqual([1, 0, "", null]);
      expect(await page.context().cookies()).toEqual([]);
      await page.goBack();
      expect(page.url()).not.toContain(token);
    });

    test("is in no address that is asked for", async () => {
      const page = await world.window();
      const asked: string[] = [];
      page.on("request", (request) => asked.push(`${request.url()} ${request.headers()["referer"] ?? ""}`));
      await page.goto(`${world.origin}/#token=${world.server.token}`);
      await page.getByText("Live", { exact: true }).waitFor();
      const withToken = asked.filter((address) => address.split("#")[0]!.includes(world.server.token));
      expect(withToken).toEqual([]);
    });

    test("missing, wrong, right: the page asks for it until it is", async () => {
      const page = await world.window();
      await page.goto(world.origin);
      await page.getByRole("heading", { name: "This page needs the token" }).waitFor();
      await expectAccessible(page, "no token");
      await page.getByLabel("Token").fill("wrong");
      await page.getByRole("button", { name: "Open" }).click();
      await page.getByText("The server does not accept this token.").waitFor();
      await expectAccessible(page, "a wrong token");
      await page.getByLabel("Token").fill(world.server.token);
      await page.getByRole("button", { name: "Open" }).click();
      await page.getByRole("link", { name: "web" }).waitFor();
    });

    test("an address that is pasted whole gives its token", async () => {
      const page = await world.window();
      await page.goto(world.origin);
      await page.getByLabel("Token").fill(` ${world.origin}/#token=${world.server.token}`);
      await page.getByRole("button", { name: "Open" }).click();
      await page.getByRole("link", { name: "web" }).waitFor();
    });
  });

  describe("a page of another origin", () => {
    async function attack(body: (origin: string, token: string) => Promise<string>): Promise<string> {
      const page = await world.window();
      await page.goto(hostileOrigin);
      const outcome = await page.evaluate(
        ([code, origin, token]) => {
          // The attack is this test's own code, which has travelled as text.
          const run = new (globalThis as any).Function(`return ${code}`)() as typeof body;
          return run(origin!, token!);
        },
        [String(body), world.origin, world.server.token],
      );
      world.takeComplaints();
      return outcome;
    }

    test("cannot read, even with the token", async () => {
      expect(
        await attack((origin, token) =>
          fetch(`${origin}/api/v1/service/`, { headers: { Authorization: `Bearer ${token}` } }).then(
            () => "read",
            () => "refused",
          ),
        ),
      ).toBe("refused");
    });

    test("cannot change anything by a request that needs no leave", async () => {
      const before = world.text();
      const outcome = await attack((origin) =>
        fetch(`${origin}/api/v1/service/`, { method: "POST", mode: "no-cors", body: '{"image":"evil"}' }).then(
          ({ type }) => type,
          () => "refused",
        ),
      );
      expect(["opaque", "refused"]).toContain(outcome);
      expect(world.text()).toBe(before);
      const { objects } = await world.send("GET", "/api/v1/service/");
      expect(objects).toHaveLength(1);
    });

    test("cannot load the page's code, nor put the page into a frame", async () => {
      const outcome = await attack((origin) => {
        const { document } = globalThis as any;
        const script = document.createElement("script");
        script.src = `${origin}/page.js`;
        return new Promise((resolve) => {
          script.addEventListener("load", () => resolve("loaded"));
          script.addEventListener("error", () => resolve("refused"));
          document.head.append(script);
        });
      });
      expect(outcome).toBe("refused");
      const page = await world.window();
      await page.goto(hostileOrigin);
      await page.evaluate((origin) => {
        const { document } = globalThis as any;
        document.body.append(Object.assign(document.createElement("iframe"), { src: origin }));
      }, world.origin);
      await page.waitForTimeout(1000);
      const texts = await Promise.all(page.frames().map((frame) => frame.locator("body").textContent()));
      expect(texts.join()).not.toContain("tutum-stack");
      world.takeComplaints();
    });
  });

  test("by another name of this machine there is no page (rebinding)", async () => {
    const answer = await fetch(`http://127.0.0.1:${world.server.address.split(":")[1]}/`, {
      headers: { "Sec-Fetch-Site": "cross-site" },
    });
    expect(answer.status).toBe(403);
    const rebound = await startBrowser(["--host-resolver-rules=MAP evil.example 127.0.0.1"]);
    try {
      const page = await rebound.newPage();
      const response = await page.goto(`http://evil.example:${world.server.address.split(":")[1]}/`);
      expect(response?.status()).toBe(403);
    } finally {
      await rebound.close();
    }
  });

  test("texts of files, containers and logs are never HTML", async () => {
    const own = await new PageWorld(browser).start(stack);
    try {
      const page = await own.open();
      let hasAlert = false;
      page.on("dialog", (dialog) => {
        hasAlert = true;
        void dialog.dismiss();
      });
      await page.getByText("The stack file has errors").waitFor();
      await page.goto(`${own.origin}/#/stack/${own.stack}`);
      await page.locator(".findings").getByText("<img", { exact: false }).first().waitFor();
      await page.goto(`${own.origin}/#/service/${encodeURIComponent("<img src=x onerror=alert(1)>")}/x`);
      await page.getByText("in the stack <img src=x onerror=alert(1)>").waitFor();
      expect(await page.locator("img").count()).toBe(0);
      expect(hasAlert).toBe(false);
      await own.closeWindows();
    } finally {
      await own.dispose();
    }
  });

  test("code that gets into the page is not run, and can send nothing away", async () => {
    const page = await world.open();
    const outcomes = await page.evaluate(async (evil) => {
      const { document, fetch } = globalThis as any;
      const tried = (attempt: () => unknown): string => {
        try {
          attempt();
          return "done";
        } catch {
          return "refused";
        }
      };
      const html = tried(() => (document.body.innerHTML = "<b>x</b>"));
      const inline = document.createElement("script");
      const text = tried(() => (inline.textContent = "globalThis.wasRun = true"));
      document.head.append(inline);
      const sent = await fetch(evil).then(
        () => "done",
        () => "refused",
      );
      return { html, text, wasRun: (globalThis as any).wasRun === true, sent };
    }, hostileOrigin);
    expect(outcomes).toMatchObject({ html: "refused", wasRun: false, sent: "refused" });
    expect(world.takeComplaints().length).toBeGreaterThan(0);
  });

  test("links lead nowhere else, and forms send nothing", async () => {
    const page: Page = await world.open("#/launch");
    const links = await page.locator("a").evaluateAll((all: any[]) => all.map((one) => one.getAttribute("href")));
    expect(links.filter((href) => !href.startsWith("#/"))).toEqual([]);
    const actions = await page
      .locator("form")
      .evaluateAll((all: any[]) => all.map((one) => one.getAttribute("action")));
    expect(actions).toEqual([null]);
  });
});
