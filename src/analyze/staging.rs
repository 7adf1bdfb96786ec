//! Brings a situation about: settings, events before, and the event.

use super::examples::{NO_ORG, allowed, organizations, wrong};
use crate::policy::{Policy, Situation, Wanted, WantedValue};
use crate::provision::{EventKind, Source, Switch};
use serde_json::{Map, Value as Json, json};

/// The user of every test that is made.
const USER: &str = "ada@example.org";
/// A team, and a group that fits no pattern: it has neither a separator nor anything before or after it.
const TEAM: &str = "developers";
const MALFORMED: &str = "everybody";

/// A history that may bring a situation about.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub settings: Map<String, Json>,
    pub events: Vec<Json>,
}

/// How a situation is read: it tells what there is when a row is met, and nothing of how that came about.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Reading {
    /// What the user holds was there before, and what makes no difference to the row is left out.
    Before,
    /// What the user holds is what this event wrote.
    Written,
    /// The event carries all that makes no difference to the row.
    Filled,
}

/// What a situation comes to in values.
struct Stage<'s> {
    policy: &'s Policy,
    kind: EventKind,
    situation: &'s Situation,
    orgs: Vec<String>,
    /// What the user holds before.
    held: Map<String, Json>,
    /// What the event carries.
    carried: Map<String, Json>,
}

/// Ways to bring a situation about in which an event of a kind happens, the shortest first. Which of them do it only a run
/// tells: other rows decide what the events before leave.
pub(super) fn attempts(policy: &Policy, kind: EventKind, situation: &Situation) -> Vec<Attempt> {
    let mut found = Vec::new();
    for reading in [Reading::Before, Reading::Written, Reading::Filled] {
        let stage = Stage::new(policy, kind, situation, reading);
        found.extend(stage.befores().into_iter().map(|before| stage.attempt(before)));
        if !matches!(kind, EventKind::ScimCreate | EventKind::ScimUpdate | EventKind::SignIn) {
            break;
        }
    }
    found
}

impl<'s> Stage<'s> {
    fn new(policy: &'s Policy, kind: EventKind, situation: &'s Situation, reading: Reading) -> Self {
        let is_wrong_org = |name: &str| policy.rules.attributes.get(name).is_some_and(|rule| rule.organization);
        let wrong_orgs = situation.attributes.iter().filter_map(|(name, wanted)| match &wanted.carried {
            Some(WantedValue::This(value, true)) if is_wrong_org(name) => value.as_str(),
            _ => None,
        });
        let orgs = organizations(policy, &wrong_orgs.collect::<Vec<_>>());
        let mut stage = Stage { policy, kind, situation, orgs, held: Map::new(), carried: Map::new() };
        for name in policy.rules.attributes.keys() {
            let nothing = Wanted::default();
            stage.wanted(name, situation.attributes.get(name).unwrap_or(&nothing), reading);
        }
        if let Some(active) = situation.active {
            stage.carried.insert("active".into(), active.into());
        }
        stage
    }

    fn wanted(&mut self, name: &str, wanted: &Wanted, reading: Reading) {
        let value = |of: &WantedValue, but: Option<&Json>| match of {
            WantedValue::Nothing => None,
            WantedValue::Null => Some(Json::Null),
            WantedValue::This(value, _) => Some(value.clone()),
            WantedValue::Any(true) => Some(wrong(self.policy, name)),
            WantedValue::Any(false) => {
                let others: Vec<&Json> = wanted.asked.iter().chain(but).collect();
                allowed(self.policy, name, &others, &self.orgs)
            }
        };
        let is_written = reading == Reading::Written && !matches!(wanted.carried, None | Some(WantedValue::Nothing));
        let held = wanted.held.as_ref().filter(|_| !is_written).and_then(|held| value(held, None));
        // A newcomer is in the default organization, if in any: another one moves the user.
        let default = Json::from(self.policy.settings.default_org.as_str());
        let present = held.as_ref().or(Some(&default).filter(|_| reading != Reading::Before));
        let carried = match &wanted.carried {
            Some(WantedValue::Any(false)) if wanted.equal && held.is_some() => held.clone(),
            Some(carried) => value(carried, present),
            None if reading == Reading::Filled => value(&WantedValue::Any(false), present),
            None => None,
        };
        self.held.extend(held.map(|held| (name.to_owned(), held)));
        self.carried.extend(carried.map(|carried| (name.to_owned(), carried)));
    }

    /// Events that leave the user as it is wanted.
    fn befores(&self) -> Vec<Vec<Json>> {
        let event = |word: &str, attributes: &Map<String, Json>| {
            let mut event = json!({ "event": word, "user": USER });
            if !attributes.is_empty() {
                event["attributes"] = Json::Object(attributes.clone());
            }
            event
        };
        let none = Map::new();
        let by_scim = vec![event("scim.create", &self.held)];
        let by_jit = vec![event("sso.login", &self.held)];
        let both = vec![event("scim.create", &none), event("sso.login", &self.held)];
        let mut inactive = self.held.clone();
        inactive.insert("active".into(), false.into());
        let push = json!({ "event": "group.push", "group": self.group(0), "members": [USER] });
        let befores = match (self.kind, self.situation.known) {
            (EventKind::GroupPush | EventKind::Settings, _) => vec![by_scim, by_jit, Vec::new()],
            (EventKind::GroupDelete, _) => vec![[by_scim, vec![push]].concat(), Vec::new()],
            (_, None) => return vec![Vec::new()],
            (_, Some(Source::Scim)) => vec![by_scim, both, [by_jit, vec![event("scim.create", &none)]].concat()],
            (_, Some(_)) => vec![by_jit, both],
        };
        if !self.situation.inactive {
            return befores;
        }
        let deactivated = befores.into_iter().map(|before| [before, vec![event("scim.deactivate", &none)]].concat());
        deactivated.chain([vec![event("scim.create", &inactive)]]).collect()
    }

