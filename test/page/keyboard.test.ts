import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { suiteThatNeeds } from "../real/programs.ts";
import { focused, needsBrowser, PageWorld, startBrowser, tabTo } from "./page-world.ts";

const suite = suiteThatNeeds("the page with the keyboard alone", needsBrowser);

describe.skipIf(suite.isLeftOut)(suite.title, () => {
  let browser: Browser;
  let world: PageWorld;

  beforeAll(async () => {
    browser = await startBrowser();
    world = await new PageWorld(browser).start("web:\n  image: busybox:local\n  autorestart: ALWAYS\n");
  });
  afterAll(async () => {
    await browser?.close();
    await world?.dispose();
  });
  afterEach(() => world.closeWindows());

  test("a switch is reached and set; what cannot be combined is reached, told, and offered", async () => {
    const page = await world.open();
    await page.getByRole("link", { name: "web" }).waitFor();
    await tabTo(page, "Autodestroy of web: On success");
    await page.keyboard.press("Enter");
    await expect.poll(() => focused(page)).toBe("On success, with Autorestart off");
    await page.keyboard.press("Escape");
    await expect.poll(() => focused(page)).toBe("Autodestroy of web: On success");
    expect(world.text()).not.toContain("autodestroy");
    await page.keyboard.press("Space");
    await expect.poll(() => focused(page)).toBe("On success, with Autorestart off");
    await page.keyboard.press("Enter");
    await expect.poll(() => world.text()).toContain("autodestroy: ON_SUCCESS");
    await expect.poll(() => focused(page)).toBe("Autodestroy of web: On success");
  });

  test("arrow keys change nothing", async () => {
    const page = await world.open();
    await page.getByRole("link", { name: "web" }).waitFor();
    const before = world.text();
    await tabTo(page, "Autorestart of web: Off");
    for (const key of ["ArrowRight", "ArrowDown", "Home", "End"]) await page.keyboard.press(key);
    await page.waitForTimeout(300);
    expect(world.text()).toBe(before);
  });

  test("a screen that is opened has the focus on its heading; a question keeps it, and Escape is a no", async () => {
    const page = await world.open();
    await page.getByRole("link", { name: "web" }).waitFor();
    await tabTo(page, "web");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.title()).toBe(`web in ${world.stack} · tutum-stack`);
    await expect.poll(() => page.evaluate(() => (globalThis as any).document.activeElement.id)).toBe("title");
    await tabTo(page, "Terminate…");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    for (let presses = 0; presses < 4; presses++) {
      await page.keyboard.press("Tab");
      expect(["Terminate", "Cancel", ""]).toContain(await focused(page));
    }
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await expect.poll(() => focused(page)).toBe("Terminate…");
    expect(world.text()).toContain("web:");
  });
});
