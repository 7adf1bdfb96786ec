//! What an event gives a newcomer, for every kind of values that it can carry.
//!
//! Rules look at few things of a value: whether there is one, whether it is one of those that the policy names, whether
//! its organization exists. So the values of each attribute fall into a handful of classes, and for each combination of
//! classes the rules of the policy are tried once, with a mark in place of every other value. What they gave then is
//! what they give for every user of these classes, the marks replaced by the user's own values. The rules stay the only
//! place that says what an event does.

use super::Policy;
use super::file::{AttributeKind, ValueType};
use super::mapping::is_unset;
use crate::program::Value;
use crate::program::keys::Keys;
use crate::provision::rules::{AttributeTest, Condition, Place};
use crate::provision::{Event, EventKind, Settings, SignIn, Source, State, Subject};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// An attribute that the rules look at, and the classes of its values.
#[derive(Debug)]
pub(crate) struct Variable {
    /// The position of its mapping in the source.
    pub mapping: usize,
    /// Values that the policy names, from class 1 on. Class 0 is no value.
    pub named: Vec<Json>,
    /// Those of them that are texts, to find them faster.
    texts: Keys,
    /// Whether its value must name an organization that exists.
    pub organization: bool,
    /// What stands for every value without a name; none where the rules read true and false only.
    pub other: Option<Json>,
    /// By how much a step in the class moves in the table.
    pub stride: usize,
}

/// A text that the policy fixed, or the value of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Filled {
    Fixed(Box<str>),
    Value(usize),
}

/// What the event ends in.
#[derive(Debug)]
pub(crate) enum Ending {
    /// It is refused: the policy's word, and what it is about.
    Refused { code: String, about: Option<About> },
    /// It leaves the user so.
    Given { active: bool, membership: Option<Seat> },
}

/// A membership.
#[derive(Debug)]
pub(crate) struct Seat {
    pub org: Filled,
    pub org_from: Source,
    pub role: Filled,
    pub role_from: Source,
    pub team: Option<(Filled, Source)>,
}

/// What a refusal or warning is about: text with values in it.
#[derive(Debug)]
pub(crate) struct About {
    text: String,
    values: Vec<usize>,
}

/// A piece of what a refusal or warning is about.
pub(crate) enum Piece<'t> {
    Text(&'t str),
    Value(usize),
}

/// One combination of classes.
#[derive(Debug)]
pub(crate) struct Entry {
    pub ending: Ending,
    pub warnings: Vec<(String, Option<About>)>,
}

/// The table of a source.
#[derive(Debug)]
pub(crate) struct Outlook {
    pub variables: Vec<Variable>,
    pub entries: Vec<Entry>,
}

/// More combinations than these are not tried in advance.
const MOST: usize = 4096;

impl Outlook {
    /// The table, where it has a bounded size.
    pub fn new(policy: &Policy, source: Source) -> Option<Outlook> {
        let mut variables = variables(policy, source);
        let mut size = 1usize;
        for variable in &mut variables {
            variable.stride = size;
            size = size.checked_mul(variable.classes(&policy.settings)).filter(|size| *size <= MOST)?;
        }
        let mut state = policy.initial_state();
        if let Some(orgs) = &mut state.settings.orgs {
            // Another organization that exists looks like this.
            orgs.extend(variables.iter().map(|variable| (mark(variable.mapping), None)));
        }
        let entries = (0..size).map(|at| entry(policy, source, &variables, &state, at)).collect();
        Some(Outlook { variables, entries })
    }

