import type { DocumentText, Evaluated, Explained, PolicyText, Settings } from "rolewright";
import { Changes } from "./changes";
import { claimsOf } from "./claims";
import { tellInDialog } from "./dialog";
import { find, h, plural, tabs } from "./dom";
import { Editor, NAME, POLICY } from "./editor";
import { Cancelled, Engine, latest } from "./engine";
import { Everybody } from "./everybody";
import { BASES, EXAMPLES } from "./examples";
import { explain } from "./explain";
import { ExpressionPane } from "./expression";
import { save } from "./files";
import { Findings } from "./findings";
import { form } from "./form";
import { given } from "./given";
import { header } from "./header";
import { readsOf, withTest } from "./pin";
import { Problems } from "./problems";
import { exportDialog, importConfiguration, importDialog, type Surroundings } from "./provider";
import * as store from "./store";
import { theme } from "./theme";
import { Timeline } from "./timeline";
import { UsersPane } from "./users";

const engine = new Engine(new URL("worker.js", document.baseURI));
const status = find("#status");
const settings: Settings = { now: new Date().toISOString(), seed: 1 };
/** The policy that counts as live. */
let pinned = "";
/** Policies that came with a draft, beside those that ship. */
let bases: Record<string, string> = {};
let evaluated: Evaluated | undefined;
/** The cell whose reason is shown. */
let asked: { row: number; column: string } | undefined;

const policyOf = (text: string): PolicyText => ({ name: NAME, text, bases: { ...BASES, ...bases } });
const policy = (): PolicyText => policyOf(editor.text());

const host = h("div", { class: "editor" });
const editor = new Editor(host, engine, POLICY, () => changed());
const problems = new Problems(editor, NAME);
const everybody = new Everybody((row, column) => void why(row, column, true));
const provider: Surroundings = { engine, policy, copy, tell, take: (text) => { editor.replace(text); left.show("policy"); } };
const usersPane = new UsersPane({
  changed: () => void takeUsers(),
  edgeCases: async () => ((await engine.ask("edgeUsers", policy())).users ?? []).map((user) => `${JSON.stringify(user)}\n`).join(""),
  importConfiguration: (documents) => void importConfiguration(provider, documents),
});
const timeline = new Timeline({
  changed: () => { keep(); void play(); },
  eventsOf: async (row) => (await engine.ask("eventsOf", policy(), row, settings)).events ?? [],
  signIn,
});
const changes = new Changes((user) => { const row = everybody.rowOf(user); if (row !== undefined) void why(row, "role", true); }, () => { pinned = editor.text(); changed(); tell("Pinned: changes are shown against this policy."); }, () => editor.replace(pinned));
const findings = new Findings((place) => { left.show("policy"); editor.goTo(place); });
const expression = new ExpressionPane(engine, settings, () => keep());

const policyFile = h("input", { type: "file", accept: ".yaml,.yml", hidden: true, onchange: async () => {
  const file = policyFile.files?.[0];
  if (file) await openPolicy(file);
  policyFile.value = "";
} });
async function openPolicy(file: File): Promise<void> {
  editor.replace(await file.text());
  left.show("policy");
  tell(`${file.name} is open; undo in the editor brings the former policy back.`);
}
const policyBar = h("div", { class: "bar" },
  h("button", { type: "button", onclick: () => void format() }, "Format"),
  h("button", { type: "button", onclick: () => policyFile.click() }, "Open file…"), policyFile,
  h("button", { type: "button", onclick: () => importDialog(provider) }, "Import…"),
  h("button", { type: "button", onclick: () => save(`${evaluated?.policy ?? "policy"}.yaml`, "application/yaml", editor.text()) }, "Save file"),
  h("button", { type: "button", onclick: () => void exportDialog(provider) }, "Back to the provider…"));
const left = tabs(find("#write"), [
  { id: "policy", title: "Policy", panel: h("div", { class: "policy" }, policyBar, host, problems.panel) },
  { id: "users", title: "Users", panel: usersPane.panel },
  { id: "expression", title: "Expression", panel: expression.panel, shown: () => void expression.run() },
]);
const right = tabs(find("#results"), [
  { id: "everybody", title: "Everybody", panel: everybody.panel },
  { id: "changes", title: "Changes", panel: changes.panel },
  { id: "timeline", title: "Timeline", panel: timeline.panel, shown: () => void play() },
  { id: "findings", title: "Findings", panel: findings.panel, shown: () => void examine() },
]);

/** What somebody's own doing came to: it stays long enough to be read. */
function tell(text: string): void {
  clearTimeout(reporting);
  readUntil = performance.now() + 3000;
  status.textContent = text;
  tellInDialog(text);
}
let readUntil = 0;
let reporting: ReturnType<typeof setTimeout> | undefined;

