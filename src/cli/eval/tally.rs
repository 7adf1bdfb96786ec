use super::super::output::plural;
use crate::policy::Decision;
use std::collections::BTreeMap;

/// So many kinds are named; the others are counted.
const NAMED: usize = 5;

/// What became of the rows.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) users: usize,
    pub(super) refused: usize,
    pub(super) unread: usize,
    out_of_scope: usize,
    /// How often what happened, in the order in which it is told.
    kinds: [BTreeMap<String, usize>; 4],
}

/// What is counted by its kind.
const KINDS: [&str; 4] = ["memberships", "out of scope", "refused", "warnings"];

impl Tally {
    pub(super) fn count(&mut self, decision: &Decision) {
        self.users += 1;
        self.out_of_scope += usize::from(!decision.in_scope);
        self.refused += usize::from(decision.error.is_some());
        let [roles, scopes, errors, warnings] = &mut self.kinds;
        decision.orgs.values().for_each(|membership| add(roles, &membership.role, 1));
        decision.scope_reason.iter().for_each(|reason| add(scopes, reason, 1));
        decision.error.iter().for_each(|error| add(errors, &error.code, 1));
        decision.warnings.iter().for_each(|warning| add(warnings, &warning.code, 1));
    }

    /// Takes up what another one counted.
    pub(super) fn join(&mut self, other: &Tally) {
        self.users += other.users;
        self.refused += other.refused;
        self.unread += other.unread;
        self.out_of_scope += other.out_of_scope;
        for (own, others) in self.kinds.iter_mut().zip(&other.kinds) {
            others.iter().for_each(|(kind, count)| add(own, kind, *count));
        }
    }

    /// A line for all, and one for each sort of thing that happened.
    pub(super) fn summary(&self) -> String {
        let mut text = plural(self.users, "user");
        for (count, what) in [(self.out_of_scope, "out of scope"), (self.refused, "refused")] {
            if count > 0 {
                text.push_str(&format!(", {count} {what}"));
            }
        }
        if self.unread > 0 {
            text.push_str(&format!(", {} not read", plural(self.unread, "row")));
        }
        for (what, counts) in KINDS.iter().zip(&self.kinds).filter(|(_, counts)| !counts.is_empty()) {
            let mut counts: Vec<(&String, &usize)> = counts.iter().collect();
            counts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
            let mut parts: Vec<String> = counts.iter().take(NAMED).map(|(kind, count)| format!("{count} {kind}")).collect();
            let others: usize = counts.iter().skip(NAMED).map(|(_, count)| **count).sum();
            if others > 0 {
                parts.push(format!("{others} others"));
            }
            text.push_str(&format!("\n  {what}: {}", parts.join(", ")));
        }
        text
    }
}

fn add(counts: &mut BTreeMap<String, usize>, kind: &str, more: usize) {
    match counts.get_mut(kind) {
        Some(count) => *count += more,
        None => drop(counts.insert(kind.to_owned(), more)),
    }
}
