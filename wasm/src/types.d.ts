/** A place in a text: line and column in characters, both from 1. */
export interface Place { line: number; column: number }
export interface Range { file: string; start: Place; end: Place }
export interface Diagnostic {
  code: string;
  class: string;
  severity: "error" | "warning";
  message: string;
  labels: { place: Range | null; text: string }[];
  help: string | null;
  edit: { place: Range | null; replacement: string } | null;
}
/** `bases` are the policies that `extends` may name, `set` settings over the policy. */
export interface PolicyText { name?: string; text: string; bases?: Record<string, string>; set?: [string, string][] }
export interface DocumentText { name: string; text: string }
/** Entra's language, Okta's in classic style, and Okta's in the method style of Identity Engine. */
export type Dialect = "entra" | "okta" | "okta-identity-engine";
export interface Settings { source?: "scim" | "jit"; dialect?: Dialect; now?: string; seed?: number; defaultDomain?: string; taken?: string[] }
export interface Answer { ok: boolean; diagnostics: Diagnostic[] }
export interface Formatted extends Answer { text?: string }
export interface UsersSummary {
  users: number;
  signIns: number;
  members: number;
  appRoles: string[];
  documents: { name: string; shape: string }[];
  application: string | null;
  diagnostics: Diagnostic[];
}
export interface Membership { role: string; role_from: string; org_from: string; teams: Record<string, string> }
export interface Notice { code: string; message: string; about?: string }
export interface Decision {
  user: string;
  in_scope: boolean;
  scope_reason?: string;
  active: boolean;
  attributes: Record<string, unknown>;
  orgs: Record<string, Membership>;
  created_teams: string[];
  warnings: Notice[];
  error?: Notice;
}
export interface Target {
  name: string;
  path: string;
  kind: "plain" | "user_name" | "active" | "role" | "organization" | "team";
  one_of: unknown[];
  default: unknown;
  privileged: unknown[];
  required: boolean;
  unique: boolean;
}
/** Another record in place of one that was read; `was` is that one, by which the user is found. */
export interface Edit { was: Record<string, unknown>; record: Record<string, unknown>; assigned?: boolean | null }
export interface Row { row: number; privileged: boolean; defaultOnly: boolean; edited: boolean; decision: Decision }
export interface Evaluated extends Answer {
  policy?: string;
  application?: string;
  targets?: Target[];
  /** Whether SCIM and sign-ins have mappings. */
  sources?: [boolean, boolean];
  /** Names of groups that the policy maps. */
  groups?: string[];
  rows?: Row[];
}
/** A part of an expression; places are units of the mapping's text. What no user has is `unknown`: it was perhaps not exported. */
export interface Part { from: number; to: number; value: unknown; halt: string | null; state: "value" | "null" | "missing" | "unknown" | "empty" | "halt" }
export interface Winner {
  target: string;
  kind: Target["kind"];
  path: string | null;
  source: string;
  mapping: string;
  defaulted: boolean;
  value: unknown;
  state: Part["state"];
  parts: Part[];
  at: { file: string; start: Place } | null;
}
export interface Explained extends Answer {
  decision?: Decision;
  attributes?: Winner[];
  /** The row of the placement table that hit, and the rows of the event's rules, counted from 0. */
  placement?: number | null;
  rows?: number[];
  placementAt?: string | null;
  rowsAt?: string[];
  event?: Record<string, unknown> | null;
  row?: number;
  record?: Record<string, unknown>;
  /** The record as it was read, where it was edited. */
  was?: Record<string, unknown> | null;
  assigned?: boolean | null;
  holds?: "source" | "target";
}
/** `user` is the name of the user, where there is one. */
export interface ExpressionRow { user: string | null; value?: unknown; skip?: string; fault?: Diagnostic; parts: Part[]; warnings: Diagnostic[] }
export interface ExpressionResult extends Answer { rows?: ExpressionRow[] }
export interface Completion { label: string; kind: string; detail: string; apply: string; signature?: string }
export interface Completions { from: number; to: number; items: Completion[] }
export interface FunctionManual {
  name: string;
  signature: string;
  summary: string;
  parameters: { name: string; takes: string; need: string; about: string }[];
  returns: string;
  nullable: boolean;
  example: { expression: string; value: string };
}
export interface Hover {
  from: number;
  to: number;
  function?: FunctionManual;
  attribute?: { name: string; known: boolean; users: number; with: number; values: string[] };
  target?: Omit<Target, "kind">;
}
export interface Step {
  event: number;
  line: number;
  kind: string;
  user?: string;
  group?: string;
  /** In words, with the rows that did it; what more there is depends on the kind of `change`. */
  changes: { [field: string]: unknown; text: string; by: { id?: string; at?: string }[]; placed_by?: { id?: string; at?: string }; change: string }[];
  warnings: Notice[];
  refusal?: Notice;
  created_teams?: string[];
  rows: { id?: string; at?: string }[];
}
export interface Replayed extends Answer {
  found?: Diagnostic[];
  steps?: Step[];
  users?: { user: string; active: boolean; orgs: Record<string, Membership> }[];
  state?: unknown;
}
export interface EventsOf extends Answer { events?: Record<string, unknown>[] }
export interface Difference {
  user: string;
  org: string;
  before: Membership | null;
  after: Membership | null;
  privilege: "gained" | "lost" | "unchanged";
  summary: string;
}
export interface Differences extends Answer { differences?: Difference[] }
export interface Conflict {
  user: string;
  attribute: string;
  scim: unknown;
  sign_in: unknown;
  effect: string;
  words: string;
  lost: string[];
  remedy: string;
}
export interface Conflicts extends Answer { conflicts?: Conflict[] }
/** In words; what more there is depends on the `kind`. */
export interface AuditFinding { [field: string]: unknown; kind: string; title: string; words: string }
export interface Audited extends Answer {
  findings?: AuditFinding[];
  seats?: Record<string, { total: number; roles: Record<string, number> }>;
  users?: number;
  inScope?: number;
}
export interface ImportedPolicy extends Answer { policy?: string | null; files?: Record<string, unknown>[] }
export interface ExportedSchema extends Answer { schema?: Record<string, unknown> }
export interface Mappings extends Answer { mappings?: { source: "scim" | "jit"; target: string; mapping: string; dialect: Dialect | null; reads: string[] }[] }
/** An assertion of SAML, or the claims of a token of OIDC. */
export type Claims = { nameId: string; attributes: Record<string, string | string[]> } | Record<string, unknown>;
export interface SignedIn extends Answer { event?: Record<string, unknown>; ignored?: { name: string; meant?: string }[] }
export interface Gaps extends Answer { total?: number; reached?: number; gaps?: { what: string; file: string | null; start: Place | null }[] }
/** Records as the provider of the policy has them. */
export interface EdgeUsers extends Answer { users?: Record<string, unknown>[] }
export interface TestResults extends Answer {
  results?: { id: string; differences: { what: string; expected: string; actual: string }[]; path?: string[] }[];
}
