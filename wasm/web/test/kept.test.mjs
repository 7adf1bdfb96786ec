// Nothing is lost: undo, drafts, a reload, no network, what the program hands over.

import assert from "node:assert/strict";
import { test } from "node:test";
import { close, example, kept, newPage, onPage, open, server, status, tab, write } from "./harness.mjs";

onPage("undo takes back what was typed, and an example that replaced it", async (page) => {
  await status(page, "users of Docker");
  const before = (await kept(page)).policy;
  await write(page, "default_org: acme", "\nnonsense: 1");
  await page.locator(".problem.error").first().waitFor();
  await example(page, "Grafana");
  await status(page, "of Grafana");
  await page.evaluate(() => document.querySelector(".policy .editor").shadowRoot.querySelector(".cm-content").focus());
  for (let count = 0; count < 40 && (await kept(page)).policy !== before; count++) await page.keyboard.press("Control+z");
  assert.equal((await kept(page)).policy, before);
  await status(page, "users of Docker");
});

onPage("two drafts stay apart, and one is deleted", async (page) => {
  const save = async (name) => {
    await page.getByRole("button", { name: "Save draft…" }).click();
    await page.getByLabel("Name of the draft").fill(name);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await status(page, `Draft ${name} is saved`);
  };
  await save("first");
  await example(page, "Grafana");
  await status(page, "of Grafana");
  await save("second");
  await page.reload();
  await page.selectOption("#drafts", "first");
  await status(page, "Draft first is open");
  assert.match((await kept(page)).policy, /extends: docker.yaml/);
  await page.selectOption("#drafts", "second");
  await status(page, "Draft second is open");
  await page.getByRole("button", { name: "Save draft…" }).click();
  await page.getByRole("button", { name: "Delete draft first" }).click();
  await page.locator("dialog .close").click();
  assert.deepEqual(await page.locator("#drafts option").allTextContents(), ["Choose…", "second"]);
});

onPage("after the first load it works without network", async (page) => {
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(async () => (await caches.keys()).length > 0 && navigator.serviceWorker.controller !== null);
  await page.context().setOffline(true);
  await page.reload();
  await page.waitForSelector("html[data-ready=yes]");
  await status(page, "users of Docker");
  await example(page, "Grafana");
  await status(page, "of Grafana");
});

test("what the program was started with is opened, and stays after the program has ended", async () => {
  const token = "0123456789abcdef0123456789abcdef";
  const policy = "rolewright: 1\npolicy: mine\nextends: own.yaml\n";
  const base = "rolewright: 1\npolicy: own\nextends: grafana.yaml\n";
  server.give(`given-${token}.json`, { policy, bases: { "own.yaml": base }, documents: [{ name: "users.csv", text: "userPrincipalName,accountEnabled\ngiven@acme.example,true\n" }] });
  const page = await open({}, `#given=${token}`);
  await status(page, "1 user of Grafana");
  server.give(`given-${token}.json`, undefined);
  await page.reload();
  await status(page, "1 user of Grafana");
  await page.locator("th", { hasText: "given@acme.example" }).waitFor();
  await close(page);
});

test("a link of a program that has ended says so, and shows what was there", async () => {
  const page = await newPage();
  await page.goto(`${server.url}#given=${"f".repeat(32)}`);
  await status(page, "The program that opened this page has ended");
  await tab(page, "Changes");
  // The file that is gone is the one thing that the console may tell.
  assert.ok(page.troubles.every((it) => it.includes("404")), page.troubles.join());
  await page.context().close();
});

onPage("what nobody saved is put aside before an example takes its place", async (page) => {
  await status(page, "users of Docker");
  await write(page, "default_org: acme", " # mine");
  await tab(page, "Users");
  await page.getByLabel("Document", { exact: true }).fill("userPrincipalName,accountEnabled\nown@acme.example,true\n");
  await page.locator("th", { hasText: "own@acme.example" }).waitFor();
  await example(page, "Grafana");
  await status(page, "What was here is put aside");
  await page.locator("th", { hasText: "ada.nowak" }).waitFor();
  assert.equal(await page.locator("#drafts option").count(), 2);
  await page.selectOption("#drafts", { index: 1 });
  await page.locator("th", { hasText: "own@acme.example" }).waitFor();
  assert.match((await kept(page)).policy, /# mine/);
  // What was not changed leaves nothing behind.
  await example(page, "Grafana");
  await page.locator("th", { hasText: "ada.nowak" }).waitFor();
  assert.equal(await page.locator("#drafts option").count(), 2);
});

onPage("users too large for the browser to keep leave the policy kept, and it is said", async (page) => {
  await status(page, "users of Docker");
  const line = `${"x".repeat(200)}@acme.example,true\n`;
  await page.locator(".users input[type=file]").setInputFiles({ name: "many.csv", mimeType: "text/csv", buffer: Buffer.from(`userPrincipalName,accountEnabled\n${line.repeat(60_000)}`) });
  await status(page, "The users are too many for this browser to keep");
  await tab(page, "Policy");
  await write(page, "default_org: acme", " # kept");
  await page.waitForTimeout(1500);
  assert.match((await kept(page)).policy, /# kept/);
});

onPage("a document that was removed and events that were cleared come back", async (page) => {
  await tab(page, "Users");
  await page.getByRole("button", { name: "Remove users.json" }).click();
  await page.getByRole("button", { name: "Bring users.json back" }).click();
  await status(page, "14 users of Docker");
  await example(page, "A sign-in overwrites SCIM");
  await page.locator(".step").first().waitFor();
  await page.getByRole("button", { name: "Clear" }).click();
  await page.locator(".step").first().waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Bring the former events back" }).click();
  await page.locator(".step").first().waitFor();
});

onPage("a link puts aside what nobody saved before it opens", async (page) => {
  await status(page, "users of Docker");
  await page.getByRole("button", { name: "Share…" }).click();
  await page.waitForFunction(() => document.querySelector("dialog input")?.value.includes("#v=1"));
  const link = await page.getByLabel("Link").inputValue();
  await page.locator("dialog .close").click();
  await write(page, "default_org: acme", " # mine");
  await page.goto("about:blank");
  await page.goto(link);
  await status(page, "What was here is put aside");
  assert.doesNotMatch((await kept(page)).policy, /# mine/);
  await page.selectOption("#drafts", { index: 1 });
  await status(page, "is open");
  assert.match((await kept(page)).policy, /# mine/);
});
