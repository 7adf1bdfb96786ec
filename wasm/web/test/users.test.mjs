// Users: edited in place, made up, of both providers.

import assert from "node:assert/strict";
import { example, onPage, paste, shot, status, tab } from "./harness.mjs";

const EXPRESSION = ".expression .editor";

onPage("a user is edited in place, and the edit can be taken back", async (page) => {
  const row = page.locator("tr", { hasText: "bjorn.odegard" });
  const org = (text) => row.locator("td[data-column=org]", { hasText: text }).waitFor();
  await row.locator("td[data-column=org] button").click();
  await page.getByRole("button", { name: "Edit user" }).click();
  const form = page.locator(".user-form");
  const value = form.getByLabel("extensionAttribute2", { exact: true });
  const kind = form.getByLabel("Kind of extensionAttribute2");
  await value.fill("whale");
  await org("whale");
  await row.locator(".tag.change", { hasText: "edited" }).waitFor();
  await kind.selectOption("null");
  await org("acme");
  await kind.selectOption("missing");
  await page.locator("#explain").getByText("missing: this user has no such attribute").first().waitFor();
  await form.getByLabel("appRoleAssignments", { exact: true }).fill("My Corp Administrator");
  await row.locator(".pill.privileged", { hasText: "owner" }).waitFor();
  await kind.selectOption("json");
  await value.fill("[1");
  await form.getByText("is no JSON yet").waitFor();
  await kind.selectOption("null");
  await form.getByLabel("Assigned to the application").selectOption("no");
  await row.locator(".tag", { hasText: "not assigned" }).waitFor();
  await shot(page, "edit-user");
  // A reload comes back to the edit.
  await page.reload();
  await row.locator(".tag.change", { hasText: "edited" }).waitFor();
  await row.locator("td[data-column=org] button").click();
  await page.getByRole("button", { name: "Undo edits" }).click();
  await org("moby");
  assert.equal(await row.locator(".tag.change").count(), 0);
});

onPage("what cannot be known from the files is told apart from what is missing", async (page) => {
  await tab(page, "Expression");
  await paste(page, "[employeeType]", EXPRESSION);
  await page.getByText("cannot be known: no loaded user has such an attribute").first().waitFor();
});

onPage("edge cases are made for the policy at hand, of both providers", async (page) => {
  for (const [title, count] of [["Switch over an attribute", 31], ["Docker from Okta", 27]]) {
    await example(page, title);
    await tab(page, "Users");
    await page.getByRole("button", { name: "Make users" }).click();
    await status(page, `${count} users`);
    for (const name of ["missing", "null", "empty", "lower-case", "non-ascii", "no-role", "two-roles", "inactive"]) await page.getByRole("button", { name: `${name}@edge.example` }).first().waitFor();
  }
});

onPage("Okta: users, groups and an expression with completion and manual", async (page) => {
  await example(page, "Docker from Okta");
  await page.locator("tr", { hasText: "rosa.silva" }).locator(".pill.privileged").waitFor();
  await page.locator("tr", { hasText: "uma.rao" }).locator("td[data-column=role] button").click();
  await page.locator("#explain .attribute[open]", { hasText: "appuser.dockerRole" }).waitFor();
  await tab(page, "Expression");
  await page.getByLabel("Language").selectOption("okta");
  const values = page.locator(".expression tbody td");
  await values.filter({ hasText: /^rosa\.silva$/ }).waitFor();
  await paste(page, "", EXPRESSION);
  await page.keyboard.press("Delete");
  await page.keyboard.type("String.toUp");
  await page.locator(".cm-tooltip-autocomplete", { hasText: "String.toUpperCase" }).waitFor();
  await page.waitForTimeout(150);
  await page.keyboard.press("Enter");
  await page.keyboard.type("user.firs");
  await page.locator(".cm-tooltip-autocomplete", { hasText: "user.firstName" }).waitFor();
  await page.waitForTimeout(150);
  await page.keyboard.press("Enter");
  await page.keyboard.type(")");
  await values.filter({ hasText: /^ROSA$/ }).waitFor();
  await page.locator(".expression .cm-function").first().hover();
  await page.locator(".manual", { hasText: "String.toUpperCase" }).waitFor();
  await shot(page, "okta-expression");
  await paste(page, "user.firstNam", EXPRESSION);
  await page.locator(".expression .problem").getByRole("button", { name: "Repair" }).click();
  await values.filter({ hasText: /^Rosa$/ }).waitFor();
});

onPage("app roles that no row covers are found, and groups come from the policy", async (page) => {
  await tab(page, "Findings");
  await page.getByRole("heading", { name: "Covered by no case" }).waitFor();
  await tab(page, "Timeline");
  const groups = await page.getByLabel("Group", { exact: true }).locator("option").allTextContents();
  assert.ok(groups.length > 1 && groups.every((name) => name.includes(":")), groups.join(" "));
  await page.getByRole("button", { name: "Push to group" }).click();
  await page.locator(".step", { hasText: "Group is pushed" }).waitFor();
});
