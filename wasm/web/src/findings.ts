import type { Conflicts, Difference, Gaps, Place, TestResults } from "rolewright";
import { fill, h, plural, valueText } from "./dom";

/** What the policy changes against the pinned one. */
export class Changes {
  readonly panel: HTMLElement;
  private readonly list = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Changes" });

  constructor(pin: () => void, restore: () => void) {
    this.panel = h("div", { class: "changes" },
      h("div", { class: "bar" },
        h("button", { type: "button", onclick: pin, title: "Takes the present text as the policy that is live" }, "Pin this as live"),
        h("button", { type: "button", onclick: restore }, "Back to the pinned policy")),
      this.list);
  }

  show(differences: Difference[] | null): void {
    if (!differences || differences.length === 0) return fill(this.list, h("p", { class: "nothing" }, differences ? "The text differs from the pinned policy, and nobody gets anything else." : "The policy is the pinned one. Change it, and who gains or loses shows here, privileged gains first."));
    const words = { gained: "gains power", lost: "loses power", unchanged: "" };
    fill(this.list, h("table", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "User"), h("th", { scope: "col" }, "Privileged"), h("th", { scope: "col" }, "Change"))),
      h("tbody", {}, differences.slice(0, 1000).map((it) => h("tr", { class: it.privilege },
        h("th", { scope: "row" }, it.user), h("td", {}, words[it.privilege] && h("span", { class: it.privilege === "gained" ? "tag danger" : "tag change" }, words[it.privilege])), h("td", {}, it.summary))))));
  }
}

/** Where SCIM and sign-ins do not agree, what nobody reaches, and the policy's own tests. */
export class Findings {
  readonly panel = h("div", { class: "findings scroll", tabindex: "0" });

  constructor(private readonly goTo: (place: Place) => void) {}

  show(conflicts: Conflicts, gaps: Gaps, tests: TestResults): number {
    const found = conflicts.conflicts ?? [];
    const open = gaps.gaps ?? [];
    const results = tests.results ?? [];
    const failed = results.filter((it) => it.differences.length > 0);
    fill(this.panel,
      h("h2", {}, "Tests of the policy"),
      h("p", {}, results.length === 0 ? "The policy has none. Click a cell, then Pin as test." : `${results.length - failed.length} of ${plural(results.length, "test")} pass.`),
      failed.map((it) => h("div", { class: "note error" }, h("b", {}, it.id), h("ul", {}, it.differences.map((difference) => h("li", {}, `${difference.what}: expected ${difference.expected}, is ${difference.actual}`))))),
      h("h2", {}, "Gaps"),
      h("p", {}, open.length === 0 ? "The loaded users reach every key and row." : `No loaded user reaches ${open.length} of ${gaps.total ?? 0} keys and rows:`),
      h("ul", {}, open.map((gap) => h("li", {}, gap.what, " ", gap.start && (gap.file === "policy.yaml"
        ? h("button", { type: "button", class: "link", onclick: () => this.goTo(gap.start!) }, `line ${gap.start.line}`)
        : h("span", { class: "faint" }, `${gap.file}:${gap.start.line}`))))),
      h("h2", {}, "SCIM against sign-ins"),
      found.length === 0 ? h("p", {}, "No conflict: what sign-ins carry is what SCIM sends.") : h("table", {},
        h("thead", {}, h("tr", {}, ["User", "Attribute", "SCIM", "Sign-in", "What comes of it"].map((title) => h("th", { scope: "col" }, title)))),
        h("tbody", {}, found.slice(0, 500).map((it) => h("tr", {}, h("th", { scope: "row" }, it.user), h("td", {}, it.attribute), h("td", {}, valueText(it.scim).text), h("td", {}, valueText(it.sign_in).text),
          h("td", {}, it.words, it.lost.length > 0 ? `; loses ${it.lost.join(", ")}` : "", h("div", { class: "faint" }, `To end it: ${it.remedy}`)))))));
    return failed.length;
  }
}
