import type { Hover } from "rolewright";
import { h } from "./dom";

/** What the engine's tables say of a word, as a box beside it. */
export function manualOf(found: Hover): HTMLElement {
  const box = h("div", { class: "manual" });
  if (found.function) {
    const it = found.function;
    box.append(
      h("p", {}, h("code", {}, it.signature)),
      h("p", {}, it.summary),
      it.parameters.length > 0 ? h("ul", {}, it.parameters.map((parameter) => h("li", {}, h("b", {}, parameter.name), `: ${parameter.takes}, ${parameter.about}`))) : "",
      h("p", {}, h("code", {}, it.example.expression), it.example.value ? ` gives ${it.example.value}` : " gives another value each time"),
    );
  } else if (found.attribute) {
    const it = found.attribute;
    box.append(h("p", {}, h("code", {}, it.name), it.known ? " source attribute" : " not among the provider's own attributes"));
    box.append(h("p", {}, `${it.with} of ${it.users} users have it${it.values.length > 0 ? `: ${it.values.join(", ")}` : ""}`));
  } else if (found.target) {
    const it = found.target;
    const words = (values: unknown[]): string => values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join(", ");
    box.append(h("p", {}, h("code", {}, it.path), " target attribute"));
    if (it.one_of.length > 0) box.append(h("p", {}, `one of ${words(it.one_of)}`));
    if (it.default !== null) box.append(h("p", {}, `not set counts as ${words([it.default])}`));
    if (it.privileged.length > 0) box.append(h("p", {}, `privileged: ${words(it.privileged)}`));
  }
  return box;
}
