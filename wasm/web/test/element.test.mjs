// <rolewright-preview> in the project's own documentation.

import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, close, newPage, server, shot } from "./harness.mjs";

async function docs(path, options) {
  const page = await newPage(options);
  await page.goto(`${server.url}docs/${path}`);
  return page;
}

test("an example is changed, and its values follow", async () => {
  const page = await docs("");
  const first = page.locator("rolewright-preview").first();
  await first.locator("tr", { hasText: "ada@acme.example" }).getByText("owner").waitFor();
  await first.locator("tr", { hasText: "cy@acme.example" }).getByText("member").waitFor();
  await first.getByLabel("Expression").fill('ToUpper("ada")');
  await first.locator("td", { hasText: /^ADA$/ }).first().waitFor();
  await close(page);
});

test("what is wrong stands under its place, and one click repairs it", async () => {
  const page = await docs("");
  const broken = page.locator("#broken");
  await broken.scrollIntoViewIfNeeded();
  await broken.locator(".note.error pre", { hasText: "^^^" }).first().waitFor();
  await shot(page, "element-error");
  await broken.getByRole("button", { name: "Repair" }).first().click();
  await broken.locator("tr", { hasText: "ada@acme.example" }).waitFor();
  await close(page);
});

test("nothing, in its kinds, and the other language", async () => {
  const page = await docs("");
  for (const element of await page.locator("rolewright-preview").all()) await element.scrollIntoViewIfNeeded();
  await page.locator("rolewright-preview tr", { hasText: "missing" }).locator("td", { hasText: "company" }).waitFor();
  await page.locator("rolewright-preview[dialect=okta] td", { hasText: /^bo$/ }).waitFor();
  await close(page);
});

test("every example of the manual gives a value, in all languages", async () => {
  for (const [language, least] of [["entra", 30], ["okta", 30], ["okta-identity-engine", 20]]) {
    const page = await docs(`functions-${language}.html`);
    const elements = await page.locator("rolewright-preview").all();
    assert.ok(elements.length >= least, `${language}: ${elements.length}`);
    for (const element of elements) await element.scrollIntoViewIfNeeded();
    await page.waitForFunction(() => [...document.querySelectorAll("rolewright-preview")].every((it) => it.shadowRoot.querySelector("td")), null, { timeout: 30_000 });
    assert.equal(await page.locator("rolewright-preview .error").count(), 0);
    await close(page);
  }
});

for (const [name, options] of [["light", {}], ["dark", { colorScheme: "dark" }], ["phone", { viewport: { width: 360, height: 780 } }]]) {
  test(`axe finds nothing in the guide: ${name}`, async () => {
    const page = await docs("", options);
    for (const element of await page.locator("rolewright-preview").all()) await element.scrollIntoViewIfNeeded();
    await page.locator("rolewright-preview[dialect=okta] td").first().waitFor();
    await page.evaluate(() => scrollTo(0, 0));
    await shot(page, `docs-${name}`);
    await accessible(page, name);
    await close(page);
  });
}
