import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, describe, test } from "vitest";
import { lives } from "../real/live-folder.ts";
import { execute, suiteThatNeeds } from "../real/programs.ts";
import { goTo, needsBrowser, PageWorld, startBrowser, stateOf, toggle } from "./page-world.ts";

const suite = suiteThatNeeds("what can be done on the page", needsBrowser);

const stack = `# Ours.
web:
  image: busybox:local
  command: ${JSON.stringify(lives)}
job:
  image: busybox:local
  command: ${JSON.stringify(lives)}
  autodestroy: ALWAYS
`;

describe.skipIf(suite.isLeftOut)(suite.title, () => {
  let browser: Browser;
  let world: PageWorld;

  beforeAll(async () => {
    browser = await startBrowser();
    world = await new PageWorld(browser).start(stack);
  });
  afterAll(async () => {
    await browser?.close();
    await world?.dispose();
  });
  afterEach(() => world.closeWindows());

  const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
  const answer = async (page: Page, title: string, yes: string): Promise<string> => {
    const dialog = page.getByRole("dialog", { name: title });
    await dialog.waitFor();
    const text = (await dialog.textContent()) ?? "";
    await dialog.getByRole("button", { name: yes }).click();
    return text;
  };
  const done = (page: Page, title: string): Promise<void> =>
    page.getByText(`${title}: done.`).waitFor({ timeout: 120_000 });

  test("a stack is applied: what will be done is told before, step by step, and then it is so", async () => {
    const page = await world.open(`#/stack/${world.stack}`);
    let isRead = false;
    await page.route("**/api/v1/action/*/", async (route) => {
      const action = await (await route.fetch()).json();
      await route.fulfill({ json: isRead ? action : { ...action, state: "In progress" } });
    });
    await button(page, "Apply…").and(page.locator(".primary")).click();
    expect(await answer(page, `Apply ${world.stack}?`, "Apply")).toContain("web: create containers");
    await page.locator(".activity .steps").getByText("creating containers of").waitFor({ timeout: 120_000 });
    isRead = true;
    await done(page, `Apply ${world.stack}`);
    expect(await page.locator(".activity .steps").count()).toBe(0);
    await stateOf(page, "Running").nth(1).waitFor();
    await page.getByTitle("it seems that there is nothing to apply").waitFor();
    expect(await page.locator("button.primary", { hasText: /^Apply…$/ }).count()).toBe(0);
    await button(page, "Apply…").click();
    expect(await answer(page, `Apply ${world.stack}?`, "Close")).toContain("There is nothing to do");
  });

  test("scale: more at once; fewer after a yes that names who goes", async () => {
    const page = await world.open(world.serviceRoute("web"));
    const scale = async (count: string): Promise<void> => {
      await page.getByRole("spinbutton", { name: "Containers" }).fill(count);
      await button(page, "Scale").click();
    };
    await scale("2");
    await done(page, "Scale web to 2");
    await page.getByText("web-2", { exact: true }).waitFor();
    expect(world.text()).toContain("target_num_containers: 2");
    await scale("1");
    expect(await answer(page, "Scale web to 1?", "Scale")).toContain("web-2 is removed, with the data inside it.");
    await done(page, "Scale web to 1");
    expect(await world.inspect("web", "{{.State.Status}}")).toEqual(["running"]);
  });

  test("redeploy: who is removed is named, and a no leaves everything", async () => {
    const before = await world.inspect("web", "{{.Id}}");
    const page = await world.open(world.serviceRoute("web"));
    await button(page, "Redeploy…").click();
    expect(await answer(page, "Redeploy web?", "Cancel")).toContain("web-1 is removed, with the data inside it.");
    expect(await world.inspect("web", "{{.Id}}")).toEqual(before);
    await button(page, "Redeploy…").click();
    await answer(page, "Redeploy web?", "Redeploy");
    await done(page, "Redeploy web");
    expect(await world.inspect("web", "{{.Id}}")).not.toEqual(before);
  });

  test("redeploy of a stack: every container is named", async () => {
    const page = await world.open(`#/stack/${world.stack}`);
    await button(page, "Redeploy…").click();
    const text = await answer(page, `Redeploy ${world.stack}?`, "Cancel");
    for (const name of ["web-1", "job-1"]) expect(text).toContain(`${name} is removed, with the data inside it.`);
    await button(page, "Terminate…").click();
    const all = await answer(page, `Terminate ${world.stack}?`, "Cancel");
    for (const name of ["web-1", "job-1"]) expect(all).toContain(`${name} is removed`);
    expect(all).toContain(`the folder ${world.stack} gets the name .${world.stack}-terminated-`);
    expect(all).toContain("Its runs are kept");
  });

  test("stop and start; logs are followed", async () => {
    const page = await world.open(world.serviceRoute("web"));
    await button(page, "Stop").click();
    await done(page, "Stop web");
    await stateOf(page, "Stopped").waitFor();
    await button(page, "Start").click();
    await done(page, "Start web");
    await goTo(page, `#/stack/${world.stack}`);
    await goTo(page, world.serviceRoute("web"));
    await stateOf(page, "Running").first().waitFor();
    expect(await page.locator(".activity").count()).toBe(0);
    const [id = ""] = await world.inspect("web", "{{.Id}}");
    await execute(["docker", "exec", id, "sh", "-c", "printf '\\033[31mnews\\033[0m <b>\\n' > /proc/1/fd/1"]);
    await page.getByLabel("Logs of web").getByText("news <b>", { exact: true }).waitFor();
  });

  test("to stop a job asks first, because its container will be removed", async () => {
    const page = await world.open(world.serviceRoute("job"));
    await button(page, "Stop").click();
    const [name = ""] = await world.inspect("job", "{{.Name}}");
    expect(await answer(page, "Stop job?", "Cancel")).toContain(`will remove ${name.slice(1)}`);
    expect(await world.inspect("job", "{{.State.Status}}")).toEqual(["running"]);
    await button(page, "Stop").click();
    await answer(page, "Stop job?", "Stop");
    await stateOf(page, "Cleaned up").waitFor({ timeout: 120_000 });
    await page.getByText("cleaned up by autodestroy").waitFor();
  });

  test("what was changed by hand, and a file that is newer than its containers, are told", async () => {
    const [id = ""] = await world.inspect("web", "{{.Id}}");
    await execute(["docker", "update", "--restart", "always", id]);
    world.write(world.text().replace("# Ours.", "# Ours.\n").replace("web:\n", "web:\n  hostname: other\n"));
    const page = await world.open(world.serviceRoute("web"));
    await page.getByText("Changed by hand:").waitFor();
    await page.getByText("Out of date:").waitFor();
    await goTo(page, `#/stack/${world.stack}`);
    await button(page, "Apply…").click();
    expect(await answer(page, `Apply ${world.stack}?`, "Apply")).toMatch(/web: .*recreate/);
    await done(page, `Apply ${world.stack}`);
    await page.getByText("Changed by hand").waitFor({ state: "detached" });
  });

  test("a switch that would remove an ended container now changes only the file, and says how to go on", async () => {
    world.write(`${stack.split("job:")[0]}ended:\n  image: busybox:local\n  command: "true"\n`);
    await world.startService("ended");
    const page = await world.open(world.serviceRoute("ended"));
    await stateOf(page, "Finished").first().waitFor();
    await toggle(page, "Autodestroy", "ended", "Always").click();
    await page.getByText("Only the file was changed").waitFor();
    expect(await world.inspect("ended", "{{.State.Status}}")).toEqual(["exited"]);
    await goTo(page, `#/stack/${world.stack}`);
    await button(page, "Apply…").click();
    expect(await answer(page, `Apply ${world.stack}?`, "Apply")).toContain("autodestroy will remove");
    await stateOf(page, "Cleaned up").waitFor({ timeout: 120_000 });
  });

  describe("the stack file", () => {
    const area = (page: Page) => page.getByLabel(/^Stack file of/);

    test("an error is shown at its place, and cannot be saved", async () => {
      const page = await world.open(`#/stack/${world.stack}`);
      await area(page).fill("web:\n  image: busybox:local\n  autorestart: ALWAYS\n  autodestroy: ALWAYS\n");
      await page.getByRole("button", { name: "line 4, column 16" }).click();
      const selected = await area(page).evaluate((node: any) =>
        node.value.slice(node.selectionStart, node.selectionEnd),
      );
      expect(selected).toBe("ALWAYS");
      await page.getByText("The file has errors.").waitFor();
      expect(await button(page, "Save").getAttribute("aria-disabled")).toBe("true");
      await button(page, "Discard").click();
      expect(await area(page).inputValue()).toBe(world.text());
    });

    test("is saved with its comments, and applied after a yes", async () => {
      const page = await world.open(`#/stack/${world.stack}`);
      await expect.poll(() => area(page).inputValue()).toBe(world.text());
      const text = `${world.text()}# the end\n`;
      await area(page).fill(text);
      await button(page, "Save and apply…").click();
      await answer(page, `Apply ${world.stack}?`, "Close");
      expect(world.text()).toBe(text);
    });

    test("that was changed on disk is never overwritten unseen", async () => {
      const page = await world.open(`#/stack/${world.stack}`);
      await expect.poll(() => area(page).inputValue()).toBe(world.text());
      const mine = `${world.text()}# mine\n`;
      await area(page).fill(mine);
      const theirs = `${world.text()}# theirs\n`;
      world.write(theirs);
      await page.getByText("Somebody has changed the file on disk.").waitFor();
      expect(await page.getByLabel("The file on disk").textContent()).toBe(theirs);
      expect(await button(page, "Save").getAttribute("aria-disabled")).toBe("true");
      await button(page, "Keep my text").click();
      await button(page, "Save").click();
      await expect.poll(() => world.text()).toBe(mine);
      await expect.poll(() => button(page, "Discard").getAttribute("aria-disabled")).toBe("true");
      await area(page).fill("# lost\n");
      world.write(theirs);
      await button(page, "Use the text on disk").click();
      expect(await area(page).inputValue()).toBe(theirs);
    });
  });

  test("terminate: the service goes out of the file, its container goes, and the list is shown", async () => {
    const page = await world.open(world.serviceRoute("web"));
    await button(page, "Terminate…").click();
    expect(await answer(page, "Terminate web?", "Terminate")).toContain("web-1 is removed, with the data inside it");
    await page.getByRole("heading", { name: "Services" }).waitFor({ timeout: 120_000 });
    expect(world.text()).not.toContain("web:");
    expect(await world.inspect("web", "{{.Id}}")).toEqual([]);
  });
});
