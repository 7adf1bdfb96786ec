import type * as engine from "rolewright";

/** What the worker answers, by name. The users are kept in it, so that each question need not carry them. */
export interface Questions {
  users: (documents: engine.DocumentText[]) => engine.UsersSummary;
  all: (policy: engine.PolicyText, pinned: engine.PolicyText | null, settings: engine.Settings) => { evaluated: engine.Evaluated; differences: engine.Differences | null; took: number };
  explain: (policy: engine.PolicyText, row: number, settings: engine.Settings) => engine.Explained;
  expr: (text: string, settings: engine.Settings) => engine.ExpressionResult;
  complete: (text: string, offset: number) => engine.Completions;
  hover: (text: string, offset: number) => engine.Hover | null;
  format: (text: string) => engine.Formatted;
  replay: (policy: engine.PolicyText, events: string) => engine.Replayed;
  eventsOf: (policy: engine.PolicyText, row: number, settings: engine.Settings) => engine.EventsOf;
  findings: (policy: engine.PolicyText, settings: engine.Settings) => { conflicts: engine.Conflicts; gaps: engine.Gaps };
  tests: (policy: engine.PolicyText, settings: engine.Settings) => engine.TestResults;
}

export interface Request { id: number; name: keyof Questions; values: unknown[] }
export type Reply = { id: number; answer: unknown } | { id: number; stopped: string } | { ready: true } | { failed: string };
