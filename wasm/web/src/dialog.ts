import { fill, find, h } from "./dom";

const element = find<HTMLDialogElement>("#dialog");

export const closeDialog = (): void => element.close();

/** Opens the page's dialog with a title and a way to close it; focus comes back to where it was. */
export function openDialog(title: string, ...content: (Node | string | false)[]): void {
  fill(element, h("h2", { id: "dialog-title" }, title), content, h("button", { type: "button", class: "close", onclick: closeDialog }, "Close"));
  element.setAttribute("aria-labelledby", "dialog-title");
  element.showModal();
}
