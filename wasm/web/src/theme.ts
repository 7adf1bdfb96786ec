// Dark or light: the system's wish, until somebody says otherwise.

import { find } from "./dom";

const KEY = "rolewright.theme";

export function theme(): void {
  const root = document.documentElement;
  try {
    const kept = localStorage.getItem(KEY);
    if (kept) root.dataset["theme"] = kept;
  } catch { /* a browser that forbids storage keeps its own theme */ }
  find("#theme").onclick = () => {
    const now = root.dataset["theme"] ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    const next = now === "dark" ? "light" : "dark";
    root.dataset["theme"] = next;
    try { localStorage.setItem(KEY, next); } catch { /* as above */ }
  };
}
