// The page in a real Chromium: what a person does, from first load to phone width. Any message on the console and any
// request to another origin is a failure.

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
const shots = join(root, "target/web/screenshots");

let browser, server;
const troubles = [];

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

/** A page at which everything that goes wrong is kept. */
async function open(options = {}, fragment = "") {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  troubles.length = 0;
  page.on("console", (message) => message.type() !== "log" && troubles.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => troubles.push(`error: ${error.message}`));
  page.on("request", (request) => new URL(request.url()).origin !== new URL(server.url).origin && !request.url().startsWith("blob:") && troubles.push(`request: ${request.url()}`));
  await page.goto(server.url + fragment);
  await page.waitForSelector("html[data-ready=yes]");
  return page;
}

async function close(page) {
  assert.deepEqual(troubles, []);
  await page.context().close();
}

/** A test with a page of its own. */
function onPage(name, work, options) {
  test(name, async () => {
    const page = await open(options);
    await work(page);
    await close(page);
  });
}

const example = (page, label) => page.selectOption("#examples", { label });
const shot = (page, name) => page.screenshot({ path: join(shots, `${name}.png`) });
const write = async (page, find, text) => {
  // Places the caret behind a text of the editor, as a click would.
  await page.getByText(find, { exact: false }).first().click();
  await page.keyboard.press("End");
  await page.keyboard.type(text);
};

onPage("first load shows everybody", async (page) => {
  await page.getByRole("button", { name: "ada.nowak@acme.example" }).first().waitFor();
  const owner = page.locator("tr", { hasText: "ada.nowak@acme.example" }).locator(".pill.privileged");
  assert.match(await owner.first().textContent(), /owner/);
  assert.match(await page.locator("#status").textContent(), /users? of Docker in/);
  await shot(page, "desktop");
});

onPage("an error is marked where it stands, and one click repairs it", async (page) => {
  await example(page, "Broken Switch: default forgotten");
  await page.locator(".cm-lintRange-error").first().waitFor();
  await page.getByText("error in the policy").waitFor();
  await shot(page, "error");
  await page.getByRole("region", { name: "Problems" }).getByRole("button", { name: "Repair" }).first().click();
  await page.locator("#status", { hasText: "users of Docker" }).waitFor();
  assert.equal(await page.locator(".cm-lintRange-error").count(), 0);
});

onPage("what is typed wrong gets its mark while typing", async (page) => {
  await write(page, "default_org: acme", "\nnonsense: 1");
  await page.locator(".cm-lintRange-error").first().waitFor();
  await page.locator(".problem.error", { hasText: "nonsense" }).waitFor();
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
});

onPage("a cell is explained, with the taken branch lit", async (page) => {
  await page.locator("tr", { hasText: "bjorn" }).locator("td[data-column=role] button").click();
  const panel = page.locator("#explain");
  await panel.getByText("Rows that hit").waitFor();
  const lit = await panel.locator(".lit .on").allTextContents();
  assert.ok(lit.includes('"editor"'), lit.join(" "));
  assert.ok((await panel.locator(".lit .off").allTextContents()).includes('"owner"'));
  await shot(page, "explain");
});

onPage("who gains power is told first", async (page) => {
  await page.locator(".cm-content").click();
  const text = '"My Corp Editor", "editor"';
  await page.evaluate(() => document.querySelector(".editor").shadowRoot.querySelector(".cm-content").focus());
  await page.keyboard.press("Control+f");
  await page.locator(".cm-search input[name=search]").fill(text);
  await page.locator(".cm-search input[name=replace]").fill('"My Corp Editor", "owner"');
  await page.locator(".cm-search button[name=replaceAll]").click();
  await page.keyboard.press("Escape");
  await page.locator(".note.danger", { hasText: "gain owner" }).waitFor();
  await page.locator("[data-filter=changed]").click();
  await shot(page, "changes");
});

onPage("a completion is picked", async (page) => {
  await page.getByRole("tab", { name: "Policy" }).click();
  await write(page, "dockerTeam: { direct: extensionAttribute3", "");
  await page.keyboard.type("\nname.givenName: { expression: 'ToUp");
  await page.locator(".cm-tooltip-autocomplete", { hasText: "ToUpper" }).waitFor();
  await page.waitForTimeout(150);
  await page.keyboard.press("Enter");
  await page.keyboard.type("[surn");
  await page.locator(".cm-tooltip-autocomplete", { hasText: "surname" }).waitFor();
  await shot(page, "completion");
});

