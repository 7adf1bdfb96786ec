import type { Dialect, ExpressionResult, Part, Settings } from "rolewright";
import { fill, h, nothingText, plural, valueElement } from "./dom";
import { Editor } from "./editor";
import type { Engine } from "./engine";
import { Problems } from "./problems";

const DIALECTS: [Dialect, string, string][] = [
  ["entra", "Entra", 'Coalesce([extensionAttribute3], ToLower([department]), "company")'],
  ["okta", "Okta, classic", 'String.substringBefore(user.email, "@")'],
  ["okta-identity-engine", "Okta, Identity Engine", "user.email.substringBefore('@')"],
];

/** So many users are drawn. */
const SHOWN = 200;

/** One expression over everybody, to try things out. */
export class ExpressionPane {
  readonly panel: HTMLElement;
  private readonly dialect = h("select", { "aria-label": "Language", onchange: () => this.changedDialect() }, DIALECTS.map(([word, title]) => h("option", { value: word }, title)));
  private readonly editor: Editor;
  private readonly problems: Problems;
  private readonly result = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Values" });

  constructor(private readonly engine: Engine, private readonly settings: Settings, private readonly changed: () => void) {
    const host = h("div", { class: "editor" });
    this.editor = new Editor(host, engine, { name: "expression", label: "Expression. Escape, then Tab leaves the editor.", dialect: () => this.language() }, () => { this.changed(); void this.run(); });
    this.problems = new Problems(this.editor, "expression");
    this.panel = h("div", { class: "expression" },
      h("div", { class: "bar" }, h("label", {}, "Language ", this.dialect), h("span", { class: "faint" }, "Try one expression over everybody, then take it into a mapping.")),
      host, this.problems.panel, this.result);
  }

  private language(): Dialect {
    return this.dialect.value as Dialect;
  }

  private changedDialect(): void {
    // An example in the other language has no use in this one.
    if (DIALECTS.some(([, , example]) => example === this.editor.text())) this.editor.replace(DIALECTS.find(([word]) => word === this.language())![2]);
    this.changed();
    void this.run();
  }

  text(): { dialect: Dialect; text: string } {
    return { dialect: this.language(), text: this.editor.text() };
  }

  set(it: { dialect: Dialect; text: string } | undefined): void {
    this.dialect.value = it?.dialect ?? "entra";
    this.editor.replace(it?.text ?? DIALECTS[0]![2]);
  }

  async run(): Promise<void> {
    const { text, dialect } = this.text();
    const it = await this.engine.ask("expr", text, { ...this.settings, dialect }).catch(() => null);
    if (it && this.editor.text() === text) this.show(it);
  }

  private show(it: ExpressionResult): void {
    this.editor.mark(it.diagnostics);
    this.problems.show(it.diagnostics);
    const rows = it.rows ?? [];
    fill(this.result,
      rows.length > 0 && h("table", {},
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "User"), h("th", { scope: "col" }, "Value"))),
        h("tbody", {}, rows.slice(0, SHOWN).map((row) => h("tr", {},
          h("th", { scope: "row" }, row.user ?? "no user"),
          h("td", {}, row.fault ? h("span", { class: "tag error" }, row.fault.message) : row.skip ? h("span", { class: "tag" }, row.skip) : value(row.value, row.parts),
            row.warnings.map((warning) => h("span", { class: "tag warning" }, warning.message))))))),
      rows.length > SHOWN && h("p", { class: "nothing" }, `and ${plural(rows.length - SHOWN, "user")} more`));
  }
}

/** A value; where it is one of several kinds of nothing, which. */
function value(it: unknown, parts: Part[]): HTMLElement {
  const whole = parts.at(-1);
  return it === null && whole && parts.length === 1 ? h("span", { class: "null" }, nothingText(whole.state)) : it === null ? h("span", { class: "null" }, "null") : valueElement(it);
}
