import type * as engine from "rolewright";

type Policy = engine.PolicyText;
type Settings = engine.Settings;

/** What the worker answers, by name. The users are kept in it, so that each question need not carry them. */
export interface Questions {
  users: (documents: engine.DocumentText[], edits: engine.Edit[]) => engine.UsersSummary;
  all: (policy: Policy, pinned: Policy | null, settings: Settings) => { evaluated: engine.Evaluated; differences: engine.Differences | null; took: number };
  explain: (policy: Policy, row: number, settings: Settings) => engine.Explained;
  expr: (text: string, settings: Settings) => engine.ExpressionResult;
  /** An expression over documents of its own, beside the users that are kept. */
  exprOver: (text: string, documents: engine.DocumentText[], settings: Settings) => { users: engine.UsersSummary; result: engine.ExpressionResult };
  complete: (text: string, offset: number, dialect?: engine.Dialect) => engine.Completions;
  hover: (text: string, offset: number, dialect?: engine.Dialect) => engine.Hover | null;
  format: (text: string) => engine.Formatted;
  replay: (policy: Policy, events: string) => engine.Replayed;
  eventsOf: (policy: Policy, row: number, settings: Settings) => engine.EventsOf;
  signIn: (policy: Policy, claims: engine.Claims, settings: Settings) => engine.SignedIn;
  findings: (policy: Policy, settings: Settings) => Found;
  tests: (policy: Policy, settings: Settings) => engine.TestResults;
  mappings: (policy: Policy) => engine.Mappings;
  edgeUsers: (policy: Policy) => engine.EdgeUsers;
  importConfiguration: (files: engine.DocumentText[]) => engine.ImportedPolicy;
  exportEntra: (policy: Policy) => engine.ExportedSchema;
}

export interface Found {
  conflicts: engine.Conflicts;
  gaps: engine.Gaps;
  audit: engine.Audited;
  tests: engine.TestResults;
}

export interface Request { id: number; name: keyof Questions; values: unknown[] }
export type Reply = { id: number; answer: unknown } | { id: number; stopped: string } | { ready: true } | { failed: string };
