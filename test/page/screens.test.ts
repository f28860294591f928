import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { cuttableWay } from "../real/cut.ts";
import { lives } from "../real/live-folder.ts";
import { suiteThatNeeds } from "../real/programs.ts";
import {
  expectAccessible,
  expectNoOverflow,
  goTo,
  needsBrowser,
  PageWorld,
  startBrowser,
  stateOf,
  toggle,
  views,
} from "./page-world.ts";

const suite = suiteThatNeeds("the screens of the page", needsBrowser);

const stack = `# Ours.
web:
  image: busybox:local
  command: ${JSON.stringify(lives)}
  autorestart: ALWAYS
job:
  image: busybox:local
  command: sh -c 'echo out; echo err >&2; exit 3'
  autodestroy: ON_SUCCESS
`;

describe.skipIf(suite.isLeftOut)(suite.title, () => {
  let browser: Browser;
  let world: PageWorld;

  beforeAll(async () => {
    browser = await startBrowser();
    world = await new PageWorld(browser).start(stack);
    for (const service of ["web", "job"]) await world.startService(service);
  });
  afterAll(async () => {
    await browser?.close();
    await world?.dispose();
  });
  afterEach(() => world.closeWindows());

  test.each(Object.entries(views))("filled: %s", async (name, options) => {
    const page = await world.open("#/", options);
    const look = async (what: string): Promise<void> => {
      await expectAccessible(page, `${what}, ${name}`);
      await expectNoOverflow(page, `${what}, ${name}`);
    };
    await stateOf(page, "Failed (3)").waitFor();
    await look("list");
    await toggle(page, "Autodestroy", "web", "Always").click();
    await page.getByRole("button", { name: "Always, with Autorestart off" }).waitFor();
    await look("offer");
    await goTo(page, "#/launch");
    await page.getByLabel("Image", { exact: true }).fill("busybox:local");
    for (const line of ["variable", "port", "link", "volume"])
      await page.getByRole("button", { name: `Add a ${line}` }).click();
    await page.getByLabel("The stack file as it will be").waitFor();
    await look("launch");
    await goTo(page, world.serviceRoute("job"));
    await page.getByText("Exit 3").waitFor();
    await page.getByLabel("Logs of job").getByText("out", { exact: true }).waitFor();
    await look("service");
    await page.getByRole("button", { name: "Terminate" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await page.getByRole("dialog").getByRole("button", { name: "Terminate" }).getAttribute("class")).toBe(
      "danger",
    );
    await look("question");
    await page.keyboard.press("Escape");
    await goTo(page, `#/stack/${world.stack}`);
    await page.getByLabel(/^Stack file of/).fill(`${stack}  autorestart: ALWAYS\n`);
    await page.getByText("line 9, column 16").or(page.getByText("line 10, column 16")).first().waitFor();
    await look("stack");
  });

  test("loading: each screen says so, and nothing else", async () => {
    const page = await world.window();
    await page.route("**/api/v1/**", () => {});
    await page.goto(`${world.origin}/#token=${world.server.token}`);
    for (const route of ["#/", `#/stack/${world.stack}`, world.serviceRoute("web")]) {
      await page.evaluate((hash) => void ((globalThis as any).location.hash = hash), route);
      await page.getByText("Loading…").waitFor();
      await expectAccessible(page, route);
    }
    await page.unrouteAll();
  });

  test("a screen of something that is not there says so", async () => {
    const page = await world.open("#/stack/nothing");
    await page.getByText("There is no stack nothing.").waitFor();
    await goTo(page, world.serviceRoute("nothing"));
    await page.getByText(`There is no service nothing in the stack ${world.stack}.`).waitFor();
    await expectAccessible(page, "nothing");
  });

  test("refused: the reason is said, and the old value stands", async () => {
    const page = await world.open();
    const own = toggle(page, "Autorestart", "job", "On failure");
    world.write("job: [\n");
    await own.click();
    await page.getByRole("alert").getByText("Not changed:").waitFor();
    expect(await own.getAttribute("aria-pressed")).toBe("false");
    await expectAccessible(page, "refused");
    await page.getByText("The stack file has errors").waitFor();
    await expectAccessible(page, "a broken file");
    world.write(stack);
    await page.getByText("The stack file has errors").waitFor({ state: "detached" });
  });

  test("what changes elsewhere appears by itself, and is sent only once", async () => {
    const page = await world.open();
    const statuses: number[] = [];
    page.on("response", (response) => {
      if (response.url().includes("/api/v1/service/?")) statuses.push(response.status());
    });
    await expect.poll(() => statuses.length, { timeout: 20_000 }).toBeGreaterThan(2);
    expect(new Set(statuses)).toEqual(new Set([304]));
    world.write(`${stack}later:\n  image: busybox:local\n`);
    await page.getByRole("link", { name: "later" }).waitFor();
    world.write(stack);
    await page.getByRole("link", { name: "later" }).waitFor({ state: "detached" });
  });

  test("server away: what was known stays, and it goes on by itself after a restart", async () => {
    const own = await new PageWorld(browser).start(stack);
    try {
      const port = own.server.address.split(":")[1]!;
      const page = await own.open();
      await page.getByRole("link", { name: "web", exact: true }).waitFor();
      await own.server.end();
      await page.getByText("The server does not answer.").waitFor();
      await page.getByText("Server away").waitFor();
      expect(await page.getByRole("link", { name: "web", exact: true }).isVisible()).toBe(true);
      await expectAccessible(page, "server away");
      await toggle(page, "Autorestart", "web", "Off").click();
      await page.getByText("Not changed: The server does not answer.").waitFor();
      await own.server.start(["--port", port]);
      await page.getByText("Live", { exact: true }).waitFor({ timeout: 20_000 });
      await toggle(page, "Autorestart", "web", "Off").click();
      await page.getByText("The file was changed. It takes effect at the next start.").waitFor();
      await own.closeWindows();
    } finally {
      await own.dispose();
    }
  });

  test("engine away: why, and since when; nothing old is shown as if it were new", async () => {
    await using way = await cuttableWay("/var/run/docker.sock");
    const own = await new PageWorld(browser).start(stack, [], { DOCKER_HOST: `unix://${way.path}` });
    try {
      const page = await own.open();
      await page.getByRole("link", { name: "web", exact: true }).waitFor();
      way.cut();
      await page.getByText(/The Docker engine does not answer: .* Since \d\d:\d\d:\d\d/).waitFor({ timeout: 30_000 });
      await page.getByText("Docker away").waitFor();
      expect(await page.locator("main").getAttribute("class")).toBe("stale");
      await expectAccessible(page, "engine away");
      for (const route of [`#/stack/${own.stack}`, own.serviceRoute("web")]) {
        await goTo(page, route);
        await expectAccessible(page, `engine away: ${route}`);
      }
      way.mend();
      await page.getByText("Live", { exact: true }).waitFor({ timeout: 30_000 });
      await own.closeWindows();
    } finally {
      await own.dispose();
    }
  });

  test("more services than one answer can have are all listed, each once", async () => {
    const own = await new PageWorld(browser).start();
    try {
      const names = Array.from({ length: 1001 }, (_, index) => `service${index}`);
      own.write(names.map((name) => `${name}:\n  image: busybox:local\n`).join(""));
      const page = await own.open();
      await page.getByRole("link", { name: "service1000", exact: true }).waitFor();
      const links = page.locator(".rows .name a");
      expect(await links.allTextContents()).toEqual(names);
      await toggle(page, "Autodestroy", "service1000", "Always").click();
      await expect.poll(() => own.text()).toContain("service1000:\n  image: busybox:local\n  autodestroy: ALWAYS\n");
      await own.closeWindows();
    } finally {
      await own.dispose();
    }
  });

  describe("without a stack", () => {
    let empty: PageWorld;
    beforeAll(async () => void (empty = await new PageWorld(browser).start()));
    afterAll(() => empty?.dispose());
    afterEach(() => empty.closeWindows());

    test("empty: the page says how to begin", async () => {
      const page = await empty.open();
      await page.getByText("There is no service yet.").waitFor();
      await expectAccessible(page, "empty");
      await page.getByRole("link", { name: "Launch new service" }).click();
      await page.getByText("Fill in the form, and the stack file appears here.").waitFor();
      await expectAccessible(page, "an empty form");
    });

    test("what the form cannot make is said before it is tried", async () => {
      const page = await empty.open("#/launch");
      await page.getByLabel("Image", { exact: true }).fill("busybox:local");
      await page.getByLabel("Name", { exact: true }).fill("not a name");
      await page.getByText("A name has letters, digits").waitFor();
      expect(await page.getByLabel("Name", { exact: true }).getAttribute("aria-invalid")).toBe("true");
      for (const label of ["Launch", "Create without starting"])
        expect(await page.getByRole("button", { name: label, exact: true }).getAttribute("aria-disabled")).toBe("true");
      await expectAccessible(page, "a bad name");
      await page.getByLabel("Name", { exact: true }).fill("job");
      await page.getByLabel("Number of containers").fill("many");
      await page.locator(".findings .error, .notice.bad").first().waitFor();
      await page.getByRole("button", { name: "Create without starting" }).click();
      await page.getByRole("alert").getByText("Not launched:").waitFor();
      await expectAccessible(page, "a refused launch");
    });
  });

  test("read-only: everything can be read, and nothing is offered", async () => {
    const own = await new PageWorld(browser).start(stack, ["--read-only"]);
    try {
      const sent = (page: Page): string[] => {
        const methods: string[] = [];
        page.on("request", (request) => methods.push(request.method()));
        return methods;
      };
      const page = await own.open();
      const methods = sent(page);
      await page.getByText("Read-only", { exact: true }).waitFor();
      const button = toggle(page, "Autorestart", "web", "Off");
      expect(await button.getAttribute("aria-disabled")).toBe("true");
      await button.click({ force: true });
      expect(await page.getByRole("link", { name: "Launch new service" }).count()).toBe(0);
      await expectAccessible(page, "list, read-only");
      await goTo(page, own.serviceRoute("web"));
      await page.getByRole("heading", { name: "Logs" }).waitFor();
      expect(await page.getByRole("button", { name: /Start|Stop|Redeploy|Terminate|Scale/ }).count()).toBe(0);
      await expectAccessible(page, "service, read-only");
      await goTo(page, `#/stack/${own.stack}`);
      await expect.poll(() => page.getByLabel(/^Stack file of/).inputValue()).toBe(stack);
      expect(await page.getByLabel(/^Stack file of/).isEditable()).toBe(false);
      expect(await page.getByRole("button", { name: /Save|Apply/ }).count()).toBe(0);
      await expectAccessible(page, "stack, read-only");
      expect(new Set(methods)).toEqual(new Set(["GET"]));
      await own.closeWindows();
    } finally {
      await own.dispose();
    }
  });

  test("--no-page: there is the API, and no page", async () => {
    const own = await new PageWorld(browser).start(undefined, ["--no-page"]);
    try {
      expect((await own.server.ask("/")).status).toBe(404);
      expect((await own.server.ask("/page.js")).status).toBe(404);
      expect((await own.server.ask("/api/v1/auth/")).status).toBe(200);
    } finally {
      await own.dispose();
    }
  });
});
