import type { ExpressionResult } from "rolewright";
import { fill, h, valueElement } from "./dom";
import type { Engine } from "./engine";
import type { Settings } from "rolewright";

/** One expression over everybody, to try things out. */
export class ExpressionPane {
  readonly panel: HTMLElement;
  private readonly area = h("textarea", { spellcheck: "false", rows: "4", "aria-label": "Expression", oninput: () => void this.run() });
  private readonly result = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Values" });

  constructor(private readonly engine: Engine, private readonly settings: () => Settings, private readonly names: () => string[]) {
    this.area.value = 'Coalesce([extensionAttribute3], ToLower([department]), "company")';
    this.panel = h("div", { class: "expression" }, h("p", { class: "faint hint-line" }, "One expression over everybody: try it here, then take it into a mapping."), this.area, this.result);
  }

  async run(): Promise<void> {
    const text = this.area.value;
    const it = await this.engine.ask("expr", text, this.settings()).catch(() => null);
    if (it && this.area.value === text) this.show(it);
  }

  private show(it: ExpressionResult): void {
    const names = this.names();
    fill(this.result,
      it.diagnostics.map((found) => h("div", { class: `note ${found.severity}` }, h("b", {}, found.message), found.labels[0]?.place && h("pre", { class: "caret" }, caret(this.area.value, found.labels[0].place)), found.help && h("p", {}, found.help),
        found.edit?.place && h("button", { type: "button", onclick: () => this.repair(found.edit!.place!, found.edit!.replacement) }, "Repair"))),
      h("table", {}, h("tbody", {}, (it.rows ?? []).slice(0, 200).map((row, at) => h("tr", {},
        h("th", { scope: "row" }, names[at] ?? "no user"),
        h("td", {}, row.fault ? h("span", { class: "tag error" }, row.fault.message) : row.skip ? h("span", { class: "tag" }, row.skip) : valueElement(row.value)))))));
  }

  private repair(place: { start: { line: number; column: number }; end: { line: number; column: number } }, text: string): void {
    const offset = (at: { line: number; column: number }): number => {
      const lines = this.area.value.split("\n");
      const before = lines.slice(0, at.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
      return before + [...(lines[at.line - 1] ?? "")].slice(0, at.column - 1).join("").length;
    };
    this.area.setRangeText(text, offset(place.start), offset(place.end), "end");
    void this.run();
  }
}

/** The line with carets under the place, as the terminal draws it. */
function caret(text: string, place: { start: { line: number; column: number }; end: { line: number; column: number } }): string {
  const line = text.split("\n")[place.start.line - 1] ?? "";
  const end = place.end.line === place.start.line ? place.end.column : [...line].length + 1;
  return `${line}\n${" ".repeat(place.start.column - 1)}${"^".repeat(Math.max(1, end - place.start.column))}`;
}
