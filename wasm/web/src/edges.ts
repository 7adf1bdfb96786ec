// Users that are edge cases for the policy at hand.

import type { Mappings } from "rolewright";

type RecordOf = { [name: string]: unknown };

/** Attributes that the cases have anyway. */
const OWN = ["userPrincipalName", "accountEnabled", "appRoleAssignments", "user.login", "appuser.userName", "user_internal.status"];

/** No value, null, empty, blank, a key in its own and in another case, none of the keys, not ASCII; no app role and two of them; inactive. */
export function edgeCases(mappings: NonNullable<Mappings["mappings"]>): string {
  const scim = mappings.filter((it) => it.source === "scim");
  const okta = scim.some((it) => it.dialect !== null && it.dialect !== "entra");
  const reads = [...new Set(scim.flatMap((it) => it.reads))].filter((name) => !OWN.includes(name));
  const constants = scim.flatMap((it) => [...it.mapping.matchAll(/"([^"\n]{2,60})"|'([^'\n]{2,60})'/g)].map((match) => match[1] ?? match[2]!));
  const key = constants.find((text) => /\s|[A-Z]/.test(text)) ?? constants[0] ?? "value";
  const values: [string, (name: string) => unknown][] = [
    ["missing", () => undefined],
    ["null", () => null],
    ["empty", () => ""],
    ["blank", () => " "],
    ["key", () => key],
    ["lower-case", () => key.toLowerCase()],
    ["other", () => "none of the keys"],
    ["non-ascii", () => "Ünïcödé 名"],
  ];
  const user = (label: string, active: boolean, roles: string[], value: (name: string) => unknown): string => {
    const name = `${label}@edge.example`;
    const record: RecordOf = okta
      ? { user: { login: name }, user_internal: { status: active ? "ACTIVE" : "DEPROVISIONED" }, appuser: { userName: name } }
      : { userPrincipalName: name, accountEnabled: active, appRoleAssignments: roles };
    for (const attribute of reads) put(record, okta ? attribute.split(".") : [attribute], value(attribute));
    return JSON.stringify(record);
  };
  const keyed = (): string => key;
  return `${[
    ...values.map(([label, value]) => user(label, true, label === "missing" ? ["User"] : label === "null" ? ["none of the keys"] : [key], value)),
    user("no-role", true, [], keyed),
    user("two-roles", true, [...new Set(constants)].filter((text) => /\s|[A-Z]/.test(text)).slice(0, 2), keyed),
    user("inactive", false, [key], keyed),
  ].join("\n")}\n`;
}

function put(record: RecordOf, path: string[], value: unknown): void {
  let inner = record;
  for (const name of path.slice(0, -1)) inner = (inner[name] ??= {}) as RecordOf;
  if (value !== undefined) inner[path.at(-1)!] = value;
}
