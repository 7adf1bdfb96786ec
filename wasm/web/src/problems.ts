import type { Diagnostic } from "rolewright";
import { fill, h } from "./dom";
import type { Editor } from "./editor";

/** What is wrong with a text, below its editor: where it stands, what helps, and the repair as a button. */
export class Problems {
  readonly panel = h("div", { class: "problems", role: "region", "aria-label": "Problems", tabindex: "0", hidden: true });

  constructor(private readonly editor: Editor, private readonly name: string) {}

  show(diagnostics: Diagnostic[]): void {
    this.panel.hidden = diagnostics.length === 0;
    fill(this.panel, diagnostics.map((it) => this.problem(it)));
  }

  private problem(it: Diagnostic): HTMLElement {
    const place = it.labels.find((label) => label.place)?.place;
    const where = place && (place.file === this.name
      ? h("button", { type: "button", class: "link", onclick: () => this.editor.goTo(place.start) }, `line ${place.start.line}`)
      : h("span", { class: "faint" }, `${place.file}:${place.start.line}`));
    return h("div", { class: `problem ${it.severity}` },
      h("div", {}, h("b", { class: "severity" }, it.severity === "error" ? "✕ error" : "△ warning"), " ", it.message, " ", where, it.help && h("div", { class: "faint" }, it.help)),
      this.editor.repairs(it) && h("button", { type: "button", class: "repair", onclick: () => this.editor.apply(it) }, "Repair"));
  }
}
