// Makes the pictures of docs/page.md in docs/pictures; with a folder as its argument, pictures of every screen of the
// page in that folder, light and dark, wide and narrow. Needs `npm run build`, Debian's chromium, and a Docker engine
// with the image busybox:local (scripts/start-docker.sh).
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";

const [own] = process.argv.slice(2);
const target = own ?? "docs/pictures";
const shown = new Set([
  "services-light",
  "offer-light",
  "launch-light",
  "new-stack-light",
  "service-light",
  "stack-dark",
  "services-narrow",
]);
const folder = mkdtempSync(join(tmpdir(), "tutum-stack-pictures-"));
const lives = `sh -c 'trap "exit 0" TERM; echo "listening on port 80"; while :; do sleep 1 & wait $!; done'`;
const stacks = {
  webshop: `# The shop, as it was on the old platform.
web:
  image: busybox:local
  command: ${JSON.stringify(lives)}
  autorestart: ALWAYS
  target_num_containers: 2
  links:
    - db
db:
  image: busybox:local
  command: ${JSON.stringify(lives)}
  autorestart: ON_FAILURE
migrate:
  image: busybox:local
  command: sh -c 'echo "3 migrations to do"; sleep 1; echo "done"'
  autodestroy: ON_SUCCESS
`,
  reports: `nightly:
  image: busybox:local
  command: sh -c 'echo "reading orders"; echo "orders.csv, no such file" >&2; exit 3'
  autodestroy: ON_SUCCESS
archive:
  image: busybox:local
  command: ${JSON.stringify(lives)}
`,
};
const views = {
  light: { colorScheme: "light", viewport: { width: 1180, height: 800 } },
  dark: { colorScheme: "dark", viewport: { width: 1180, height: 800 } },
  narrow: { colorScheme: "light", viewport: { width: 360, height: 740 } },
};

refuseToClash();
mkdirSync(target, { recursive: true });
const server = await startServer();
let browser;
try {
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  await startStacks();
  for (const [view, options] of Object.entries(views)) await takePictures(view, options);
} finally {
  await browser?.close();
  server.child.kill();
  removeStacks();
  rmSync(folder, { recursive: true, force: true });
}

function refuseToClash() {
  for (const stack of Object.keys(stacks))
    if (containersOf(stack).length > 0) throw new Error(`the engine has containers of a project ${stack} already`);
}

function startServer() {
  for (const [stack, text] of Object.entries(stacks)) {
    mkdirSync(join(folder, "stacks", stack), { recursive: true });
    writeFileSync(join(folder, "stacks", stack, "stack.yml"), text);
  }
  const env = { ...process.env, XDG_STATE_HOME: join(folder, "state") };
  const args = [resolve("dist/bin.js"), "serve", join(folder, "stacks"), "--port", "0"];
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((done) => {
    child.stdout.once("data", (bytes) => {
      child.stdout.resume();
      const token = readFileSync(join(folder, "state/tutum-stack/token"), "utf8").trim();
      done({ child, token, address: /http:\/\/[^/]+/.exec(String(bytes))[0] });
    });
  });
}

async function ask(path, method = "GET") {
  const answer = await fetch(server.address + path, { method, headers: { Authorization: `Bearer ${server.token}` } });
  return { status: answer.status, value: await answer.json() };
}

async function startStacks() {
  for (const stack of Object.keys(stacks)) {
    let found;
    while (!found) found = (await ask(`/api/v1/stack/?name=${stack}`)).value.objects?.[0];
    await ask(`${found.resource_uri}apply/`, "POST");
  }
  const isSettled = async () => {
    const { objects } = (await ask("/api/v1/service/")).value;
    const words = objects.map(({ status }) => status).toSorted();
    return words.join() === ["Cleaned up", "Failed (3)", "Running", "Running", "Running"].join();
  };
  while (!(await isSettled())) await new Promise((done) => setTimeout(done, 500));
}

async function takePictures(view, options) {
  const page = await browser.newPage(options);
  const take = async (name) => {
    if (!own && !shown.has(`${name}-${view}`)) return;
    await page.evaluate(() => scrollTo(0, 0));
    await page.waitForTimeout(700);
    await page.screenshot({ path: join(target, `${name}-${view}.png`), fullPage: true });
  };
  const open = async (route) => {
    await page.goto(`${server.address}/#token=${server.token}`);
    await page.getByRole("heading", { name: "Services" }).waitFor();
    await page.evaluate((hash) => (location.hash = hash), route);
  };
  await open("#/");
  await page.getByRole("link", { name: "webshop" }).waitFor();
  await take("services");
  await page.getByRole("group", { name: "Autodestroy of web" }).getByRole("button", { name: "On success" }).click();
  await take("offer");
  await open("#/launch");
  await page.getByLabel("Image", { exact: true }).fill("busybox:local");
  await page.getByLabel("Name", { exact: true }).fill("backup");
  await page.getByLabel("Run command").fill("tar -czf /backup/all.tgz /data");
  const autodestroy = page.getByRole("group", { name: "Autodestroy of the new service" });
  await autodestroy.getByRole("button", { name: "On success" }).click();
  await page.getByRole("button", { name: "Add a variable" }).click();
  await page.getByLabel("Value").fill("daily");
  await page.getByRole("group", { name: "variable 1" }).getByLabel("Name").fill("MODE");
  await take("launch");
  await open("#/new-stack");
  await page.getByLabel("Name", { exact: true }).fill("shop");
  await page.getByLabel("Stack file").fill("web:\n  image: nginx:1.27\n  autorestrat: ALWAYS\n");
  await page.getByText("line 3, column 3").waitFor();
  await take("new-stack");
  await open("#/service/reports/nightly");
  await page.getByText("Exit 3").waitFor();
  await take("service");
  await page.getByRole("button", { name: "Terminate" }).click();
  await take("question");
  await open("#/stack/webshop");
  await page.getByLabel("Stack file of webshop").fill(`${stacks.webshop}  autorestart: ALWAYS\n`);
  await page.getByText("cannot be combined with").last().waitFor();
  await take("stack");
  await page.close();
}

function containersOf(stack) {
  const filter = `label=com.docker.compose.project=${stack}`;
  return execFileSync("docker", ["ps", "-aq", "--filter", filter], { encoding: "utf8" }).split("\n").filter(Boolean);
}

function removeStacks() {
  for (const stack of Object.keys(stacks)) {
    const label = `label=com.docker.compose.project=${stack}`;
    const remove = (ids, ...command) => ids.length > 0 && execFileSync("docker", [...command, ...ids]);
    const list = (what) =>
      execFileSync("docker", [what, "ls", "-q", "--filter", label], { encoding: "utf8" }).split("\n").filter(Boolean);
    remove(containersOf(stack), "rm", "-f", "-v");
    remove(list("network"), "network", "rm");
    remove(list("volume"), "volume", "rm");
  }
}
