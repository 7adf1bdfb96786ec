// What `rolewright preview` was started with: it waits beside the page, under a name that only the link tells.

import type { Draft } from "./store";

export async function given(fragment: string): Promise<Partial<Draft> | string | null> {
  const token = /^#given=([0-9a-f]{32})$/.exec(fragment)?.[1];
  if (!token) return null;
  try {
    const response = await fetch(`given-${token}.json`, { cache: "no-store" });
    if (!response.ok) return "The program that opened this page has ended: start `rolewright preview` again.";
    return (await response.json()) as Partial<Draft>;
  } catch {
    return "The program that opened this page has ended: start `rolewright preview` again.";
  }
}
