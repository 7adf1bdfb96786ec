/** `<rolewright-preview>`: one expression with its users and what it gives them. Importing this file defines it. */
export class RolewrightPreview extends HTMLElement {
  /** The expression as it stands in the element. */
  expression: string;
}
declare global {
  interface HTMLElementTagNameMap { "rolewright-preview": RolewrightPreview }
}
