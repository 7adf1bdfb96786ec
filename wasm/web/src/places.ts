// Places of diagnostics, which count characters, as offsets of the editor.

import type { Text } from "@codemirror/state";
import type { Diagnostic, Place } from "rolewright";

/** The offset of a place. */
export function offsetOf(text: Text, place: Place): number {
  if (place.line > text.lines) return text.length;
  const line = text.line(place.line);
  let unit = 0;
  for (let column = 1; column < place.column && unit < line.length; column++) unit += line.text.codePointAt(unit)! > 0xffff ? 2 : 1;
  return line.from + unit;
}

/** The change that repairs what a diagnostic found, if it is one of the text of that name. */
export function repair(text: Text, diagnostic: Diagnostic, name: string): { from: number; to: number; insert: string } | null {
  const place = diagnostic.edit?.place;
  if (!place || place.file !== name) return null;
  return { from: offsetOf(text, place.start), to: offsetOf(text, place.end), insert: diagnostic.edit!.replacement };
}
