// A user and what comes of it, as a test inside the policy: the command line runs the same.

import type { Explained, Mappings } from "rolewright";

/** The policy with the test, where the name of the test is free. `reads` are the attributes that the policy reads; without them the whole record is kept. */
export function withTest(text: string, it: Explained, reads: string[] | null): { at: number; entry: string; name: string } {
  const decision = it.decision!;
  const name = free(text, `${decision.user}, pinned`);
  const expect: Record<string, unknown> = decision.error ? { error: decision.error.code } : decision.in_scope ? { orgs: decision.orgs, warnings: decision.warnings.map((warning) => warning.code) } : { in_scope: false };
  const entry = `  - name: ${JSON.stringify(name)}\n    user: ${JSON.stringify(record(it, reads))}\n    expect: ${JSON.stringify(expect)}\n`;
  const whole = text.endsWith("\n") ? text : `${text}\n`;
  const block = /^tests:[^\n]*\n(?:[ \t#-][^\n]*\n|\n)*/m.exec(whole);
  if (block) return { at: Math.min(block.index + block[0].trimEnd().length + 1, text.length), entry, name };
  return { at: text.length, entry: `${text.endsWith("\n") ? "" : "\n"}\ntests:\n${entry}`, name };
}

function free(text: string, wanted: string): string {
  for (let count = 1; ; count++) {
    const name = count === 1 ? wanted : `${wanted} ${count}`;
    if (!text.includes(JSON.stringify(name))) return name;
  }
}

/** Attributes by which every provider's user is known and is active. */
const ALWAYS = ["userPrincipalName", "accountEnabled", "appRoleAssignments"];

function record(it: Explained, reads: string[] | null): Record<string, unknown> {
  const all = Object.entries(it.record ?? {});
  if (!reads) return Object.fromEntries(all);
  const heads = new Set([...ALWAYS, ...reads, ...reads.map((name) => name.split(/[.:]/)[0]!)]);
  return Object.fromEntries(all.filter(([name]) => heads.has(name)));
}

/** The source attributes that a policy's provisioning reads. */
export const readsOf = (mappings: Mappings): string[] => [...new Set((mappings.mappings ?? []).filter((it) => it.source === "scim").flatMap((it) => it.reads))];
