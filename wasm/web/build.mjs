// Packs the page: wasm-opt over the engine, esbuild over the rest. `cargo xtask web` calls it after the engine is built.
//
//   node build.mjs [--no-opt]

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { docs } from "./docs.mjs";
import { pack } from "./npm.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../../target");
const engine = join(target, "web-build");
const out = join(target, "web");

/** What rustc takes for granted on wasm32, so that wasm-opt reads it. */
const FEATURES = ["bulk-memory", "bulk-memory-opt", "sign-ext", "nontrapping-float-to-int", "mutable-globals", "reference-types", "multivalue"];

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const raw = join(engine, "web/rolewright_bg.wasm");
const packed = join(out, "rolewright.wasm");
if (process.argv.includes("--no-opt")) {
  copyFileSync(raw, packed);
} else {
  // The same input gives the same output; it takes a minute, so that it is kept.
  const kept = join(engine, `opt-${createHash("sha256").update(readFileSync(raw)).digest("hex").slice(0, 16)}.wasm`);
  if (!existsSync(kept)) {
    const tool = join(here, "node_modules/binaryen/bin/wasm-opt");
    execFileSync(process.execPath, [tool, "-Oz", "--strip-debug", "--strip-producers", ...FEATURES.map((it) => `--enable-${it}`), raw, "-o", kept], { stdio: "inherit" });
  }
  copyFileSync(kept, packed);
}
// The package for Node is the same engine.
copyFileSync(packed, join(engine, "node/rolewright_bg.wasm"));

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

const files = ["index.html", "icon.svg", "style.css", "main.js", "worker.js", "rolewright-preview.js", "rolewright.wasm", ...docs(here, engine, out)];
const version = createHash("sha256");
for (const file of files) version.update(readFileSync(join(out, file)));
const service = readFileSync(join(here, "service.js"), "utf8");
writeFileSync(join(out, "service.js"), service.replace("VERSION", version.digest("hex").slice(0, 16)).replace("FILES", JSON.stringify(["./", "docs/", ...files])));

const sizes = [...files, "service.js"].map((file) => ({ file, raw: statSync(join(out, file)).size, gzip: gzipSync(readFileSync(join(out, file)), { level: 9 }).length }));
writeFileSync(join(engine, "sizes.json"), JSON.stringify(sizes, null, 2));
const total = { file: "in all", raw: sizes.reduce((sum, it) => sum + it.raw, 0), gzip: sizes.reduce((sum, it) => sum + it.gzip, 0) };
for (const it of [...sizes, total]) console.log(`${it.file.padEnd(18)} ${String(it.raw).padStart(9)} bytes ${String(it.gzip).padStart(8)} gzip`);
console.log(`the package is ${pack(join(here, "../.."), engine, out, join(target, "npm"))}`);