    /// The entry for a user's values, in the order of the mappings.
    pub fn entry(&self, values: &[Option<Value<'_>>], settings: &Settings) -> Option<&Entry> {
        let at = self
            .variables
            .iter()
            .map(|variable| variable.stride * variable.class(values.get(variable.mapping).and_then(Option::as_ref), settings))
            .sum::<usize>();
        self.entries.get(at)
    }
}

/// The attributes that the rules look at or name in what they give.
fn variables(policy: &Policy, source: Source) -> Vec<Variable> {
    let rules = &policy.rules;
    let rows = rules.events.get(&kind(source)).into_iter().flatten().flat_map(|row| &row.when);
    let conditions: Vec<&Condition> = rows.chain(rules.placement.iter().flat_map(|row| &row.when)).collect();
    let places = rules.placement.iter().flat_map(|row| std::iter::once(&row.org).chain(&row.team));
    let placing: Vec<&str> =
        places.filter_map(|place| if let Place::Attribute(name) = place { Some(name.as_str()) } else { None }).collect();
    let mappings = policy.mappings(source).iter().enumerate();
    mappings
        .filter_map(|(mapping, written)| {
            let attribute = policy.attributes.iter().find(|attribute| attribute.name == written.attribute)?;
            let (mut named, other) = match attribute.kind {
                AttributeKind::UserName => return None,
                AttributeKind::Active => (vec![Json::Bool(false), Json::Bool(true)], None),
                _ => (attribute.one_of.iter().chain(written.fixed()).cloned().collect(), Some(other(attribute.value_type, mapping))),
            };
            let tests = |condition: &&Condition| match condition {
                Condition::Attribute { name, tests } if *name == attribute.name => Some(tests.clone()),
                _ => None,
            };
            let tests: Vec<Vec<AttributeTest>> = conditions.iter().filter_map(tests).collect();
            let rule = rules.attributes.get(&attribute.name);
            let looked_at = !tests.is_empty()
                || attribute.kind == AttributeKind::Active
                || placing.contains(&attribute.name.as_str())
                || rules.roles.attribute.as_ref() == Some(&attribute.name)
                || rule.is_some_and(|rule| rule.places);
            for test in tests.iter().flatten() {
                match test {
                    AttributeTest::Is(value) => named.push(value.clone()),
                    AttributeTest::Other => named.extend(rule.and_then(|rule| rule.default.clone())),
                    _ => {}
                }
            }
            let mut once: Vec<Json> = Vec::new();
            for value in named {
                if !is_unset(&value) && !once.contains(&value) {
                    once.push(value);
                }
            }
            looked_at.then(|| Variable {
                mapping,
                texts: Keys::new(once.iter().map(|value| Box::from(value.as_str().unwrap_or_default()))),
                named: once,
                organization: rule.is_some_and(|rule| rule.organization),
                other,
                stride: 0,
            })
        })
        .collect()
}

impl Variable {
    /// The values alone, without a mapping.
    pub fn of_values(named: Vec<Json>, others: bool, organization: bool) -> Variable {
        let texts = Keys::new(named.iter().map(|value| Box::from(value.as_str().unwrap_or_default())));
        Variable { mapping: 0, named, texts, organization, other: others.then_some(Json::Null), stride: 0 }
    }

    /// No value, each named one, any other, and where organizations are known any that does not exist.
    pub fn classes(&self, settings: &Settings) -> usize {
        let wrong = self.other.is_some() && self.organization && settings.orgs.is_some();
        1 + self.named.len() + usize::from(self.other.is_some()) + usize::from(wrong)
    }

    /// The class of a value.
    pub fn class(&self, value: Option<&Value<'_>>, settings: &Settings) -> usize {
        let Some(value) = value.filter(|value| !value.is_unset()) else { return 0 };
        let named = match value {
            Value::Bool(active) if self.other.is_none() => Some(usize::from(*active)),
            Value::Text(text) if self.other.is_none() => text.to_ascii_lowercase().parse().ok().map(bool::into),
            Value::Text(text) => self.texts.case(text),
            value => self.named.iter().position(|named| *named == value.to_json()),
        };
        match (named, value) {
            (Some(at), _) => 1 + at,
            _ if self.other.is_none() => 0,
            (None, Value::Text(text)) if self.organization && !settings.has_org(text) => self.named.len() + 2,
            (None, _) => self.named.len() + 1,
        }
    }

