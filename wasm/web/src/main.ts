import type { Diagnostic, DocumentText, Evaluated, PolicyText, Settings } from "rolewright";
import { fill, find, h, plural, tabs } from "./dom";
import { Editor, NAME, repair } from "./editor";
import { Cancelled, Engine, latest } from "./engine";
import { Everybody } from "./everybody";
import { BASES, EXAMPLES, type Example } from "./examples";
import { explain } from "./explain";
import { ExpressionPane } from "./expression";
import { Changes, Findings } from "./findings";
import * as store from "./store";
import { Timeline } from "./timeline";
import { UsersPane } from "./users";

const engine = new Engine();
const status = find("#status");
const settings: Settings = { now: new Date().toISOString(), seed: 1 };
let pinned = "";
let evaluated: Evaluated | undefined;
let asked: { row: number; column: string } | undefined;

const policyOf = (text: string): PolicyText => ({ name: NAME, text, bases: BASES });
const policy = (): PolicyText => policyOf(editor.text());

const host = h("div", { class: "editor" });
const problems = h("div", { class: "problems", role: "region", "aria-label": "Problems", tabindex: "0" });
const editor = new Editor(host, engine, () => changed());
const everybody = new Everybody((row, column) => void why(row, column, true));
const usersPane = new UsersPane(() => void takeUsers(), () => editor.text());
const timeline = new Timeline(() => { keep(); void play(); }, async (row) => (await engine.ask("eventsOf", policy(), row, settings)).events ?? []);
const changes = new Changes(() => { pinned = editor.text(); changed(); tell("Pinned: changes are shown against this policy."); }, () => editor.replace(pinned));
const findings = new Findings((place) => editor.goTo(place));
const expression = new ExpressionPane(engine, () => settings, () => everybody.rows().map((row) => row.decision.user));

const policyBar = h("div", { class: "bar" },
  h("button", { type: "button", onclick: () => void format() }, "Format"),
  h("button", { type: "button", onclick: () => download() }, "Save file"),
  h("button", { type: "button", onclick: () => void copyExpressions() }, "Copy expressions"));
const left = tabs(find("#write"), [
  { id: "policy", title: "Policy", panel: h("div", { class: "policy" }, policyBar, host, problems) },
  { id: "users", title: "Users", panel: usersPane.panel },
  { id: "expression", title: "Expression", panel: expression.panel, shown: () => void expression.run() },
]);
const right = tabs(find("#results"), [
  { id: "everybody", title: "Everybody", panel: everybody.panel },
  { id: "changes", title: "Changes", panel: changes.panel },
  { id: "timeline", title: "Timeline", panel: timeline.panel, shown: () => void play() },
  { id: "findings", title: "Findings", panel: findings.panel, shown: () => void examine() },
]);

function tell(text: string): void {
  status.textContent = text;
}

/** A fault of the engine's own; what was cancelled is no fault. */
function failed(why: unknown): void {
  tell(why instanceof Cancelled ? "Cancelled." : `The engine stopped and was started again: ${why instanceof Error ? why.message : String(why)}`);
}

const run = latest(async () => {
  try {
    const text = editor.text();
    const { evaluated: result, differences, took } = await engine.ask("all", policyOf(text), pinned === "" ? null : policyOf(pinned), settings);
    if (editor.text() !== text) return;
    evaluated = result;
    show(result, differences?.differences ?? null, took);
  } catch (why) {
    failed(why);
  }
});

function show(result: Evaluated, differences: import("rolewright").Difference[] | null, took: number): void {
  editor.mark(result.diagnostics);
  showProblems(result.diagnostics);
  everybody.show(result, differences ?? []);
  changes.show(differences);
  const errors = result.diagnostics.filter((it) => it.severity === "error").length;
  left.badge("policy", result.diagnostics.length === 0 ? "" : String(result.diagnostics.length));
  right.badge("changes", differences && differences.length > 0 ? String(differences.length) : "");
  if (result.ok) {
    timeline.users(result.rows ?? []);
    tell(`${plural(result.rows?.length ?? 0, "user")} of ${result.application ?? ""} in ${took < 10 ? took.toFixed(1) : Math.round(took)} ms`);
  } else {
    tell(`${plural(errors, "error")} in the policy`);
  }
  if (asked && result.ok) void why(asked.row, asked.column, false);
  if (right.current() === "timeline") void play();
  if (right.current() === "findings") void examine();
}

function showProblems(diagnostics: Diagnostic[]): void {
  const doc = editor.view.state.doc;
  problems.hidden = diagnostics.length === 0;
  fill(problems, diagnostics.map((it) => {
    const place = it.labels.find((label) => label.place)?.place;
    const here = place?.file === NAME;
    return h("div", { class: `problem ${it.severity}` },
      h("div", {}, h("b", { class: "severity" }, it.severity === "error" ? "✕ error" : "△ warning"), " ", it.message, " ",
        place && (here ? h("button", { type: "button", class: "link", onclick: () => editor.goTo(place.start) }, `line ${place.start.line}`) : h("span", { class: "faint" }, `${place.file}:${place.start.line}`)),
        it.help && h("div", { class: "faint" }, it.help)),
      repair(doc, it) && h("button", { type: "button", class: "repair", onclick: () => { editor.apply(it); editor.view.focus(); } }, "Repair"));
  }));
}

