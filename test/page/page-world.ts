import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { expect, vi } from "vitest";
import { ServerProcess } from "../clients/server.ts";
import { execute } from "../real/programs.ts";
import { needsEngine } from "../real/project.ts";

const chromiumPath = "/usr/bin/chromium";

/** A browser and an engine. */
export const needsBrowser = {
  isHere: needsEngine.isHere && existsSync(chromiumPath),
  how: needsEngine.isHere ? "Chromium; on Debian: apt-get install chromium" : needsEngine.how,
};

/** The windows that every screen must fit into. */
export const views: Readonly<Record<string, BrowserContextOptions>> = {
  "light, on a wide window": { colorScheme: "light", viewport: { width: 1200, height: 800 } },
  "dark, at 360 px": { colorScheme: "dark", viewport: { width: 360, height: 740 } },
  "light, at 360 px": { colorScheme: "light", viewport: { width: 360, height: 740 } },
  "dark, at 800 px": { colorScheme: "dark", viewport: { width: 800, height: 700 } },
};

/** Starts a real browser. */
export function startBrowser(options: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox", ...options] });
}

/** A window of a browser, and what is noted of it. */
export interface Window {
  readonly page: Page;
  /** What the browser has complained about, such as a broken security policy. */
  readonly complaints: string[];
  /** The addresses that were asked for. */
  readonly asked: readonly string[];
}

/** Opens a window that nothing is shown in yet. */
export async function windowOf(browser: Browser, options: BrowserContextOptions): Promise<Window> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const [complaints, asked]: [string[], string[]] = [[], []];
  // Code for a test is not held up by the security policy of the page.
  await page.addInitScript({ content: axe.source });
  page.on("console", (message) => {
    const isFailure = /Failed to load resource/.test(message.text());
    if (message.type() === "error" && !isFailure) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => asked.push(request.url()));
  return { page, complaints, asked };
}

