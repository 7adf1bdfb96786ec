import type { DocumentText, Edit, UsersSummary } from "rolewright";
import { fill, h, plural } from "./dom";

/** What the page does with a configuration that was pasted where users were expected. */
export interface Surroundings {
  changed: () => void;
  /** Users that are edge cases for the policy, as NDJSON. */
  edgeCases: () => Promise<string>;
  importConfiguration: (documents: DocumentText[]) => void;
}

/** A provider's own configuration: a synchronization schema of Entra, or a profile mapping of Okta. */
const isConfiguration = (text: string): boolean => /"synchronizationRules"\s*:/.test(text) || (/"properties"\s*:/.test(text) && /"pushStatus"\s*:/.test(text));

/** The documents of users: paste, drop or open; users edited in place stand over them. */
export class UsersPane {
  readonly panel: HTMLElement;
  private documents: DocumentText[] = [];
  private edits: Edit[] = [];
  private at = 0;
  /** What was removed last, to bring it back. */
  private removed: DocumentText | undefined;
  private readonly list = h("div", { class: "chips", role: "group", "aria-label": "Documents" });
  private readonly area = h("textarea", { spellcheck: "false", "aria-label": "Document", placeholder: "Paste users here: Microsoft Graph with the service principal and its assignments, Okta users, application users and groups, SCIM, JSON, NDJSON or CSV. Or drop files.", oninput: () => this.edited() });
  private readonly form = h("div", { class: "form", hidden: true });
  private readonly told = h("div", { class: "told", role: "status", "aria-live": "polite" });

  constructor(private readonly around: Surroundings) {
    const file = h("input", { type: "file", multiple: true, accept: ".json,.ndjson,.csv,.txt", hidden: true, onchange: (event: Event) => { void this.open((event.target as HTMLInputElement).files); (event.target as HTMLInputElement).value = ""; } });
    this.panel = h("div", { class: "users" },
      h("div", { class: "bar" },
        h("button", { type: "button", onclick: () => file.click() }, "Open files…"), file,
        h("button", { type: "button", onclick: () => this.add("users.csv", "") }, "New"),
        h("button", { type: "button", title: "Adds users that are edge cases for this policy", onclick: async () => this.add("edge-cases.ndjson", await this.around.edgeCases()) }, "Make users"),
        this.list),
      this.form, this.area, this.told);
    this.panel.addEventListener("dragover", (event) => event.preventDefault());
    this.panel.addEventListener("drop", (event) => { event.preventDefault(); void this.open(event.dataTransfer?.files ?? null); });
  }

  all(): DocumentText[] {
    return this.documents;
  }

  allEdits(): Edit[] {
    return this.edits;
  }

  /** Another record in place of the one that was read; none takes the edit back. */
  edit(was: Edit["was"], edit: Edit | null): void {
    const key = JSON.stringify(was);
    this.edits = [...this.edits.filter((it) => JSON.stringify(it.was) !== key), ...(edit ? [edit] : [])];
    this.around.changed();
  }

  /** Shows the form of one user in place of the document. */
  showForm(name: string, form: HTMLElement): void {
    fill(this.form, h("div", { class: "form-head" }, h("h2", {}, h("span", { class: "faint" }, "Edit "), name), h("button", { type: "button", onclick: () => this.hideForm() }, "Done")), form);
    this.form.hidden = false;
    this.area.hidden = true;
  }

  private hideForm(): void {
    this.form.hidden = true;
    this.area.hidden = false;
  }

  set(documents: DocumentText[], edits: Edit[] = []): void {
    this.edits = edits;
    this.removed = undefined;
    this.documents = documents.map((document) => ({ ...document }));
    this.at = 0;
    this.draw();
  }

  tell(summary: UsersSummary): void {
    const shapes = summary.documents.map((document) => `${document.name}: ${document.shape}`).join(" · ");
    const configuration = this.documents.filter((document) => document.text.length < 8 << 20 && isConfiguration(document.text));
    fill(this.told,
      configuration.length > 0 && h("p", { class: "note" }, "This is a provider's configuration. ", h("button", { type: "button", class: "primary", onclick: () => this.around.importConfiguration(configuration) }, "Make a policy of it")),
      this.edits.length > 0 && h("p", {}, `${plural(this.edits.length, "user")} edited in place. `, h("button", { type: "button", class: "link", onclick: () => { this.edits = []; this.around.changed(); } }, "Undo all edits")),
      h("p", {}, `${plural(summary.users, "user")}${summary.signIns > 0 ? `, ${plural(summary.signIns, "sign-in")}` : ""}${summary.application ? ` of ${summary.application}` : ""}. `, h("span", { class: "faint" }, shapes)),
      summary.diagnostics.slice(0, 50).map((found) => h("p", { class: found.severity }, found.message, found.help && ` ${found.help}`)),
      summary.diagnostics.length > 50 && h("p", {}, `and ${summary.diagnostics.length - 50} more`));
  }

  async open(files: FileList | null): Promise<void> {
    for (const file of files ?? []) this.documents.push({ name: file.name, text: await file.text() });
    this.documents = this.documents.filter((document) => document.text.trim() !== "");
    this.at = Math.max(0, this.documents.length - 1);
    this.draw();
    this.around.changed();
  }

  private add(name: string, text: string): void {
    this.documents.push({ name, text });
    this.at = this.documents.length - 1;
    this.draw();
    this.area.focus();
    this.around.changed();
  }

  private remove(at: number): void {
    this.removed = this.documents.splice(at, 1)[0];
    this.at = 0;
    this.draw();
    this.around.changed();
    this.list.querySelector<HTMLElement>("button.link")?.focus();
  }

  private bringBack(): void {
    const { name, text } = this.removed!;
    this.removed = undefined;
    this.add(name, text);
  }

  private edited(): void {
    if (this.documents.length === 0) this.documents.push({ name: "users", text: "" });
    this.documents[this.at]!.text = this.area.value;
    this.draw(false);
    this.around.changed();
  }

  private draw(text = true): void {
    if (text) this.hideForm();
    fill(this.list, this.documents.map((document, at) => h("span", { class: "doc" },
      h("button", { type: "button", class: "chip", "aria-pressed": String(at === this.at), onclick: () => { this.at = at; this.draw(); } }, document.name),
      h("button", { type: "button", class: "chip", "aria-label": `Remove ${document.name}`, onclick: () => this.remove(at) }, "✕"))),
      this.removed && h("button", { type: "button", class: "link", onclick: () => this.bringBack() }, `Bring ${this.removed.name} back`));
    if (!text) return;
    const document = this.documents[this.at];
    // A text area of many megabytes freezes a page; such a document is shown by its beginning and not edited.
    const large = (document?.text.length ?? 0) > 1 << 20;
    this.area.value = large ? `${document!.text.slice(0, 20_000)}\n… (${document!.text.length.toLocaleString("en")} characters; too long to edit here)` : (document?.text ?? "");
    this.area.readOnly = large;
  }
}
