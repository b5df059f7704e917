// A curator at work in a real browser: see pages.test.js for what it needs.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { accessible, launched, program, served } from "./common.js";

const folder = mkdtempSync(join(tmpdir(), "casegraph-"));
const study = join(folder, "study");
const sheet = (name) => readFileSync(join(study, "data", "alk-sarcoma", `${name}.csv`), "utf8");
let server, base, entry, browser;

// Starts the server, which makes a token of its own and says where to go with it.
async function serve(bind = "127.0.0.1:0") {
  const args = ["-p", study, "--location", join(folder, "store"), "serve", "--edit", "--bind", bind];
  [server, entry] = await served(args, folder, /Edit the sheets at (http:\S+)/);
  base = new URL(entry).origin;
}

before(async () => {
  const made = spawnSync(program, ["init", study, "--from", "alk-sarcoma"], { encoding: "utf8" });
  assert.equal(made.status, 0, made.stderr);
  await serve();
  browser = await launched();
});

after(async () => {
  await browser?.close();
  server?.kill();
});

async function signedIn(name, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => message.type() === "error" && page.complaints.push(message.text()));
  page.on("pageerror", (error) => page.complaints.push(error.message));
  await page.goto(entry, { waitUntil: "networkidle" });
  assert.equal(new URL(page.url()).hash, "", "the token stands in the address");
  await page.fill("#curator", name);
  await page.click("#sign-in button");
  await page.waitForSelector("#sheets");
  return page;
}

const first = () => sheet("cases").split("\n")[1].split(",");

test("a row is filled in, lost, taken back, tried, written and undone", async () => {
  const page = await signedIn("Anna Berg");
  await accessible(page, "start");
  const [key, source] = first();
  const before = sheet("treatments");
  await page.goto(`${base}/edit/sheet/treatments?case=${key}&source=${source}`, { waitUntil: "networkidle" });
  await accessible(page, "form");
  await page.fill("#c-locator", "p. 7");
  await page.selectOption("#c-certainty", "stated");
  await page.selectOption("#c-kind", "drug");
  // A long list is searched by the server while one types, by synonym too.
  await page.fill("#c-agent", "xalkori");
  await page.waitForFunction(() => [...document.querySelector("#c-agent").list.options].some((option) => option.value === "crizotinib"));
  await page.fill("#c-agent", "alectinb");
  // The tab is closed, and another one opened.
  await page.close();
  const again = await page.context().newPage();
  again.complaints = [];
  again.on("pageerror", (error) => again.complaints.push(error.message));
  await again.goto(`${base}/edit/sheet/treatments`, { waitUntil: "networkidle" });
  await again.click("#take-back");
  assert.equal(await again.inputValue("#c-locator"), "p. 7");
  await again.click('button[value="try"]');
  await again.waitForSelector("#tried");
  assert.match(await again.locator(".field.wrong").first().textContent(), /nearest known: alectinib/);
  await accessible(again, "wrong");
  await again.fill("#c-agent", "alectinib");
  await again.click('button[value="try"]');
  await again.waitForSelector('button[value="write"]');
  assert.match(await again.locator("#tried").textContent(), /What would move/);
  await accessible(again, "tried");
  assert.equal(sheet("treatments"), before);
  await again.click('button[value="write"]');
  await again.waitForSelector("#written");
  const after = sheet("treatments");
  assert.ok(after.startsWith(before) && after.slice(before.length).includes(`,${source},p. 7,stated,,drug,alectinib,`), after.slice(before.length));
  await accessible(again, "written");
  // What was written is not offered again.
  await again.goto(`${base}/edit/sheet/treatments`, { waitUntil: "networkidle" });
  assert.equal(await again.locator("#kept").isVisible(), false);
  await again.goto(`${base}/edit/source/${source}`, { waitUntil: "networkidle" });
  await accessible(again, "source");
  await again.goto(`${base}/edit/case/${key}`, { waitUntil: "networkidle" });
  await accessible(again, "case");
  await again.goto(`${base}/edit`, { waitUntil: "networkidle" });
  await again.click('button[name="number"]');
  await again.waitForSelector("#written");
  assert.equal(sheet("treatments"), before);
  assert.deepEqual(again.complaints, []);
});

test("what was typed outlives the server", async () => {
  const page = await signedIn("Anna Berg", { viewport: { width: 390, height: 800 } });
  await page.goto(`${base}/edit/sheet/follow_up`, { waitUntil: "networkidle" });
  await accessible(page, "phone");
  await page.fill("#c-months", "17");
  const { host } = new URL(base);
  const ended = new Promise((done) => server.on("exit", done));
  server.kill("SIGKILL");
  await ended;
  await page.click('button[value="try"]', { noWaitAfter: true }).catch(() => {});
  await serve(host);
  await page.goto(entry, { waitUntil: "networkidle" });
  await page.fill("#curator", "Anna Berg");
  await page.click("#sign-in button");
  await page.goto(`${base}/edit/sheet/follow_up`, { waitUntil: "networkidle" });
  await page.click("#take-back");
  assert.equal(await page.inputValue("#c-months"), "17");
});