/** A server with one stack, and a browser that shows its page. */
export class PageWorld {
  readonly server = new ServerProcess();
  readonly stack = `tutum-stack-page-${randomBytes(3).toString("hex")}`;
  readonly #browser: Browser;
  readonly #windows: Window[] = [];

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Starts the server, with a stack of this text, or without one. */
  async start(text?: string, options: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<this> {
    if (text !== undefined) this.write(text);
    await this.server.start(options, env);
    return this;
  }

  get origin(): string {
    return `http://${this.server.address}`;
  }

  /** Writes the stack file, as an editor does: nobody reads half of it. */
  write(text: string): void {
    const folder = join(this.server.stacks, this.stack);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "stack.yml~"), text);
    renameSync(join(folder, "stack.yml~"), join(folder, "stack.yml"));
  }

  /** The stack file of this stack, or of another one. */
  text(stack = this.stack): string {
    return readFileSync(join(this.server.stacks, stack, "stack.yml"), "utf8");
  }

  /** A window that nothing is shown in yet. */
  async window(options: BrowserContextOptions = {}): Promise<Page> {
    const window = await windowOf(this.#browser, options);
    this.#windows.push(window);
    return window.page;
  }

  /** Opens the page as `serve` prints its address, and then a screen. */
  async open(route = "#/", options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.window(options);
    await page.goto(`${this.origin}/#token=${this.server.token}`);
    await page.getByText("Live", { exact: true }).waitFor();
    if (route !== "#/") await goTo(page, route);
    return page;
  }

  /** The service of the stack as a screen. */
  serviceRoute(service: string, stack = this.stack): string {
    return `#/service/${stack}/${service}`;
  }

  /** Sends a request beside the browser. */
  async send(method: string, path: string, body?: object): Promise<any> {
    const json = body ? { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } } : {};
    return (await this.server.ask(path, { method, ...json })).json();
  }

  /** A service as the API shows it, once the server knows the engine. */
  async service(name: string, stack = this.stack): Promise<any> {
    const find = async () =>
      (await this.send("GET", `/api/v1/service/?name=${name}&stack__name=${stack}`)).objects?.[0];
    return vi.waitUntil(find, { timeout: 20_000, interval: 100 });
  }

  /** Starts a service, and waits until that is done. */
  async startService(name: string): Promise<void> {
    const { resource_uri: uri } = await this.service(name);
    const answer = await this.server.ask(`${uri}start/`, { method: "POST" });
    const action = answer.headers.get("x-tutum-action-uri") ?? "";
    const state = async () => (await this.send("GET", action)).state;
    await vi.waitUntil(async () => (await state()) === "Success", { timeout: 120_000, interval: 250 });
  }

  /** What `docker inspect` says of the containers of a service. */
  async inspect(service: string, format: string, stack = this.stack): Promise<readonly string[]> {
    const filters = ["project", "service"].flatMap((label, index) => [
      "--filter",
      `label=com.docker.compose.${label}=${[stack, service][index]}`,
    ]);
    const { stdout: ids } = await execute(["docker", "ps", "-aq", "--no-trunc", ...filters]);
    const found = ids.split("\n").filter(Boolean);
    if (found.length === 0) return [];
    return (await execute(["docker", "inspect", "--format", format, ...found])).stdout.split("\n").filter(Boolean);
  }

  /** What the browser has complained about in the open windows; it is forgotten. */
  takeComplaints(): readonly string[] {
    return this.#windows.flatMap(({ complaints }) => complaints.splice(0));
  }

  /** Closes the windows; expects that the browser had no complaint, and has asked nobody but the server. */
  async closeWindows(): Promise<void> {
    const complaints = this.takeComplaints();
    const windows = this.#windows.splice(0);
    for (const { page } of windows) await page.context().close();
    expect(complaints).toEqual([]);
    const foreign = windows.flatMap(({ asked }) => asked.filter((address) => !address.startsWith("http://127.0.0.1:")));
    expect(foreign).toEqual([]);
  }

  /** Ends the server, and removes everything that was made. */
  async dispose(...others: readonly string[]): Promise<void> {
    await this.server.remove(this.stack, ...others);
  }
}

/** Opens another screen of a page. */
export async function goTo(page: Page, route: string): Promise<void> {
  await page.evaluate((hash) => void ((globalThis as any).location.hash = hash), route);
  await page.locator("#title").waitFor();
}

/** A button of a setting, such as `On success` of Autodestroy of web. */
export function toggle(page: Page, setting: "Autorestart" | "Autodestroy", of: string, value: string) {
  return page.getByRole("group", { name: `${setting} of ${of}` }).getByRole("button", { name: value, exact: true });
}

/** The places that show a state, after its glyph. */
export function stateOf(page: Page, word: string) {
  return page.locator(".state", { hasText: new RegExp(`^\\W?${word.replace(/[()]/g, "\\$&")}$`) });
}

/** Expects axe to find nothing on what is shown. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  const findings = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { readonly axe: typeof axe }).axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
  });
  expect(findings, what).toEqual([]);
}

/** Expects that nothing is wider than the window. */
export async function expectNoOverflow(page: Page, what: string): Promise<void> {
  const [content, window] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = (globalThis as any).document.documentElement;
    return [scrollWidth, clientWidth] as const;
  });
  expect(content, what).toBeLessThanOrEqual(window);
}

/** What has the focus, by its text or label. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const node = (globalThis as any).document.activeElement;
    const group = node.closest("[role=group]")?.getAttribute("aria-label");
    if (node.tagName === "BODY") return "";
    const text = node.labels?.[0]?.textContent ?? node.getAttribute("aria-label") ?? node.innerText;
    return group ? `${group}: ${text}` : text;
  });
}

/** Presses Tab until something has the focus. */
export async function tabTo(page: Page, what: string): Promise<void> {
  const seen: string[] = [];
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    seen.push(await focused(page));
    if (seen.at(-1) === what) return;
  }
  expect(seen).toContain(what);
}
