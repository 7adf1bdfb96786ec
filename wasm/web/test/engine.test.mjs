// The engine in WebAssembly, in Node, against the native one: the same questions, the same answers to the byte. Asked is
// the page's engine in its two files, and the package's in one.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./serve.mjs";

const inOne = createRequire(import.meta.url)(join(root, "target/web-build/node/rolewright.js"));
const native = ["target/debug/examples/answers", "target/release/examples/answers"].map((it) => join(root, it)).find(existsSync);
const read = (file) => readFileSync(join(root, file), "utf8");
const yaml = (folder) => readdirSync(join(root, folder)).filter((it) => it.endsWith(".yaml")).sort();

const bases = Object.fromEntries(yaml("policies").map((it) => [it, read(`policies/${it}`)]));
const policies = Object.entries(bases).map(([name, text]) => ({ name, text, bases }));
const graph = ["users", "service-principal", "app-role-assigned-to"].map((it) => ({ name: it, text: read(`examples/graph/${it}.json`) }));
const okta = ["users", "app-users", "groups", "group-members"].map((it) => ({ name: it, text: read(`examples/okta/${it}.json`) }));
const settings = { now: "2026-01-01T00:00:00Z", seed: 1 };

const [firstFile, secondFile] = ["rolewright.wasm", "rest.wasm"].map((it) => new WebAssembly.Module(readFileSync(join(root, "target/web", it))));
let started = 0;

/** The page's engine with its first file alone, and how often it has brought in the second. */
async function inTwo() {
  // A module for Node has an ending of its own, and each import of another name is one of its own.
  const glue = join(root, "target/web-build/engine.mjs");
  copyFileSync(join(root, "target/web-build/web/rolewright.js"), glue);
  const engine = await import(`${glue}?${started++}`);
  const first = engine.initSync({ module: firstFile });
  const page = { engine, brought: 0 };
  globalThis.rolewrightRest = () => {
    page.brought++;
    new WebAssembly.Instance(secondFile, { first });
  };
  return page;
}

const { engine } = await inTwo();
engine.loadRest();

/** Asks both and compares; the answers of the WebAssembly build. */
function ask(questions, asked = engine) {
  assert.ok(native, "the native answers are missing: run `cargo build --package rolewright-wasm --example answers`");
  const input = questions.map((it) => JSON.stringify(it)).join("\n");
  const ran = spawnSync(native, { input: `${input}\n`, maxBuffer: 1 << 30, encoding: "utf8" });
  assert.equal(ran.status, 0, ran.stderr);
  const theirs = ran.stdout.trimEnd().split("\n");
  assert.equal(theirs.length, questions.length);
  return questions.map(([name, ...values], at) => {
    const given = values.map((value, place) => (isDocuments(name, place) ? new asked.Users(value) : value));
    const answer = asked[name](...given);
    // The parser writes whole floating-point numbers as 1.0, JavaScript as 1: both sides go through JavaScript.
    assert.equal(JSON.stringify(answer), JSON.stringify(JSON.parse(theirs[at])), input.split("\n")[at].slice(0, 400));
    return answer;
  });
}
const isDocuments = (name, place) => place === 1 && ["evaluate", "explain", "expr", "conflicts", "audit"].includes(name);

test("every conformance case passes as it does natively", () => {
  let cases = 0;
  for (const file of yaml("tests/conformance")) {
    const [answer] = ask([["suite", read(`tests/conformance/${file}`), policies]]);
    assert.ok(answer.ok);
    for (const result of answer.results) assert.deepEqual(result.differences, [], `${file}: ${result.id}`);
    cases += answer.results.length;
  }
  for (const answer of ask(policies.map((policy) => ["tests", policy, settings]))) {
    for (const result of answer.results) assert.deepEqual(result.differences, [], result.id);
    cases += answer.results.length;
  }
  assert.ok(cases > 500, `only ${cases} cases`);
  console.log(`# ${cases} cases`);
});

test("a first visit needs the first file alone", async () => {
  const page = await inTwo();
  const written = "rolewright: 1\npolicy: acme\nextends: docker.yaml\nsources: { scim: { mappings: { dockerRole: { expression: 'Switch([department], \"member\", \"IT\", \"owner\")' } } } }\n";
  for (const policy of [...policies.filter(({ name }) => name.startsWith("docker") && !name.includes("okta")), { text: written, bases }]) {
    ask([["check", policy], ["evaluate", policy, graph, settings], ["explain", policy, graph, 1, settings]], page.engine);
  }
  assert.equal(page.brought, 0);
});

