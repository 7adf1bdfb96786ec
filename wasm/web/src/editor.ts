import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic as Mark } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, highlightSpecialChars, hoverTooltip, keymap, lineNumbers } from "@codemirror/view";
import type { Diagnostic, Dialect, Place } from "rolewright";
import type { Engine } from "./engine";
import { colours, theme } from "./look";
import { manualOf } from "./manual";
import { offsetOf, repair } from "./places";
import { expression, expressionsOfPolicy } from "./words";

/** What an editor is for. */
export interface Purpose {
  /** What diagnostics call the text. */
  name: string;
  label: string;
  /** The language of an expression that stands alone; a policy says itself which it is in. */
  dialect?: () => Dialect;
}

/** The policy's name in diagnostics. */
export const NAME = "policy.yaml";
export const POLICY: Purpose = { name: NAME, label: "Policy, in YAML. Escape, then Tab leaves the editor." };

/** An editor of a policy or an expression: marks, repairs, completion and the manual come from the engine. */
export class Editor {
  readonly view: EditorView;

  constructor(host: HTMLElement, private readonly engine: Engine, private readonly purpose: Purpose, private readonly changed: () => void) {
    // In a shadow root the editor's styles are constructed sheets, which the page's policy allows.
    const root = host.attachShadow({ mode: "open" });
    this.view = new EditorView({ parent: root as unknown as Element, root, state: EditorState.create({ extensions: this.extensions() }) });
  }

  private extensions(): Extension[] {
    const manual = hoverTooltip(async (view, at) => {
      const found = await this.engine.ask("hover", view.state.doc.toString(), at, this.purpose.dialect?.()).catch(() => null);
      return found ? { pos: found.from, end: found.to, above: true, create: () => ({ dom: manualOf(found) }) } : null;
    });
    const own = this.purpose.dialect ? [expression] : [lineNumbers(), lintGutter(), yaml(), expressionsOfPolicy, syntaxHighlighting(colours), highlightActiveLine(), keymap.of([indentWithTab])];
    return [
      own, highlightSpecialChars(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(), highlightSelectionMatches(), theme, manual,
      autocompletion({ override: [(context) => this.complete(context)], icons: false }),
      keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": this.purpose.label, tabindex: "0" }),
      EditorView.updateListener.of((update) => update.docChanged && this.changed()),
    ];
  }

  private async complete(context: CompletionContext): Promise<CompletionResult | null> {
    const before = context.state.sliceDoc(Math.max(0, context.pos - 1), context.pos);
    if (!context.explicit && !/[\w["'(,.]/.test(before)) return null;
    const found = await this.engine.ask("complete", context.state.doc.toString(), context.pos, this.purpose.dialect?.()).catch(() => null);
    if (!found || found.items.length === 0 || context.aborted) return null;
    const options = found.items.map((item) => ({ label: item.label, type: item.kind, detail: item.signature?.slice(item.signature.indexOf("(")) ?? item.detail, info: item.signature ? item.detail : undefined, apply: item.apply }));
    return { from: found.from, to: found.to > context.pos ? found.to : undefined, options, validFor: /^[\w. ]*$/ };
  }

  text(): string {
    return this.view.state.doc.toString();
  }

  /** Takes another text; undo brings the old one back. */
  replace(text: string): void {
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text }, selection: { anchor: 0 }, scrollIntoView: true });
  }

  insert(at: number, text: string): void {
    this.view.dispatch({ changes: { from: at, insert: text }, selection: { anchor: at + text.length }, scrollIntoView: true });
  }

  goTo(place: Place): void {
    const at = offsetOf(this.view.state.doc, place);
    this.view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    this.view.focus();
  }

  repairs(diagnostic: Diagnostic): boolean {
    return repair(this.view.state.doc, diagnostic, this.purpose.name) !== null;
  }

  apply(diagnostic: Diagnostic): void {
    const change = repair(this.view.state.doc, diagnostic, this.purpose.name);
    if (change) this.view.dispatch({ changes: change, scrollIntoView: true });
    this.view.focus();
  }

  mark(diagnostics: Diagnostic[]): void {
    const doc = this.view.state.doc;
    const marks: Mark[] = [];
    for (const diagnostic of diagnostics) {
      const label = diagnostic.labels.find((it) => it.place?.file === this.purpose.name);
      if (!label?.place) continue;
      const from = offsetOf(doc, label.place.start);
      const to = Math.max(from, offsetOf(doc, label.place.end));
      const change = repair(doc, diagnostic, this.purpose.name);
      const message = [diagnostic.message, label.text, diagnostic.help && `Repair: ${diagnostic.help}`].filter(Boolean).join("\n");
      marks.push({ from, to, severity: diagnostic.severity, source: diagnostic.code, message, actions: change ? [{ name: "Repair", apply: (view) => view.dispatch({ changes: change }) }] : [] });
    }
    this.view.dispatch(setDiagnostics(this.view.state, marks));
  }
}
