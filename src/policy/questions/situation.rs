//! Situations in words, and as somebody would bring them about.

use super::person::{Presence, persons};
use super::{
    ACTIVE, CARRIED_ACTIVE, DEFAULT_ORG_WRONG, EQUAL, GROUP, HELD, JIT, NO_GROUPS, NOT_A_MEMBER, Named, Questions, ROLE_WRONG, SCIM, USER,
};
use crate::domain::{Carried, Held, Set};
use crate::provision::{Settings, Source, Switch};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// What must be so for a row to be met. What is not told makes no difference.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Situation {
    pub scim: Option<Switch>,
    pub jit: Option<Switch>,
    pub options: BTreeMap<String, String>,
    /// Who manages the user when the event begins; of a newcomer nobody does.
    pub known: Option<Source>,
    /// Whether the user is known and not active.
    pub inactive: bool,
    pub groups: Option<SignInGroups>,
    /// `active` as the event carries it.
    pub active: Option<bool>,
    pub role_wrong: bool,
    pub not_a_member: bool,
    pub default_org_wrong: bool,
    pub attributes: BTreeMap<String, Wanted>,
}

/// The groups of a sign-in that has a groups attribute; neither malformed nor mapped names an unknown organization.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SignInGroups {
    pub some: bool,
    pub malformed: bool,
    pub mapped: bool,
}

/// What is wanted of an attribute.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Wanted {
    pub carried: Option<WantedValue>,
    pub held: Option<WantedValue>,
    /// Of two values for which no row asks: whether they are one.
    pub equal: bool,
    /// The values for which rows ask; any other is none of them.
    pub asked: Vec<Json>,
}

/// What an event carries, or a user holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum WantedValue {
    /// Not carried, or not held.
    Nothing,
    Null,
    /// This value; whether the attribute does not allow it.
    This(Json, bool),
    /// Any value for which no row asks; whether it is one that the attribute does not allow.
    Any(bool),
}

/// How many ways through a diagram are looked at; what a row cannot choose makes several of them alike.
const WAYS: usize = 2000;

