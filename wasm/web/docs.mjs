// The project's documentation for browsers, with its examples alive: a guide, and a page of functions for each language,
// made from the engine's own tables.

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const LANGUAGES = [
  ["entra", "functions-entra.html", "Functions of Entra"],
  ["okta", "functions-okta.html", "Functions of Okta"],
  ["okta-identity-engine", "functions-okta-identity-engine.html", "Functions of Okta Identity Engine"],
];
const SIGNS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escape = (text) => text.replaceAll(/[&<>"]/g, (sign) => SIGNS[sign]);

/** Writes the pages into `out/docs`; gives their paths. */
export function docs(here, engineFolder, out) {
  const engine = createRequire(import.meta.url)(join(engineFolder, "node/rolewright.js"));
  // One policy for all pages of a build: it stands in the page's own head.
  const policy = /<meta http-equiv="Content-Security-Policy"[^>]*>/.exec(readFileSync(join(here, "index.html"), "utf8"))[0];
  const pages = [["index.html", "Expressions by example", readFileSync(join(here, "docs/guide.html"), "utf8")], ...LANGUAGES.map(([dialect, file, title]) => [file, title, functions(engine.functions(dialect), dialect, title)])];
  const links = pages.map(([file, title]) => `<a href="${file}">${title}</a>`).join("\n        ");
  mkdirSync(join(out, "docs"), { recursive: true });
  for (const [file, title, content] of pages) {
    writeFileSync(join(out, "docs", file), `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    ${policy}
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title} · Rolewright</title>
    <link rel="icon" href="../icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="style.css">
    <script type="module" src="../rolewright-preview.js"></script>
  </head>
  <body>
    <header><nav aria-label="Documentation"><b>Rolewright</b>
        <a href="../">Preview</a>
        ${links}</nav></header>
    <main>
${content}
    </main>
  </body>
</html>
`);
  }
  copyFileSync(join(here, "docs/style.css"), join(out, "docs/style.css"));
  return [...pages.map(([file]) => `docs/${file}`), "docs/style.css"];
}

function functions(all, dialect, title) {
  const entry = (it) => `<h2 id="${escape(it.name)}">${escape(it.name)}</h2>
<p><code class="signature">${escape(it.signature)}</code></p>
<p>${escape(it.summary)}</p>
<ul>${it.parameters.map((parameter) => `<li><b>${escape(parameter.name)}</b>: ${escape(parameter.takes)}, ${escape(parameter.about)}${parameter.need === "required" ? "" : `; ${escape(parameter.need)}`}</li>`).join("\n")}</ul>
<rolewright-preview dialect="${dialect}"${it.name === "DefaultDomain" ? ' default-domain="acme.example"' : ""} expression="${escape(it.example.expression)}"></rolewright-preview>`.replace("<ul></ul>\n", "");
  return `<h1>${title}</h1>\n<p>Made from the engine's own tables. Each example can be changed.</p>\n${all.map(entry).join("\n")}`;
}
