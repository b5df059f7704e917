// The pages in a real browser. `npm ci && npm test -- …` needs Chromium (CHROMIUM names it) and the program
// (CASEGRAPH names it); `cargo test` runs this where both are there.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { accessible, launched, served } from "./common.js";

const folder = mkdtempSync(join(tmpdir(), "casegraph-"));
let server, base, browser;

before(async () => {
  const args = ["--location", join(folder, "store"), "serve", "--bind", "127.0.0.1:0"];
  [server, base] = await served(args, folder, /Serving at (http:\/\/[^/]+)\//);
  browser = await launched();
});

after(async () => {
  await browser?.close();
  server?.kill();
});

// Opens a page; what the browser complains of is a failure.
async function open(path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error") page.complaints.push(message.text());
  });
  page.on("pageerror", (error) => page.complaints.push(error.message));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(base) && !url.startsWith("data:") && !url.startsWith("blob:")) page.complaints.push(`asks ${url}`);
  });
  await page.goto(base + path, { waitUntil: "networkidle" });
  return page;
}

const QUERY = "SELECT ?partner (COUNT(*) AS ?n) WHERE { ?p cg:hasFusion/cg:fivePrimeGene/skos:prefLabel ?partner } GROUP BY ?partner ORDER BY DESC(?n)";
const PAGES = ["/", "/cases", "/cases/zhang-2020-1", "/partners", "/partners/RANBP2", "/histologies", "/drugs",
  "/drugs/crizotinib", "/events", "/analyses", "/analyses/response/by-partner", "/analyses/survival/overall",
  "/histologies/epithelioid-inflammatory-myofibroblastic-sarcoma", "/events/pneumonitis", "/changes",
  "/claims", "/sheets", "/schema", "/ontology", "/patient?histology=IMT&prior=crizotinib&outcome=progressed", "/search?q=sarcoma", "/query", `/query?query=${encodeURIComponent(QUERY)}`];

for (const [name, options] of [
  ["wide", {}],
  ["on a phone", { viewport: { width: 390, height: 800 } }],
  ["on a tablet in the dark", { viewport: { width: 820, height: 1100 }, colorScheme: "dark" }],
]) {
  test(`every page is accessible, fits and loads nothing from elsewhere: ${name}`, async () => {
    for (const path of PAGES) {
      const page = await open(path, options);
      await accessible(page, path);
      assert.deepEqual(page.complaints, [], path);
      await page.context().close();
    }
  });
}

test("cases are filtered, searched and sorted at once, and the address says how", async () => {
  const page = await open("/cases");
  const rows = () => page.locator("#cases tbody tr").count();
  await page.selectOption("#partner", "RANBP2");
  const few = await rows();
  assert.ok(few > 0 && few < 30, `${few}`);
  assert.match(page.url(), /partner=RANBP2/);
  await page.click('th[data-column="2"] a');
  const ages = (await page.locator("#cases tbody tr:not(.uncounted) td:nth-child(2)").allTextContents()).filter(Boolean).map(Number);
  assert.deepEqual(ages, [...ages].sort((a, b) => a - b));
  await page.reload({ waitUntil: "networkidle" });
  assert.equal(await rows(), few);
  await page.fill("#search", "butrynski");
  // The case itself stands before the one that is excluded as its duplicate.
  assert.ok((await rows()) <= 2);
  await page.click("#cases tbody a");
  assert.match(await page.locator("h1").textContent(), /butrynski/);
});

test("without a script the same form asks the server", async () => {
  const page = await open("/cases", { javaScriptEnabled: false });
  await page.selectOption("#partner", "RANBP2");
  await page.click("form button");
  assert.match(page.url(), /partner=RANBP2/);
  assert.match(await page.locator("#told").textContent(), /of \d+ cases/);
});

