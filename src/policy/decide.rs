//! Decisions about single users, and what an event gives a newcomer.

use super::decision::{Notice, OwnedDecision};
use super::{Explanation, Policy};
use crate::program::{RecordKind, World};
use crate::provision::{Event, Membership, Source, State, User};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

impl Policy {
    /// What a source gives a user of whom the target knows nothing yet. For many users [compile](Policy::compile) the
    /// policy once.
    pub fn decide(
        &self,
        source: Source,
        record: &Map<String, Json>,
        kind: RecordKind,
        assigned: Option<bool>,
        world: &dyn World,
    ) -> OwnedDecision {
        let compiled = self.compile(source);
        compiled.decide(&compiled.bind(record, kind), assigned, world).to_owned()
    }

    /// The same, with how it came about.
    pub fn explain(
        &self,
        source: Source,
        record: &Map<String, Json>,
        kind: RecordKind,
        assigned: Option<bool>,
        world: &dyn World,
    ) -> Explanation {
        let compiled = self.compile(source);
        compiled.explain(&compiled.bind(record, kind), assigned, world)
    }

    /// What an event gives a user of whom the target knows nothing yet.
    pub fn decide_event(&self, event: &Event) -> OwnedDecision {
        let attributes = match event {
            Event::SignIn(sign_in) => sign_in.attributes.clone(),
            Event::ScimCreate(subject) => subject.attributes.clone(),
            _ => Map::new(),
        };
        let mut decision = OwnedDecision {
            user: event.user().unwrap_or_default().to_owned(),
            scope_reason: None,
            active: false,
            attributes,
            orgs: BTreeMap::new(),
            created_teams: Vec::new(),
            warnings: Vec::new(),
            error: None,
        };
        let state = self.initial_state();
        match self.apply(&state, event) {
            Err(refusal) => decision.error = Some(self.notice(refusal.code, refusal.about)),
            Ok(outcome) => {
                decision.created_teams = outcome.created_teams.iter().map(|(org, team)| format!("{org}:{team}")).collect();
                decision.warnings = outcome.warnings.into_iter().map(|told| self.notice(told.code, told.about)).collect();
                if let Some(user) = outcome.users.values().flatten().next() {
                    decision.active = user.active;
                    decision.user.clone_from(&user.user);
                    if user.active {
                        decision.orgs = self.memberships(user, &state);
                    }
                }
            }
        }
        decision
    }

    /// A refusal or a warning of an event, with the policy's words for it.
    pub(super) fn notice(&self, code: String, about: Option<String>) -> Notice<'static> {
        Notice { message: self.message(&code).to_owned().into(), code: code.into(), about: about.map(Into::into) }
    }

    /// The memberships that an active user has, or an inactive one would have.
    pub fn memberships(&self, user: &User, state: &State) -> BTreeMap<String, Membership> {
        user.memberships(&self.rules, &state.settings)
    }
}
