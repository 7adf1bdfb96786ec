// The npm package, ready to publish: the engine for Node and for browsers over one WebAssembly file, types, the element.

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes `folder/package` and packs it; gives the path of the tarball. */
export function pack(root, engine, page, folder) {
  const out = join(folder, "package");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const glue = (from, to) => writeFileSync(join(out, to), readFileSync(join(engine, from), "utf8").replaceAll("rolewright_bg.wasm", "rolewright.wasm"));
  glue("node/rolewright.js", "node.cjs");
  glue("node/rolewright.d.ts", "node.d.cts");
  glue("web/rolewright.js", "browser.js");
  glue("web/rolewright.d.ts", "browser.d.ts");
  // The engine in one file: a package is loaded by programs that wait for it anyway.
  copyFileSync(join(engine, "node/rolewright_bg.wasm"), join(out, "rolewright.wasm"));
  for (const file of ["worker.js", "rolewright-preview.js"]) copyFileSync(join(page, file), join(out, file));
  const own = join(root, "wasm/npm");
  for (const file of readdirSync(own)) copyFileSync(join(own, file), join(out, file));
  for (const file of ["LICENSE-MIT", "LICENSE-APACHE"]) copyFileSync(join(root, file), join(out, file));
  // The version is the crate's.
  const version = /^\[workspace\.package\][^[]*?^version = "([^"]+)"/m.exec(readFileSync(join(root, "Cargo.toml"), "utf8"))[1];
  const manifest = JSON.parse(readFileSync(join(own, "package.json"), "utf8"));
  writeFileSync(join(out, "package.json"), `${JSON.stringify({ ...manifest, version }, null, 2)}\n`);
  execFileSync(process.platform === "win32" ? "npm.cmd" : "npm", ["pack", "--silent", "--offline", "--pack-destination", ".."], { cwd: out, stdio: ["ignore", "ignore", "inherit"], shell: process.platform === "win32" });
  return join(folder, `rolewright-${version}.tgz`);
}
