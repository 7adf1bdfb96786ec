// Functions, attributes and constants of expressions, in both providers' languages.

import { Decoration, type DecorationSet, type EditorView, MatchDecorator, ViewPlugin, type ViewUpdate } from "@codemirror/view";

const CONSTANT = `(?<constant>"(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*')`;
const ATTRIBUTE = "(?<attribute>\\[[A-Za-z_][\\w.:]*\\]|\\b(?:user|appuser|appUser|source|idpuser|org|app|access|session)\\.[\\w.]+(?!\\w*\\())";
const FUNCTION = "(?<function>\\.?\\b[A-Za-z][\\w.]*(?=\\())";

const mark = (match: RegExpExecArray): Decoration => Decoration.mark({ class: `cm-${Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined)?.[0] ?? ""}` });

function plugin(words: MatchDecorator) {
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;
      constructor(view: EditorView) {
        this.decorations = words.createDeco(view);
      }
      update(update: ViewUpdate): void {
        this.decorations = words.updateDeco(update, this.decorations);
      }
    },
    { decorations: (it) => it.decorations },
  );
}

/** A text that is one expression. */
export const expression = plugin(new MatchDecorator({ regexp: new RegExp(`${CONSTANT}|${ATTRIBUTE}|${FUNCTION}`, "g"), decoration: mark }));

/** Expressions in a policy, which are plain texts for YAML. */
export const expressionsOfPolicy = plugin(new MatchDecorator({
  regexp: new RegExp(`${ATTRIBUTE}|${FUNCTION}`, "g"),
  decorate: (add, from, to, match, view) => {
    const line = view.state.doc.lineAt(from).text;
    if (/^\s*#/.test(line) || !/\(|(expression|direct):/.test(line)) return;
    add(from, to, mark(match));
  },
}));
