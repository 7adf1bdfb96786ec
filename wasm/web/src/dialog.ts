import { fill, find, h } from "./dom";

const element = find<HTMLDialogElement>("#dialog");
/** The page's own status lies behind the dialog, where it is neither seen nor read out. */
const told = h("p", { class: "faint", role: "status", "aria-live": "polite" });

export const closeDialog = (): void => element.close();

/** Says in the dialog what its doing came to, if it is open. */
export function tellInDialog(text: string): void {
  told.textContent = text;
}

/** Opens the page's dialog with a title and a way to close it; focus comes back to where it was. */
export function openDialog(title: string, ...content: (Node | string | false)[]): void {
  told.textContent = "";
  fill(element, h("h2", { id: "dialog-title" }, title), content, h("button", { type: "button", class: "close", onclick: closeDialog }, "Close"), told);
  element.setAttribute("aria-labelledby", "dialog-title");
  element.showModal();
}
