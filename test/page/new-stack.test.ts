import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { suiteThatNeeds } from "../real/programs.ts";
import {
  expectAccessible,
  expectNoOverflow,
  needsBrowser,
  PageWorld,
  startBrowser,
  stateOf,
  views,
} from "./page-world.ts";

const suite = suiteThatNeeds("a new stack on the page", needsBrowser);

const text = `# Ours.
job:
  image: busybox:local
  command: "true"
`;

describe.skipIf(suite.isLeftOut)(suite.title, () => {
  let browser: Browser;
  let world: PageWorld;
  let made: string;

  beforeAll(async () => {
    browser = await startBrowser();
    world = await new PageWorld(browser).start("web:\n  image: busybox:local\n");
    made = `${world.stack}-made`;
  });
  afterAll(async () => {
    await browser?.close();
    await world?.dispose(made);
  });
  afterEach(() => world.closeWindows());

  const name = (page: Page) => page.getByLabel("Name", { exact: true });
  const area = (page: Page) => page.getByLabel("Stack file", { exact: true });
  const button = (page: Page, label: string) => page.getByRole("button", { name: label, exact: true });
  const openForm = (options: BrowserContextOptions = {}): Promise<Page> => world.open("#/new-stack", options);

  test.each(Object.entries(views))("empty, with mistakes, and filled in: %s", async (view, options) => {
    const page = await openForm(options);
    const look = async (what: string): Promise<void> => {
      await expectAccessible(page, `${what}, ${view}`);
      await expectNoOverflow(page, `${what}, ${view}`);
    };
    await page.getByText("Give the stack a name.").waitFor();
    await look("empty");
    await name(page).fill("No Name");
    await page.getByText("A name has lowercase letters").waitFor();
    await name(page).fill(world.stack);
    await page.getByText(`There is a stack ${world.stack} already.`).waitFor();
    await name(page).fill(made);
    await page.getByText("Type or paste the stack file.").waitFor();
    await area(page).fill(`${text}  autorestart: ALWAYS\n  autodestroy: ALWAYS\n`);
    await page.getByRole("button", { name: "line 6, column 16" }).click();
    const selected = await area(page).evaluate((node: any) => node.value.slice(node.selectionStart, node.selectionEnd));
    expect(selected).toBe("ALWAYS");
    await page.getByText("The file has errors.").waitFor();
    await button(page, "Create and start").click({ force: true });
    await look("with mistakes");
    await area(page).fill(text);
    await page.getByText("The file has errors.").waitFor({ state: "detached" });
    expect(await button(page, "Create and start").getAttribute("aria-disabled")).toBe("false");
    await look("filled in");
    expect(await world.send("GET", `/api/v1/stack/?name=${made}`)).toMatchObject({ objects: [] });
  });

  test("server away and refused: why is said, and nothing that was typed is lost", async () => {
    const page = await openForm();
    await name(page).fill(made);
    await area(page).fill(text);
    await page.route("**/api/v1/stack/", (route) => route.abort());
    await button(page, "Create without starting").click();
    await page.getByRole("alert").getByText("Not created: The server does not answer.").waitFor();
    await page.unrouteAll();
    await page.route("**/api/v1/stack/", (route) => route.fulfill({ status: 409, json: { error: "not today" } }));
    await button(page, "Create without starting").click();
    await page.getByRole("alert").getByText("Not created: Not today.").waitFor();
    await expectAccessible(page, "refused");
    expect(await area(page).inputValue()).toBe(text);
  });

  test("read-only: the form says so, and creates nothing", async () => {
    const own = await new PageWorld(browser).start(text, ["--read-only"]);
    try {
      const page = await own.open("#/new-stack");
      await page.getByText("This server is read-only.").waitFor();
      expect(await area(page).isEditable()).toBe(false);
      expect(await button(page, "Create and start").getAttribute("aria-disabled")).toBe("true");
      await expectAccessible(page, "read-only");
      await own.closeWindows();
    } finally {
      await own.dispose();
    }
  });

  test("with the keyboard alone a stack is created and started, with its comments", async () => {
    const page = await world.open();
    await page.getByRole("link", { name: "New stack" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "New stack" }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.type(made);
    await page.keyboard.press("Tab");
    await page.keyboard.insertText(text);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: made }).waitFor();
    await page.getByText(`Start ${made}: done.`).waitFor({ timeout: 120_000 });
    await stateOf(page, "Finished").waitFor();
    expect(world.text(made)).toBe(text);
    await page.goto(`${world.origin}/#/new-stack`);
    expect(await area(page).inputValue()).toBe("");
  });
});
