import type { Replayed, Row, Step } from "rolewright";
import { fill, h } from "./dom";

const WORDS: Record<string, string> = {
  "scim.create": "SCIM creates", "scim.update": "SCIM updates", "scim.deactivate": "SCIM deactivates", "scim.reactivate": "SCIM reactivates", "scim.delete": "SCIM deletes",
  "sso.login": "Signs in", "group.push": "Group is pushed", "group.delete": "Group is deleted", "console.set_role": "Role set by hand", "console.remove": "Removed by hand", "settings.change": "Settings change",
};

/** The events of SCIM and of sign-ins, one after the other, and what each one changed. */
export class Timeline {
  readonly panel: HTMLElement;
  private readonly area = h("textarea", { spellcheck: "false", "aria-label": "Events, one JSON object a line", placeholder: '{"event": "scim.create", "user": "ada@acme.example", "attributes": {}}', oninput: () => this.changed() });
  private readonly user = h("select", { "aria-label": "User of the event" });
  private readonly steps = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "What happened" });

  constructor(private readonly changed: () => void, private readonly eventsOf: (row: number) => Promise<Record<string, unknown>[]>) {
    const add = (title: string, make: (user: string, row: number) => Promise<object | undefined> | object): HTMLElement =>
      h("button", { type: "button", onclick: async () => {
        const event = await make(this.user.selectedOptions[0]?.textContent ?? "", Number(this.user.value));
        if (event) this.add(event);
      } }, title);
    this.panel = h("div", { class: "timeline" },
      h("div", { class: "bar" }, this.user,
        add("Sync", async (_, row) => (await this.eventsOf(row)).find((event) => event["event"] === "scim.create")),
        add("Sync again", async (_, row) => { const event = (await this.eventsOf(row)).find((it) => it["event"] === "scim.create"); return event && { ...event, event: "scim.update" }; }),
        add("Sign in", async (_, row) => (await this.eventsOf(row)).find((event) => event["event"] === "sso.login")),
        add("Deactivate", (user) => ({ event: "scim.deactivate", user })),
        add("Reactivate", (user) => ({ event: "scim.reactivate", user })),
        add("Push to a group", (user) => ({ event: "group.push", group: "acme:developers", members: [user] })),
        add("JIT off", () => ({ event: "settings.change", jit: "disabled" })),
        add("JIT on", () => ({ event: "settings.change", jit: "enabled" })),
        h("button", { type: "button", onclick: () => { this.set(""); this.changed(); } }, "Clear")),
      h("div", { class: "split" }, this.area, this.steps));
  }

  text(): string {
    return this.area.value;
  }

  set(text: string): void {
    this.area.value = text;
  }

  users(rows: Row[]): void {
    const before = this.user.value;
    fill(this.user, rows.slice(0, 500).map((row) => h("option", { value: row.row }, row.decision.user)));
    if (rows.some((row) => String(row.row) === before)) this.user.value = before;
  }

  private add(event: object): void {
    const text = this.area.value;
    this.set(`${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${JSON.stringify(event)}\n`);
    this.changed();
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
