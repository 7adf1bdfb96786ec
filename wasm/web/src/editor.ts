import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic as Mark } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Text } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, MatchDecorator, ViewPlugin, type ViewUpdate, drawSelection, highlightActiveLine, highlightSpecialChars, hoverTooltip, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Diagnostic, Hover, Place } from "rolewright";
import { h } from "./dom";
import type { Engine } from "./engine";

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--code-key)" },
  { tag: [tags.string, tags.content], color: "var(--code-text)" },
  { tag: tags.comment, color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: "var(--code-number)" },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: "var(--code-sign)" },
]);

const theme = EditorView.theme({
  "&": { height: "100%", fontSize: "13px", backgroundColor: "var(--panel)", color: "var(--text)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
  ".cm-content": { caretColor: "var(--accent)", paddingBlock: "10px" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--panel)", color: "var(--faint)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--line)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": { backgroundColor: "var(--selection)" },
  ".cm-selectionMatch": { backgroundColor: "var(--selection)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--selection)", outline: "1px solid var(--accent)" },
  ".cm-function": { color: "var(--code-function)", fontWeight: "600" },
  ".cm-attribute": { color: "var(--code-attribute)" },
  ".cm-function *, .cm-attribute *": { color: "inherit" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--error) 1.5px", textUnderlineOffset: "4px", backgroundColor: "var(--error-soft)" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--warning) 1.5px", textUnderlineOffset: "4px" },
  // The library's own markers are images in data: addresses, which the page's policy forbids.
  ".cm-lint-marker": { width: "0.75em", height: "0.75em", borderRadius: "50%", marginTop: "0.3em" },
  ".cm-lint-marker-error": { content: "normal", backgroundColor: "var(--error)", borderRadius: "2px" },
  ".cm-lint-marker-warning": { content: "normal", backgroundColor: "var(--warning)" },
  ".cm-lintRange-active": { backgroundColor: "var(--warning-soft)" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--text)", border: "1px solid var(--border)", borderRadius: "8px", boxShadow: "var(--shadow)", maxWidth: "min(560px, 92vw)", fontFamily: "var(--sans)", overflow: "hidden" },
  ".cm-tooltip-autocomplete ul li": { padding: "3px 8px", color: "var(--text)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionDetail": { fontStyle: "normal", opacity: "0.85", fontFamily: "var(--sans)" },
  ".cm-completionInfo": { fontFamily: "var(--sans)", fontSize: "13px" },
  ".cm-diagnostic": { fontFamily: "var(--sans)", fontSize: "13px", padding: "8px 12px" },
  ".cm-diagnosticAction": { backgroundColor: "var(--accent)", color: "var(--on-accent)", borderRadius: "6px", padding: "3px 10px", marginLeft: "10px" },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--text)", borderColor: "var(--border)" },
  ".cm-panel input, .cm-panel button": { font: "inherit" },
  ".manual": { padding: "10px 14px", fontSize: "13px", lineHeight: "1.45" },
  ".manual code": { fontFamily: "var(--mono)", color: "var(--code-function)" },
  ".manual p": { margin: "4px 0" },
  ".manual ul": { margin: "4px 0", paddingLeft: "18px" },
});

