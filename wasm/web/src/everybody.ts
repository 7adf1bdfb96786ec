import type { Difference, Evaluated, Row, Target } from "rolewright";
import { fill, h, plural, valueElement, valueText } from "./dom";

interface Filter {
  id: string;
  title: string;
  holds: (row: Row) => boolean;
}

/** So many rows are drawn at first; more when asked. */
const SHOWN = 200;

/** The table of everybody. A click on a cell asks why. */
export class Everybody {
  readonly panel: HTMLElement;
  private evaluated: Evaluated | undefined;
  private changes = new Map<string, Difference[]>();
  private filter = "all";
  private search = "";
  private limit = SHOWN;
  private readonly chips = h("div", { class: "chips", role: "group", "aria-label": "Filter" });
  private readonly banner = h("div", { class: "banner", role: "status", "aria-live": "polite" });
  private readonly body = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Everybody" });
  private chosen: { row: number; column: string } | undefined;

  constructor(private readonly why: (row: number, column: string, from: HTMLElement) => void) {
    const input = h("input", {
      type: "search", placeholder: "Search users and values", "aria-label": "Search users and values",
      oninput: (event: Event) => { this.search = (event.target as HTMLInputElement).value.toLowerCase(); this.limit = SHOWN; this.draw(); },
    });
    this.body.addEventListener("keydown", (event) => this.move(event));
    this.panel = h("div", { class: "everybody" }, h("div", { class: "bar" }, input, this.chips), this.banner, this.body);
  }

  private readonly filters: Filter[] = [
    { id: "all", title: "All", holds: () => true },
    { id: "changed", title: "Changed", holds: (row) => this.changes.has(row.decision.user) },
    { id: "refused", title: "Refused", holds: (row) => row.decision.error !== undefined },
    { id: "privileged", title: "Privileged", holds: (row) => row.privileged },
    { id: "default", title: "Default only", holds: (row) => row.defaultOnly },
    { id: "warned", title: "Warnings", holds: (row) => row.decision.warnings.length > 0 },
    { id: "out", title: "Not provisioned", holds: (row) => !row.decision.in_scope || !row.decision.active },
  ];

  show(evaluated: Evaluated, differences: Difference[]): void {
    this.changes = new Map();
    for (const it of differences) this.changes.set(it.user, [...(this.changes.get(it.user) ?? []), it]);
    if (evaluated.ok) this.evaluated = evaluated;
    this.panel.classList.toggle("stale", !evaluated.ok);
    this.draw();
    fill(this.banner, this.sentence(evaluated.ok, differences));
  }

  select(row: number, column: string): void {
    this.chosen = { row, column };
    this.draw();
  }

  /** What was shown was another policy's, and not the last version of the next one. */
  forget(): void {
    this.evaluated = undefined;
  }

  rowOf(user: string): number | undefined {
    return this.evaluated?.rows?.find((row) => row.decision.user === user)?.row;
  }

  private sentence(ok: boolean, differences: Difference[]): Node | string {
    if (!ok) return h("p", { class: "note error" }, h("b", {}, "The policy has errors."), this.evaluated ? " This is what its last version without errors gives." : " Repair them to see what everybody gets.");
    if (differences.length === 0) return "";
    const gained = differences.filter((it) => it.privilege === "gained");
    const roles = [...new Set(gained.map((it) => it.after?.role))].join(" or ");
    const users = new Set(differences.map((it) => it.user)).size;
    const text = `${plural(users, "user")} change${users === 1 ? "s" : ""} against the pinned policy.`;
    if (gained.length === 0) return h("p", { class: "note" }, text);
    return h("p", { class: "note danger" }, h("b", {}, `${gained.length} gain${gained.length === 1 ? "s" : ""} ${roles}. `), text);
  }

  private draw(): void {
    const all = this.evaluated?.rows ?? [];
    fill(this.chips, this.filters.map((filter) => {
      const count = all.filter(filter.holds).length;
      return h("button", {
        type: "button", "aria-pressed": String(this.filter === filter.id), class: "chip", "data-filter": filter.id,
        onclick: () => { this.filter = filter.id; this.limit = SHOWN; this.draw(); },
      }, filter.title, " ", h("span", { class: "count" }, count.toLocaleString("en")));
    }));
    const holds = this.filters.find((filter) => filter.id === this.filter)!.holds;
    const rows = all.filter((row) => holds(row) && (this.search === "" || this.haystack(row).includes(this.search)));
    const scroll = this.body.scrollTop;
    const place = focused(this.body);
    if (all.length === 0) {
      fill(this.body, h("p", { class: "nothing" }, this.evaluated ? "No users yet: paste some, or open files, under Users." : ""));
    } else {
      const columns = this.columns();
      fill(this.body,
        h("table", {},
          h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col" }, column.title)))),
          h("tbody", {}, rows.slice(0, this.limit).map((row) => this.line(row, columns)))),
        rows.length === 0 && h("p", { class: "nothing" }, "Nobody fits the filter."),
        rows.length > this.limit && h("button", { type: "button", class: "more", onclick: () => { this.limit += 1000; this.draw(); } }, `Show more of ${rows.length.toLocaleString("en")} users`));
    }
    this.body.scrollTop = scroll;
    this.enter(this.cell(place) ?? this.cell(this.chosen && `${this.chosen.row} ${this.chosen.column}`) ?? this.body.querySelector(".cell"));
    this.cell(place)?.focus({ preventScroll: true });
  }

  private cell(id: string | undefined): HTMLElement | null {
    return id === undefined ? null : this.body.querySelector(`[data-cell="${CSS.escape(id)}"]`);
  }

