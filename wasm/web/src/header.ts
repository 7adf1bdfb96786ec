// The bar at the top: examples, drafts, and the link to share.

import { closeDialog, openDialog } from "./dialog";
import { fill, find, h } from "./dom";
import { EXAMPLES, type Example } from "./examples";
import * as store from "./store";

export interface Surroundings {
  draft: () => store.Draft;
  name: () => string;
  open: (draft: Partial<store.Draft> & { policy: string }) => Promise<void>;
  example: (example: Example) => void;
  copy: (text: string, done: string) => Promise<void>;
  tell: (text: string) => void;
  /** The present state is a draft of its own now. */
  saved: () => void;
}

/** The name of the draft that is open, which saving offers again. */
let name = "";

export function header(around: Surroundings): { drafts: () => void; edited: () => void } {
  examples(around);
  drafts(around);
  find("#save-draft").onclick = () => saveDialog(around);
  find("#share").onclick = () => void shareDialog(around);
  // A list tells only of another choice: what was changed can be chosen again.
  const edited = (): void => { for (const list of ["#examples", "#drafts"]) find<HTMLSelectElement>(list).value = ""; };
  return { drafts: () => drafts(around), edited };
}

function examples(around: Surroundings): void {
  const list = find<HTMLSelectElement>("#examples");
  fill(list, h("option", { value: "" }, "Choose…"), EXAMPLES.map((example, at) => h("option", { value: at }, example.title)));
  list.onchange = () => {
    const example = EXAMPLES[Number(list.value)];
    if (!example || list.value === "") return;
    name = "";
    around.example(example);
  };
}

function drafts(around: Surroundings): void {
  const list = find<HTMLSelectElement>("#drafts");
  const names = Object.keys(store.drafts());
  fill(list, h("option", { value: "" }, names.length === 0 ? "None saved" : "Choose…"), names.map((name) => h("option", { value: name }, name)));
  list.disabled = names.length === 0;
  list.onchange = () => {
    const chosen = list.value;
    const saved = store.drafts()[chosen];
    if (!saved) return;
    name = chosen;
    void around.open(saved).then(() => { list.value = chosen; around.tell(`Draft ${chosen} is open.`); });
  };
}

function saveDialog(around: Surroundings): void {
  const field = h("input", { type: "text", value: name || around.name(), "aria-label": "Name of the draft", maxlength: "60" });
  const keep = (): void => {
    const wanted = field.value.trim();
    if (wanted === "") return;
    if (!store.saveDraft(wanted, around.draft())) return around.tell("The browser has no room for another draft: delete one, or save the policy as a file.");
    name = wanted;
    around.saved();
    around.tell(`Draft ${wanted} is saved in this browser.`);
    drafts(around);
    find<HTMLSelectElement>("#drafts").value = wanted;
    closeDialog();
  };
  const saved = Object.keys(store.drafts());
  const remove = (it: string): HTMLElement => h("li", {}, it, " ", h("button", { type: "button", class: "link", "aria-label": `Delete draft ${it}`, onclick: () => { store.removeDraft(it); drafts(around); saveDialog(around); } }, "Delete"));
  closeDialog();
  openDialog("Save draft", h("p", {}, "Drafts stay in this browser; one of the same name is replaced."), field,
    h("button", { type: "button", class: "primary", onclick: keep }, "Save"),
    saved.length > 0 && h("div", {}, h("p", { class: "faint" }, "Saved:"), h("ul", {}, saved.map(remove))));
}

/** Beyond this, programs for mail and chat are known to cut links. */
const LONG = 8000;

async function shareDialog(around: Surroundings): Promise<void> {
  const link = h("input", { type: "text", readonly: true, "aria-label": "Link" });
  const make = async (withUsers: boolean): Promise<void> => {
    const { policy, bases, documents, events, edits } = around.draft();
    const address = `${location.origin}${location.pathname}${await store.toFragment(withUsers ? { policy, bases, documents, events, edits } : { policy, bases })}`;
    link.value = address;
    long.hidden = address.length <= LONG;
    long.textContent = `The link has ${address.length.toLocaleString("en")} characters; many programs cut or refuse such a link, so that files are the safer way.`;
  };
  const long = h("p", { class: "warning", hidden: true });
  const users = h("input", { type: "checkbox", id: "with-users", onchange: () => void make(users.checked) });
  await make(false);
  openDialog("Share", h("p", {}, "The link holds the policy itself, after the #, which browsers do not send to a server."), link, long,
    h("p", {}, users, " ", h("label", { for: "with-users" }, "with the users and events, as they stand here")),
    h("button", { type: "button", class: "primary", onclick: () => void around.copy(link.value, "Link copied.") }, "Copy link"));
}
