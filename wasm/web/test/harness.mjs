// A page in Chromium for each test. A message on its console, an error, or a request to another origin fails the test.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { root, serve } from "./serve.mjs";

const BROWSERS = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const shots = join(root, "target/screenshots");

let browser;
export let server;

before(async () => {
  const executablePath = BROWSERS.find((it) => it && existsSync(it));
  if (!executablePath) throw new Error("Chromium is missing: install it (on Debian `apt-get install chromium`), or name one in CHROMIUM.");
  mkdirSync(shots, { recursive: true });
  server = await serve();
  browser = await chromium.launch({ executablePath, args: FLAGS });
});
after(async () => {
  await browser?.close();
  server?.close();
});

/** A page at which everything that goes wrong is kept; `path` is below the page's folder. */
export async function open(options = {}, path = "") {
  const page = await newPage(options);
  await page.goto(server.url + path);
  await page.waitForSelector("html[data-ready=yes]");
  return page;
}

function watch(page, origin = new URL(server.url).origin) {
  page.troubles = [];
  const note = (text) => page.troubles.push(text);
  const own = (url) => url.startsWith("blob:") || new URL(url).origin === origin;
  page.on("console", (message) => message.type() !== "log" && note(`console: ${message.text()}`));
  page.on("pageerror", (error) => note(`error: ${error.message}`));
  page.on("request", (request) => own(request.url()) || note(`request: ${request.url()}`));
  page.on("dialog", (dialog) => { note(`dialog: ${dialog.message()}`); void dialog.dismiss(); });
}

/** A page that is nowhere yet. */
export async function newPage(options = {}, origin) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  watch(page, origin);
  return page;
}

export async function close(page) {
  assert.deepEqual(page.troubles, []);
  await page.context().close();
}

/** A test with a page of its own. */
export function onPage(name, work, options) {
  test(name, async () => {
    const page = await open(options);
    await work(page);
    await close(page);
  });
}

export const example = (page, label) => page.selectOption("#examples", { label });
export const shot = (page, name, options) => page.screenshot({ path: join(shots, `${name}.png`), ...options });
export const tab = (page, name) => page.getByRole("tab", { name }).click();
export const status = (page, text) => page.locator("#status", { hasText: text }).waitFor({ timeout: 60_000 });

/** What the page keeps of itself in the browser. */
export async function kept(page) {
  await page.waitForTimeout(350);
  return page.evaluate(() => JSON.parse(localStorage.getItem("rolewright.current")));
}

/** Puts a text into the policy's editor as a paste would, in place of what is there. */
export async function paste(page, text, editor = ".policy .editor") {
  await page.evaluate((editor) => document.querySelector(editor).shadowRoot.querySelector(".cm-content").focus(), editor);
  await page.keyboard.press("Control+a");
  await page.evaluate(([editor, text]) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    document.querySelector(editor).shadowRoot.querySelector(".cm-content").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, [editor, text]);
}

/** Places the caret behind a text of the editor, as a click would, and types. */
export async function write(page, find, text) {
  await page.getByText(find, { exact: false }).first().click();
  await page.keyboard.press("End");
  await page.keyboard.type(text);
}

/** What axe-core finds in a state of the page; sideways scrolling is a finding as well. */
export async function accessible(page, state) {
  const width = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(width[0] <= width[1], `${state} scrolls sideways: ${width}`);
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  assert.deepEqual(found.violations.map((it) => `${state}: ${it.id}: ${it.nodes.map((node) => `${node.target} ${node.failureSummary}`).slice(0, 3).join(" | ")}`), []);
}
