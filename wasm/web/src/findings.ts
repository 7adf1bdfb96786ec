import type { Audited, Place } from "rolewright";
import { fill, h, plural, valueText } from "./dom";
import { NAME } from "./editor";
import type { Found } from "./protocol";

/** Kinds of findings that are drawn; the others stand in the table of everybody. */
const SIGNED_OFF = ["uncovered", "nobody-privileged", "privilege-lost", "group-not-mapped", "team-created", "leaver"];

/** What to look at before switching on: the policy's own tests, what nobody reaches and no row covers, conflicts. */
export class Findings {
  readonly panel = h("div", { class: "findings scroll", tabindex: "0" });

  constructor(private readonly goTo: (place: Place) => void) {}

  /** Draws them; gives how many are failures. */
  show(found: Found): number {
    const results = found.tests.results ?? [];
    const failed = results.filter((it) => it.differences.length > 0);
    fill(this.panel,
      h("h2", {}, "Tests of the policy"),
      h("p", {}, results.length === 0 ? "The policy has none. Click a cell, then Pin as test." : `${results.length - failed.length} of ${plural(results.length, "test")} pass.`),
      failed.map((it) => h("div", { class: "note error" }, h("b", {}, it.id), h("ul", {}, it.differences.map((difference) => h("li", {}, `${difference.what}: expected ${difference.expected}, is ${difference.actual}`))))),
      this.gaps(found),
      audit(found.audit),
      conflicts(found));
    return failed.length;
  }

  private gaps({ gaps }: Found): HTMLElement[] {
    const open = gaps.gaps ?? [];
    return [
      h("h2", {}, "Reached by nobody"),
      h("p", {}, open.length === 0 ? "The loaded users reach every key and row." : `No loaded user reaches ${open.length} of ${gaps.total ?? 0} keys and rows:`),
      h("ul", {}, open.map((gap) => h("li", {}, gap.what, " ", gap.start && (gap.file === NAME
        ? h("button", { type: "button", class: "link", onclick: () => this.goTo(gap.start!) }, `line ${gap.start.line}`)
        : h("span", { class: "faint" }, `${gap.file}:${gap.start.line}`))))),
    ];
  }
}

/** App roles and values that no row covers, and what else is signed off. */
function audit(audited: Audited): (HTMLElement | false)[] {
  const findings = (audited.findings ?? []).filter((it) => SIGNED_OFF.includes(it.kind));
  const titles = [...new Set(findings.map((it) => it.title))];
  const seats = Object.entries(audited.seats ?? {});
  return [
    ...titles.flatMap((title) => [h("h2", {}, title), h("ul", {}, findings.filter((it) => it.title === title).map((it) => h("li", {}, it.words)))]),
    seats.length > 0 && h("h2", {}, "Seats"),
    seats.length > 0 && h("ul", {}, seats.map(([org, it]) => h("li", {}, h("b", {}, org), `: ${plural(it.total, "seat")}, ${Object.entries(it.roles).map(([role, count]) => `${count} ${role}`).join(", ")}`))),
  ];
}

function conflicts(found: Found): HTMLElement[] {
  const all = found.conflicts.conflicts ?? [];
  return [
    h("h2", {}, "SCIM against sign-ins"),
    ...found.conflicts.diagnostics.map((it) => h("p", { class: it.severity }, it.message, it.help && ` ${it.help}`)),
    all.length === 0 ? h("p", {}, "No conflict: what sign-ins carry is what SCIM sends.") : h("table", {},
      h("thead", {}, h("tr", {}, ["User", "Attribute", "SCIM", "Sign-in", "What comes of it"].map((title) => h("th", { scope: "col" }, title)))),
      h("tbody", {}, all.slice(0, 500).map((it) => h("tr", {}, h("th", { scope: "row" }, it.user), h("td", {}, it.attribute), h("td", {}, valueText(it.scim).text), h("td", {}, valueText(it.sign_in).text),
        h("td", {}, it.words, it.lost.length > 0 ? `; loses ${it.lost.join(", ")}` : "", h("div", { class: "faint" }, `To end it: ${it.remedy}`)))))),
  ];
}
