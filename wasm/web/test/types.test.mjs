// The types of the package are true: real answers, written out as TypeScript, are checked against them. A field too
// many is an error there, as is one too few.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { root } from "./serve.mjs";

const engine = createRequire(import.meta.url)(join(root, "target/web-build/node/rolewright.js"));
const read = (file) => readFileSync(join(root, file), "utf8");
const bases = Object.fromEntries(["docker", "docker-okta", "docker-entra-roles"].map((name) => [`${name}.yaml`, read(`policies/${name}.yaml`)]));
const policy = (name) => ({ text: bases[name], bases });
const documents = (folder, names) => names.map((name) => ({ name, text: read(`${folder}/${name}.json`) }));
const settings = { seed: 1, now: "2026-01-01T00:00:00Z" };

test("every answer has the type that is written down", () => {
  const graph = new engine.Users(documents("examples/graph", ["users", "service-principal", "app-role-assigned-to"]));
  const okta = new engine.Users(documents("examples/okta", ["users", "app-users", "groups", "group-members"]));
  const docker = policy("docker.yaml");
  const text = docker.text;
  const broken = { text: text.replace("default_org", "default_orgg") };
  const event = read("examples/events/history.ndjson");
  const at = text.indexOf("SingleAppRoleAssignment") + 3;
  const answers = [
    ["UsersSummary", graph.summary()], ["UsersSummary", okta.summary()], ["Answer", engine.check(broken)],
    ["Formatted", engine.format(text)], ["Formatted", engine.format("a: [")],
    ["Evaluated", engine.evaluate(docker, graph, settings)], ["Evaluated", engine.evaluate(policy("docker-okta.yaml"), okta, settings)], ["Evaluated", engine.evaluate(broken, graph, settings)],
    ["Explained", engine.explain(docker, graph, 1, settings)], ["Explained", engine.explain(policy("docker-okta.yaml"), okta, 1, settings)], ["Explained", engine.explain(docker, graph, "nobody", settings)],
    ["ExpressionResult", engine.expr("ToUpper([surname])", graph, settings)], ["ExpressionResult", engine.expr("ToUpper(", graph, settings)],
    ["Completions", engine.complete(text, at, graph)], ["Completions", engine.complete("user.", 5, okta, "okta")],
    ["Hover | null", engine.hover(text, at, graph)], ["Hover | null", engine.hover("ToUpper([surname])", 10, graph, "entra")], ["Hover | null", engine.hover(text, text.indexOf("dockerRole:") + 2, graph)],
    ["FunctionManual[]", engine.functions()], ["FunctionManual[]", engine.functions("okta")],
    ["Replayed", engine.replay(docker, event)], ["EventsOf", engine.eventsOf(docker, graph, 1, settings)],
    ["Differences", engine.diff(docker, policy("docker-entra-roles.yaml"), graph, settings)],
    ["Conflicts", engine.conflicts(docker, graph, settings)], ["Gaps", engine.gaps(docker, graph, settings)], ["Audited", engine.audit(docker, graph, settings)],
    ["TestResults", engine.tests(docker, settings)],
    ["ImportedPolicy", engine.importConfiguration(documents("examples/import", ["entra-schema"]))], ["ImportedPolicy", engine.importConfiguration([{ name: "none", text: "{}" }])],
    ["ExportedSchema", engine.exportEntra(docker)], ["Mappings", engine.mappings(policy("docker-okta.yaml"))],
    ["EdgeUsers", engine.edgeUsers(docker)], ["EdgeUsers", engine.edgeUsers(policy("docker-okta.yaml"))],
    ["SignedIn", engine.signIn(docker, { nameId: "ada@acme.example", attributes: { dockerRole: "owner", other: ["x"] } }, settings)], ["SignedIn", engine.signIn(docker, {}, settings)],
  ];
  const folder = join(root, "target/web-build/types");
  mkdirSync(folder, { recursive: true });
  const lines = answers.map(([type, answer], at) => `export const answer${at}: ${type.replaceAll(/[A-Z]\w+/g, (name) => `engine.${name}`)} = ${JSON.stringify(answer)};`);
  writeFileSync(join(folder, "answers.ts"), `import type * as engine from "../web/rolewright.js";\n${lines.join("\n")}\n`);
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { strict: true, noEmit: true, target: "ES2022", lib: ["ES2023", "DOM", "ESNext.Disposable"], module: "ESNext", moduleResolution: "bundler", types: [], skipLibCheck: true }, files: ["answers.ts"] }));
  const tsc = join(dirname(fileURLToPath(import.meta.url)), "../node_modules/typescript/bin/tsc");
  const ran = spawnSync(process.execPath, [tsc, "--project", folder], { encoding: "utf8" });
  assert.equal(ran.status, 0, (ran.stdout + ran.stderr).split("\n").map((line) => line.slice(0, 400)).slice(0, 20).join("\n"));
});