onPage("a timeline is played", async (page) => {
  await example(page, "A sign-in overwrites SCIM");
  await page.locator(".step.jit").first().waitFor();
  const before = await page.locator(".step").count();
  await page.getByRole("button", { name: "Deactivate", exact: true }).click();
  await page.locator(".step").nth(before).waitFor();
  await shot(page, "timeline");
});

onPage("a row becomes a test that passes", async (page) => {
  await page.locator("tr", { hasText: "ada.nowak" }).locator("td[data-column=role] button").click();
  await page.getByRole("button", { name: "Pin as test" }).click();
  await page.getByRole("tab", { name: "Findings" }).click();
  await page.getByText("1 of 1 test pass.").waitFor();
  await shot(page, "findings");
});

test("a link opens as it was shared, and a reload comes back", async () => {
  let page = await open();
  await example(page, "Grafana");
  await page.locator("#status", { hasText: "of Grafana" }).waitFor();
  await page.getByRole("button", { name: "Share…" }).click();
  const link = await page.getByLabel("Link", { exact: true }).inputValue();
  await page.getByRole("button", { name: "Close" }).click();
  await page.reload();
  await page.locator("#status", { hasText: "of Grafana" }).waitFor();
  await close(page);
  page = await open({}, link.slice(link.indexOf("#")));
  await page.locator("#status", { hasText: "of Grafana" }).waitFor();
  await close(page);
});

onPage("ten thousand users are read, and names are never markup", async (page) => {
  await page.getByRole("tab", { name: "Users" }).click();
  const lines = Array.from({ length: 10_000 }, (_, at) => `<img src=x onerror=alert(1)>${at}@acme.example,true,My Corp Editor`);
  const file = { name: "many.csv", mimeType: "text/csv", buffer: Buffer.from(`userPrincipalName,accountEnabled,appRoleAssignments\n${lines.join("\n")}\n`) };
  for (let count = await page.getByRole("button", { name: /^Remove/ }).count(); count > 0; count--) await page.getByRole("button", { name: /^Remove/ }).first().click();
  await page.locator("input[type=file]").setInputFiles(file);
  await page.locator("#status", { hasText: "10,000 users of Docker" }).waitFor({ timeout: 60_000 });
  assert.equal(await page.locator(".everybody img").count(), 0);
});

onPage("hostile text leaves the page usable", async (page) => {
  await page.getByRole("tab", { name: "Expression" }).click();
  await page.getByRole("textbox", { name: "Expression" }).fill("(".repeat(100_000));
  await page.locator(".expression .note.error").first().waitFor({ timeout: 30_000 });
  await page.getByRole("textbox", { name: "Expression" }).fill('Replace([displayName], , "(a+)+$", , "b", , )');
  await page.locator(".expression tbody tr").first().waitFor({ timeout: 30_000 });
});

for (const [name, options] of [
  ["desktop", {}],
  ["dark", { colorScheme: "dark" }],
  ["phone", { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true }],
  ["phone-dark", { viewport: { width: 360, height: 780 }, colorScheme: "dark" }],
]) {
  onPage(`axe finds nothing: ${name}`, async (page) => {
    const check = async (state) => {
      const width = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(width[0] <= width[1], `${state} scrolls sideways: ${width}`);
      await page.evaluate(axe);
      const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
      assert.deepEqual(found.violations.map((it) => `${state}: ${it.id}: ${it.nodes.map((node) => `${node.target} ${node.failureSummary}`).slice(0, 3).join(" | ")}`), []);
    };
    await page.locator("td[data-column=role] button").first().waitFor();
    await shot(page, name);
    await check("first load");
    await page.locator("td[data-column=role] button").first().click();
    await page.getByText("Rows that hit").waitFor();
    await shot(page, `${name}-explain`);
    await check("explained");
    await example(page, "Broken Switch: default forgotten");
    await page.locator(".cm-lintRange-error").first().waitFor();
    await check("error");
    await example(page, "A sign-in overwrites SCIM");
    await page.locator(".step").first().waitFor();
    await check("timeline");
    if (name === "phone") await page.screenshot({ path: join(shots, "phone-whole.png"), fullPage: true });
    for (const tab of ["Users", "Expression", "Changes", "Findings"]) {
      await page.getByRole("tab", { name: tab }).click();
      await check(tab);
    }
  }, options);
}

onPage("the keyboard alone leads from the table to the reason and back", async (page) => {
  await page.locator("td[data-column=role] button").first().focus();
  await page.keyboard.press("Enter");
  await page.getByText("Rows that hit").waitFor();
  await page.getByRole("button", { name: "Close" }).focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.cell?.split(" ")[1]), "role");
  await page.getByRole("tab", { name: "Everybody" }).focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.evaluate(() => document.activeElement.id), "tab-changes");
});
