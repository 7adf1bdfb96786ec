import { fill, h } from "./dom";

/** What an attribute can have. The kinds of nothing are told apart, as expressions do. */
type Kind = "text" | "empty" | "null" | "missing" | "list" | "json";
const KINDS: [Kind, string][] = [["text", "text"], ["empty", "empty text"], ["null", "null"], ["missing", "missing"], ["list", "list, by ;"], ["json", "other (JSON)"]];

interface Field {
  path: string[];
  kind: Kind;
  text: string;
  /** The items that a list had: one that keeps its name stays what it was. */
  items?: unknown[];
}

type RecordOf = { [name: string]: unknown };

/** What the form works on, and whom it tells. */
export interface Edited {
  name: string;
  record: RecordOf;
  assigned: boolean | null;
  /** Source attributes that the policy reads: they stand first, also where the user has none. */
  reads: string[];
  changed: (record: RecordOf, assigned: boolean | null) => void;
}

/** A form for one user: a row for each attribute. What is typed counts at once. */
export function form(it: Edited): HTMLElement {
  const fields = fieldsOf(it.record, it.reads);
  let assigned = it.assigned;
  const message = h("p", { class: "error", role: "status" });
  const changed = (): void => {
    const bad = fields.find((field) => field.kind === "json" && !isJson(field.text));
    message.textContent = bad ? `${bad.path.join(".")} is no JSON yet: write a number, true or false, or a list such as ["a", "b"].` : "";
    if (!bad) it.changed(recordOf(fields), assigned);
  };
  const rows = h("tbody", {});
  const draw = (): void => fill(rows, fields.map((field) => row(field, changed)));
  draw();
  const name = h("input", { type: "text", "aria-label": "Name of another attribute", placeholder: "another attribute" });
  const add = (): void => {
    if (name.value.trim() === "") return;
    fields.push({ path: pathOf(name.value.trim(), it.record), kind: "text", text: "" });
    name.value = "";
    draw();
    rows.querySelector<HTMLElement>("tr:last-child input")?.focus();
  };
  const assignment = h("select", { "aria-label": "Assigned to the application", onchange: () => { assigned = { yes: true, no: false }[assignment.value] ?? null; changed(); } },
    [["yes", "yes"], ["no", "no"], ["unknown", "cannot be known"]].map(([value, title]) => h("option", { value: value!, selected: value === (assigned === null ? "unknown" : assigned ? "yes" : "no") }, title!)));
  return h("form", { class: "user-form", "aria-label": `Attributes of ${it.name}`, onsubmit: (event: Event) => event.preventDefault() },
    h("p", { class: "bar" }, h("label", {}, "Assigned ", assignment), name, h("button", { type: "button", onclick: add }, "Add")),
    message,
    h("table", {}, h("thead", { class: "visually-hidden" }, h("tr", {}, ["Attribute", "Kind", "Value"].map((title) => h("th", { scope: "col" }, title)))), rows));
}

function row(field: Field, changed: () => void): HTMLElement {
  const name = field.path.join(".");
  const value = h("input", { type: "text", "aria-label": name, value: field.text, spellcheck: "false", oninput: () => {
    // Whoever types a text means one.
    if (!isWritten(field.kind)) { field.kind = "text"; kind.value = "text"; }
    field.text = value.value;
    changed();
  } });
  const kind = h("select", { "aria-label": `Kind of ${name}`, onchange: () => {
    field.kind = kind.value as Kind;
    if (!isWritten(field.kind)) { field.text = ""; value.value = ""; }
    changed();
  } }, KINDS.map(([word, title]) => h("option", { value: word, selected: word === field.kind }, title)));
  return h("tr", {}, h("th", { scope: "row" }, h("code", {}, name)), h("td", {}, kind), h("td", {}, value));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The leaves of a record, and what the policy reads; objects in it are walked, lists are one value. */
function fieldsOf(record: RecordOf, reads: string[]): Field[] {
  const fields: Field[] = [];
  const walk = (value: unknown, path: string[]): void => {
    if (typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 0) {
      for (const [name, inner] of Object.entries(value)) walk(inner, [...path, name]);
    } else if (path.length > 0) {
      fields.push({ path, ...written(value) });
    }
  };
  walk(record, []);
  // Where Graph lists attributes that the record has under their own names unless they are null.
  const listed = record["onPremisesExtensionAttributes"] as RecordOf | undefined;
  for (const name of reads) {
    if (!fields.some((field) => field.path.join(".") === name)) fields.push({ path: pathOf(name, record), kind: listed?.[name] === null ? "null" : "missing", text: "" });
  }
  const rank = (field: Field): number => (reads.includes(field.path.join(".")) ? 0 : 1);
  return fields.sort((a, b) => rank(a) - rank(b));
}

const isWritten = (kind: Kind): boolean => kind === "text" || kind === "list" || kind === "json";

/** By what an item of a list is known: itself, or the name of an app role. */
const label = (item: unknown): string | undefined => (typeof item === "string" ? item : (item as { displayName?: string } | null)?.displayName);

function written(value: unknown): Omit<Field, "path"> {
  if (value === null) return { kind: "null", text: "" };
  if (value === "") return { kind: "empty", text: "" };
  if (typeof value === "string") return { kind: "text", text: value };
  const labels = Array.isArray(value) ? value.map(label) : [];
  if (Array.isArray(value) && labels.every((it) => it !== undefined && !it.includes(";"))) return { kind: "list", text: labels.join("; "), items: value };
  return { kind: "json", text: JSON.stringify(value) };
}

function valueOf({ kind, text, items }: Field): unknown {
  if (kind === "null") return null;
  if (kind === "empty") return "";
  if (kind === "json") return JSON.parse(text) as unknown;
  if (kind === "list") return text.split(";").map((it) => it.trim()).filter((it) => it !== "").map((it) => items?.find((item) => label(item) === it) ?? it);
  return text;
}

/** A name is cut at its points where its first part is an object of the record, as `user.login` is. */
function pathOf(name: string, record: RecordOf): string[] {
  const head = name.split(".")[0]!;
  return typeof record[head] === "object" && record[head] !== null && !Array.isArray(record[head]) ? name.split(".") : [name];
}

function recordOf(fields: Field[]): RecordOf {
  // Without a prototype, so that no name in a document means more than itself.
  const record = Object.create(null) as RecordOf;
  for (const field of fields) {
    if (field.kind === "missing") continue;
    const { path } = field;
    let inner = record;
    for (const name of path.slice(0, -1)) inner = (inner[name] ??= Object.create(null)) as RecordOf;
    inner[path.at(-1)!] = valueOf(field);
  }
  return record;
}