/** How the last run went, when nothing more important is to be read. */
function report(text: string): void {
  clearTimeout(reporting);
  reporting = setTimeout(() => { status.textContent = text; }, Math.max(0, readUntil - performance.now()));
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
    // A policy with errors can be compared with nothing: its first version without counts instead.
    if (result.ok && differences && !differences.ok) {
      pinned = text;
      keep();
    }
    show(result, differences?.differences ?? null, took);
  } catch (why) {
    failed(why);
  }
});

function show(result: Evaluated, differences: import("rolewright").Difference[] | null, took: number): void {
  editor.mark(result.diagnostics);
  problems.show(result.diagnostics);
  everybody.show(result, differences ?? []);
  changes.show(differences);
  const errors = result.diagnostics.filter((it) => it.severity === "error").length;
  left.badge("policy", result.diagnostics.length === 0 ? "" : String(result.diagnostics.length));
  right.badge("changes", differences && differences.length > 0 ? String(differences.length) : "");
  if (result.ok) {
    timeline.users(result.rows ?? [], result.groups ?? []);
    report(`${plural(result.rows?.length ?? 0, "user")} of ${result.application ?? ""} in ${took < 10 ? took.toFixed(1) : Math.round(took)} ms`);
  } else {
    report(`${plural(errors, "error")} in the policy`);
  }
  if (asked && result.ok) void why(asked.row, asked.column, false);
  if (right.current() === "timeline") void play();
  if (right.current() === "findings") void examine();
}

async function takeUsers(): Promise<void> {
  keep();
  try {
    const summary = await engine.ask("users", usersPane.all(), usersPane.allEdits());
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
    if (!it.ok) return tell("The policy has errors: repair them to see why somebody has what.");
    asked = { row, column };
    everybody.select(row, column);
    explain(panel, it, column, {
      goTo: (place) => { left.show("policy"); editor.goTo(place); },
      close: () => {
        panel.hidden = true;
        asked = undefined;
        everybody.select(-1, "");
        if (right.current() === "everybody") document.querySelector<HTMLElement>(`[data-cell="${CSS.escape(`${row} ${column}`)}"]`)?.focus();
        else find("#results").focus();
      },
      pin: () => void pinTest(it),
      edit: () => void editUser(it),
      revert: () => usersPane.edit(it.was ?? {}, null),
    });
    if (focus) {
      panel.querySelector<HTMLElement>("h2")?.focus({ preventScroll: innerWidth > 800 });
      if (innerWidth <= 800) panel.scrollIntoView();
    }
  } catch (why) {
    failed(why);
  }
}

/** Opens the form of a user beside the policy; the table follows each key press. */
async function editUser(it: Explained): Promise<void> {
  const reads = readsOf(await engine.ask("mappings", policy()));
  const record = it.record ?? {};
  const was = it.was ?? record;
  usersPane.showForm(it.decision?.user ?? "", form({
    name: it.decision?.user ?? "", record, reads, assigned: it.assigned ?? null,
    changed: (record, assigned) => usersPane.edit(was, { was, record, assigned }),
  }));
  left.show("users");
  usersPane.panel.querySelector<HTMLElement>(".user-form td input")?.focus();
}

/** Adds a user and what comes of it to the tests of the policy, as the command line runs them. */
async function pinTest(it: Explained): Promise<void> {
  const text = editor.text();
  const reads = readsOf(await engine.ask("mappings", policy()));
  const passes = async ({ at, entry, name }: ReturnType<typeof withTest>): Promise<boolean> => {
    const tested = await engine.ask("tests", policyOf(text.slice(0, at) + entry + text.slice(at)), settings);
    return tested.results?.some((result) => result.id.endsWith(name) && result.differences.length === 0) ?? false;
  };
  // What a scoping filter reads is no mapping's: where the short record decides otherwise, the whole one is kept.
  const short = withTest(text, it, reads);
  const { at, entry } = (await passes(short)) ? short : withTest(text, it, null);
  const tested = await engine.ask("tests", policyOf(text.slice(0, at) + entry + text.slice(at)), settings);
  if (editor.text() !== text) return;
  if (!tested.ok) return tell("The test does not fit below `tests` as that stands: write the tests there as a list, each with a line of its own.");
  editor.insert(at, entry);
  left.show("policy");
  tell(`${it.decision!.user} is pinned as a test; Findings shows how the tests go.`);
}

const play = latest(async () => {
  try {
    timeline.show(await engine.ask("replay", policy(), timeline.text()));
  } catch (why) {
    failed(why);
  }
});

async function signIn(pasted: string): Promise<Record<string, unknown> | undefined> {
  const claims = claimsOf(pasted);
  if (typeof claims === "string") return void tell(claims);
  const it = await engine.ask("signIn", policy(), claims, settings);
  const ignored = (it.ignored ?? []).map((one) => one.name + (one.meant ? ` (${one.meant} is meant?)` : ""));
  tell(it.ok ? (ignored.length > 0 ? `The policy does not read ${ignored.join(", ")}.` : "The sign-in is added.") : it.diagnostics.map((one) => `${one.message}${one.help ? `: ${one.help}` : ""}`).join(" "));
  return it.event;
}

