// What comes from identity providers beside users, and what goes back to them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { kept, onPage, status, tab } from "./harness.mjs";
import { root } from "./serve.mjs";

const read = (file) => readFileSync(join(root, file), "utf8");

onPage("a configuration of Entra becomes a policy and goes back", async (page) => {
  await page.getByRole("button", { name: "Import…" }).click();
  await page.getByRole("textbox", { name: "Configuration" }).fill(read("examples/import/entra-schema.json"));
  await page.getByRole("button", { name: "Make a policy of it" }).click();
  await page.waitForTimeout(500);
  if (await page.locator("dialog[open]").count()) await page.locator("dialog .close").click();
  assert.match((await kept(page)).policy, /Imported|mappings:/);
  await page.getByRole("button", { name: "Back to the provider…" }).click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save as synchronization schema" }).click()]);
  assert.ok(JSON.parse(readFileSync(await download.path(), "utf8")).synchronizationRules);
});

onPage("a mapping of Okta pasted among users is recognised", async (page) => {
  await tab(page, "Users");
  await page.getByRole("button", { name: "New", exact: true }).click();
  await page.getByRole("textbox", { name: "Document" }).fill(read("examples/import/okta-mapping.json"));
  await page.getByRole("button", { name: "Make a policy of it" }).click();
  await page.locator("#tab-policy[aria-selected=true]").waitFor();
  assert.match((await kept(page)).policy, /dialect: okta/);
});

onPage("an assertion of SAML, a token and claims become sign-ins", async (page) => {
  await tab(page, "Timeline");
  const saml = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"><saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><saml:Subject><saml:NameID>saml@acme.example</saml:NameID></saml:Subject><saml:AttributeStatement><saml:Attribute Name="dockerRole"><saml:AttributeValue>owner</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion></samlp:Response>`;
  const claims = { email: "oidc@acme.example", dockerRole: "editor" };
  const token = `e30.${Buffer.from(JSON.stringify({ ...claims, email: "token@acme.example" })).toString("base64url")}.c2ln`;
  const pasted = [[saml, "saml"], [JSON.stringify(claims), "oidc"], [token, "token"], [Buffer.from(saml).toString("base64"), "saml"]];
  for (const [at, [text, name]] of pasted.entries()) {
    await page.getByRole("button", { name: "Paste a sign-in…" }).click();
    await page.getByLabel("Assertion or token").fill(text);
    await page.getByRole("button", { name: "Add to the timeline" }).click();
    await page.locator(".step.jit").nth(at).waitFor();
    assert.match(await page.locator(".step.jit").nth(at).textContent(), new RegExp(`${name}@acme.example`));
  }
  await page.getByRole("button", { name: "Paste a sign-in…" }).click();
  await page.getByLabel("Assertion or token").fill("neither");
  await page.getByRole("button", { name: "Add to the timeline" }).click();
  await status(page, "It is neither a SAML response");
});
