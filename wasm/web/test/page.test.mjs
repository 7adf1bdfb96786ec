// What a person does with the page, from the first load on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { close, example, kept, onPage, open, paste, shot, status, tab, write } from "./harness.mjs";

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
  const text = '"My Corp Editor", "editor"';
  await page.evaluate(() => document.querySelector(".policy .editor").shadowRoot.querySelector(".cm-content").focus());
  await page.keyboard.press("Control+f");
  await page.locator(".cm-search input[name=search]").fill(text);
  await page.locator(".cm-search input[name=replace]").fill('"My Corp Editor", "owner"');
  await page.locator(".cm-search button[name=replaceAll]").click();
  await page.keyboard.press("Escape");
  await page.locator(".note.danger", { hasText: "gain owner" }).waitFor();
  await page.locator("[data-filter=changed]").click();
  await shot(page, "changes");
  await page.locator("tr", { hasText: "bjorn" }).locator("td[data-column=role] button").click();
  await page.getByText("Rows that hit").waitFor();
  await shot(page, "readme");
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

onPage("an example that is broken from the start shows no other policy's users, and counts from its repair on", async (page) => {
  await example(page, "Broken Switch: default forgotten");
  await page.locator(".banner", { hasText: "Repair them to see what everybody gets" }).waitFor();
  assert.equal(await page.locator(".everybody .cell").count(), 0);
  await page.locator("button.repair").click();
  await status(page, "users of Docker");
  await paste(page, (await kept(page)).policy.replace('"member"', '"owner"'));
  await page.locator(".banner", { hasText: /gain owner/ }).waitFor();
  await tab(page, "Changes");
  await page.locator(".changes tbody button").first().click();
  await page.getByText("Rows that hit").waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#explain").isVisible(), false);
});

onPage("a test that does not fit into the policy is not written, and it is said", async (page) => {
  await status(page, "users of Docker");
  await paste(page, `${(await kept(page)).policy}\ntests: []\n`);
  await page.waitForTimeout(500);
  await page.locator("td[data-column=role] button").first().click();
  await page.getByRole("button", { name: "Pin as test" }).click();
  await status(page, "The test does not fit");
  assert.match((await kept(page)).policy, /tests: \[\]\n$/);
});

onPage("what a dialog's doing came to is said in the dialog", async (page) => {
  await tab(page, "Timeline");
  await page.getByRole("button", { name: "Paste a sign-in…" }).click();
  await page.getByLabel("Assertion or token").fill("nothing of the kind");
  await page.getByRole("button", { name: "Add to the timeline" }).click();
  await page.locator("dialog [role=status]", { hasText: "It is neither a SAML response" }).waitFor();
});

onPage("a policy is opened from a file, and a file that is dropped anywhere does not replace the page", async (page) => {
  const drop = (name, text) => page.evaluate(([name, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name));
    const event = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
    return document.querySelector("#results").dispatchEvent(event);
  }, [name, text]);
  await page.locator(".policy input[type=file]").setInputFiles({ name: "mine.yaml", mimeType: "application/yaml", buffer: Buffer.from("rolewright: 1\npolicy: mine\nextends: grafana.yaml\n") });
  await status(page, "mine.yaml is open");
  assert.equal(await drop("other.yaml", "rolewright: 1\npolicy: other\nextends: docker.yaml\n"), false);
  await status(page, "other.yaml is open");
  assert.match((await kept(page)).policy, /policy: other/);
  assert.equal(await drop("more.csv", "userPrincipalName,accountEnabled\ndropped@acme.example,true\n"), false);
  await page.locator("th", { hasText: "dropped@acme.example" }).waitFor();
});
