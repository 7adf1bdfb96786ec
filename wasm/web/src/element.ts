// <rolewright-preview>: one expression with its users and what it gives them, in any page of documentation.
//
//   <script type="module" src="rolewright-preview.js"></script>
//   <rolewright-preview dialect="entra">
//     <script type="text/x-expression">ToUpper([surname])</script>
//     <script type="application/json">[{ "userPrincipalName": "ada@acme.example", "surname": "Lovelace" }]</script>
//   </rolewright-preview>
//
// Blocks of data are read as texts and never run, so that a strict content security policy holds.

import type { Diagnostic, Dialect, DocumentText, ExpressionResult, Settings } from "rolewright";
import { fill, h, nothingText, plural, valueElement } from "./dom";
import style from "./element.css";
import { Engine } from "./engine";

/** One engine for all elements of a page, started by the first that is seen. */
let engine: Engine | undefined;
const shared = (): Engine => (engine ??= new Engine(new URL("worker.js", import.meta.url)));

const sheet = new CSSStyleSheet();
sheet.replaceSync(style);

/** So many users are drawn. */
const SHOWN = 50;

export class RolewrightPreview extends HTMLElement {
  static readonly observedAttributes = ["expression", "dialect", "users", "now", "default-domain"];
  private readonly root = this.attachShadow({ mode: "open" });
  private readonly area = h("textarea", { rows: "2", spellcheck: "false", "aria-label": "Expression", oninput: () => void this.run() });
  private readonly notes = h("div", { class: "notes", role: "status", "aria-live": "polite" });
  private readonly table = h("div", { class: "table", tabindex: "0", role: "group", "aria-label": "Values" });
  private seen: IntersectionObserver | undefined;
  private asked = 0;

  connectedCallback(): void {
    this.root.adoptedStyleSheets = [sheet];
    fill(this.root, h("div", { class: "box" }, this.area, this.notes, this.table));
    this.area.value = this.getAttribute("expression") ?? block(this, "text/x-expression").trim();
    this.area.readOnly = this.hasAttribute("readonly");
    this.fit();
    // A page with many examples starts the engine when one of them comes into view.
    this.seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      this.seen?.disconnect();
      void this.run();
    }, { rootMargin: "200px" });
    this.seen.observe(this);
  }

  disconnectedCallback(): void {
    this.seen?.disconnect();
  }

  attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    if (!this.isConnected || before === value) return;
    if (name === "expression") this.area.value = value ?? "";
    void this.run();
  }

  /** The expression as it stands in the element. */
  get expression(): string {
    return this.area.value;
  }

  set expression(text: string) {
    this.area.value = text;
    void this.run();
  }

  private documents(): DocumentText[] {
    const json = this.getAttribute("users") ?? block(this, "application/json");
    const csv = block(this, "text/csv");
    return [{ name: "users.json", text: json }, { name: "users.csv", text: csv.replaceAll(/^[ \t]+/gm, "") }].filter((document) => document.text.trim() !== "");
  }

  private async run(): Promise<void> {
    this.fit();
    const asked = ++this.asked;
    const now = this.getAttribute("now");
    const settings: Settings = { dialect: (this.getAttribute("dialect") ?? "entra") as Dialect, seed: 1, now: now ?? new Date().toISOString(), defaultDomain: this.getAttribute("default-domain") ?? undefined };
    try {
      const { users, result } = await shared().ask("exprOver", this.area.value, this.documents(), settings);
      if (asked !== this.asked) return;
      this.show(result, users.diagnostics);
      this.dispatchEvent(new CustomEvent("result", { detail: result, bubbles: true }));
    } catch (why) {
      fill(this.notes, h("p", { class: "error" }, `The engine could not answer: ${why instanceof Error ? why.message : String(why)}`));
    }
  }

  private show(it: ExpressionResult, unread: Diagnostic[]): void {
    fill(this.notes, [...unread, ...it.diagnostics].map((found) => this.note(found)));
    const rows = it.rows ?? [];
    this.table.hidden = rows.length === 0;
    fill(this.table,
      h("table", {}, h("tbody", {}, rows.slice(0, SHOWN).map((row) => h("tr", {},
        h("th", { scope: "row" }, row.user ?? "result"),
        h("td", {}, row.fault ? h("span", { class: "error" }, row.fault.message) : row.skip ? h("i", {}, row.skip) : row.value === null ? h("span", { class: "null" }, row.parts.length === 1 ? nothingText(row.parts[0]!.state) : "null") : valueElement(row.value)))))),
      rows.length > SHOWN && h("p", { class: "null" }, `and ${plural(rows.length - SHOWN, "user")} more`));
  }

  private note(found: Diagnostic): HTMLElement {
    const place = found.labels.find((label) => label.place?.file === "expression")?.place;
    const edit = found.edit?.place?.file === "expression" && !this.area.readOnly ? found.edit : undefined;
    const line = place ? this.area.value.split("\n")[place.start.line - 1] ?? "" : "";
    const length = place ? (place.end.line === place.start.line ? place.end.column : [...line].length + 1) - place.start.column : 0;
    return h("div", { class: `note ${found.severity}` },
      h("p", {}, h("b", {}, found.severity === "error" ? "✕ " : "△ ", found.message)),
      place && h("pre", { tabindex: "0" }, `${line}\n${" ".repeat(place.start.column - 1)}${"^".repeat(Math.max(1, length))}`),
      found.help && h("p", {}, found.help),
      edit && h("button", { type: "button", onclick: () => this.repair(edit.place!, edit.replacement) }, "Repair"));
  }

  private repair(place: { start: { line: number; column: number }; end: { line: number; column: number } }, text: string): void {
    const lines = this.area.value.split("\n");
    const offset = (at: { line: number; column: number }): number =>
      lines.slice(0, at.line - 1).reduce((sum, line) => sum + line.length + 1, 0) + [...(lines[at.line - 1] ?? "")].slice(0, at.column - 1).join("").length;
    this.area.setRangeText(text, offset(place.start), offset(place.end), "end");
    this.area.focus();
    void this.run();
  }

  /** As high as its text. */
  private fit(): void {
    const width = Math.max(20, Math.floor((this.clientWidth || 600) / 8.2));
    const lines = this.area.value.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / width)), 0);
    this.area.rows = Math.min(12, Math.max(1, lines));
  }
}

/** The text of a block of data in the element. */
const block = (host: HTMLElement, type: string): string => host.querySelector(`:scope > script[type="${type}"]`)?.textContent ?? "";

if (!customElements.get("rolewright-preview")) customElements.define("rolewright-preview", RolewrightPreview);
