// Which functions of the engine a first visit calls, into target/web-build/called.json: the page's first file has those,
// its second one all others. `cargo xtask web` runs it over the engine with a mark in each function.

import { copyFileSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const built = join(root, "target/web-build");
// For Node a module has an ending of its own.
copyFileSync(join(built, "web/rolewright.js"), join(built, "engine.mjs"));
const marked = new WebAssembly.Module(readFileSync(join(built, "marked.wasm")));
const called = new Set();
globalThis.rolewrightRest = () => {};

/** Lets an engine that has answered nothing yet work, and counts what that calls. */
async function visit(name, work) {
  const engine = await import(`${join(built, "engine.mjs")}?${name}`);
  const marks = engine.initSync({ module: marked });
  work(engine);
  for (const [name, mark] of Object.entries(marks)) if (name.startsWith("called:") && mark.value === 1) called.add(Number(name.slice("called:".length)));
}

const read = (file) => readFileSync(join(root, file), "utf8");
const names = readdirSync(join(root, "policies")).filter((it) => it.endsWith(".yaml")).sort();
const bases = Object.fromEntries(names.map((it) => [it, read(`policies/${it}`)]));
const settings = { now: "2026-01-01T00:00:00Z", seed: 1 };
const graph = ["users", "service-principal", "app-role-assigned-to"].map((it) => ({ name: `${it}.json`, text: read(`examples/graph/${it}.json`) }));
const table = [{ name: "users.csv", text: read("examples/csv/users.csv") }];
const own = (mapping) => ({
  text: `rolewright: 1\npolicy: acme\nextends: docker.yaml\nconnection: { default_org: acme, default_team: company }\nsources:\n  scim:\n    mappings:\n      ${mapping}\n`,
  bases,
});
const roles = '"My Corp Administrator", "owner", "My Corp Editor", "editor"';
const written = [
  `dockerRole: { expression: 'Switch(SingleAppRoleAssignment([appRoleAssignments]), "member", ${roles})' }`,
  `dockerRole: { expression: 'Switch(SingleAppRoleAssignment([appRoleAssignments]), ${roles})' }`,
  `dockerRole: { expression: 'Switch([jobTitle], "member", "Engineer", "editor"' }`,
  `dockerRole: { expression: 'Swich([jobTitel], "member", "Engineer", "Editor")' }`,
  `dockerTeam: { expression: 'Coalesce(Append(ToLower(Trim([department])), Mid([surname], 1, 2)), Join("-", [a], [b]), "company")' }`,
  `dockerTeam: { expression: 'IIF(IsPresent([department]), Replace([department], "a", , , "b", , ), "x")' }`,
  `dockerOrg:  { direct: extensionAttribute2`,
  `dockerTeam: { direct: extensionAttribute3 }`,
];

// What is typed into the policy, over what is opened in the page's examples.
const shipped = ["docker.yaml", "docker-2025.yaml", "docker-entra-direct.yaml", "docker-entra-roles.yaml", "github-emu.yaml", "grafana.yaml"];
const policies = [...shipped.map((name) => ({ text: bases[name], bases })), ...written.map(own)];
await visit("all", (engine) => {
  for (const documents of [[], table, graph]) {
    const users = new engine.Users(documents);
    users.summary();
    for (const policy of policies) {
      engine.check(policy);
      const evaluated = engine.evaluate(policy, users, settings);
      engine.explain(policy, users, 1, settings);
      engine.diff(policies[0], policy, users, settings);
      for (const row of evaluated.rows ?? []) engine.eventsOf(policy, users, row.row, settings);
      for (const word of ["expression: '", "Switch(", "[job", "direct: ", "\"mem", "docker", "mappings:\n      "]) {
        const at = policy.text.indexOf(word);
        if (at < 0) continue;
        engine.complete(policy.text, at + word.length, users);
        engine.hover(policy.text, at + 2, users);
      }
    }
    for (const text of ["[department]", "ToUpper([surname])", "Nope("]) engine.expr(text, users, settings);
    users.free();
  }
  engine.functions();
  engine.format(bases["docker.yaml"]);
  engine.loadRest(); // what brings in the second file
});

// Some things are made ready by whatever needs them first.
const text = bases["docker.yaml"];
const firsts = {
  users: (engine) => new engine.Users(graph),
  check: (engine) => engine.check(policies[0]),
  broken: (engine) => engine.check(own(written[1])),
  format: (engine) => engine.format(text),
  functions: (engine) => engine.functions(),
  evaluate: (engine) => engine.evaluate(policies[0], new engine.Users([]), settings),
  expr: (engine) => engine.expr("ToUpper([surname])", new engine.Users(table), settings),
  complete: (engine) => engine.complete(text, text.indexOf("docker"), new engine.Users([])),
  hover: (engine) => engine.hover(text, text.indexOf("Switch(") + 2, new engine.Users([])),
};
for (const [name, work] of Object.entries(firsts)) await visit(name, work);

writeFileSync(join(built, "called.json"), JSON.stringify([...called].sort((a, b) => a - b)));
