import type { Browser, Page, Route } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { suiteThatNeeds } from "../real/programs.ts";
import { goTo, needsBrowser, PageWorld, startBrowser, toggle } from "./page-world.ts";

const suite = suiteThatNeeds("nothing of the page moves, closes or is lost while somebody uses it", needsBrowser);

const web = "web:\n  image: busybox:local\n";

/** Something that a test holds back until it has seen what it waits for. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe.skipIf(suite.isLeftOut)(suite.title, () => {
  let browser: Browser;
  let world: PageWorld;

  beforeAll(async () => {
    browser = await startBrowser();
    world = await new PageWorld(browser).start(web);
  });
  afterAll(async () => {
    await browser?.close();
    await world?.dispose();
  });
  beforeEach(() => world.write(web));
  afterEach(() => world.closeWindows());

  const stackRoute = (): string => `#/stack/${world.stack}`;
  const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
  const area = (page: Page) => page.getByLabel(/^Stack file of/);
  const disabled = (page: Page, name: string): Promise<string | null> =>
    button(page, name).getAttribute("aria-disabled");
  const openFile = async (): Promise<Page> => {
    const page = await world.open(stackRoute());
    await expect.poll(() => area(page).inputValue()).toBe(world.text());
    return page;
  };
  /** Lets the page show everything that has arrived. */
  const settle = (page: Page): Promise<void> =>
    page.evaluate(
      () =>
        new Promise((resolve) => {
          setTimeout(() => (globalThis as any).requestAnimationFrame(() => resolve()), 0);
        }),
    );
  /** Presses a button, lets the list of services grow meanwhile, and releases the button. */
  const pressDuringNews = async (page: Page, target: ReturnType<typeof button>): Promise<void> => {
    const sent = gate();
    let isPressed = false;
    await page.route("**/api/v1/service/?*", async (route: Route) => {
      if (!isPressed) return route.continue();
      const { "if-none-match": _, ...headers } = route.request().headers();
      const response = await route.fetch({ headers });
      const { objects, ...list } = await response.json();
      const others = [1, 2, 3].map((number) => ({ ...objects[0], name: `other${number}`, uuid: `${number}` }));
      await route.fulfill({ json: { ...list, objects: [...others, ...objects] } });
      return sent.open();
    });
    await page.evaluate(() => {
      const { text } = (globalThis as any).Response.prototype;
      (globalThis as any).Response.prototype.text = async function (this: unknown) {
        const body = await text.call(this);
        (globalThis as any).hasNews ||= body.includes("other1");
        return body;
      };
    });
    await target.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await target.boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2);
    // While a button is down, no answer is taken, and so nothing is asked again: an earlier answer must be there.
    const before = await page.waitForResponse((response) => response.url().includes("/api/v1/service/?"));
    await before.finished();
    await settle(page);
    await page.mouse.down();
    isPressed = true;
    await sent.opened;
    await page.waitForFunction(() => (globalThis as any).hasNews);
    await settle(page);
    await page.mouse.up();
    await page.getByRole("link", { name: "other1" }).waitFor();
    await page.unrouteAll({ behavior: "ignoreErrors" });
  };

  test("a click counts, although the page grows between press and release", async () => {
    const page = await openFile();
    const mine = `${web}# mine\n`;
    await area(page).fill(mine);
    await pressDuringNews(page, button(page, "Save"));
    await expect.poll(() => world.text()).toBe(mine);
  });

  test("a switch of the list is set, although the list grows between press and release", async () => {
    const page = await world.open();
    await page.getByRole("link", { name: "web", exact: true }).waitFor();
    await pressDuringNews(page, toggle(page, "Autorestart", "web", "Always"));
    await expect.poll(() => world.text()).toBe(`${web}  autorestart: ALWAYS\n`);
  });

  test("the own change of a file is not taken for that of somebody else while it is being saved", async () => {
    const page = await openFile();
    const { opened, open } = gate();
    const mine = `${web}# mine\n`;
    await page.route("**/file/", async (route: Route) => {
      if (route.request().method() !== "PUT") return route.continue();
      const response = await route.fetch();
      await opened;
      return route.fulfill({ response });
    });
    await area(page).fill(mine);
    const seen = page.waitForResponse((response) => response.url().endsWith("/file/") && response.status() === 200);
    await button(page, "Save").click();
    await (await seen).finished();
    await area(page).fill(`${mine}# more\n`);
    await settle(page);
    expect(await page.getByText("Somebody has changed the file on disk.").count()).toBe(0);
    open();
    await expect.poll(() => disabled(page, "Save")).toBe("false");
    await button(page, "Save").click();
    await expect.poll(() => world.text()).toBe(`${mine}# more\n`);
    await expect.poll(() => disabled(page, "Discard")).toBe("true");
  });

  test("what is typed stays when its screen is left, and does not stand in the way of a file that says the same", async () => {
    const page = await openFile();
    const mine = `${web}# mine\n`;
    await area(page).fill(mine);
    await goTo(page, "#/");
    await page.getByRole("link", { name: "web", exact: true }).waitFor();
    await goTo(page, stackRoute());
    await expect.poll(() => area(page).inputValue()).toBe(mine);
    world.write(mine);
    await expect.poll(() => disabled(page, "Discard")).toBe("true");
    expect(await page.getByText("Somebody has changed the file on disk.").count()).toBe(0);
    world.write(web);
    await expect.poll(() => area(page).inputValue()).toBe(web);
  });

  test("mistakes appear and go without moving the buttons", async () => {
    const page = await openFile();
    const before = await button(page, "Save").boundingBox();
    await area(page).fill(`${web}  autorestart: ALWAYS\n  autodestroy: ALWAYS\n`);
    await page.getByRole("button", { name: "line 4, column 16" }).waitFor();
    expect(await button(page, "Save").boundingBox()).toEqual(before);
    world.write(`${web}# theirs\n`);
    await page.getByText("Somebody has changed the file on disk.").waitFor();
    expect(await button(page, "Save").boundingBox()).toEqual(before);
  });

  test("whoever types when a question appears does not answer it", async () => {
    const page = await openFile();
    const { opened, open } = gate();
    await page.route("**/plan/", async (route: Route) => {
      await opened;
      return route.continue();
    });
    await button(page, "Apply…").click();
    await area(page).focus();
    open();
    await page.getByRole("dialog", { name: `Apply ${world.stack}?` }).waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Space");
    expect(await page.getByRole("dialog").isVisible()).toBe(true);
    await page.keyboard.press("Escape");
    expect(await world.inspect("web", "{{.Id}}")).toEqual([]);
  });

  test("a question does not appear on another screen", async () => {
    const page = await world.open(world.serviceRoute("web"));
    const { opened, open } = gate();
    await page.route("**/api/v1/container/?*", async (route: Route) => {
      await opened;
      return route.continue();
    });
    await button(page, "Terminate…").click();
    await goTo(page, stackRoute());
    const answered = page.waitForResponse((response) => response.url().includes("/api/v1/container/?"));
    open();
    await (await answered).finished();
    await area(page).fill(`${web}# mine\n`);
    await page.waitForFunction(() => (globalThis as any).document.querySelector("#title"));
    await settle(page);
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(await area(page).inputValue()).toBe(`${web}# mine\n`);
  });

  test("an offer is withdrawn when the settings are changed elsewhere", async () => {
    world.write(`${web}  autorestart: ALWAYS\n`);
    const page = await world.open();
    await toggle(page, "Autodestroy", "web", "Always").click();
    const offer = button(page, "Always, with Autorestart off");
    await offer.waitFor();
    world.write(`${web}  autorestart: ON_FAILURE\n`);
    await offer.waitFor({ state: "detached" });
  });

  test("an empty number of containers scales nothing, and a number that is typed stays", async () => {
    const page = await world.open(world.serviceRoute("web"));
    const count = page.getByRole("spinbutton", { name: "Containers" });
    await count.fill("");
    expect(await disabled(page, "Scale")).toBe("true");
    const { opened, open } = gate();
    await page.route("**/api/v1/service/*/", async (route: Route) => {
      await opened;
      return route.fulfill({ status: 409, json: { error: "not now" } });
    });
    await count.fill("2");
    await button(page, "Scale").click();
    await page.getByText("Scale web to 2: in progress…").waitFor();
    await count.fill("3");
    open();
    await page.getByText("Scale web to 2: failed. Not now.").waitFor();
    expect(await count.inputValue()).toBe("3");
  });

  test("a run that is read stays open when the next one has ended", async () => {
    const page = await world.window();
    const run = (name: string) => ({
      container: name,
      containerName: name,
      started: "2026-01-01T00:00:00Z",
      finished: "2026-01-01T00:00:01Z",
      exitCode: 0,
      isOutOfMemory: false,
      decided: { action: "keep", policy: { autorestart: "OFF", autodestroy: "OFF" } },
      output: { pieces: [{ stream: "stdout", text: `output of ${name}` }], isCut: false, problem: "" },
      isThere: true,
    });
    let runs = [run("first")];
    await page.route("**/runs/?*", (route: Route) => route.fulfill({ json: { objects: runs } }));
    await page.goto(`${world.origin}/#token=${world.server.token}`);
    await page.getByText("Live", { exact: true }).waitFor();
    await goTo(page, world.serviceRoute("web"));
    await page.getByText("output of first").waitFor();
    runs = [run("second"), ...runs];
    await page.evaluate(() => (globalThis as any).document.dispatchEvent(new Event("visibilitychange")));
    await page.getByText("output of second").waitFor();
    expect(await page.getByText("output of first").isVisible()).toBe(true);
  });

  test("logs: who scrolls up is left there, and what is selected stays selected", async () => {
    const page = await world.window();
    let first = 0;
    const line = (number: number) => ({
      source: "web-1",
      stream: "stdout",
      time: 1000 + number,
      text: `line ${number}`,
    });
    await page.route("**/logs/?*", (route: Route) =>
      route.fulfill({ json: { objects: Array.from({ length: 100 }, (_, index) => line(first + index)) } }),
    );
    await page.goto(`${world.origin}/#token=${world.server.token}`);
    await page.getByText("Live", { exact: true }).waitFor();
    await goTo(page, world.serviceRoute("web"));
    const follow = page.getByRole("checkbox", { name: "Follow" });
    await page.getByText("line 99", { exact: true }).waitFor();
    await expect.poll(() => follow.isChecked()).toBe(true);
    await page.getByText("line 50", { exact: true }).selectText();
    await page.getByLabel("Logs of web").evaluate((box: any) => (box.scrollTop = 300));
    await expect.poll(() => follow.isChecked()).toBe(false);
    first = 10;
    await page.getByText("line 109", { exact: true }).waitFor();
    expect(await page.evaluate(() => String((globalThis as any).getSelection()))).toBe("line 50");
    await follow.check();
    await expect
      .poll(() =>
        page.getByLabel("Logs of web").evaluate((box: any) => box.scrollTop + box.clientHeight > box.scrollHeight - 8),
      )
      .toBe(true);
  });
});
