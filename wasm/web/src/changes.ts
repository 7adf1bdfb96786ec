import type { Difference } from "rolewright";
import { fill, h } from "./dom";

/** What the policy changes against the pinned one. */
export class Changes {
  readonly panel: HTMLElement;
  private readonly list = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Changes" });

  constructor(private readonly why: (user: string) => void, pin: () => void, restore: () => void) {
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
        h("th", { scope: "row" }, h("button", { type: "button", class: "link", title: "Why?", onclick: () => this.why(it.user) }, it.user)), h("td", {}, words[it.privilege] && h("span", { class: it.privilege === "gained" ? "tag danger" : "tag change" }, words[it.privilege])), h("td", {}, it.summary))))));
  }
}
