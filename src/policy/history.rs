//! A history, event by event: what each one did, by which rows of the policy, in a form that people and programs read.

use super::{Notice, Policy};
use crate::provision::{Change, Event, EventKind, State, User};
use serde::Serialize;
use std::collections::BTreeMap;

/// What one event of a history did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// Its position in the history, from 1.
    pub event: usize,
    /// Its kind.
    pub kind: EventKind,
    /// The user that it names, as first written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The group that it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// What is different afterwards, with what was there before.
    pub changes: Vec<StepChange>,
    /// What is told.
    pub warnings: Vec<Notice<'static>>,
    /// Why it was refused; a refused event changes nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Notice<'static>>,
    /// Teams that came to be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub created_teams: Vec<String>,
    /// The rows that hit, in order; of a refused event the one that refused.
    pub rows: Vec<RowName>,
}

/// A change, with the rows that made it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepChange {
    /// What changed.
    #[serde(flatten)]
    pub change: Change,
    /// In words.
    pub text: String,
    /// The rows of the event that did it.
    pub by: Vec<RowName>,
    /// The row of the placement table by which it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placed_by: Option<RowName>,
}

/// A row of a policy, as people find it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowName {
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Where it stands, as `file:line`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

impl std::fmt::Display for RowName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.id, &self.at) {
            (Some(id), Some(at)) => write!(f, "{id} ({at})"),
            (one, other) => f.write_str(one.as_ref().or(other.as_ref()).map_or("", String::as_str)),
        }
    }
}

impl Step {
    /// Whether it is about this user, whose name is compared without case.
    pub fn concerns(&self, user: &str) -> bool {
        let same = |name: Option<&str>| name.is_some_and(|name| name.to_lowercase() == user.to_lowercase());
        same(self.user.as_deref()) || self.changes.iter().any(|change| same(change.change.user()))
    }
}

/// A policy that replays a history, with the names of its rows at hand.
#[derive(Debug)]
pub struct Replay<'p> {
    policy: &'p Policy,
    rows: BTreeMap<EventKind, Vec<RowName>>,
    placement: Vec<RowName>,
}

impl Policy {
    /// Prepares to replay a history under this policy.
    pub fn replay(&self) -> Replay<'_> {
        let name = |id: &Option<String>, at| RowName { id: id.clone(), at: self.place(at) };
        let events = self.rules.events.iter();
        Replay {
            policy: self,
            rows: events.map(|(kind, rows)| (*kind, rows.iter().map(|row| name(&row.id, row.at)).collect())).collect(),
            placement: self.rules.placement.iter().map(|row| name(&row.id, row.at)).collect(),
        }
    }
}

impl Replay<'_> {
    /// Applies the event at a position of a history to the state and tells what it did. A refusal is told, and leaves
    /// the state as it was.
    pub fn step(&self, state: &mut State, index: usize, event: &Event) -> Step {
        let (policy, kind) = (self.policy, event.kind());
        let known = event.user().map(|name| state.users.get(&User::key(name)).map_or(name, |user| &user.user));
        let mut step = Step {
            event: index,
            kind,
            user: known.map(str::to_owned),
            group: event.group().map(str::to_owned),
            changes: Vec::new(),
            warnings: Vec::new(),
            refusal: None,
            created_teams: Vec::new(),
            rows: Vec::new(),
        };
        match policy.apply(state, event) {
            Err(refusal) => {
                step.rows.extend(self.event_row(kind, refusal.row));
                step.refusal = Some(policy.notice(refusal.code, refusal.about));
            }
            Ok(mut outcome) => {
                step.rows.extend(outcome.rows.iter().filter_map(|row| self.event_row(kind, *row)));
                step.created_teams = outcome.created_teams.iter().map(|(org, team)| format!("{org}:{team}")).collect();
                let warnings = std::mem::take(&mut outcome.warnings).into_iter();
                step.warnings = warnings.map(|told| policy.notice(told.code, told.about)).collect();
                let changes = std::mem::take(&mut outcome.changes).into_iter();
                step.changes = changes.map(|change| self.step_change(kind, change)).collect();
                state.accept(outcome);
            }
        }
        step
    }

    fn step_change(&self, kind: EventKind, change: Change) -> StepChange {
        let placed = if let Change::Membership { placement, .. } = &change { *placement } else { None };
        StepChange {
            text: change.describe(),
            by: change.rows().iter().filter_map(|row| self.event_row(kind, *row)).collect(),
            placed_by: placed.and_then(|row| self.placement.get(row).cloned()),
            change,
        }
    }

    fn event_row(&self, kind: EventKind, row: usize) -> Option<RowName> {
        self.rows.get(&kind)?.get(row).cloned()
    }
}