    /// The settings, the events before, and the event itself.
    fn attempt(&self, mut events: Vec<Json>) -> Attempt {
        let (own, situation) = (&self.policy.settings, self.situation);
        let happens = |prefix: &str| events.iter().any(|event| event["event"].as_str().is_some_and(|word| word.starts_with(prefix)));
        let switches =
            [("scim", own.scim, situation.scim, happens("scim.") || happens("group.")), ("jit", own.jit, situation.jit, happens("sso."))];
        let (mut settings, mut changes) = (Map::new(), Map::new());
        for (name, own, wanted, needed) in switches {
            let wanted = wanted.unwrap_or(own);
            let first = if needed { Switch::Enabled } else { wanted };
            if first != own {
                settings.insert(name.into(), first.word().into());
            }
            if wanted != first {
                changes.insert(name.into(), wanted.word().into());
            }
        }
        if self.needs_organizations() {
            settings.insert("orgs".into(), json!(self.orgs));
        }
        if !situation.options.is_empty() {
            let differ = |(name, value): &(&String, &String)| self.policy.options().get(*name).is_none_or(|option| option.value != **value);
            let options: Map<String, Json> =
                situation.options.iter().filter(differ).map(|(name, value)| (name.clone(), value.as_str().into())).collect();
            if !options.is_empty() {
                settings.insert("options".into(), Json::Object(options));
            }
        }
        if !changes.is_empty() {
            let event = ("event".to_owned(), EventKind::Settings.word().into());
            events.push(Json::Object(std::iter::once(event).chain(changes).collect()));
        }
        events.push(self.event());
        Attempt { settings, events }
    }

    /// Whether the policy itself does not say that exactly these organizations exist, and it matters.
    fn needs_organizations(&self) -> bool {
        let (rules, situation) = (&self.policy.rules, self.situation);
        let is_wrong = |(name, wanted): (&String, &Wanted)| {
            let organization = rules.attributes.get(name).is_some_and(|rule| rule.organization);
            organization && matches!(wanted.carried, Some(WantedValue::Any(true) | WantedValue::This(_, true)))
        };
        let unmapped = situation.groups.is_some_and(|groups| groups.some && !groups.malformed && !groups.mapped);
        match &self.policy.settings.orgs {
            None => situation.attributes.iter().any(is_wrong) || situation.default_org_wrong || unmapped,
            Some(own) => own.len() != self.orgs.len() || !self.orgs.iter().all(|org| own.contains_key(org)),
        }
    }

    fn event(&self) -> Json {
        let word = self.kind.word();
        let default = &self.policy.settings.default_org;
        let mut event = match self.kind {
            EventKind::GroupPush => return json!({ "event": word, "group": self.group(0), "members": [USER] }),
            EventKind::GroupDelete => return json!({ "event": word, "group": self.group(0) }),
            EventKind::Settings if self.situation.default_org_wrong => return json!({ "event": word, "default_org": NO_ORG }),
            EventKind::Settings => return json!({ "event": word, "default_org": self.orgs.last().unwrap_or(default) }),
            EventKind::SetRole => return json!({ "event": word, "user": USER, "org": self.org_of_role(), "role": self.role() }),
            _ => json!({ "event": word, "user": USER }),
        };
        if !self.carried.is_empty() {
            event["attributes"] = Json::Object(self.carried.clone());
        }
        if let Some(groups) = self.situation.groups {
            let some = [(groups.malformed, MALFORMED.to_owned()), (groups.mapped, self.group(0))];
            let mut names: Vec<String> = some.into_iter().filter(|(is, _)| *is).map(|(_, name)| name).collect();
            if groups.some && names.is_empty() {
                names.push(self.group(usize::MAX));
            }
            event["groups"] = json!(names);
        }
        event
    }

    /// The group of a team in one of the organizations, or in one that does not exist.
    fn group(&self, org: usize) -> String {
        let org = self.orgs.get(org).map_or(NO_ORG, String::as_str);
        self.policy.group_name(org, TEAM).unwrap_or_else(|| TEAM.to_owned())
    }

    fn org_of_role(&self) -> &str {
        if self.situation.not_a_member { NO_ORG } else { &self.policy.settings.default_org }
    }

    fn role(&self) -> Json {
        let roles = &self.policy.rules.roles;
        let wanted = roles.attribute.as_ref().and_then(|role| self.carried.get(role)).filter(|role| role.is_string());
        match (wanted, &roles.attribute) {
            (Some(wanted), _) => wanted.clone(),
            (None, Some(role)) if self.situation.role_wrong => wrong(self.policy, role),
            _ => roles.default.clone().into(),
        }
    }
}
