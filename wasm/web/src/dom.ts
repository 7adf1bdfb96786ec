// Elements are made from texts, never from markup: what stands in a user's name is shown as it is.

type Child = Node | string | number | null | undefined | false;
type Properties = Record<string, string | number | boolean | null | undefined | ((event: any) => void)>;

/** An element with attributes, listeners (`onclick`) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: (Child | Child[])[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

export function find<T extends HTMLElement>(selector: string): T {
  const element = document.querySelector<T>(selector);
  if (!element) throw new Error(`the page lacks ${selector}`);
  return element;
}

export function fill(element: ParentNode, ...children: (Child | Child[])[]): void {
  element.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined && child !== false).map((child) => (child instanceof Node ? child : String(child))));
}

export const plural = (count: number, what: string): string => `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;

/** A value as a cell shows it; null, empty text and empty list are told apart by words, not by colour alone. */
export function valueText(value: unknown): { text: string; kind: "null" | "empty" | "value" } {
  if (value === null || value === undefined) return { text: "not set", kind: "null" };
  if (value === "") return { text: "empty text", kind: "empty" };
  if (Array.isArray(value) && value.length === 0) return { text: "empty list", kind: "empty" };
  // App roles and the like are known by their names.
  if (Array.isArray(value) && value.every((item) => typeof item?.displayName === "string")) return { text: value.map((item) => item.displayName as string).join(", "), kind: "value" };
  return { text: typeof value === "string" ? value : JSON.stringify(value), kind: "value" };
}

const NOTHING: Record<string, string> = {
  null: "null",
  missing: "missing: this user has no such attribute",
  unknown: "cannot be known: no loaded user has such an attribute, perhaps it was not exported",
};

/** Which kind of nothing a part of an expression is. */
export const nothingText = (state: string): string => NOTHING[state] ?? "null";

export function valueElement(value: unknown): HTMLElement {
  const { text, kind } = valueText(value);
  return h("span", { class: kind }, text);
}

export interface Tab {
  id: string;
  title: string;
  panel: HTMLElement;
  shown?: () => void;
}

/** Tabs as the ARIA practices describe them: arrows move, the panel follows. */
export function tabs(section: HTMLElement, list: Tab[]): { show: (id: string) => void; badge: (id: string, text: string) => void; current: () => string } {
  const bar = section.querySelector(".tabs")!;
  const panels = section.querySelector(".panels")!;
  let current = "";
  const buttons = new Map<string, HTMLButtonElement>();
  const show = (id: string): void => {
    current = id;
    for (const tab of list) {
      const on = tab.id === id;
      const button = buttons.get(tab.id)!;
      button.setAttribute("aria-selected", String(on));
      button.tabIndex = on ? 0 : -1;
      tab.panel.hidden = !on;
      if (on) tab.shown?.();
    }
  };
  for (const [at, tab] of list.entries()) {
    tab.panel.id = `panel-${tab.id}`;
    tab.panel.setAttribute("role", "tabpanel");
    tab.panel.setAttribute("aria-labelledby", `tab-${tab.id}`);
    const move = (event: KeyboardEvent): void => {
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      const next = list[(to + list.length) % list.length]!;
      show(next.id);
      buttons.get(next.id)!.focus();
    };
    const button = h("button", { type: "button", role: "tab", id: `tab-${tab.id}`, "aria-controls": tab.panel.id, onclick: () => show(tab.id), onkeydown: move }, tab.title, h("span", { class: "badge", hidden: true }));
    buttons.set(tab.id, button);
    bar.append(button);
    panels.append(tab.panel);
  }
  show(list[0]!.id);
  const badge = (id: string, text: string): void => {
    const element = buttons.get(id)!.querySelector<HTMLElement>(".badge")!;
    element.textContent = text;
    element.hidden = text === "";
  };
  return { show, badge, current: () => current };
}
