import type { Replayed, Row, Step } from "rolewright";
import { closeDialog, openDialog } from "./dialog";
import { fill, h, plural } from "./dom";

const WORDS: Record<string, string> = {
  "scim.create": "SCIM creates", "scim.update": "SCIM updates", "scim.deactivate": "SCIM deactivates", "scim.reactivate": "SCIM reactivates", "scim.delete": "SCIM deletes",
  "sso.login": "Signs in", "group.push": "Group is pushed", "group.delete": "Group is deleted", "console.set_role": "Role set by hand", "console.remove": "Removed by hand", "settings.change": "Settings change",
};

/** So many users can be picked from the list. */
const LISTED = 500;

/** What the timeline asks of the rest of the page. */
export interface Surroundings {
  changed: () => void;
  eventsOf: (row: number) => Promise<Record<string, unknown>[]>;
  /** The sign-in that an assertion or a token is; why it is none is told by it. */
  signIn: (pasted: string) => Promise<Record<string, unknown> | undefined>;
}

type Event = Record<string, unknown>;

/** The events of SCIM and of sign-ins, one after the other, and what each one changed. */
export class Timeline {
  readonly panel: HTMLElement;
  private readonly area = h("textarea", { spellcheck: "false", "aria-label": "Events, one JSON object a line", placeholder: '{"event": "scim.create", "user": "ada@acme.example", "attributes": {}}', oninput: () => this.around.changed() });
  private readonly user = h("select", { "aria-label": "User of the event" });
  private readonly group = h("select", { "aria-label": "Group" });
  /** The events that were cleared or replaced, to bring them back. */
  private former = "";
  private readonly back = h("button", { type: "button", class: "link", hidden: true, onclick: () => this.replace(this.former) }, "Bring the former events back");
  private readonly steps = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "What happened" });

  constructor(private readonly around: Surroundings) {
    const add = (title: string, make: (user: string, row: number) => Promise<Event | undefined> | Event): HTMLElement =>
      h("button", { type: "button", onclick: async () => {
        const event = await make(this.user.selectedOptions[0]?.textContent ?? "", Number(this.user.value));
        if (event) this.add(event);
      } }, title);
    const of = async (row: number, kind: string): Promise<Event | undefined> => (await around.eventsOf(row)).find((event) => event["event"] === kind);
    const file = h("input", { type: "file", accept: ".json,.ndjson,.jsonl,.txt", hidden: true, onchange: async () => {
      const text = await file.files?.[0]?.text();
      file.value = "";
      if (text !== undefined) this.replace(text);
    } });
    this.panel = h("div", { class: "timeline" },
      h("div", { class: "bar" }, this.user,
        add("Sync", (_, row) => of(row, "scim.create")),
        add("Sync again", async (_, row) => { const event = await of(row, "scim.create"); return event && { ...event, event: "scim.update" }; }),
        add("Sign in", (_, row) => of(row, "sso.login")),
        add("Deactivate", (user) => ({ event: "scim.deactivate", user })),
        add("Reactivate", (user) => ({ event: "scim.reactivate", user })),
        h("span", { class: "pair" }, this.group, add("Push to group", (user) => ({ event: "group.push", group: this.group.value, members: [user] })))),
      h("div", { class: "bar" },
        add("JIT off", () => ({ event: "settings.change", jit: "disabled" })),
        add("JIT on", () => ({ event: "settings.change", jit: "enabled" })),
        add("SCIM off", () => ({ event: "settings.change", scim: "disabled" })),
        add("SCIM on", () => ({ event: "settings.change", scim: "enabled" })),
        h("button", { type: "button", onclick: () => this.paste() }, "Paste a sign-in…"),
        h("button", { type: "button", onclick: () => file.click() }, "Open events…"), file,
        h("button", { type: "button", onclick: () => this.replace("") }, "Clear"), this.back),
      h("div", { class: "split" }, this.area, this.steps));
  }

  private paste(): void {
    const area = h("textarea", { rows: "8", spellcheck: "false", "aria-label": "Assertion or token", placeholder: "A SAML response or assertion, {\"nameId\": …, \"attributes\": …}, an ID token, or its claims" });
    const take = async (): Promise<void> => {
      const event = await this.around.signIn(area.value);
      if (!event) return;
      closeDialog();
      this.add(event);
    };
    openDialog("Paste a sign-in", h("p", {}, "What the identity provider sends when somebody signs in. It stays in this page, and its signature plays no part."), area,
      h("button", { type: "button", class: "primary", onclick: () => void take() }, "Add to the timeline"));
  }

  text(): string {
    return this.area.value;
  }

  set(text: string): void {
    this.area.value = text;
    this.back.hidden = true;
  }

  private replace(text: string): void {
    this.former = this.area.value;
    this.set(text);
    this.back.hidden = this.former === "";
    this.around.changed();
  }

  users(rows: Row[], groups: string[]): void {
    const [before, chosen] = [this.user.value, this.group.value];
    fill(this.group, groups.map((name) => h("option", {}, name)));
    if (groups.includes(chosen)) this.group.value = chosen;
    this.group.parentElement!.hidden = groups.length === 0;
    fill(this.user, rows.slice(0, LISTED).map((row) => h("option", { value: row.row }, row.decision.user)),
      rows.length > LISTED && h("option", { disabled: true }, `and ${plural(rows.length - LISTED, "user")} more: write their events below`));
    if (rows.some((row) => String(row.row) === before)) this.user.value = before;
  }

  private add(event: object): void {
    const text = this.area.value;
    this.set(`${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${JSON.stringify(event)}\n`);
    this.around.changed();
  }

  show(replayed: Replayed): void {
    const steps = replayed.steps ?? [];
    fill(this.steps,
      (replayed.found ?? []).map((found) => h("p", { class: `note ${found.severity}` }, found.message, found.help && ` ${found.help}`)),
      !replayed.ok && h("p", { class: "note error" }, "The policy has errors: repair them to play the events."),
      replayed.ok && steps.length === 0 && h("p", { class: "nothing" }, "Add events above, or write them at the left: what SCIM and sign-ins do to each other shows here."),
      h("ol", { class: "steps" }, steps.map(step)),
      (replayed.users ?? []).length > 0 && h("h2", {}, "Afterwards"),
      h("ul", { class: "after" }, (replayed.users ?? []).map((user) => h("li", {}, h("b", {}, user.user), user.active ? "" : " (inactive)", ": ",
        Object.entries(user.orgs).map(([org, it]) => `${it.role} in ${org} (by ${it.role_from})${Object.keys(it.teams).length > 0 ? `, ${Object.entries(it.teams).map(([team, from]) => `${team} (by ${from})`).join(", ")}` : ""}`).join("; ") || "no membership"))));
    this.panel.dataset["steps"] = String(steps.length);
  }
}