test("a form sets a parameter, and its downloads keep it", async () => {
  const page = await open("/analyses/response/by-partner");
  await page.selectOption("#p-drug", "drug:alectinib");
  await page.click("form.parameters button");
  assert.match(page.url(), /drug=drug%3Aalectinib/);
  const csv = await page.locator('.downloads a:text-is("CSV")').getAttribute("href");
  const answer = await page.request.get(base + csv);
  assert.match(await answer.text(), /^case,/);
  assert.ok(csv.includes("drug=drug%3Aalectinib"), csv);
});

test("the editor asks, shows rows, and shows what is wrong", async () => {
  const page = await open("/query");
  const editor = page.locator(".cm-content");
  await editor.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(QUERY);
  await page.keyboard.press("Control+Enter");
  await page.locator("#result tbody tr").first().waitFor();
  assert.match(await page.locator("#told").textContent(), /^\d+ rows, \d+ ms/);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click('button:text-is("CSV")')]);
  assert.match(readFileSync(await download.path(), "utf8"), /^partner,n\r\n/);
  await editor.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText("SELECT * { nonsense");
  await page.click('button:text-is("Ask")');
  await page.locator('#result [role="alert"]').waitFor();
  assert.match(await page.locator("#result").textContent(), /not SPARQL/);
});

test("an answer is shown as table, chart and graph, with the snapshot it is from", async () => {
  const page = await open(`/query?query=${encodeURIComponent(QUERY)}`);
  const way = (name) => page.click(`.ways button:text-is("${name}")`);
  await page.locator("#result tbody tr").first().waitFor();
  assert.match(await page.locator("#told").textContent(), /snapshot [0-9a-f]{16}/);
  await way("Chart");
  const rows = await page.locator("figure.chart rect").count();
  assert.ok(rows > 5, `${rows}`);
  assert.match(await page.locator("figure.chart figcaption").textContent(), /n by partner: \d+ of \d+ rows/);
  const triples = "CONSTRUCT { ?case cg:histology ?h } WHERE { ?case cg:histology ?h } LIMIT 20";
  await page.goto(`${base}/query?query=${encodeURIComponent(triples)}`);
  await page.locator("#result tbody tr").first().waitFor();
  await way("Graph");
  assert.equal(await page.locator("figure.network .edges line").count(), 20);
  await way("Turtle");
  await page.locator("#result pre", { hasText: "histology" }).waitFor();
  assert.deepEqual(page.complaints, []);
});

test("a neighbourhood is drawn, and leads on by pointer and keyboard", async () => {
  const page = await open("/partners/RANBP2");
  const boxes = page.locator("figure.network .nodes a");
  assert.ok((await boxes.count()) > 10);
  assert.equal(await page.locator("#neighbourhood details[open]").count(), 0);
  // No box lies over another.
  const over = await boxes.evaluateAll((all) => {
    const places = all.map((box) => box.querySelector("rect").getBoundingClientRect());
    return places.flatMap((a, i) => places.slice(i + 1).filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)).length;
  });
  assert.equal(over, 0);
  const box = page.locator("figure.network .nodes a", { hasText: "butrynski-2010" });
  await box.focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/cases\/butrynski/);
  assert.deepEqual(page.complaints, []);
});

test("without a script the connections are a table", async () => {
  const page = await open("/partners/RANBP2", { javaScriptEnabled: false });
  assert.ok((await page.locator("#neighbourhood table:visible tbody tr").count()) > 10);
});

test("a figure that is opened by itself has its colours", async () => {
  const page = await open("/analyses/partner/counts.svg");
  assert.deepEqual(page.complaints, []);
});

test("an address that runs nothing shows what it holds as text", async () => {
  const page = await open(`/query?query=${encodeURIComponent('SELECT ("<script>window.run = 1</script><img src=x onerror=\'window.run = 1\'>" AS ?x) {}')}`);
  await page.locator("#result td").first().waitFor();
  assert.equal(await page.evaluate(() => window.run), undefined);
  assert.match(await page.locator("#result td").first().textContent(), /<script>/);
});

test("what is not there is told on a page", async () => {
  const page = await open("/cases/nobody");
  assert.match(await page.locator("main").textContent(), /there is no case/);
});