  /** Of all cells, one is reached by Tab; arrows lead to the others. */
  private enter(cell: HTMLElement | null): void {
    for (const one of this.body.querySelectorAll<HTMLElement>('.cell[tabindex="0"]')) one.tabIndex = -1;
    if (cell) cell.tabIndex = 0;
  }

  private move(event: KeyboardEvent): void {
    const from = (event.target as HTMLElement).closest<HTMLElement>(".cell")?.parentElement;
    const line = from?.parentElement;
    if (!from || !line) return;
    const near = (row: Element | null): Element | undefined => row?.children[[...line.children].indexOf(from)];
    const to = { ArrowRight: from.nextElementSibling, ArrowLeft: from.previousElementSibling, ArrowDown: near(line.nextElementSibling), ArrowUp: near(line.previousElementSibling), Home: line.firstElementChild, End: line.lastElementChild }[event.key];
    const cell = to?.querySelector<HTMLElement>(".cell");
    if (!cell) return;
    event.preventDefault();
    this.enter(cell);
    cell.focus();
  }

  private haystack(row: Row): string {
    const it = row.decision;
    const orgs = Object.entries(it.orgs).map(([org, membership]) => [org, membership.role, ...Object.keys(membership.teams)].join(" "));
    return [it.user, ...orgs, ...Object.values(it.attributes).map((value) => valueText(value).text), ...it.warnings.map((warning) => warning.message), it.error?.message].join(" ").toLowerCase();
  }

  private columns(): { id: string; title: string; target?: Target }[] {
    const targets = this.evaluated?.targets ?? [];
    const orgs = this.evaluated?.rows?.some((row) => Object.keys(row.decision.orgs).length > 0);
    const fixed = [{ id: "user", title: "User" }, { id: "role", title: "Role" }];
    if (orgs) fixed.push({ id: "org", title: "Organization" }, { id: "teams", title: "Teams" });
    const plain = targets.filter((target) => target.kind === "plain").map((target) => ({ id: target.path, title: target.name, target }));
    return [...fixed, { id: "notes", title: "Notes" }, ...plain];
  }

  private line(row: Row, columns: { id: string; title: string; target?: Target }[]): HTMLElement {
    const it = row.decision;
    const changes = this.changes.get(it.user) ?? [];
    const cells = columns.map((column) => {
      const chosen = this.chosen?.row === row.row && this.chosen.column === column.id;
      const cell = `${row.row} ${column.id}`;
      const button = h("button", { type: "button", tabindex: "-1", class: chosen ? "cell chosen" : "cell", "data-cell": cell, title: "Why?", onclick: (event: Event) => this.why(row.row, column.id, event.currentTarget as HTMLElement) }, this.content(row, column));
      return column.id === "user" ? h("th", { scope: "row" }, button) : h("td", { "data-column": column.id }, button);
    });
    const classes = [!it.in_scope || !it.active ? "out" : "", it.error ? "bad" : "", changes.length > 0 ? "changed" : ""].filter(Boolean).join(" ");
    return h("tr", { class: classes || null }, cells);
  }

  private content(row: Row, column: { id: string; target?: Target }): (Node | string)[] {
    const it = row.decision;
    const orgs = Object.entries(it.orgs);
    const changes = this.changes.get(it.user) ?? [];
    switch (column.id) {
      case "user":
        return [it.user || "no name", row.edited && h("span", { class: "tag change" }, "edited")].filter((part) => part !== false);
      case "role": {
        const was = changes.map((change) => change.before?.role).filter((role, at) => role && role !== orgs.find(([org]) => org === changes[at]?.org)?.[1].role);
        const roles = orgs.map(([, membership]) => h("span", { class: row.privileged ? "pill privileged" : "pill" }, membership.role, row.privileged && [h("span", { class: "hint", "aria-hidden": "true" }, " ▲"), h("span", { class: "visually-hidden" }, " privileged")]));
        return [...was.map((role) => h("del", {}, role!)), ...(roles.length > 0 ? roles : [dash()])];
      }
      case "org":
        return orgs.length > 0 ? [orgs.map(([org]) => org).join(", ")] : [dash()];
      case "teams": {
        const teams = orgs.flatMap(([, membership]) => Object.keys(membership.teams));
        return teams.length > 0 ? [teams.join(", ")] : [dash()];
      }
      case "notes":
        return this.notes(row, changes);
      default:
        return [valueElement(it.attributes[column.id] ?? it.attributes[column.target?.name ?? ""])];
    }
  }

  private notes(row: Row, changes: Difference[]): Node[] {
    const it = row.decision;
    const notes: Node[] = [];
    const reasons: Record<string, string> = { "not-assigned": "not assigned to the application", "scoping-filter": "a scoping filter leaves the user out", "skip-object": "IgnoreObjectFlow leaves the user out" };
    if (!it.in_scope) notes.push(h("span", { class: "tag" }, `out of scope: ${reasons[it.scope_reason ?? ""] ?? ""}`));
    else if (it.error) notes.push(h("span", { class: "tag error" }, `refused: ${it.error.message}`));
    else if (!it.active) notes.push(h("span", { class: "tag" }, "inactive"));
    for (const change of changes) notes.push(h("span", { class: change.privilege === "gained" ? "tag danger" : "tag change" }, change.summary));
    for (const warning of it.warnings) notes.push(h("span", { class: "tag warning" }, warning.message));
    return notes;
  }
}

const dash = (): Node => h("span", { class: "null" }, "none");

function focused(body: HTMLElement): string | undefined {
  const active = document.activeElement;
  return active instanceof HTMLElement && body.contains(active) ? active.dataset["cell"] : undefined;
}
