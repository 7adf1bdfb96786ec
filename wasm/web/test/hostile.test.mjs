// Input that is hostile or huge: the page stays usable and says what is wrong.

import assert from "node:assert/strict";
import { example, onPage, paste, status, tab } from "./harness.mjs";

const EXPRESSION = ".expression .editor";

onPage("ten thousand users are read, and names are never markup", async (page) => {
  await page.getByRole("tab", { name: "Users" }).click();
  const lines = Array.from({ length: 10_000 }, (_, at) => `<img src=x onerror=alert(1)>${at}@acme.example,true,My Corp Editor`);
  const file = { name: "many.csv", mimeType: "text/csv", buffer: Buffer.from(`userPrincipalName,accountEnabled,appRoleAssignments\n${lines.join("\n")}\n`) };
  for (let count = await page.getByRole("button", { name: /^Remove/ }).count(); count > 0; count--) await page.getByRole("button", { name: /^Remove/ }).first().click();
  await page.locator(".users input[type=file]").setInputFiles(file);
  await page.locator("#status", { hasText: "10,000 users of Docker" }).waitFor({ timeout: 60_000 });
  assert.equal(await page.locator(".everybody img").count(), 0);
});

onPage("five megabytes pasted as a policy are refused in words", async (page) => {
  await paste(page, `rolewright: 1\n${"a: [1, 2, 3, 4, 5, 6, 7]\n".repeat(220_000)}`);
  await page.locator(".problem.error").first().waitFor({ timeout: 60_000 });
  await example(page, "Grafana");
  await status(page, "of Grafana");
});

onPage("five megabytes pasted as users are read or refused", async (page) => {
  await tab(page, "Users");
  await page.getByRole("button", { name: "New", exact: true }).click();
  await page.evaluate(() => {
    const area = document.querySelector(".users textarea");
    area.value = `userPrincipalName,accountEnabled\n${"x".repeat(5_000_000)}@acme.example,true\n`;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await status(page, "15 users of Docker");
  await page.getByRole("searchbox").fill("nobody at all");
  await page.getByText("Nobody fits the filter.").waitFor();
});

onPage("a hundred thousand parentheses and an endless pattern are answered", async (page) => {
  await tab(page, "Expression");
  for (const text of ["(".repeat(100_000), "Trim(".repeat(100_000)]) {
    await paste(page, text, EXPRESSION);
    await page.locator(".expression .problem.error").first().waitFor({ timeout: 30_000 });
  }
  await paste(page, 'Replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", , "^(a|aa)+(?=b)", , "b", , )', EXPRESSION);
  await page.locator(".expression .problem.error", { hasText: "takes too many steps" }).first().waitFor({ timeout: 30_000 });
});

onPage("markup in names, values and links stays text", async (page) => {
  const evil = "<img src=x onerror=alert(1)><script>alert(2)</script>";
  await tab(page, "Users");
  await page.getByRole("button", { name: "New", exact: true }).click();
  await page.getByRole("textbox", { name: "Document" }).fill(JSON.stringify([{ userPrincipalName: `${evil}@acme.example`, accountEnabled: true, surname: evil, extensionAttribute2: evil, appRoleAssignments: [evil] }]));
  await status(page, "15 users of Docker");
  await page.getByRole("searchbox").fill("onerror");
  await page.locator("td[data-column=role] button").first().click();
  await page.getByText("Rows that hit").waitFor();
  await page.getByRole("button", { name: "Edit user" }).click();
  await page.locator(".user-form").waitFor();
  for (const name of ["Timeline", "Findings", "Changes", "Expression"]) await tab(page, name);
  await page.evaluate((evil) => { location.hash = `#v=1&p=${evil}`; }, evil);
  await status(page, "The link is damaged");
  assert.equal(await page.locator("main img, main script").count(), 0);
});

onPage("a long evaluation can be cancelled, and the page goes on", async (page) => {
  await tab(page, "Users");
  const lines = Array.from({ length: 150_000 }, (_, at) => `user${at}@acme.example,true,My Corp Editor`);
  const file = { name: "many.csv", mimeType: "text/csv", buffer: Buffer.from(`userPrincipalName,accountEnabled,appRoleAssignments\n${lines.join("\n")}\n`) };
  await page.locator(".users input[type=file]").setInputFiles(file);
  await page.getByRole("button", { name: "Cancel" }).click({ timeout: 30_000 });
  await status(page, "Cancelled");
  await example(page, "Grafana");
  await status(page, "of Grafana");
});