test("whatever needs the second file brings it in, once, and goes on", async () => {
  const alone = async (question) => {
    const page = await inTwo();
    ask([question], page.engine);
    ask([question], page.engine);
    assert.ok(page.brought <= 1);
    return page.brought;
  };
  let brought = 0;
  for (const { example } of engine.functions()) brought += await alone(["expr", example.expression, [], settings]);
  for (const policy of policies) for (const name of ["tests", "evaluate", "conflicts"]) {
    brought += await alone(name === "tests" ? [name, policy, settings] : [name, policy, graph, settings]);
  }
  for (const file of yaml("tests/conformance")) brought += await alone(["suite", read(`tests/conformance/${file}`), policies]);
  console.log(`# ${brought} of the questions needed it`);
  assert.ok(brought > 10);
  const page = await inTwo();
  globalThis.rolewrightRest = () => { throw new Error("no network"); };
  const users = new page.engine.Users([]);
  assert.throws(() => page.engine.expr('Replace("a.b", , "[.]", , "-", , )', users, settings), /no network/);
});

test("the engine in one file answers the same", () => {
  for (const file of yaml("tests/conformance")) ask([["suite", read(`tests/conformance/${file}`), policies]], inOne);
  ask(policies.map((policy) => ["evaluate", policy, graph, settings]), inOne);
});

test("users, reasons, histories and conflicts are the same", () => {
  const questions = policies.flatMap((policy) => [
    ["check", policy], ["evaluate", policy, graph, settings], ["explain", policy, graph, 1, settings], ["explain", policy, graph, "nobody@acme.example", settings],
    ["evaluate", policy, okta, settings], ["explain", policy, okta, 1, settings], ["audit", policy, graph, settings], ["audit", policy, okta, settings],
    ["mappings", policy], ["edgeUsers", policy], ["exportEntra", policy], ["signIn", policy, { nameId: "ada@acme.example", attributes: { dockerRole: ["owner"], other: ["x"] } }, settings], ["signIn", policy, { email: "ada@acme.example" }, settings],
    ["conflicts", policy, graph, settings], ["replay", policy, read("examples/events/history.ndjson")], ["format", policy.text],
  ]);
  const configuration = (...names) => ["importConfiguration", names.map((name) => ({ name, text: read(`examples/import/${name}.json`) }))];
  ask([...questions, ["functions"], ["functions", "okta"], ["functions", "okta-identity-engine"], configuration("entra-schema"), configuration("okta-mapping", "okta-app-schema"), configuration("okta-app-schema")]);
});

test("of policies and users made at random, the rows say the same", () => {
  const made = ["debug", "release"].map((it) => join(root, "target", it, "examples/law")).find(existsSync);
  assert.ok(made, "the law is missing: run `cargo build --package rolewright-wasm --example law`");
  const ran = spawnSync(made, ["200"], { maxBuffer: 1 << 30, encoding: "utf8" });
  assert.equal(ran.status, 0, ran.stderr);
  let [decided, placed] = [0, 0];
  for (const line of ran.stdout.trimEnd().split("\n")) {
    const { seed, source, policy, users, decisions } = JSON.parse(line);
    const document = { name: "users.ndjson", text: users.join("\n") };
    const [answer] = ask([["evaluate", { name: "law.yaml", text: policy }, [document], { ...settings, source }]]);
    assert.equal(answer.rows.length, users.length);
    for (const { row, decision } of answer.rows) {
      const wanted = decisions[row - 1];
      // A document says how else people know a user who has no name.
      if (wanted.user === "") decision.user = "";
      assert.deepEqual(decision, wanted, `seed ${seed}, sources.${source}, ${users[row - 1]}`);
      decided += 1;
      placed += Object.keys(wanted.orgs).length > 0 ? 1 : 0;
    }
  }
  console.log(`# ${decided} users, ${placed} placed`);
  assert.ok(decided > 10_000 && placed > decided / 3);
});

