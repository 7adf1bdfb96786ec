// Packs the page: wasm-opt over the engine, esbuild over the rest. `cargo xtask web` calls it after the engine is built.
//
//   node build.mjs [--no-opt] [--cost] [--bound]
//
// --cost tells what each crate costs, --bound fails where the page has grown too large.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { costs, withoutNames } from "./cost.mjs";
import { docs } from "./docs.mjs";
import { pack } from "./npm.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../../target");
const engine = join(target, "web-build");
const out = join(target, "web");

/** What rustc takes for granted on wasm32, so that wasm-opt reads it. */
const FEATURES = ["bulk-memory", "bulk-memory-opt", "sign-ext", "nontrapping-float-to-int", "mutable-globals", "reference-types", "multivalue"];

/** Bytes by gzip: the first file of the engine, and all that a first visit loads. */
const LARGEST = { engine: 400_000, visit: 700_000 };

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

/** wasm-opt over a file that names its functions; what comes out names them, too. `-Oz` is smaller, and larger by gzip. */
function optimise(raw) {
  if (process.argv.includes("--no-opt")) return readFileSync(raw);
  // The same input gives the same output; it takes a minute, so that it is kept.
  const kept = join(engine, `opt-${createHash("sha256").update(readFileSync(raw)).digest("hex").slice(0, 16)}.wasm`);
  if (!existsSync(kept)) {
    const tool = join(here, "node_modules/binaryen/bin/wasm-opt");
    execFileSync(process.execPath, [tool, "-O2", "-g", ...FEATURES.map((it) => `--enable-${it}`), raw, "-o", kept], { stdio: "inherit" });
  }
  return readFileSync(kept);
}

const parts = { "rolewright.wasm": optimise(join(engine, "first.wasm")), "rest.wasm": optimise(join(engine, "rest.wasm")) };
for (const [file, bytes] of Object.entries(parts)) writeFileSync(join(out, file), withoutNames(bytes));
// The packages have the same engine in one file.
const whole = withoutNames(optimise(join(engine, "whole.wasm")));
for (const folder of ["node", "web"]) writeFileSync(join(engine, folder, "rolewright_bg.wasm"), whole);

await esbuild.build({
  entryPoints: { main: join(here, "src/main.ts"), worker: join(here, "src/worker.ts") },
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
  alias: { rolewright: join(engine, "web/rolewright.js") },
  // The glue's own guess of where the engine lies is never taken: the worker says where.
  define: { "import.meta.url": "self.location.href" },
  loader: { ".yaml": "text", ".csv": "text", ".ndjson": "text" },
  plugins: [{
    // Exports in JSON are shown as they are, and not read as modules.
    name: "exports-as-text",
    setup(build) {
      build.onResolve({ filter: /\.export$/ }, (found) => ({ path: join(found.resolveDir, found.path.replace(/\.export$/, ".json")), namespace: "text" }));
      build.onLoad({ filter: /.*/, namespace: "text" }, (found) => ({ contents: readFileSync(found.path, "utf8"), loader: "text" }));
    },
  }],
});

await esbuild.build({
  entryPoints: { "rolewright-preview": join(here, "src/element.ts") },
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
  loader: { ".css": "text" },
});

for (const file of ["index.html", "icon.svg"]) copyFileSync(join(here, file), join(out, file));
const style = await esbuild.transform(readFileSync(join(here, "style.css"), "utf8"), { loader: "css", minify: true });
writeFileSync(join(out, "style.css"), style.code);

const pages = docs(here, engine, out);
const files = ["index.html", "icon.svg", "style.css", "main.js", "worker.js", "rolewright-preview.js", "rolewright.wasm", "rest.wasm", ...pages];
const version = createHash("sha256");
for (const file of files) version.update(readFileSync(join(out, file)));
const service = readFileSync(join(here, "service.js"), "utf8");
writeFileSync(join(out, "service.js"), service.replace("VERSION", version.digest("hex").slice(0, 16)).replace("FILES", JSON.stringify(["./", "docs/", ...files])));

const size = (bytes) => ({ raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length });
const sizes = [...files, "service.js"].map((file) => ({ file, ...size(readFileSync(join(out, file))) }));
writeFileSync(join(engine, "sizes.json"), JSON.stringify(sizes, null, 2));
const sum = (file, list) => ({ file, raw: list.reduce((sum, it) => sum + it.raw, 0), gzip: list.reduce((sum, it) => sum + it.gzip, 0) });
const visit = sum("first visit", sizes.filter((it) => !["rest.wasm", "rolewright-preview.js", ...pages].includes(it.file)));
for (const it of [...sizes, visit, sum("in all", sizes), { file: "(in one file)", ...size(whole) }]) {
  console.log(`${it.file.padEnd(18)} ${String(it.raw).padStart(9)} bytes ${String(it.gzip).padStart(8)} gzip`);
}
if (process.argv.includes("--cost")) console.log(`\n${costs(parts)}`);
const first = sizes.find((it) => it.file === "rolewright.wasm").gzip;
if (process.argv.includes("--bound") && (first > LARGEST.engine || visit.gzip > LARGEST.visit)) {
  console.error(`too large: the engine's first file may have ${LARGEST.engine} bytes by gzip, a first visit ${LARGEST.visit}; \`cargo xtask web --cost\` tells what they are made of`);
  process.exit(1);
}
console.log(`the package is ${pack(join(here, "../.."), engine, out, join(target, "npm"))}`);
