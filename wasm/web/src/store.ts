// What a person wrote is kept in this browser, and travels in a link only when asked.

import type { Dialect, DocumentText, Edit } from "rolewright";

export interface Draft {
  policy: string;
  /** Policies that `extends` names beside those that ship. */
  bases: Record<string, string>;
  documents: DocumentText[];
  /** Users edited in place. */
  edits: Edit[];
  pinned: string;
  events: string;
  expression: { dialect: Dialect; text: string };
  /** Whether it was changed since it was opened or saved. */
  changed?: boolean;
}

const CURRENT = "rolewright.current";
const DRAFTS = "rolewright.drafts";

function kept<T>(key: string, none: T): T {
  try {
    return (JSON.parse(localStorage.getItem(key) ?? "null") as T) ?? none;
  } catch {
    return none;
  }
}

/** Whether it could be kept; storage may be full or forbidden. */
function write(key: string, value: unknown): boolean {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export const current = (): Draft | null => kept<Draft | null>(CURRENT, null);
/** Keeps the draft; where the browser has no room for its users, what was written without them. */
export function keep(draft: Draft): "all" | "without users" | "nothing" {
  if (write(CURRENT, draft)) return "all";
  return write(CURRENT, { ...draft, documents: [], edits: [] }) ? "without users" : "nothing";
}
export const drafts = (): Record<string, Draft> => kept(DRAFTS, {});
export const saveDraft = (name: string, draft: Draft): boolean => write(DRAFTS, { ...drafts(), [name]: draft });
/** So many drafts are kept that nobody saved. */
const ASIDE = 5;

/** Keeps what another draft takes the place of; the oldest of these give way. */
export function putAside(name: string, draft: Draft): boolean {
  const all = drafts();
  for (const old of Object.keys(all).filter((it) => all[it]!.changed).slice(0, 1 - ASIDE)) delete all[old];
  return write(DRAFTS, { ...all, [name]: { ...draft, changed: true } });
}

export function removeDraft(name: string): void {
  const { [name]: _, ...rest } = drafts();
  write(DRAFTS, rest);
}

/** Of a draft that somebody else wrote, what has the right shape. */
function read(draft: Partial<Draft>): Partial<Draft> {
  const isObject = (it: unknown): it is Record<string, unknown> => typeof it === "object" && it !== null && !Array.isArray(it);
  const list = (it: unknown): unknown[] => (Array.isArray(it) ? it : []);
  return {
    ...(Array.isArray(draft.documents) && { documents: list(draft.documents).filter((it): it is DocumentText => isObject(it) && typeof it["name"] === "string" && typeof it["text"] === "string") }),
    ...(Array.isArray(draft.edits) && { edits: list(draft.edits).filter((it): it is Edit => isObject(it) && isObject(it["was"]) && isObject(it["record"])) }),
    ...(isObject(draft.bases) && { bases: Object.fromEntries(Object.entries(draft.bases).filter(([, text]) => typeof text === "string")) }),
    ...(typeof draft.events === "string" && { events: draft.events }),
  };
}

const VERSION = "1";

/** The fragment of a link: version and deflated content. A fragment is not sent to any server. */
export async function toFragment(draft: Partial<Draft>): Promise<string> {
  const stream = new Blob([JSON.stringify(draft)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return `#v=${VERSION}&p=${btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** The most that a link may unfold to. */
const LARGEST = 8 << 20;

export async function fromFragment(fragment: string): Promise<Partial<Draft> | string | null> {
  const values = new URLSearchParams(fragment.replace(/^#/, ""));
  const packed = values.get("p");
  if (packed === null) return null;
  if (values.get("v") !== VERSION) return "The link was made by another version of this page and cannot be opened.";
  try {
    const bytes = Uint8Array.from(atob(packed.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for (let size = 0; ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > LARGEST) return "The link holds more than this page opens.";
      parts.push(value as Uint8Array<ArrayBuffer>);
    }
    const draft = JSON.parse(await new Blob(parts).text()) as Partial<Draft>;
    return typeof draft.policy === "string" ? { ...read(draft), policy: draft.policy } : "The link holds no policy.";
  } catch {
    return "The link is damaged: copy it whole.";
  }
}
