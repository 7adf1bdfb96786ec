// The engine's own thread: long input can be cancelled by ending it, and the page never waits.

import init, * as engine from "rolewright";
import type { Questions, Reply, Request } from "./protocol";
import { rest } from "./rest";

const scope = self as unknown as { postMessage(reply: Reply): void; onmessage: ((event: MessageEvent<Request>) => void) | null };
let users: engine.Users | undefined;

const questions: Questions = {
  users(documents, edits) {
    users?.free();
    users = new engine.Users(documents, edits);
    return users.summary();
  },
  all(policy, pinned, settings) {
    const start = performance.now();
    const evaluated = engine.evaluate(policy, present(), settings);
    const differences = evaluated.ok && pinned && pinned.text !== policy.text ? engine.diff(pinned, policy, present(), settings) : null;
    return { evaluated, differences, took: performance.now() - start };
  },
  explain: (policy, row, settings) => engine.explain(policy, present(), row, settings),
  expr: (text, settings) => engine.expr(text, present(), settings),
  exprOver(text, documents, settings) {
    const own = new engine.Users(documents);
    try {
      return { users: own.summary(), result: engine.expr(text, own, settings) };
    } finally {
      own.free();
    }
  },
  complete: (text, offset, dialect) => engine.complete(text, offset, present(), dialect),
  hover: (text, offset, dialect) => engine.hover(text, offset, present(), dialect),
  format: (text) => engine.format(text),
  replay: (policy, events) => engine.replay(policy, events),
  eventsOf: (policy, row, settings) => engine.eventsOf(policy, present(), row, settings),
  signIn: (policy, claims, settings) => engine.signIn(policy, claims, settings),
  findings: (policy, settings) => ({
    conflicts: engine.conflicts(policy, present(), settings),
    gaps: engine.gaps(policy, present(), settings),
    audit: engine.audit(policy, present(), settings),
    tests: engine.tests(policy, settings),
  }),
  tests: (policy, settings) => engine.tests(policy, settings),
  mappings: (policy) => engine.mappings(policy),
  edgeUsers: (policy) => engine.edgeUsers(policy),
  importConfiguration: (files) => engine.importConfiguration(files),
  exportEntra: (policy) => engine.exportEntra(policy),
};

function present(): engine.Users {
  users ??= new engine.Users([]);
  return users;
}

const ready = init({ module_or_path: new URL("rolewright.wasm", self.location.href) }).then(rest);
ready.then(
  () => scope.postMessage({ ready: true }),
  (why: unknown) => scope.postMessage({ failed: String(why) }),
);

scope.onmessage = async ({ data }) => {
  const ahead = await ready;
  try {
    const answer = (questions[data.name] as (...values: unknown[]) => unknown)(...data.values);
    scope.postMessage({ id: data.id, answer });
    // Where that fails, the first call that needs it tells.
    if (data.name === "all") void ahead().catch(() => {});
  } catch (why) {
    // The engine answers with diagnostics; what lands here is a fault of its own, after which it starts afresh.
    scope.postMessage({ id: data.id, stopped: String(why) });
  }
};
