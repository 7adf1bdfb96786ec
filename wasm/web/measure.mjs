// The figures of docs/preview.md: `node measure.mjs`, after `cargo xtask web`.

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { root, serve } from "./test/serve.mjs";

const engine = createRequire(import.meta.url)(join(root, "target/web-build/node/rolewright.js"));
const read = (file) => readFileSync(join(root, file), "utf8");
const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
const time = (times, work) => median(Array.from({ length: times }, (_, at) => { const start = performance.now(); work(at); return performance.now() - start; }));
const csv = (count) => `userPrincipalName,accountEnabled,appRoleAssignments,surname\n${Array.from({ length: count }, (_, at) => `user${at}@acme.example,true,My Corp Editor,Name${at}`).join("\n")}\n`;

const policy = read("policies/docker.yaml");
const settings = { seed: 1 };
const users = new engine.Users([{ name: "users.csv", text: csv(1000) }]);
const one = new engine.Users([{ name: "users.csv", text: csv(1) }]);
const ms = (value) => `${value.toFixed(2)} ms`;
console.log(`a changed policy and 1,000 users, in Node: ${ms(time(20, (at) => engine.evaluate({ text: `${policy}# ${at}\n` }, users, settings)))}`);
console.log(`the same policy and 1,000 users, in Node: ${ms(time(20, () => engine.evaluate({ text: policy }, users, settings)))}`);
console.log(`one expression over one user, in Node: ${ms(time(200, (at) => engine.expr(`Coalesce(ToUpper([surname]), "${at}")`, one, settings)))}`);

const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium"].find((it) => it && existsSync(it));
if (executablePath) {
  const server = await serve();
  const browser = await chromium.launch({ executablePath, args: ["--headless", "--no-sandbox", "--disable-gpu"] });
  const first = [];
  for (let at = 0; at < 5; at++) {
    const page = await (await browser.newContext()).newPage();
    await page.goto(server.url);
    await page.waitForSelector("td[data-column=role]");
    first.push(await page.evaluate(() => performance.now()));
    await page.context().close();
  }
  console.log(`from navigation to the first result, in Chromium: ${ms(median(first))}`);
  const page = await (await browser.newContext()).newPage();
  await page.goto(server.url);
  await page.getByRole("tab", { name: "Users" }).click();
  await page.getByRole("button", { name: "New", exact: true }).click();
  await page.getByRole("textbox", { name: "Document" }).fill(csv(1000));
  await page.locator("#status", { hasText: "1,014 users" }).waitFor();
  await page.getByRole("tab", { name: "Policy" }).click();
  await page.evaluate(() => document.querySelector(".policy .editor").shadowRoot.querySelector(".cm-content").focus());
  const keys = [];
  for (let at = 0; at < 15; at++) {
    keys.push(await page.evaluate(() => new Promise((resolve) => {
      const start = performance.now();
      new MutationObserver((_, observer) => { observer.disconnect(); resolve(performance.now() - start); }).observe(document.querySelector("#status"), { childList: true, characterData: true, subtree: true });
      document.execCommand("insertText", false, "#");
    })));
  }
  console.log(`from a key press to the new table, 1,014 users, in Chromium: ${ms(median(keys))}`);
  await browser.close();
  server.close();
}