const examine = latest(async () => {
  try {
    const found = await engine.ask("findings", policy(), settings);
    if (found.conflicts.ok) right.badge("findings", String(findings.show(found) || ""));
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

async function copy(text: string, done: string): Promise<void> {
  await navigator.clipboard.writeText(text).then(() => tell(done), () => tell("The browser does not allow copying; select the text and copy it by hand."));
}

/** How much was kept last: what does not change is told once. */
let lastKept: ReturnType<typeof store.keep> = "all";
let keeping: ReturnType<typeof setTimeout> | undefined;
function draft(): store.Draft {
  return { policy: editor.text(), bases, documents: usersPane.all(), edits: usersPane.allEdits(), pinned, events: timeline.text(), expression: expression.text() };
}
function keep(): void {
  clearTimeout(keeping);
  keeping = setTimeout(() => {
    const changed = isChanged();
    if (changed) bar.edited();
    const kept = store.keep({ ...draft(), changed });
    if (kept === lastKept) return;
    lastKept = kept;
    if (kept === "without users") tell("The users are too many for this browser to keep: the policy stays, and after a reload the files are to be opened again.");
    if (kept === "nothing") tell("The browser has no room to keep this draft: save it as a file.");
  }, 250);
}
addEventListener("pagehide", () => store.keep({ ...draft(), changed: isChanged() }));

function changed(): void {
  keep();
  void run();
}

async function open(it: Partial<store.Draft> & { policy: string; documents?: DocumentText[] }, wasChanged = false): Promise<void> {
  if (opened !== "" && isChanged()) putAside(draft());
  asked = undefined;
  find("#explain").hidden = true;
  everybody.forget();
  pinned = it.pinned ?? it.policy;
  bases = it.bases ?? {};
  timeline.set(it.events ?? "");
  usersPane.set(it.documents ?? EXAMPLES[0]!.documents, it.edits);
  expression.set(it.expression);
  editor.replace(it.policy);
  opened = JSON.stringify(draft());
  changedBefore = wasChanged;
  await takeUsers();
}

/** The draft as it was when it was opened or saved, and whether it had been changed before a reload. */
let opened = "";
let changedBefore = false;
const isChanged = (): boolean => changedBefore || JSON.stringify(draft()) !== opened;

/** What was changed and not saved is a draft of its own before another takes its place. */
function putAside(it: store.Draft): void {
  const policy = /^policy: *([\w.-]+)/m.exec(it.policy)?.[1] ?? "draft";
  const name = `${policy}, ${new Date().toLocaleString("sv-SE")}`;
  if (store.putAside(name, it)) tell(`What was here is put aside as the draft ${name}.`);
  else tell("The browser has no room to put aside what was here; undo in the editor brings its policy back.");
  bar.drafts();
}

theme();
const bar = header({
  draft, open, copy, tell,
  name: () => evaluated?.policy ?? "draft",
  saved: () => { opened = JSON.stringify(draft()); changedBefore = false; keep(); },
  example: (example) => {
    history.replaceState(null, "", location.pathname);
    void open(example).then(() => right.show(example.tab ?? "everybody"));
    left.show("policy");
  },
});

engine.onbusy = (busy) => { find("#cancel").hidden = !busy; if (busy) status.textContent = "Working…"; };
find("#cancel").onclick = () => engine.cancel();

/** What was shared or given, else what was there last, else the first example. */
async function begin(): Promise<void> {
  const from = (await given(location.hash)) ?? (await store.fromFragment(location.hash));
  const kept = store.current();
  const last = typeof kept?.policy === "string" ? kept : undefined;
  if (from && typeof from === "object") {
    if (opened === "" && last?.changed) putAside(last);
    // What came once is a draft from then on, so that a reload keeps what was changed.
    history.replaceState(null, "", location.pathname);
    const policy = from.policy ?? last?.policy ?? EXAMPLES[0]!.policy;
    await open({ ...from, policy, bases: from.policy === undefined ? last?.bases : from.bases });
  } else {
    await open(last ?? EXAMPLES[0]!, last?.changed);
  }
  if (typeof from === "string") tell(from);
}

addEventListener("hashchange", () => { if (location.hash.length > 1) void begin(); });
begin().then(() => engine.ready).then(
  () => { document.documentElement.dataset["ready"] = "yes"; },
  (why: unknown) => tell(`The engine could not be loaded: ${why instanceof Error ? why.message : String(why)}`),
);
// A file that misses the pane of users must not take the place of the page.
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  if (event.defaultPrevented || !event.dataTransfer?.files.length) return;
  event.preventDefault();
  const file = event.dataTransfer.files[0]!;
  if (/\.ya?ml$/.test(file.name)) return void openPolicy(file);
  left.show("users");
  void usersPane.open(event.dataTransfer.files);
});
if ("serviceWorker" in navigator && isSecureContext) navigator.serviceWorker.register("service.js").catch(() => {});
