// What the tests in a browser have in common: a served study, a browser, and what must hold of every page.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const program = process.env.CASEGRAPH;

// Starts the program, and waits until it has said what is looked for.
export async function served(args, cwd, wanted) {
  const server = spawn(program, args, { cwd, stdio: ["ignore", "ignore", "pipe"] });
  const found = await new Promise((done, failed) => {
    let told = "";
    server.on("exit", () => failed(new Error(told)));
    server.stderr.on("data", (text) => {
      told += text;
      const match = told.match(wanted);
      if (match) done(match[1]);
    });
  });
  return [server, found];
}

export const launched = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
});

// A page fits its window, and axe finds nothing.
export async function accessible(page, what) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(over <= 0, `${what} is ${over} pixels too wide`);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => axe.run());
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html)}`);
  assert.deepEqual(found, [], what);
}
