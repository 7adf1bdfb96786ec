// `rolewright preview` as it is used: the program serves its page, and Chromium shows policy and users.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { close, kept, newPage, status } from "./harness.mjs";
import { root } from "./serve.mjs";

const okta = ["users", "app-users", "groups", "group-members"].map((it) => `examples/okta/${it}.json`);

test("the program opens a policy that builds on another, with its users", async () => {
  const program = spawn(join(root, "target/debug/rolewright"), ["preview", "policies/docker-okta.yaml", "--no-open", "--port", "0", "--users", ...okta], { cwd: root, stdio: ["ignore", "pipe", "ignore"] });
  try {
    const link = await new Promise((resolve, reject) => {
      createInterface(program.stdout).once("line", resolve);
      program.once("exit", (code) => reject(new Error(`the program ended with ${code}: it was built without the page?`)));
    });
    const page = await newPage({}, new URL(link).origin);
    await page.goto(link);
    await status(page, "12 users of Docker");
    await page.locator("tr", { hasText: "rosa.silva" }).locator(".pill.privileged").waitFor();
    assert.match((await kept(page)).policy, /policy: docker-okta/);
    assert.equal(new URL(page.url()).hash, "");
    await page.reload();
    await status(page, "12 users of Docker");
    await page.goto(new URL("docs/", link).href);
    await page.locator("rolewright-preview td", { hasText: "owner" }).first().waitFor();
    await close(page);
  } finally {
    program.kill();
  }
});
