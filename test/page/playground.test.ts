import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { suiteThatNeeds } from "../real/programs.ts";
import { pathOf } from "../support/fixtures.ts";
import { expectAccessible, expectNoOverflow, needsBrowser, startBrowser, windowOf } from "./page-world.ts";

const suite = suiteThatNeeds("the playground", needsBrowser);
const examples = pathOf("../examples");

describe.skipIf(suite.isLeftOut)(suite.title, () => {
  const folder = mkdtempSync(join(tmpdir(), "tutum-stack-playground-"));
  let browser: Browser;

  beforeAll(async () => {
    execFileSync(process.execPath, ["scripts/playground.mjs", join(folder, "playground.html")], { cwd: pathOf("..") });
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  /** The file itself, without a network. */
  async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: readonly string[] }> {
    const { page, complaints, asked } = await windowOf(browser, { offline: true, ...options });
    await page.goto(pathToFileURL(join(folder, "playground.html")).href);
    await page.getByRole("heading", { name: "Stack file" }).waitFor();
    expect(asked.filter((address) => !address.startsWith("file:") && !address.startsWith("data:"))).toEqual([]);
    return { page, complaints };
  }

  const editor = (page: Page) => page.getByRole("textbox", { name: "Stack file" });

  test("each example becomes what the compiler makes of it, for Compose and Swarm", async () => {
    const { page, complaints } = await open();
    for (const name of readdirSync(examples)) {
      const text = readFileSync(join(examples, name, "stack.yml"), "utf8");
      await page.getByLabel("Example").selectOption(name);
      for (const [button, target] of [
        ["Compose", "compose"],
        ["Swarm", "swarm"],
      ] as const) {
        await page.getByRole("button", { name: button, exact: true }).click();
        for (const file of compile(text, { name, target }).files)
          await expect.poll(() => page.getByLabel(file.name, { exact: true }).textContent()).toBe(file.text);
      }
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a mistake is marked in the text, told, and leads to its place", async () => {
    const { page, complaints } = await open();
    await editor(page).fill("job:\n  image: x\n  autorestart: ALWAYS\n  autodestroy: ALWAYS\n");
    await page.getByText("No file is written while there is an error.").waitFor();
    await page.locator(".cm-lintRange-error").getByText("ALWAYS").waitFor();
    await page.getByRole("button", { name: "line 4, column 16" }).click();
    await page.keyboard.type("OFF");
    await page.getByText("There is nothing wrong.").waitFor();
    await page.getByRole("cell", { name: "Starts again" }).first().waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("copy and download give the file", async () => {
    const { page } = await open({ permissions: ["clipboard-read", "clipboard-write"] });
    const text = await page.getByLabel("docker-compose.yml", { exact: true }).textContent();
    await page.getByRole("button", { name: "Copy" }).first().click();
    await page.getByText("Copied.").waitFor();
    expect(await page.evaluate(() => (globalThis as any).navigator.clipboard.readText())).toBe(text);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download" }).first().click(),
    ]);
    expect(download.suggestedFilename()).toBe("docker-compose.yml");
    expect(readFileSync((await download.path()) ?? "", "utf8")).toBe(text);
    await page.context().close();
  });

  test("the key Tab leaves the editor", async () => {
    const { page } = await open();
    await editor(page).focus();
    await page.keyboard.press("Tab");
    expect(await editor(page).evaluate((node: any) => node === node.ownerDocument.activeElement)).toBe(false);
    await page.context().close();
  });

  test.each([
    ["light", { width: 1280, height: 900 }],
    ["dark", { width: 1280, height: 900 }],
    ["light", { width: 360, height: 740 }],
    ["dark", { width: 360, height: 740 }],
  ] as const)("axe finds nothing: %s, %j", async (colorScheme, viewport) => {
    const { page } = await open({ colorScheme, viewport });
    await expectAccessible(page, "an example");
    await expectNoOverflow(page, "an example");
    await editor(page).fill("job:\n  image: x\n  autorestart: ALWAYS\n  autodestroy: ALWAYS\n");
    await page.locator(".findings").waitFor();
    await expectAccessible(page, "a mistake");
    await expectNoOverflow(page, "a mistake");
    await page.context().close();
  });
});
