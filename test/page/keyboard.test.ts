import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { suiteThatNeeds } from "../real/programs.ts";
import { needsBrowser, PageWorld, startBrowser } from "./page-world.ts";

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
    await world?.dispose("services");
  });
  afterEach(() => world.closeWindows());

  /** What has the focus, by its text or label. */
  const focused = (page: Page): Promise<string> =>
    page.evaluate(() => {
      const node = (globalThis as any).document.activeElement;
      const group = node.closest("[role=group]")?.getAttribute("aria-label");
      if (node.tagName === "BODY") return "";
      const text = node.labels?.[0]?.textContent ?? node.getAttribute("aria-label") ?? node.innerText;
      return group ? `${group}: ${text}` : text;
    });

  /** Presses Tab until something has the focus. */
  async function tabTo(page: Page, what: string): Promise<void> {
    const seen: string[] = [];
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press("Tab");
      seen.push(await focused(page));
      if (seen.at(-1) === what) return;
    }
    expect(seen).toContain(what);
  }

  test("a switch is reached and set; what cannot be combined is reached, told, and offered", async () => {
    const page = await world.open();
    await page.getByRole("link", { name: "web" }).waitFor();
    await tabTo(page, "Autodestroy of web: On success");
    await page.keyboard.press("Enter");
    await expect.poll(() => focused(page)).toBe("Set Autorestart to Off too");
    await page.keyboard.press("Escape");
    await expect.poll(() => focused(page)).toBe("Autodestroy of web: On success");
    expect(world.text()).not.toContain("autodestroy");
    await page.keyboard.press("Space");
    await expect.poll(() => focused(page)).toBe("Set Autorestart to Off too");
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
    await tabTo(page, "Terminate");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    for (let presses = 0; presses < 4; presses++) {
      await page.keyboard.press("Tab");
      expect(["Terminate", "Cancel", ""]).toContain(await focused(page));
    }
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await expect.poll(() => focused(page)).toBe("Terminate");
    expect(world.text()).toContain("web:");
  });

  test("a service is created", async () => {
    const page = await world.open();
    await page.getByRole("link", { name: "web" }).waitFor();
    await tabTo(page, "Launch new service");
    await page.keyboard.press("Enter");
    await tabTo(page, "Image");
    await page.keyboard.type("busybox:local");
    await tabTo(page, "Name");
    await page.keyboard.type("typed");
    await tabTo(page, "Autodestroy of the new service: Always");
    await page.keyboard.press("Space");
    await tabTo(page, "Create without starting");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "typed" }).waitFor();
    expect(world.text("services")).toBe("typed:\n  image: busybox:local\n  autodestroy: ALWAYS\n");
  });
});
