use super::{Subject, carried};
use crate::policy::{Compiled, Policy};
use crate::program::World;
use crate::provision::{Event, Membership, SignIn, Source, State, Switch, User};
use serde::Serialize;
use std::collections::BTreeMap;

/// Where a user is under one setting, after SCIM has synced and the user has signed in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scenario {
    /// The setting in words: `SCIM on, JIT off`.
    pub setting: String,
    /// The memberships, by organization.
    pub orgs: BTreeMap<String, Membership>,
    /// Codes of refusals and warnings, in order.
    pub told: Vec<String>,
}

/// The policy under all settings of SCIM and JIT.
pub fn switches(policy: &Policy) -> Vec<(String, Policy)> {
    let mut all = Vec::new();
    for scim in [Switch::Enabled, Switch::Disabled] {
        for jit in [Switch::Enabled, Switch::Disabled] {
            let mut changed = policy.clone();
            changed.settings.scim = scim;
            changed.settings.jit = jit;
            let word = |switch| if switch == Switch::Enabled { "on" } else { "off" };
            all.push((format!("SCIM {}, JIT {}", word(scim), word(jit)), changed));
        }
    }
    all
}

/// The policy under every value of one option.
///
/// # Errors
/// The policy has no such option, in words.
pub fn option_values(policy: &Policy, name: &str) -> Result<Vec<(String, Policy)>, String> {
    let option = policy.options().get(name).ok_or_else(|| {
        let known: Vec<&str> = policy.options().keys().map(String::as_str).collect();
        let near = crate::diagnostic::nearest(name, known.iter().copied())
            .map_or_else(|| format!("it has {}", known.join(", ")), |near| format!("did you mean {near}?"));
        format!("the policy has no option {name}; {near}")
    })?;
    let chosen =
        |value: &String| Ok((format!("{name}={value}"), policy.with_options(&BTreeMap::from([(name.to_owned(), value.clone())]))?));
    option.one_of.iter().map(chosen).collect()
}

/// A policy under some setting, ready to be tried.
#[derive(Debug)]
pub struct Setting {
    name: String,
    scim: Compiled,
    jit: Compiled,
}

impl Setting {
    /// A policy, and the setting under which it stands, in words.
    pub fn new((name, policy): &(String, Policy)) -> Self {
        Setting { name: name.clone(), scim: policy.compile(Source::Scim), jit: policy.compile(Source::Jit) }
    }

    /// The name of a user under it.
    pub fn user(&self, subject: &Subject, world: &dyn World) -> String {
        self.scim.decide(&self.scim.bind(&subject.record, subject.kind), subject.assigned, world).shown().to_owned()
    }
}

/// One user under each of several settings: SCIM creates the user, then the user signs in.
pub fn scenarios(settings: &[Setting], subject: &Subject, sign_in: Option<&SignIn>, world: &dyn World) -> Vec<Scenario> {
    let scenario = |Setting { name, scim, jit }: &Setting| {
        let mut scenario = Scenario { setting: name.clone(), orgs: BTreeMap::new(), told: Vec::new() };
        let record = scim.bind(&subject.record, subject.kind);
        let decision = scim.decide(&record, subject.assigned, world);
        match decision.event() {
            Some(Event::ScimCreate(created)) => {
                let own = || SignIn { user: created.user.clone(), attributes: carried(jit, subject, world), groups: None };
                let login = sign_in.cloned().unwrap_or_else(own);
                let key = User::key(&created.user);
                run(scim.policy(), &[Event::ScimCreate(created), Event::SignIn(login)], &key, &mut scenario);
            }
            _ => scenario.told.push(match (decision.scope_reason(), decision.refusal()) {
                (Some(reason), _) => reason.to_owned(),
                (None, code) => format!("refused: {}", code.unwrap_or_default()),
            }),
        }
        scenario
    };
    settings.iter().map(scenario).collect()
}

fn run(policy: &Policy, events: &[Event], key: &str, scenario: &mut Scenario) {
    let mut state: State = policy.initial_state();
    for event in events {
        match policy.apply(&state, event) {
            Ok(outcome) => {
                scenario.told.extend(outcome.warnings.iter().map(|notice| notice.code.clone()));
                state.accept(outcome);
            }
            Err(refusal) => scenario.told.push(format!("refused: {}", refusal.code)),
        }
    }
    if let Some(user) = state.users.get(key).filter(|user| user.active) {
        scenario.orgs = policy.memberships(user, &state);
    }
}
