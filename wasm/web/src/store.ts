// What a person wrote is kept in this browser, and travels in a link only when asked.

export interface Draft {
  policy: string;
  documents: { name: string; text: string }[];
  pinned: string;
  events: string;
}

const CURRENT = "rolewright.current";
const DRAFTS = "rolewright.drafts";

function read<T>(key: string, none: T): T {
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

export const current = (): Draft | null => read<Draft | null>(CURRENT, null);
export const keep = (draft: Draft): boolean => write(CURRENT, draft);
export const drafts = (): Record<string, Draft> => read(DRAFTS, {});
export const saveDraft = (name: string, draft: Draft): boolean => write(DRAFTS, { ...drafts(), [name]: draft });
export function removeDraft(name: string): void {
  const { [name]: _, ...rest } = drafts();
  write(DRAFTS, rest);
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
    const documents = draft.documents?.filter((it) => typeof it?.name === "string" && typeof it?.text === "string");
    return typeof draft.policy === "string" ? { policy: draft.policy, ...(documents && { documents }), ...(typeof draft.events === "string" && { events: draft.events }) } : "The link holds no policy.";
  } catch {
    return "The link is damaged: copy it whole.";
  }
}
