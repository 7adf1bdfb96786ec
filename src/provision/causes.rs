//! What an event changed of one user, and which rows did it.

use super::outcome::Change;
use super::standing::{Member, Memberships};
use super::state::User;
use crate::domain::Word;
use std::collections::{BTreeMap, BTreeSet};

/// Which row did what: written down as the rows act, so that each change can name its own.
#[derive(Debug, Default)]
pub(super) struct Causes<'e> {
    /// The row that acts.
    row: usize,
    /// The row that made or removed the user.
    user: usize,
    managed_by: usize,
    active: usize,
    attributes: BTreeMap<&'e str, usize>,
    memberships: BTreeMap<Word<'e>, Vec<usize>>,
    /// The row by which a role set by hand ends with the event.
    hand_role: Option<usize>,
    /// Whether the row did anything from which memberships follow.
    touched: bool,
    /// The memberships before the event, and after the last row that touched them.
    seen: Option<(Memberships<'e>, Memberships<'e>)>,
}

impl<'e> Causes<'e> {
    /// Of a user whom one row of a group event touches.
    pub(super) fn of_row(row: usize) -> Self {
        Causes { row, ..Causes::default() }
    }

    pub(super) fn enter(&mut self, row: usize) {
        self.row = row;
    }

    pub(super) fn row(&self) -> usize {
        self.row
    }

    pub(super) fn user(&mut self) {
        self.user = self.row;
        self.touched = true;
    }

    pub(super) fn manager(&mut self) {
        self.managed_by = self.row;
    }

    pub(super) fn active(&mut self) {
        self.active = self.row;
        self.touched = true;
    }

    pub(super) fn attribute(&mut self, name: &'e str) {
        self.attributes.insert(name, self.row);
        self.touched = true;
    }

    pub(super) fn hand_role_ends(&mut self) {
        self.hand_role = Some(self.row);
    }

    /// Something else from which memberships follow.
    pub(super) fn touch(&mut self) {
        self.touched = true;
    }

    /// Whether the row that acts did anything from which memberships follow; asked once a row.
    pub(super) fn take_touched(&mut self) -> bool {
        std::mem::take(&mut self.touched)
    }

    /// Writes down the memberships as a row left them; `was` is asked once, for those before the event.
    pub(super) fn note(&mut self, now: Memberships<'e>, was: impl FnOnce() -> Memberships<'e>) {
        let (was, seen) = match self.seen.take() {
            Some((was, seen)) => (was, Some(seen)),
            None => (was(), None),
        };
        self.differ(seen.as_ref().unwrap_or(&was), &now, self.row);
        self.seen = Some((was, now));
    }

    /// The memberships before the event and as the rows left them, if a row touched any.
    pub(super) fn take_seen(&mut self) -> Option<(Memberships<'e>, Memberships<'e>)> {
        self.seen.take()
    }

    /// Writes down what followed when all rows had acted: the doing of the row that ended a role by hand, or of the last.
    pub(super) fn note_end(&mut self, seen: &Memberships<'e>, end: &Memberships<'e>) {
        self.differ(seen, end, self.hand_role.unwrap_or(self.row));
    }

    fn differ(&mut self, seen: &Memberships<'e>, now: &Memberships<'e>, row: usize) {
        for org in seen.keys().chain(now.keys()) {
            if seen.get(org) != now.get(org) {
                let rows = self.memberships.entry(*org).or_default();
                if rows.last() != Some(&row) {
                    rows.push(row);
                }
            }
        }
    }

    /// The changes from one side of the event to the other.
    pub(super) fn changes(mut self, before: (Option<&User>, &Memberships<'e>), after: (Option<&User>, &Memberships<'e>)) -> Vec<Change> {
        let ((before, was), (after, is)) = (before, after);
        let Some(user) = after.or(before).map(|user| user.user.clone()) else { return Vec::new() };
        let mut found = self.of_user(&user, before, after);
        let placed = match (before.and_then(|user| user.placement.as_ref()), after.and_then(|user| user.placement.as_ref())) {
            (old, Some(new)) if old != Some(new) => Some((old.map(|old| old.org.as_str()), new)),
            _ => None,
        };
        let orgs: BTreeSet<&Word<'e>> = was.keys().chain(is.keys()).collect();
        for word in orgs {
            let (old, new) = (was.get(word), is.get(word));
            let Some(org) = word.text().filter(|_| old != new) else { continue };
            {
                let here = placed.filter(|(old, new)| *old == Some(org) || new.org == org);
                found.push(Change::Membership {
                    user: user.clone(),
                    org: org.to_owned(),
                    before: old.map(Member::to_membership),
                    after: new.map(Member::to_membership),
                    rows: self.memberships.remove(word).unwrap_or_default(),
                    placement: here.map(|(_, placement)| placement.row),
                });
            }
        }
        found
    }

    fn of_user(&self, user: &str, before: Option<&User>, after: Option<&User>) -> Vec<Change> {
        let mut found = Vec::new();
        let name = || user.to_owned();
        match (before, after) {
            (None, Some(after)) => found.push(Change::UserAdded { user: name(), managed_by: after.managed_by, row: self.user }),
            (Some(_), None) => found.push(Change::UserRemoved { user: name(), row: self.user }),
            (Some(before), Some(after)) => {
                if before.managed_by != after.managed_by {
                    found.push(Change::Manager { user: name(), before: before.managed_by, after: after.managed_by, row: self.managed_by });
                }
                if before.active != after.active {
                    found.push(Change::Active { user: name(), active: after.active, row: self.active });
                }
            }
            (None, None) => {}
        }
        let Some(after) = after else { return found };
        if before.is_none() && !after.active {
            found.push(Change::Active { user: name(), active: false, row: self.active });
        }
        let none = BTreeMap::new();
        let held = before.map_or(&none, |before| &before.attributes);
        let names: BTreeSet<&String> = held.keys().chain(after.attributes.keys()).collect();
        for attribute in names {
            let (old, new) = (held.get(attribute), after.attributes.get(attribute));
            if old != new {
                let pair = |held: &super::state::Held| (held.value.clone(), held.from);
                found.push(Change::Attribute {
                    user: name(),
                    attribute: attribute.clone(),
                    before: old.map(pair),
                    after: new.map(pair),
                    row: self.attributes.get(attribute.as_str()).copied().unwrap_or(self.row),
                });
            }
        }
        found
    }
}