/** Numbers that follow from a seed, so that a failure can be repeated. */
function numbers(seed) {
  return (below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
}

test("10,000 random expressions over random users are the same", () => {
  const next = numbers(20261125);
  const pick = (list) => list[next(list.length)];
  const functions = engine.functions();
  const attributes = ["displayName", "surname", "mail", "department", "extensionAttribute1", "employeeHireDate", "appRoleAssignments", "otherMails", "nosuch"];
  const constants = ['"a"', '"My Corp Editor"', '"^[a-z]+$"', '"Ünï"', '""', '"2"', "0", "1", "3", "-1", '"yyyy-MM-dd"', '","', '"2026-01-02T03:04:05Z"', '"tr-TR"', '"d"'];
  const values = ["Ada", "", null, "a,b;c", "Ünïcödé 名😀", "2026-02-03T04:05:06Z", 7, true, ["x", "y"], [], "My Corp Editor", "  blank  "];
  const expression = (depth) => {
    const kind = next(10);
    if (depth === 0 || kind < 2) return `[${pick(attributes)}]`;
    if (kind < 4) return pick(constants);
    const it = pick(functions);
    const count = Math.max(0, it.parameters.length + (it.signature.includes("…") ? next(3) : 0) - (next(6) === 0 ? 1 : 0));
    return `${it.name}(${Array.from({ length: count }, () => (next(12) === 0 ? "" : expression(depth - 1))).join(", ")})`;
  };
  const users = () => [{ name: "users", text: Array.from({ length: 3 }, () => JSON.stringify(Object.fromEntries([["userPrincipalName", "a@b.example"], ...attributes.filter(() => next(3) > 0).map((name) => [name, pick(values)])]))).join("\n") }];
  const questions = Array.from({ length: 10_000 }, () => ["expr", expression(1 + next(4)), users(), { ...settings, defaultDomain: "acme.example", taken: ["a"] }]);
  const answers = ask(questions);
  const good = answers.filter((it) => it.ok).length;
  assert.ok(good > 1000, `only ${good} of them are valid`);
  console.log(`# ${good} valid, ${answers.length - good} with diagnostics`);
});

test("5,000 random expressions in each of Okta's styles are the same", () => {
  const next = numbers(20261126);
  const pick = (list) => list[next(list.length)];
  const attributes = ["user.firstName", "user.department", "user.costCenter", "appuser.dockerRole", "user.nosuch", "user.login"];
  const constants = ['"a"', "'b'", '"Ünï"', '""', '"@"', "0", "1", "-1", '"yyyy-MM-dd"', '","', '"2026-01-02T03:04:05Z"', "null", "true", "{'a','b'}"];
  const values = ["Ada", "", null, "a,b;c", "Ünïcödé 名😀", "a@b.example", 7, true, ["x", "y"], []];
  const user = (login) => Object.fromEntries([["login", login], ...["firstName", "department", "costCenter"].filter(() => next(3) > 0).map((name) => [name, pick(values)])]);
  for (const dialect of ["okta", "okta-identity-engine"]) {
    const functions = engine.functions(dialect);
    const expression = (depth) => {
      const kind = next(12);
      if (depth === 0 || kind < 2) return pick(attributes);
      if (kind < 4) return pick(constants);
      if (kind === 4) return `(${expression(depth - 1)} == ${expression(depth - 1)} ? ${expression(depth - 1)} : ${expression(depth - 1)})`;
      if (kind === 5) return `(${expression(depth - 1)} + ${expression(depth - 1)})`;
      const it = pick(functions);
      const inner = Array.from({ length: Math.max(0, it.parameters.length - (it.name.startsWith(".") ? 1 : 0) - (next(6) === 0 ? 1 : 0)) }, () => expression(depth - 1)).join(", ");
      return `${it.name.startsWith(".") ? expression(depth - 1) : ""}${it.name}(${inner})`;
    };
    const users = () => [{ name: "users", text: Array.from({ length: 2 }, (_, at) => JSON.stringify({ user: user(`u${at}@a.example`), appuser: { dockerRole: pick(values) } })).join("\n") }];
    const answers = ask(Array.from({ length: 5_000 }, () => ["expr", expression(1 + next(4)), users(), { ...settings, dialect }]));
    const good = answers.filter((it) => it.ok).length;
    assert.ok(good > 500, `only ${good} of them are valid`);
    console.log(`# ${dialect}: ${good} valid, ${answers.length - good} with diagnostics`);
  }
});

test("hostile input is answered with diagnostics", () => {
  const users = new engine.Users([]);
  const deep = engine.expr("Trim(".repeat(100_000), users, settings);
  assert.equal(deep.ok, false);
  assert.ok(deep.diagnostics[0].message);
  assert.equal(engine.expr("Not(".repeat(250) + "\"a\"" + ")".repeat(250), users, settings).diagnostics.filter((it) => it.class === "parse").length, 0);
  assert.equal(engine.check({ text: "a: ".repeat(1_700_000) }).ok, false);
  assert.equal(engine.check({ text: "[".repeat(100_000) }).ok, false);
  assert.equal(engine.check({ wrong: 1 }).ok, false);
  const slow = engine.expr('Replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", , "^(a|aa)+(?=b)", , "b", , )', users, settings);
  assert.ok(slow.ok === false || slow.rows[0].fault || slow.rows[0].value !== undefined);
});