/** Functions and attributes inside the expressions, which are plain texts for YAML. */
const words = new MatchDecorator({
  regexp: /\b[A-Z][A-Za-z]*(?=\()|\[[A-Za-z_][\w.]*\]/g,
  decorate: (add, from, to, match, view) => {
    const line = view.state.doc.lineAt(from).text;
    if (/^\s*#/.test(line) || !line.includes("(")) return;
    add(from, to, Decoration.mark({ class: match[0].startsWith("[") ? "cm-attribute" : "cm-function" }));
  },
});
const expressions = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = words.createDeco(view);
    }
    update(update: ViewUpdate): void {
      this.decorations = words.updateDeco(update, this.decorations);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

/** The offset of a place, whose columns count characters. */
export function offsetOf(text: Text, place: Place): number {
  if (place.line > text.lines) return text.length;
  const line = text.line(place.line);
  let unit = 0;
  for (let column = 1; column < place.column && unit < line.length; column++) unit += line.text.codePointAt(unit)! > 0xffff ? 2 : 1;
  return line.from + unit;
}

export const NAME = "policy.yaml";

/** The change that repairs what a diagnostic found, if it is one of this text. */
export function repair(text: Text, diagnostic: Diagnostic): { from: number; to: number; insert: string } | null {
  const place = diagnostic.edit?.place;
  if (!place || place.file !== NAME) return null;
  return { from: offsetOf(text, place.start), to: offsetOf(text, place.end), insert: diagnostic.edit!.replacement };
}

export class Editor {
  readonly view: EditorView;

  constructor(host: HTMLElement, engine: Engine, private readonly changed: () => void) {
    // In a shadow root the editor's styles are constructed sheets, which the page's policy allows.
    const root = host.attachShadow({ mode: "open" });
    this.view = new EditorView({ parent: root as unknown as Element, root });
    const complete = async (context: CompletionContext): Promise<CompletionResult | null> => {
      const before = context.state.sliceDoc(Math.max(0, context.pos - 1), context.pos);
      if (!context.explicit && !/[\w["(,.]/.test(before)) return null;
      const found = await engine.ask("complete", context.state.doc.toString(), context.pos).catch(() => null);
      if (!found || found.items.length === 0 || context.aborted) return null;
      const options = found.items.map((item) => ({ label: item.label, type: item.kind, detail: item.signature?.slice(item.label.length) ?? item.detail, info: item.signature ? item.detail : undefined, apply: item.apply }));
      return { from: found.from, to: found.to > context.pos ? found.to : undefined, options, validFor: /^[\w. ]*$/ };
    };
    const manual = hoverTooltip(async (view, at) => {
      const found = await engine.ask("hover", view.state.doc.toString(), at).catch(() => null);
      return found ? { pos: found.from, end: found.to, above: true, create: () => ({ dom: manualOf(found) }) } : null;
    });
    this.extensions = [
      lineNumbers(), highlightSpecialChars(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(), highlightActiveLine(), highlightSelectionMatches(),
      lintGutter(), yaml(), expressions, syntaxHighlighting(colours), theme, manual,
      autocompletion({ override: [complete], icons: false }),
      keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap, indentWithTab]),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": "Policy, in YAML. Escape, then Tab leaves the editor.", tabindex: "0" }),
      EditorView.updateListener.of((update) => update.docChanged && this.changed()),
    ];
    this.view.setState(EditorState.create({ extensions: this.extensions }));
  }

  private readonly extensions;

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
    this.view.dispatch({ selection: { anchor: offsetOf(this.view.state.doc, place) }, effects: EditorView.scrollIntoView(offsetOf(this.view.state.doc, place), { y: "center" }) });
    this.view.focus();
  }

  apply(diagnostic: Diagnostic): void {
    const change = repair(this.view.state.doc, diagnostic);
    if (change) this.view.dispatch({ changes: change, scrollIntoView: true });
  }

  mark(diagnostics: Diagnostic[]): void {
    const doc = this.view.state.doc;
    const marks: Mark[] = [];
    for (const diagnostic of diagnostics) {
      const label = diagnostic.labels.find((it) => it.place?.file === NAME);
      if (!label?.place) continue;
      const from = offsetOf(doc, label.place.start);
      const to = Math.max(from, offsetOf(doc, label.place.end));
      const change = repair(doc, diagnostic);
      const message = [diagnostic.message, label.text, diagnostic.help && `Repair: ${diagnostic.help}`].filter(Boolean).join("\n");
      marks.push({ from, to, severity: diagnostic.severity, source: diagnostic.code, message, actions: change ? [{ name: "Repair", apply: (view) => view.dispatch({ changes: change }) }] : [] });
    }
    this.view.dispatch(setDiagnostics(this.view.state, marks));
  }
}

function manualOf(found: Hover): HTMLElement {
  const box = h("div", { class: "manual" });
  if (found.function) {
    const it = found.function;
    box.append(
      h("p", {}, h("code", {}, it.signature)),
      h("p", {}, it.summary),
      it.parameters.length > 0 ? h("ul", {}, it.parameters.map((parameter) => h("li", {}, h("b", {}, parameter.name), `: ${parameter.takes}, ${parameter.about}`))) : "",
      h("p", {}, h("code", {}, it.example.expression), it.example.value ? ` gives ${it.example.value}` : " gives another value each time"),
    );
  } else if (found.attribute) {
    const it = found.attribute;
    box.append(h("p", {}, h("code", {}, `[${it.name}]`), it.known ? " source attribute" : " not among the provider's own attributes"));
    box.append(h("p", {}, `${it.with} of ${it.users} users have it${it.values.length > 0 ? `: ${it.values.join(", ")}` : ""}`));
  } else if (found.target) {
    const it = found.target;
    const words = (values: unknown[]): string => values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join(", ");
    box.append(h("p", {}, h("code", {}, it.path), " target attribute"));
    if (it.one_of.length > 0) box.append(h("p", {}, `one of ${words(it.one_of)}`));
    if (it.default !== null) box.append(h("p", {}, `not set counts as ${words([it.default])}`));
    if (it.privileged.length > 0) box.append(h("p", {}, `privileged: ${words(it.privileged)}`));
  }
  return box;
}
