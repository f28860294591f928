import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { lives } from "../real/live-folder.ts";
import { execute, suiteThatNeeds } from "../real/programs.ts";
import { needsBrowser, PageWorld, startBrowser, stateOf, tabTo, toggle } from "./page-world.ts";

const suite = suiteThatNeeds("what the old platform's pages say of its web interface", needsBrowser);

const stack = `# Ours.
web:
  image: busybox:local
  command: ${JSON.stringify(lives)}
`;

describe.skipIf(suite.isLeftOut)(suite.title, () => {
  let browser: Browser;
  let world: PageWorld;

  beforeAll(async () => {
    browser = await startBrowser();
    world = await new PageWorld(browser).start(stack);
    await world.startService("web");
  });
  afterAll(async () => {
    await browser?.close();
    await world?.dispose("services");
  });
  afterEach(() => world.closeWindows());

  describe("Launch new service", () => {
    beforeEach(async () => {
      const filter = "label=com.docker.compose.project=services";
      const ids = async () => (await execute(["docker", "ps", "-aq", "--filter", filter])).stdout;
      await vi.waitUntil(async () => (await ids()) === "", { timeout: 120_000, interval: 1000 });
    });
    afterEach(async () => {
      const { objects } = await world.send("GET", "/api/v1/stack/?name=services");
      for (const { resource_uri: uri } of objects) await world.send("DELETE", uri);
      await expect
        .poll(async () => (await world.send("GET", "/api/v1/stack/?name=services")).objects, { timeout: 60_000 })
        .toEqual([]);
      rmSync(join(world.server.stacks, "services"), { recursive: true, force: true });
    });

    async function fill(name: string, command: string): Promise<Page> {
      const page = await world.open();
      await page.getByRole("link", { name: "Launch new service" }).click();
      await page.getByLabel("Image", { exact: true }).fill("busybox:local");
      await page.getByLabel("Name", { exact: true }).fill(name);
      await page.getByLabel("Run command").fill(command);
      return page;
    }

    test("with the keyboard alone a service is created", async () => {
      const page = await world.open();
      await page.getByRole("link", { name: "web" }).waitFor();
      await tabTo(page, "Launch new service");
      await page.keyboard.press("Enter");
      // A screen takes the focus when its code is loaded, a moment after it can be seen.
      await page.locator("#title:focus").waitFor();
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

    test("Autodestroy on the step Service configuration makes a job that cleans up after itself", async () => {
      const page = await fill("job", "sh -c 'echo it has worked; sleep 1'");
      await toggle(page, "Autodestroy", "the new service", "Always").click();
      await page.getByText("Removed with its data; its last output stays under Runs").first().waitFor();
      const preview = page.getByLabel("The stack file as it will be");
      await preview.getByText("autodestroy: ALWAYS").waitFor();
      const shown = await preview.textContent();
      await page.getByRole("button", { name: "Launch", exact: true }).click();
      await page.getByRole("heading", { name: "job", exact: true }).waitFor();
      expect(world.text("services")).toBe(shown);
      await stateOf(page, "Cleaned up").first().waitFor({ timeout: 120_000 });
      expect(await world.inspect("job", "{{.Name}}", "services")).toEqual([]);
      await page.getByText("cleaned up by autodestroy").waitFor();
      expect(await page.getByLabel("Output of").textContent()).toBe("it has worked\n");
    });

    test("Autorestart on the step Service configuration sets it to ALWAYS", async () => {
      const page = await fill("keeps", lives);
      await toggle(page, "Autorestart", "the new service", "Always").click();
      await page.getByRole("button", { name: "Launch", exact: true }).click();
      await stateOf(page, "Running").first().waitFor({ timeout: 120_000 });
      expect(await world.inspect("keeps", "{{.HostConfig.RestartPolicy.Name}}", "services")).toEqual(["always"]);
    });

    test("both are deactivated unless they are chosen, which is OFF", async () => {
      const page = await fill("plain", "true");
      for (const setting of ["Autorestart", "Autodestroy"] as const)
        expect(await toggle(page, setting, "the new service", "Off").getAttribute("aria-pressed")).toBe("true");
      await page.getByRole("button", { name: "Create without starting" }).click();
      await page.getByRole("heading", { name: "plain", exact: true }).waitFor();
      expect(world.text("services")).not.toMatch(/autorestart|autodestroy|restart/);
      expect(await world.service("plain", "services")).toMatchObject({ autorestart: "OFF", autodestroy: "OFF" });
    });
  });

  describe("a service that is deployed already", () => {
    const state = (): Promise<readonly string[]> =>
      world.inspect("web", "{{.Id}} {{.State.StartedAt}} {{.HostConfig.RestartPolicy.Name}}");

    test("Autorestart is activated and deactivated within its page, and nothing is restarted", async () => {
      const [before = ""] = await state();
      const page = await world.open(world.serviceRoute("web"));
      await toggle(page, "Autorestart", "web", "Always").click();
      await page.getByText("In effect now; nothing was restarted.").waitFor();
      expect(await state()).toEqual([before.replace(/ no$/, " always")]);
      expect(world.text()).toBe(`${stack}  autorestart: ALWAYS\n`);
      await toggle(page, "Autorestart", "web", "Off").click();
      await expect.poll(state).toEqual([before]);
      await expect.poll(() => toggle(page, "Autorestart", "web", "Off").getAttribute("aria-pressed")).toBe("true");
    });

    test("a click on Autodestroy sets it to ALWAYS and to OFF", async () => {
      const page = await world.open(world.serviceRoute("web"));
      for (const [button, value] of [
        ["Always", "ALWAYS"],
        ["Off", "OFF"],
      ] as const) {
        await toggle(page, "Autodestroy", "web", button).click();
        await page.getByText("Changing…").waitFor({ state: "detached", timeout: 120_000 });
        expect(await toggle(page, "Autodestroy", "web", button).getAttribute("aria-pressed")).toBe("true");
        expect(await world.service("web")).toMatchObject({ autodestroy: value, status: "Running" });
      }
    });

    test("ALWAYS and an autodestroy that is not OFF are seen, reached and read, and not chosen", async () => {
      const page = await world.open(world.serviceRoute("web"));
      await toggle(page, "Autorestart", "web", "Always").click();
      await page.getByText("In effect now; nothing was restarted.").waitFor();
      const unfit = toggle(page, "Autodestroy", "web", "On success");
      await unfit.focus();
      const conflict =
        "autorestart: ALWAYS cannot be combined with autodestroy: ON_SUCCESS: " +
        "a container that always starts again never ends, so it cannot be removed.";
      expect(await unfit.getAttribute("title")).toBe(conflict);
      await unfit.press("Enter");
      await page.getByText(conflict).waitFor();
      expect(await world.service("web")).toMatchObject({ autorestart: "ALWAYS", autodestroy: "OFF" });
      await page.getByRole("button", { name: "On success, with Autorestart off" }).click();
      await page.getByText("Changing…").waitFor({ state: "detached", timeout: 120_000 });
      expect(await world.service("web")).toMatchObject({ autorestart: "OFF", autodestroy: "ON_SUCCESS" });
      await toggle(page, "Autorestart", "web", "Always").click();
      await page.getByRole("button", { name: "Always, with Autodestroy off" }).click();
      await page.getByText("Changing…").waitFor({ state: "detached", timeout: 120_000 });
      expect(await world.service("web")).toMatchObject({ autorestart: "ALWAYS", autodestroy: "OFF" });
    });

    test("its page says what the settings mean", async () => {
      const page = await world.open(world.serviceRoute("web"));
      const meanings = page.getByLabel("What the settings mean");
      await meanings.getByText("When it ends with another code").waitFor();
      expect(await meanings.textContent()).toContain("When it ends with exit code 0Starts again");
    });
  });
});
