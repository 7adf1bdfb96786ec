// Every panel, in light and dark, on a desktop and a phone: what axe-core finds, and pictures to look at.

import { accessible, example, onPage, shot, status, tab } from "./harness.mjs";

for (const [name, options] of [
  ["desktop", {}],
  ["dark", { colorScheme: "dark" }],
  ["phone", { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true }],
  ["phone-dark", { viewport: { width: 360, height: 780 }, colorScheme: "dark" }],
]) {
  onPage(`axe finds nothing: ${name}`, async (page) => {
    const check = async (state) => {
      await shot(page, `${name}-${state}`);
      await accessible(page, state);
    };
    await page.locator("td[data-column=role] button").first().waitFor();
    await check("everybody");
    if (name.startsWith("phone")) await shot(page, `${name}-whole`, { fullPage: true });
    await page.locator("td[data-column=role] button").first().click();
    await page.getByText("Rows that hit").waitFor();
    await check("explain");
    await page.getByRole("button", { name: "Edit user" }).click();
    await page.locator(".user-form").waitFor();
    await check("form");
    await example(page, "Broken Switch: default forgotten");
    await page.locator(".cm-lintRange-error").first().waitFor();
    await check("error");
    await example(page, "A sign-in overwrites SCIM");
    await page.locator(".step").first().waitFor();
    await check("timeline");
    for (const one of ["Users", "Expression", "Changes", "Findings"]) {
      await tab(page, one);
      await check(one.toLowerCase());
    }
    await example(page, "Docker from Okta");
    await status(page, "12 users of Docker");
    await check("okta");
    for (const [button, title] of [["Share…", "share"], ["Save draft…", "draft"], ["Import…", "import"], ["Back to the provider…", "provider"]]) {
      await page.getByRole("button", { name: button }).click();
      await page.locator("dialog[open]").waitFor();
      await check(title);
      await page.locator("dialog .close").click();
    }
  }, options);
}