function step(it: Step): HTMLElement {
  const source = it.kind.startsWith("scim") || it.kind.startsWith("group") ? "scim" : it.kind.startsWith("sso") ? "jit" : "hand";
  const names = (rows: { id?: string; at?: string }[]): string => rows.map((row) => row.id ?? row.at).filter(Boolean).join(", ");
  return h("li", { class: `step ${source}${it.refusal ? " refused" : ""}` },
    h("div", { class: "step-head" }, h("span", { class: "source" }, source === "scim" ? "SCIM" : source === "jit" ? "JIT" : "Hand"), h("b", {}, WORDS[it.kind] ?? it.kind), " ", it.user ?? it.group ?? ""),
    it.refusal && h("p", { class: "error" }, `Refused: ${it.refusal.message}${it.refusal.about ? ` (${it.refusal.about})` : ""}`),
    h("ul", {}, it.changes.map((change) => h("li", {}, change.text, names(change.by) && h("span", { class: "faint" }, ` by row ${names(change.by)}${change.placed_by ? `, placed by ${names([change.placed_by])}` : ""}`)))),
    it.changes.length === 0 && !it.refusal && h("p", { class: "faint" }, "Nothing changes."),
    it.warnings.map((warning) => h("p", { class: "warning" }, `Warning: ${warning.message}${warning.about ? ` (${warning.about})` : ""}`)));
}
