import type { DocumentText, UsersSummary } from "rolewright";
import { fill, h, plural } from "./dom";

/** The documents of users: paste, drop or open; edit in place. */
export class UsersPane {
  readonly panel: HTMLElement;
  private documents: DocumentText[] = [];
  private at = 0;
  private readonly list = h("div", { class: "chips", role: "group", "aria-label": "Documents" });
  private readonly area = h("textarea", { spellcheck: "false", "aria-label": "Document", placeholder: "Paste users here: Microsoft Graph, SCIM, JSON, NDJSON or CSV. Or drop files.", oninput: () => this.edited() });
  private readonly told = h("div", { class: "told", role: "status", "aria-live": "polite" });

  constructor(private readonly changed: () => void, private readonly policy: () => string) {
    const file = h("input", { type: "file", multiple: true, accept: ".json,.ndjson,.csv,.txt", hidden: true, onchange: (event: Event) => { void this.open((event.target as HTMLInputElement).files); (event.target as HTMLInputElement).value = ""; } });
    this.panel = h("div", { class: "users" },
      h("div", { class: "bar" },
        h("button", { type: "button", onclick: () => file.click() }, "Open files…"), file,
        h("button", { type: "button", onclick: () => this.add("users.csv", "") }, "New"),
        h("button", { type: "button", title: "Adds users that are edge cases for this policy", onclick: () => this.add("edge-cases.ndjson", edgeCases(this.policy())) }, "Make users"),
        this.list),
      this.area, this.told);
    this.panel.addEventListener("dragover", (event) => event.preventDefault());
    this.panel.addEventListener("drop", (event) => { event.preventDefault(); void this.open(event.dataTransfer?.files ?? null); });
  }

  all(): DocumentText[] {
    return this.documents;
  }

  set(documents: DocumentText[]): void {
    this.documents = documents.map((document) => ({ ...document }));
    this.at = 0;
    this.draw();
  }

  tell(summary: UsersSummary): void {
    const shapes = summary.documents.map((document) => `${document.name}: ${document.shape}`).join(" · ");
    fill(this.told,
      h("p", {}, `${plural(summary.users, "user")}${summary.signIns > 0 ? `, ${plural(summary.signIns, "sign-in")}` : ""}${summary.application ? ` of ${summary.application}` : ""}. `, h("span", { class: "faint" }, shapes)),
      summary.diagnostics.slice(0, 50).map((found) => h("p", { class: found.severity }, found.message, found.help && ` ${found.help}`)),
      summary.diagnostics.length > 50 && h("p", {}, `and ${summary.diagnostics.length - 50} more`));
  }

  private async open(files: FileList | null): Promise<void> {
    for (const file of files ?? []) this.documents.push({ name: file.name, text: await file.text() });
    this.documents = this.documents.filter((document) => document.text.trim() !== "");
    this.at = Math.max(0, this.documents.length - 1);
    this.draw();
    this.changed();
  }

  private add(name: string, text: string): void {
    this.documents.push({ name, text });
    this.at = this.documents.length - 1;
    this.draw();
    this.area.focus();
    this.changed();
  }

  private edited(): void {
    if (this.documents.length === 0) this.documents.push({ name: "users", text: "" });
    this.documents[this.at]!.text = this.area.value;
    this.draw(false);
    this.changed();
  }

  private draw(text = true): void {
    fill(this.list, this.documents.map((document, at) => h("span", { class: "doc" },
      h("button", { type: "button", class: "chip", "aria-pressed": String(at === this.at), onclick: () => { this.at = at; this.draw(); } }, document.name),
      h("button", { type: "button", class: "chip", "aria-label": `Remove ${document.name}`, onclick: () => { this.documents.splice(at, 1); this.at = 0; this.draw(); this.changed(); } }, "✕"))));
    if (!text) return;
    const document = this.documents[this.at];
    // A text area of many megabytes freezes a page; such a document is shown by its beginning and not edited.
    const large = (document?.text.length ?? 0) > 1 << 20;
    this.area.value = large ? `${document!.text.slice(0, 20_000)}\n… (${document!.text.length.toLocaleString("en")} characters; too long to edit here)` : (document?.text ?? "");
    this.area.readOnly = large;
  }
}

/** The source attributes that a policy's text names. */
function reads(policy: string): string[] {
  const names = [...policy.matchAll(/direct:\s*['"]?([A-Za-z][\w.]*)|\[([A-Za-z][\w.]*)\](?=[^\n]*['"]\s*[,}]|[^\n]*\))/g)].map((match) => match[1] ?? match[2]!);
  return [...new Set(names)].filter((name) => !["userPrincipalName", "accountEnabled"].includes(name));
}

/** Users that are edge cases for a policy: no value, null, empty, other case, not ASCII; no role and two of them. */
export function edgeCases(policy: string): string {
  const names = reads(policy);
  const constants = [...policy.matchAll(/"([^"\n]{2,60})"/g)].map((match) => match[1]!);
  const key = constants.find((text) => /\s|[A-Z]/.test(text)) ?? constants[0] ?? "value";
  const values: [string, (name: string) => unknown][] = [
    ["missing", () => undefined],
    ["null", () => null],
    ["empty", () => ""],
    ["blank", () => " "],
    ["key", () => key],
    ["lower-case", () => key.toLowerCase()],
    ["other", () => "none of the keys"],
    ["non-ascii", () => "Ünïcödé 名"],
  ];
  const lines: string[] = [];
  for (const [label, value] of values) {
    const user: Record<string, unknown> = { userPrincipalName: `${label}@edge.example`, accountEnabled: true };
    for (const name of names) if (name !== "appRoleAssignments") user[name] = value(name);
    user["appRoleAssignments"] = label === "missing" ? ["User"] : label === "null" ? ["none of the keys"] : [key];
    lines.push(JSON.stringify(user));
  }
  lines.push(JSON.stringify({ userPrincipalName: "no-role@edge.example", accountEnabled: true, appRoleAssignments: [] }));
  lines.push(JSON.stringify({ userPrincipalName: "two-roles@edge.example", accountEnabled: true, appRoleAssignments: constants.slice(0, 4).filter((text) => text !== "member").slice(0, 2) }));
  lines.push(JSON.stringify({ userPrincipalName: "inactive@edge.example", accountEnabled: false, appRoleAssignments: [key] }));
  return `${lines.join("\n")}\n`;
}