impl Questions<'_> {
    /// Some situations of a set, each once, those before others that are most like a newcomer to the policy as it is.
    pub fn situations(&self, set: Set, settings: &Settings, most: usize) -> Vec<Situation> {
        let cost = |variable, class| self.cost(variable, class, settings);
        let mut found = Vec::new();
        for way in self.sets.cheapest(set, &cost).take(WAYS) {
            let situation = self.situation(&way);
            if !found.contains(&situation) {
                found.push(situation);
            }
            if found.len() == most {
                break;
            }
        }
        found
    }

    /// How far a class is from what is so anyway. What follows from the event itself costs nothing.
    fn cost(&self, variable: usize, class: usize, settings: &Settings) -> usize {
        let switch = |switch: Switch| if switch == Switch::Enabled { 0 } else { 1 };
        match variable {
            SCIM => 4 * usize::from(class != switch(settings.scim)),
            JIT => 4 * usize::from(class != switch(settings.jit)),
            USER => persons().nth(class).map_or(0, |person| match person.known {
                None => 0,
                Some(source) => 3 + usize::from(source != Source::Scim) + 2 * usize::from(person.present == Presence::Inactive),
            }),
            GROUP | CARRIED_ACTIVE => class,
            ROLE_WRONG | DEFAULT_ORG_WRONG => 2 * class,
            _ => match self.part(variable) {
                Some((_, Named::Option(option), _)) => 4 * usize::from(option.one_of.get(class) != Some(&option.value)),
                Some((_, Named::Attribute(attribute), 0)) => match attribute.carried().get(class) {
                    Some(Carried::Absent) | None => 0,
                    Some(Carried::Value { wrong: false, .. }) => 1,
                    Some(Carried::Null | Carried::Value { .. }) => 2,
                },
                Some((_, Named::Attribute(_), HELD)) => class.min(1),
                _ => 0,
            },
        }
    }

    /// What the policy names and has this variable, and which of its variables that is.
    fn part(&self, variable: usize) -> Option<(&str, &Named<'_>, usize)> {
        let (name, it, first) = self.named.iter().rfind(|(.., first)| *first <= variable)?;
        Some((name, it, variable - first))
    }

    fn situation(&self, way: &[(usize, usize)]) -> Situation {
        let mut situation = Situation::default();
        let switch = |class| Some(if class == 0 { Switch::Enabled } else { Switch::Disabled });
        for &(variable, class) in way {
            match variable {
                SCIM => situation.scim = switch(class),
                JIT => situation.jit = switch(class),
                USER => {
                    let person = persons().nth(class);
                    situation.known = person.and_then(|person| person.known);
                    situation.inactive = person.is_some_and(|person| person.known.is_some() && person.present == Presence::Inactive);
                }
                GROUP if class == NO_GROUPS => {}
                GROUP => {
                    let bits = class.checked_sub(2);
                    let bit = |bit: usize| bits.is_some_and(|bits| bits & bit != 0);
                    situation.groups = Some(SignInGroups { some: bits.is_some(), malformed: bit(1), mapped: bit(2) });
                }
                CARRIED_ACTIVE => situation.active = ACTIVE.get(class).copied().flatten(),
                ROLE_WRONG => situation.role_wrong = class == 1,
                NOT_A_MEMBER => situation.not_a_member = class == 1,
                DEFAULT_ORG_WRONG => situation.default_org_wrong = class == 1,
                _ => match self.part(variable) {
                    Some((name, Named::Option(option), _)) => {
                        situation.options.extend(option.one_of.get(class).map(|value| (name.to_owned(), value.clone())));
                    }
                    Some((name, Named::Attribute(attribute), which)) => {
                        let asked = |at: usize| attribute.asked().get(at).cloned().unwrap_or_default();
                        let wanted = situation.attributes.entry(name.to_owned()).or_default();
                        wanted.asked = attribute.asked().to_vec();
                        match which {
                            HELD => {
                                wanted.held = attribute.held().get(class).map(|held| match held {
                                    Held::Unset => WantedValue::Nothing,
                                    Held::Value(Some(at)) => WantedValue::This(asked(*at), false),
                                    Held::Value(None) => WantedValue::Any(false),
                                });
                            }
                            EQUAL => wanted.equal = class == 1,
                            _ => {
                                wanted.carried = attribute.carried().get(class).map(|carried| match carried {
                                    Carried::Absent => WantedValue::Nothing,
                                    Carried::Null => WantedValue::Null,
                                    Carried::Value { asked: Some(at), wrong } => WantedValue::This(asked(*at), *wrong),
                                    Carried::Value { asked: None, wrong } => WantedValue::Any(*wrong),
                                });
                            }
                        }
                    }
                    None => {}
                },
            }
        }
        situation
    }

    /// One of the situations of a set, in words: `dockerOrg is unset`.
    pub fn describe(&self, set: Set) -> String {
        let parts = self.sets.cheapest(set, &|_, class| class).next().unwrap_or_default().into_iter().filter_map(|(variable, class)| {
            if let SCIM | JIT = variable {
                let name = if variable == SCIM { "scim" } else { "jit" };
                return Some(format!("{name} is {}", if class == 0 { "enabled" } else { "disabled" }));
            }
            let (name, it, first) = self.named.iter().rfind(|(.., first)| *first <= variable)?;
            Some(match it {
                Named::Option(option) => format!("{name} is {}", option.one_of.get(class)?),
                Named::Attribute(attribute) => match attribute.held().get(class).filter(|_| variable == first + HELD)? {
                    Held::Unset => format!("{name} is unset"),
                    Held::Value(Some(at)) => format!("{name} is {}", attribute.asked().get(*at)?),
                    Held::Value(None) => format!("{name} is set"),
                },
            })
        });
        let parts: Vec<String> = parts.collect();
        if parts.is_empty() { "nothing is asked for".to_owned() } else { parts.join(" and ") }
    }

    /// What makes the tables large: options, and attributes with the values for which rows ask.
    pub fn sizes(&self) -> String {
        let size = |it: &Named<'_>| match it {
            Named::Option(option) => option.one_of.len(),
            Named::Attribute(attribute) => attribute.asked().len(),
        };
        let mut parts: Vec<(usize, &str)> = self.named.iter().map(|(name, it, _)| (size(it), *name)).collect();
        parts.sort_by_key(|(size, _)| std::cmp::Reverse(*size));
        let count = parts.len();
        let largest: Vec<String> = parts.into_iter().take(5).map(|(size, name)| format!("{name} ({size} values)")).collect();
        format!("{count} attributes and options, the largest of them {}", largest.join(", "))
    }
}
