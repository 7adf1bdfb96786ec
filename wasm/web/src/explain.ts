import type { Explained, Part, Place, Winner } from "rolewright";
import { fill, h, nothingText, valueElement } from "./dom";
import { NAME } from "./editor";

/** What can be done from an explanation. */
export interface Actions {
  goTo: (place: Place) => void;
  close: () => void;
  pin: () => void;
  edit: () => void;
  revert: () => void;
}

/** The kinds of target attributes that the table's own columns show. */
const COLUMNS: Record<string, string> = { user: "user_name", role: "role", org: "organization", teams: "team" };

/** Why a user has what a cell shows: who won, every part's value, the rows that hit. */
export function explain(panel: HTMLElement, it: Explained, column: string, actions: Actions): void {
  const decision = it.decision!;
  const asked = (winner: Winner): boolean => winner.target === column || winner.path === column || COLUMNS[column] === winner.kind;
  const focus = (winner: Winner, at: number): number => (asked(winner) ? -1 : at);
  const winners = [...(it.attributes ?? [])].map((winner, at) => ({ winner, at })).sort((a, b) => focus(a.winner, a.at) - focus(b.winner, b.at));
  panel.hidden = false;
  panel.onkeydown = (event) => { if (event.key === "Escape") actions.close(); };
  fill(panel,
    h("div", { class: "explain-head" },
      h("h2", { tabindex: "-1" }, h("span", { class: "faint" }, "Why "), decision.user || "no name"),
      it.was && h("button", { type: "button", onclick: actions.revert, title: "Takes back what was edited" }, "Undo edits"),
      h("button", { type: "button", onclick: actions.edit, title: "Changes this user's attributes, to see what would come of it" }, "Edit user"),
      h("button", { type: "button", onclick: actions.pin, title: "Adds this user and what comes of it to the tests of the policy" }, "Pin as test"),
      h("button", { type: "button", "aria-label": "Close", onclick: actions.close }, "✕")),
    h("div", { class: "explain-body", tabindex: "0", role: "region", "aria-label": "Explanation" },
      outcome(it),
      h("h3", {}, "Attributes"),
      winners.map(({ winner }) => attribute(winner, asked(winner), actions.goTo)),
      h("h3", {}, "Rows that hit"),
      rows(it),
      h("details", {}, h("summary", {}, "The record as it was read"), h("pre", { tabindex: "0" }, JSON.stringify(it.record, null, 2)))));
}

function outcome(it: Explained): HTMLElement {
  const decision = it.decision!;
  const list = h("ul", { class: "outcome" });
  const reasons: Record<string, string> = { "not-assigned": "The user is not assigned to the application, and the source requires it.", "scoping-filter": "No scoping filter lets the user pass.", "skip-object": "A mapping said IgnoreObjectFlow." };
  if (!decision.in_scope) list.append(h("li", {}, h("b", {}, "Out of scope. "), reasons[decision.scope_reason ?? ""] ?? ""));
  if (decision.error) list.append(h("li", { class: "error" }, h("b", {}, "Refused. "), decision.error.message));
  for (const [org, membership] of Object.entries(decision.orgs)) {
    const teams = Object.entries(membership.teams);
    list.append(h("li", {},
      h("b", {}, membership.role), h("span", { class: "faint" }, ` by ${membership.role_from}`), " in ", h("b", {}, org), h("span", { class: "faint" }, ` by ${membership.org_from}`),
      teams.length > 0 ? ", team " : ", no team", teams.map(([team, from]) => h("span", {}, h("b", {}, team), h("span", { class: "faint" }, ` by ${from} `)))));
  }
  if (decision.in_scope && !decision.error && Object.keys(decision.orgs).length === 0) list.append(h("li", {}, decision.active ? "No membership." : "Inactive: no membership."));
  for (const team of decision.created_teams) list.append(h("li", {}, `The team ${team} is created.`));
  for (const warning of decision.warnings) list.append(h("li", { class: "warning" }, h("b", {}, "Warning. "), warning.message));
  if (it.assigned === null && it.holds === "source") list.append(h("li", { class: "faint" }, "Whether the user is assigned cannot be known from these files: add the users' appRoleAssignments, or the application's list of assignments."));
  return list;
}

function attribute(winner: Winner, open: boolean, goTo: (place: Place) => void): HTMLElement {
  const place = winner.at;
  const here = place && place.file === NAME;
  const head = h("summary", {}, h("code", {}, winner.target), " = ", winner.value === null ? h("span", { class: "null" }, nothingText(winner.state)) : valueElement(winner.value), h("span", { class: "faint" }, ` by ${winner.source}${winner.defaulted ? ", the mapping's default" : ""}`));
  const box = h("details", { class: "attribute", open }, head);
  box.append(h("div", { class: "mapping" }, lit(winner), " ", place && (here
    ? h("button", { type: "button", class: "link", onclick: () => goTo(place.start) }, `line ${place.start.line}`)
    : h("span", { class: "faint" }, ` ${place.file}:${place.start.line}`))));
  const parts = winner.parts.filter((part) => !(/["']/.test(winner.mapping[part.from] ?? "") && part.state === "value"));
  if (parts.length > 0) box.append(h("table", { class: "parts" }, h("tbody", {}, parts.map((part) => line(winner, part)))));
  return box;
}

function line(winner: Winner, part: Part): HTMLElement {
  const text = winner.mapping.slice(part.from, part.to) || winner.mapping;
  const value = part.halt ? h("span", { class: "tag" }, part.halt) : part.value === null ? h("span", { class: "null" }, nothingText(part.state)) : valueElement(part.value);
  return h("tr", {}, h("td", {}, h("code", {}, text.replaceAll(/\s+/g, " "))), h("td", {}, value));
}

/** The mapping's text with what was evaluated lit, and the branches not taken dimmed. */
function lit(winner: Winner): HTMLElement {
  const text = winner.mapping;
  const code = h("code", { class: "lit" });
  if (winner.parts.length < 2) {
    code.append(text);
    return code;
  }
  const exact = new Map(winner.parts.map((part) => [`${part.from} ${part.to}`, part]));
  const starts = new Set(winner.parts.map((part) => part.from));
  const values = new Set(winner.parts.map((part) => (typeof part.value === "string" ? part.value : "")));
  const tokens = [...text.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\[[^\]]*\]|[\p{L}_][\p{L}\p{N}_.]*|\d+(?:\.\d+)?|\s+|./gsu)];
  const whole = (match: RegExpExecArray | undefined): boolean => match !== undefined && exact.has(`${match.index} ${match.index + match[0].length}`);
  for (const [at, match] of tokens.entries()) {
    const token = match[0];
    // The key of a Switch that hit has the source's value, and stands before the result that was taken.
    const key = /^["']/.test(token) && values.has(token.slice(1, -1)) && whole(tokens.slice(at + 1).find((next) => !/^[\s,]+$/.test(next[0])));
    const evaluated = key || whole(match) || (/^[\p{L}_]/u.test(token) && starts.has(match.index));
    const sign = /^[\s(),]+$/.test(token);
    code.append(sign ? token : h("span", { class: evaluated ? "on" : "off" }, token));
  }
  return code;
}

function rows(it: Explained): HTMLElement {
  const list = h("ol", { class: "rows" });
  for (const row of it.rowsAt ?? []) list.append(h("li", {}, h("code", {}, row)));
  if (it.placementAt) list.append(h("li", {}, "placed by ", h("code", {}, it.placementAt)));
  if (!list.hasChildNodes()) list.append(h("li", {}, "None: no event is sent."));
  return list;
}