async function takeUsers(): Promise<void> {
  keep();
  try {
    const summary = await engine.ask("users", usersPane.all());
    usersPane.tell(summary);
    left.badge("users", summary.diagnostics.length > 0 ? String(summary.diagnostics.length) : "");
    await run();
    if (left.current() === "expression") await expression.run();
  } catch (why) {
    failed(why);
  }
}

async function why(row: number, column: string, focus: boolean): Promise<void> {
  try {
    const it = await engine.ask("explain", policy(), row, settings);
    const panel = find("#explain");
    if (!it.ok) return;
    asked = { row, column };
    everybody.select(row, column);
    explain(panel, it, column, (place) => { left.show("policy"); editor.goTo(place); }, () => {
      panel.hidden = true;
      asked = undefined;
      everybody.select(-1, "");
      find<HTMLElement>(`[data-cell="${CSS.escape(`${row} ${column}`)}"]`).focus();
    }, () => pinTest(it));
    if (focus) {
      panel.querySelector<HTMLElement>("h2")?.focus({ preventScroll: innerWidth > 800 });
      if (innerWidth <= 800) panel.scrollIntoView();
    }
  } catch (why) {
    failed(why);
  }
}

/** Adds a user and what comes of it to the tests of the policy, as the command line runs them. */
function pinTest(it: import("rolewright").Explained): void {
  const decision = it.decision!;
  const names = new Set<string>(["userPrincipalName", "accountEnabled", "appRoleAssignments"]);
  for (const winner of it.attributes ?? []) {
    for (const match of winner.mapping.matchAll(/\[([^\]]+)\]/g)) names.add(match[1]!);
    if (winner.mapping.startsWith("direct ")) names.add(winner.mapping.slice("direct ".length));
  }
  const user = Object.fromEntries(Object.entries(it.record ?? {}).filter(([name, value]) => names.has(name) && value !== null));
  const expect: Record<string, unknown> = decision.error ? { error: decision.error.code } : decision.in_scope ? { orgs: decision.orgs, warnings: decision.warnings.map((warning) => warning.code) } : { in_scope: false };
  const text = editor.text();
  const entry = `  - name: ${JSON.stringify(`${decision.user}, pinned`)}\n    user: ${JSON.stringify(user)}\n    expect: ${JSON.stringify(expect)}\n`;
  const block = /^tests:[^\n]*\n(?:[ \t#-][^\n]*\n|\n)*/m.exec(text.endsWith("\n") ? text : `${text}\n`);
  if (block) editor.insert(Math.min(block.index + block[0].trimEnd().length + 1, text.length), entry);
  else editor.insert(text.length, `${text.endsWith("\n") ? "" : "\n"}\ntests:\n${entry}`);
  left.show("policy");
  tell(`${decision.user} is pinned as a test; Findings shows how the tests go.`);
}

const play = latest(async () => {
  try {
    timeline.show(await engine.ask("replay", policy(), timeline.text()));
  } catch (why) {
    failed(why);
  }
});

const examine = latest(async () => {
  try {
    const [{ conflicts, gaps }, tests] = await Promise.all([engine.ask("findings", policy(), settings), engine.ask("tests", policy(), settings)]);
    if (conflicts.ok) right.badge("findings", String(findings.show(conflicts, gaps, tests) || ""));
  } catch (why) {
    failed(why);
  }
});

async function format(): Promise<void> {
  const text = editor.text();
  const it = await engine.ask("format", text).catch(() => null);
  if (it?.ok && it.text !== undefined && it.text !== text && editor.text() === text) editor.replace(it.text);
  tell(it?.ok ? "Formatted." : "What is no YAML cannot be formatted.");
}

function download(): void {
  const link = h("a", { href: URL.createObjectURL(new Blob([editor.text()], { type: "application/yaml" })), download: NAME });
  link.click();
  URL.revokeObjectURL(link.href);
}

/** What goes back to the provider: the expressions, by target attribute. */
async function copyExpressions(): Promise<void> {
  const first = everybody.rows()[0];
  if (!first) return tell("There is no user by whom to read the mappings.");
  const it = await engine.ask("explain", policy(), first.row, settings).catch(() => null);
  const lines = (it?.attributes ?? []).map((winner) => `${winner.target}\t${winner.mapping}`);
  await copy(lines.join("\n"), `${plural(lines.length, "mapping")} copied.`);
}

async function copy(text: string, done: string): Promise<void> {
  await navigator.clipboard.writeText(text).then(() => tell(done), () => tell("The browser does not allow copying; select the text and copy it by hand."));
}

let keeping: ReturnType<typeof setTimeout> | undefined;
function draft(): store.Draft {
  return { policy: editor.text(), documents: usersPane.all(), pinned, events: timeline.text() };
}
function keep(): void {
  clearTimeout(keeping);
  keeping = setTimeout(() => { if (!store.keep(draft())) tell("The browser has no room to keep this draft: save it as a file."); }, 250);
}
addEventListener("pagehide", () => store.keep(draft()));

function changed(): void {
  keep();
  void run();
}

async function open(it: { policy: string; documents: DocumentText[]; pinned?: string; events?: string }): Promise<void> {
  asked = undefined;
  find("#explain").hidden = true;
  pinned = it.pinned ?? it.policy;
  timeline.set(it.events ?? "");
  usersPane.set(it.documents);
  editor.replace(it.policy);
  await takeUsers();
}

function menus(): void {
  const examples = find<HTMLSelectElement>("#examples");
  fill(examples, h("option", { value: "" }, "Choose…"), EXAMPLES.map((example, at) => h("option", { value: at }, example.title)));
  examples.onchange = () => {
    const example: Example | undefined = EXAMPLES[Number(examples.value)];
    if (!example || examples.value === "") return;
    history.replaceState(null, "", location.pathname);
    void open(example).then(() => right.show(example.tab ?? "everybody"));
    left.show("policy");
  };
  const list = find<HTMLSelectElement>("#drafts");
  const names = Object.keys(store.drafts());
  fill(list, h("option", { value: "" }, names.length === 0 ? "None saved" : "Choose…"), names.map((name) => h("option", { value: name }, name)));
  list.disabled = names.length === 0;
  list.onchange = () => {
    const saved = store.drafts()[list.value];
    if (saved) void open(saved);
  };
}

const dialog = find<HTMLDialogElement>("#dialog");
function ask(title: string, ...content: (Node | string)[]): void {
  fill(dialog, h("h2", { id: "dialog-title" }, title), content, h("button", { type: "button", class: "close", onclick: () => dialog.close() }, "Close"));
  dialog.setAttribute("aria-labelledby", "dialog-title");
  dialog.showModal();
}

find("#save-draft").onclick = () => {
  const name = h("input", { type: "text", value: evaluated?.policy ?? "draft", "aria-label": "Name of the draft", maxlength: "60" });
  ask("Save draft", h("p", {}, "Drafts stay in this browser."), name, h("button", { type: "button", class: "primary", onclick: () => {
    if (name.value.trim() === "") return;
    const kept = store.saveDraft(name.value.trim(), draft());
    tell(kept ? `Draft ${name.value.trim()} is saved in this browser.` : "The browser has no room for another draft.");
    menus();
    dialog.close();
  } }, "Save"));
};

find("#share").onclick = async () => {
  const link = h("input", { type: "text", readonly: true, "aria-label": "Link" });
  const make = async (withUsers: boolean): Promise<void> => {
    const content = withUsers ? { policy: editor.text(), documents: usersPane.all(), events: timeline.text() } : { policy: editor.text() };
    link.value = `${location.origin}${location.pathname}${await store.toFragment(content)}`;
  };
  const users = h("input", { type: "checkbox", id: "with-users", onchange: () => void make(users.checked) });
  await make(false);
  ask("Share", h("p", {}, "The link holds the policy itself, after the #, which browsers do not send to a server."), link,
    h("p", {}, users, " ", h("label", { for: "with-users" }, "with the users and events, as they stand here")),
    h("button", { type: "button", class: "primary", onclick: () => void copy(link.value, "Link copied.") }, "Copy link"));
};

const themes = find("#theme");
themes.onclick = () => {
  const dark = document.documentElement.dataset["theme"] ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  const next = dark === "dark" ? "light" : "dark";
  document.documentElement.dataset["theme"] = next;
  try { localStorage.setItem("rolewright.theme", next); } catch { /* a browser that forbids storage keeps its own theme */ }
};
try {
  const theme = localStorage.getItem("rolewright.theme");
  if (theme) document.documentElement.dataset["theme"] = theme;
} catch { /* as above */ }

engine.onbusy = (busy) => { find("#cancel").hidden = !busy; if (busy) tell("Working…"); };
find("#cancel").onclick = () => engine.cancel();

async function begin(): Promise<void> {
  menus();
  const shared = await store.fromFragment(location.hash);
  const kept = store.current();
  const first = EXAMPLES[0]!;
  if (shared && typeof shared === "object") await open({ policy: shared.policy!, documents: shared.documents ?? first.documents, events: shared.events });
  else if (kept && typeof kept.policy === "string") await open(kept);
  else await open(first);
  if (typeof shared === "string") tell(shared);
}

addEventListener("hashchange", () => void begin());
begin().then(() => engine.ready).then(
  () => { document.documentElement.dataset["ready"] = "yes"; },
  (why: unknown) => tell(`The engine could not be loaded: ${why instanceof Error ? why.message : String(why)}`),
);
if ("serviceWorker" in navigator && isSecureContext) navigator.serviceWorker.register("service.js").catch(() => {});