    /// A value of a class, as an event carries it.
    fn value(&self, class: usize) -> Option<Json> {
        let at = class.checked_sub(1)?;
        match self.named.get(at) {
            Some(named) => Some(named.clone()),
            None if at == self.named.len() => self.other.clone(),
            None => Some(Json::String(stranger(self.mapping))),
        }
    }
}

/// What stands for any value that the policy does not name. No policy and no provider writes control characters.
fn mark(mapping: usize) -> String {
    format!("\u{1}{mapping}\u{1}")
}

/// What stands for an organization that does not exist.
fn stranger(mapping: usize) -> String {
    format!("\u{1}{mapping}\u{1}\u{2}")
}

/// A value that no policy names, of a type.
fn other(value_type: ValueType, mapping: usize) -> Json {
    match value_type {
        ValueType::String => Json::String(mark(mapping)),
        ValueType::List => Json::Array(vec![Json::String(mark(mapping))]),
        ValueType::Number => Json::from(f64::MIN_POSITIVE),
        ValueType::Boolean => Json::Bool(true),
    }
}

fn kind(source: Source) -> EventKind {
    if source == Source::Jit { EventKind::SignIn } else { EventKind::ScimCreate }
}

fn entry(policy: &Policy, source: Source, variables: &[Variable], state: &State, at: usize) -> Entry {
    let mut attributes = Map::new();
    let mut marks = BTreeMap::new();
    for variable in variables {
        let class = at / variable.stride % variable.classes(&policy.settings);
        let Some(value) = variable.value(class) else { continue };
        let Some(attribute) = policy.mappings(source).get(variable.mapping).and_then(|mapping| policy.attribute(&mapping.attribute)) else {
            continue;
        };
        if let (Json::String(text), true) = (&value, class > variable.named.len()) {
            marks.insert(text.clone(), variable.mapping);
        }
        let name = if attribute.kind == AttributeKind::Active { "active" } else { &attribute.name };
        attributes.insert(name.to_owned(), value);
    }
    let user = "user".to_owned();
    let event = match source {
        Source::Jit => Event::SignIn(SignIn { user, attributes, groups: None }),
        _ => Event::ScimCreate(Subject { user, attributes }),
    };
    let about = |about: Option<String>| about.map(|text| About::new(text, &marks));
    let outcome = match policy.apply(state, &event) {
        Ok(outcome) => outcome,
        Err(refusal) => {
            let ending = Ending::Refused { code: refusal.code, about: about(refusal.about) };
            return Entry { ending, warnings: Vec::new() };
        }
    };
    let user = outcome.users.values().flatten().next();
    let filled = |text: &str| marks.get(text).map_or_else(|| Filled::Fixed(text.into()), |mapping| Filled::Value(*mapping));
    let seat = |user| {
        // Without groups there is one membership at most: that of the placement.
        let (org, membership) = policy.memberships(user, state).into_iter().next()?;
        let team = membership.teams.iter().next().map(|(team, from)| (filled(team), *from));
        Some(Seat {
            org: filled(&org),
            org_from: membership.org_from,
            role: filled(&membership.role),
            role_from: membership.role_from,
            team,
        })
    };
    let ending = Ending::Given { active: user.is_some_and(|user| user.active), membership: user.filter(|user| user.active).and_then(seat) };
    let warnings = outcome.warnings.into_iter().map(|notice| (notice.code, about(notice.about))).collect();
    Entry { ending, warnings }
}

impl About {
    fn new(text: String, marks: &BTreeMap<String, usize>) -> Self {
        let values = marks.iter().filter(|(mark, _)| text.contains(mark.as_str())).map(|(_, mapping)| *mapping).collect();
        About { text, values }
    }

    /// The text, cut at the values in it.
    pub fn pieces(&self) -> Vec<Piece<'_>> {
        let mut pieces = Vec::new();
        let mut rest = self.text.as_str();
        while let Some((at, length, mapping)) = self.next_value(rest) {
            pieces.extend([Piece::Text(&rest[..at]), Piece::Value(mapping)]);
            rest = &rest[at + length..];
        }
        pieces.push(Piece::Text(rest));
        pieces.retain(|piece| !matches!(piece, Piece::Text("")));
        pieces
    }

    /// Where the next value's mark stands in a text, how long it is, and the value's mapping.
    fn next_value(&self, text: &str) -> Option<(usize, usize, usize)> {
        let marks = self.values.iter().flat_map(|mapping| [(stranger(*mapping), *mapping), (mark(*mapping), *mapping)]);
        let found = marks.filter_map(|(mark, mapping)| Some((text.find(&mark)?, mark.len(), mapping)));
        // Of two marks at one place the longer is meant.
        found.min_by_key(|(at, length, _)| (*at, std::cmp::Reverse(*length)))
    }

    /// The text with a user's values in it.
    pub fn with(&self, values: &[Option<Value<'_>>]) -> String {
        self.values.iter().fold(self.text.clone(), |text, mapping| {
            let value = values.get(*mapping).and_then(|value| value.as_ref()?.to_text()).unwrap_or_default();
            text.replace(&stranger(*mapping), &value).replace(&mark(*mapping), &value)
        })
    }
}
