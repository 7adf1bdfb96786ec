// The keyboard alone.

import assert from "node:assert/strict";
import { onPage, status } from "./harness.mjs";

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

/** Presses Tab until the focus is on what the selector names. */
async function tabTo(page, selector, most = 150) {
  for (let count = 0; count < most; count++) {
    await page.keyboard.press("Tab");
    const there = await page.evaluate((selector) => {
      let active = document.activeElement;
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
      return active?.matches(selector) ?? false;
    }, selector);
    if (there) return;
  }
  throw new Error(`Tab never reaches ${selector}`);
}

onPage("a whole walk by the keyboard: example, repair, filter, reason, pin, timeline", async (page) => {
  await page.locator("td[data-column=role] button").first().waitFor();
  await tabTo(page, ".skip");
  await tabTo(page, "#examples");
  // The second example is the broken Switch.
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.locator(".cm-lintRange-error").first().waitFor();
  await tabTo(page, ".cm-content");
  await page.keyboard.press("Control+End");
  await page.keyboard.type("\n# seen");
  // Once for a list of completions that may be open, once to leave with Tab.
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await tabTo(page, "button.repair");
  await page.keyboard.press("Enter");
  await status(page, "users of Docker");
  await tabTo(page, ".cm-content");
  await page.keyboard.press("Escape");
  await tabTo(page, "[data-filter=privileged]");
  await page.keyboard.press("Space");
  await tabTo(page, ".everybody .cell");
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.evaluate(() => document.activeElement.parentElement.dataset.column), "role");
  await page.keyboard.press("Enter");
  await page.getByText("Rows that hit").waitFor();
  await tabTo(page, ".explain-head button[title^=Adds]");
  await page.keyboard.press("Enter");
  await status(page, "is pinned as a test");
  // From the tabs of the results, arrows lead to the timeline.
  await tabTo(page, "#tab-everybody");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.evaluate(() => document.activeElement.id), "tab-timeline");
  await tabTo(page, ".timeline button");
  await page.keyboard.press("Enter");
  await page.locator(".step.scim").first().waitFor();
});
