// The npm package, installed from its tarball as a stranger would: ES modules and CommonJS in Node, types, a browser.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createReadStream, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { close, newPage } from "./harness.mjs";
import { TYPES, root } from "./serve.mjs";

const USE = `
const users = new Users([{ name: "users.csv", text: "userPrincipalName,surname\\nada@acme.example,Lovelace\\n" }]);
const good = expr("ToUpper([surname])", users, { seed: 1 });
const bad = expr("ToUper([surname])", users, {});
const told = \`\${good.rows[0].value} \${bad.ok} \${bad.diagnostics[0].code} \${functions("okta").length > 30}\`;
users.free();
`;
const TOLD = "LOVELACE false unknown-function true";

let folder;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "rolewright-"));
  const tarball = readdirSync(join(root, "target/npm")).find((it) => it.endsWith(".tgz"));
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
  execFileSync("npm", ["install", "--offline", "--silent", "--no-audit", "--no-fund", join(root, "target/npm", tarball)], { cwd: folder, shell: process.platform === "win32" });
});
after(() => rmSync(folder, { recursive: true, force: true }));

function run(file, text) {
  writeFileSync(join(folder, file), text);
  const ran = spawnSync(process.execPath, [file], { cwd: folder, encoding: "utf8" });
  assert.equal(ran.status, 0, ran.stderr);
  return ran.stdout.trim();
}

test("it has a licence, a manual, a version, and nothing else to install", () => {
  const installed = join(folder, "node_modules/rolewright");
  for (const file of ["README.md", "LICENSE-MIT", "LICENSE-APACHE"]) assert.ok(existsSync(join(installed, file)), file);
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  assert.notEqual(manifest.version, "0.0.0");
  assert.equal(manifest.dependencies, undefined);
  assert.deepEqual(readdirSync(join(folder, "node_modules")).filter((it) => !it.startsWith(".")), ["rolewright"]);
});

test("ES modules in Node", () => {
  assert.equal(run("use.mjs", `import init, { Users, expr, functions } from "rolewright";\nawait init();${USE}console.log(told);\n`), TOLD);
});

test("CommonJS in Node", () => {
  assert.equal(run("use.cjs", `const { Users, expr, functions } = require("rolewright");${USE}console.log(told);\n`), TOLD);
});

test("the types hold for both, and for bundlers", () => {
  const lines = 'const users = new Users([]);\nconst rows: string | null | undefined = expr("[a]", users, { dialect: "okta" }).rows?.[0]?.user;\n// @ts-expect-error there is no such language\nexpr("[a]", users, { dialect: "ldap" });\nconsole.log(rows);\n';
  writeFileSync(join(folder, "module.mts"), `import init, { Users, expr } from "rolewright";\nawait init();\n${lines}`);
  writeFileSync(join(folder, "common.cts"), `import rolewright = require("rolewright");\nconst { Users, expr } = rolewright;\n${lines}`);
  writeFileSync(join(folder, "element.mts"), 'import "rolewright/element";\nconst it = document.querySelector("rolewright-preview");\nif (it) it.expression = "[a]";\n');
  const tsc = join(dirname(fileURLToPath(import.meta.url)), "../node_modules/typescript/bin/tsc");
  for (const [module, resolution] of [["node16", "node16"], ["esnext", "bundler"]]) {
    const files = module === "esnext" ? ["module.mts", "element.mts"] : ["module.mts", "common.cts", "element.mts"];
    const ran = spawnSync(process.execPath, [tsc, "--noEmit", "--strict", "--target", "es2022", "--lib", "es2023,dom,esnext.disposable", "--types", "", "--module", module, "--moduleResolution", resolution, ...files], { cwd: folder, encoding: "utf8" });
    assert.equal(ran.status, 0, ran.stdout);
  }
});

test("a page of one's own, under a strict content security policy", async () => {
  writeFileSync(join(folder, "use.js"), `import init, { Users, expr, functions } from "./node_modules/rolewright/browser.js";\nimport "./node_modules/rolewright/rolewright-preview.js";\nawait init();${USE}document.querySelector("output").textContent = told;\n`);
  writeFileSync(join(folder, "index.html"), `<!doctype html><html lang="en"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; img-src 'self' data:"><link rel="icon" href="data:,"><title>x</title><output></output><rolewright-preview expression="ToUpper(&quot;ada&quot;)"></rolewright-preview><script type="module" src="use.js"></script>`);
  const server = createServer((request, response) => {
    const name = new URL(request.url, "http://localhost").pathname.slice(1) || "index.html";
    if (!existsSync(join(folder, name))) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(name)] ?? "application/octet-stream" });
    createReadStream(join(folder, name)).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const page = await newPage({}, origin);
  await page.goto(`${origin}/`);
  await page.locator("output", { hasText: TOLD }).waitFor();
  await page.locator("rolewright-preview td", { hasText: "ADA" }).waitFor();
  await close(page);
  server.close();
});
