use super::super::output::plural;
use crate::policy::{Decision, OwnedDecision};
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
    /// In scope, not refused, and a member of nothing, as those are who are not active.
    without: usize,
    /// How often what happened, in the order in which it is told.
    kinds: [BTreeMap<String, usize>; 4],
}

/// What is counted by its kind.
const KINDS: [&str; 4] = ["memberships", "out of scope", "refused", "warnings"];

impl Tally {
    pub(super) fn owned(&mut self, decision: &OwnedDecision) {
        let roles = decision.orgs.values().map(|membership| membership.role.as_str());
        let error = decision.error.as_ref().map(|error| error.code.as_ref());
        self.user(roles, decision.scope_reason, error, decision.warnings.iter().map(|warning| warning.code.as_ref()));
    }

    pub(super) fn count(&mut self, decision: &Decision<'_>) {
        let role = decision.membership().map(|seat| seat.role);
        self.user(role.into_iter(), decision.scope_reason(), decision.refusal(), decision.warnings().map(|notice| notice.code));
    }

    fn user<'d>(
        &mut self,
        roles: impl Iterator<Item = &'d str>,
        scope_reason: Option<&str>,
        error: Option<&str>,
        warnings: impl Iterator<Item: AsRef<str>>,
    ) {
        self.users += 1;
        self.out_of_scope += usize::from(scope_reason.is_some());
        self.refused += usize::from(error.is_some());
        let mut roles = roles.peekable();
        self.without += usize::from(scope_reason.is_none() && error.is_none() && roles.peek().is_none());
        let [of_roles, of_scopes, of_errors, of_warnings] = &mut self.kinds;
        roles.for_each(|role| add(of_roles, role, 1));
        scope_reason.iter().for_each(|reason| add(of_scopes, reason, 1));
        error.iter().for_each(|error| add(of_errors, error, 1));
        warnings.for_each(|warning| add(of_warnings, warning.as_ref(), 1));
    }

    /// Takes up what another one counted.
    pub(super) fn join(&mut self, other: &Tally) {
        self.users += other.users;
        self.refused += other.refused;
        self.unread += other.unread;
        self.out_of_scope += other.out_of_scope;
        self.without += other.without;
        for (own, others) in self.kinds.iter_mut().zip(&other.kinds) {
            others.iter().for_each(|(kind, count)| add(own, kind, *count));
        }
    }

    /// A line for all, and one for each sort of thing that happened.
    pub(super) fn summary(&self) -> Vec<String> {
        let mut text = plural(self.users, "user");
        for (count, what) in [(self.out_of_scope, "out of scope"), (self.refused, "refused"), (self.without, "without membership")] {
            if count > 0 {
                text.push_str(&format!(", {count} {what}"));
            }
        }
        if self.unread > 0 {
            text.push_str(&format!(", {} not read", plural(self.unread, "row")));
        }
        let mut lines = vec![text];
        for (what, counts) in KINDS.iter().zip(&self.kinds).filter(|(_, counts)| !counts.is_empty()) {
            let mut counts: Vec<(&String, &usize)> = counts.iter().collect();
            counts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
            let mut parts: Vec<String> = counts.iter().take(NAMED).map(|(kind, count)| format!("{count} {kind}")).collect();
            let others: usize = counts.iter().skip(NAMED).map(|(_, count)| **count).sum();
            if others > 0 {
                parts.push(format!("{others} others"));
            }
            lines.push(format!("  {what}: {}", parts.join(", ")));
        }
        lines
    }
}

fn add(counts: &mut BTreeMap<String, usize>, kind: &str, more: usize) {
    match counts.get_mut(kind) {
        Some(count) => *count += more,
        None => drop(counts.insert(kind.to_owned(), more)),
    }
}
