//! What the rows say of a newcomer, for every class of values that an event can carry.
//!
//! For each combination of classes the rows are walked once, by the code that carries out events, with the class in place
//! of each value for which no row asks. What they say then they say of every user of these classes, the user's own values
//! put in place. Combinations are walked when the first user has them; where there are more than a table may hold, they
//! are walked for each user.

use super::Policy;
use super::file::{AttributeKind, ValueType};
use super::mapped::{MappedValues, Slot};
use crate::domain::{Given, Limits, ValueClass, ValueClasses, ValueKind, Word};
use crate::program::seen::Plain;
use crate::provision::rules::{Action, AttributeRule, AttributeTest, Condition, Place, PlaceRule, Which};
use crate::provision::{EventKind, Incoming, Settings, Source, State, provisioning, walk};
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// What the rows say of a user.
#[derive(Debug, Clone, PartialEq)]
pub struct Ruling {
    /// Where they leave the user.
    pub end: End,
    /// What they warn of.
    pub warnings: Cow<'static, [Said]>,
}

/// Where the rows leave a user.
#[derive(Debug, Clone, PartialEq)]
pub enum End {
    /// The user is refused.
    Refused(Said),
    /// The user is not active, and a member of nothing.
    Inactive,
    /// The user is active, and a member there, if of anything.
    Active(Option<Placing>),
}

/// A membership to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Placing {
    /// The organization.
    pub org: Filled,
    /// Who brought the user there.
    pub org_from: Source,
    /// The role.
    pub role: Filled,
    /// Who gave it.
    pub role_from: Source,
    /// The team, and who put the user into it.
    pub team: Option<(Filled, Source)>,
}

/// A refusal or a warning.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// The policy's word for it.
    pub code: Cow<'static, str>,
    /// In the policy's words.
    pub message: Cow<'static, str>,
    /// What it is about, piece by piece.
    pub about: Option<Cow<'static, [Filled]>>,
}

/// A text of the policy, or the value of a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filled {
    /// This text.
    Text(Cow<'static, str>),
    /// The value of that mapping, counted from 0.
    Value(usize),
}

/// A ruling, and the rows that made it.
#[derive(Debug, Clone)]
pub(crate) struct Ruled {
    pub ruling: Ruling,
    /// The rows of the event that hit; of a refusal the one that refused.
    pub rows: Vec<usize>,
    /// The row of the placement table that hit.
    pub placement: Option<usize>,
}

/// An attribute that rows look at, and the classes of its values.
#[derive(Debug)]
pub(crate) struct Variable {
    /// The position of its mapping.
    pub mapping: usize,
    /// Its name as events carry it.
    pub name: Box<str>,
    pub classes: ValueClasses,
    /// By how much a step in the class moves in the table.
    pub stride: usize,
}

/// The rulings of a source.
#[derive(Debug)]
pub(crate) struct Rulings {
    pub variables: Vec<Variable>,
    /// By the combination of classes; empty where there are too many.
    table: Box<[OnceLock<Box<Ruled>>]>,
    kind: EventKind,
    state: State,
}

impl Rulings {
    /// The rulings for mappings to attributes, in their order, in a table of at most so many.
    pub fn new<'m>(policy: &Policy, source: Source, attributes: impl Iterator<Item = &'m str>, most: usize) -> Rulings {
        let kind = provisioning(source);
        let mut variables = variables(policy, kind, attributes);
        let mut size = Some(1usize);
        for variable in &mut variables {
            variable.stride = size.unwrap_or(0);
            size = size.and_then(|size| size.checked_mul(variable.classes.all().len())).filter(|size| *size <= most);
        }
        let table = std::iter::repeat_with(OnceLock::new).take(size.unwrap_or(0)).collect();
        Rulings { variables, table, kind, state: policy.initial_state() }
    }

    /// How many there are; none where there are too many for a table.
    pub fn size(&self) -> Option<usize> {
        Some(self.table.len()).filter(|size| *size > 0)
    }

    /// The ruling for a user's values, if there is a table of them.
    #[inline]
    pub(super) fn of<'r>(&'r self, policy: &'r Policy, values: &MappedValues<'_>) -> Option<&'r Ruled> {
        if self.table.is_empty() {
            return None;
        }
        let slots = values.slots();
        let mut at = 0;
        for variable in &self.variables {
            at += variable.stride * self.class(variable, slots, values);
        }
        Some(self.at(policy, at))
    }

    /// The same without a table.
    pub(super) fn walked_of(&self, policy: &Policy, values: &MappedValues<'_>) -> Ruled {
        let slots = values.slots();
        let classes: Vec<usize> = self.variables.iter().map(|variable| self.class(variable, slots, values)).collect();
        self.walked(policy, &classes)
    }

    #[inline(always)]
    fn class(&self, variable: &Variable, slots: &[Slot<'_>], values: &MappedValues<'_>) -> usize {
        match slots.get(variable.mapping) {
            Some(Slot::Text(text)) => variable.classes.position_of_text(text, |org| self.state.settings.has_org(org)),
            Some(Slot::Plain(Plain::Null)) | None => 0,
            Some(Slot::Plain(plain @ (Plain::False | Plain::True))) if variable.classes.kind() == ValueKind::Boolean => {
                ValueClasses::position_of_truth(*plain == Plain::True)
            }
            Some(Slot::Plain(_)) => self.class_of_other(variable, values),
        }
    }

    #[cold]
    #[inline(never)]
    fn class_of_other(&self, variable: &Variable, values: &MappedValues<'_>) -> usize {
        variable.classes.position(&values.get(variable.mapping), |org| self.state.settings.has_org(org))
    }

    /// The ruling at a place of the table.
    #[inline]
    pub fn at<'r>(&'r self, policy: &'r Policy, at: usize) -> &'r Ruled {
        self.table[at].get_or_init(|| {
            let classes: Vec<usize> = self.variables.iter().map(|it| at / it.stride % it.classes.all().len()).collect();
            Box::new(self.walked(policy, &classes))
        })
    }

    /// What the rows say of a combination of classes.
    fn walked(&self, policy: &Policy, classes: &[usize]) -> Ruled {
        let mut carried = BTreeMap::new();
        for (variable, class) in self.variables.iter().zip(classes) {
            let (at, text) = (variable.mapping, variable.classes.kind() == ValueKind::Text);
            let given = match variable.classes.all().get(*class) {
                Some(ValueClass::Named(named)) => variable.classes.named().get(*named).map(Given::Known),
                Some(ValueClass::Allowed) => Some(Given::Any { at, text, allowed: true }),
                Some(ValueClass::Wrong) => Some(Given::Any { at, text, allowed: false }),
                Some(ValueClass::Unset) | None => None,
            };
            carried.extend(given.map(|given| (&*variable.name, given)));
        }
        let incoming = Incoming { kind: self.kind, user: Some(""), carried, groups: None, event: None };
        let said = |code: &str, about: Option<Vec<Word<'_>>>| Said {
            code: code.to_owned().into(),
            message: policy.message(code).to_owned().into(),
            about: about.map(|pieces| pieces.into_iter().map(Filled::of).collect()),
        };
        let left = match walk(&policy.rules, &self.state, incoming) {
            Ok(draft) => draft.left(),
            Err(refused) => {
                let ruling = Ruling { end: End::Refused(said(refused.code, refused.about)), warnings: Cow::Borrowed(&[]) };
                return Ruled { ruling, rows: vec![refused.row], placement: None };
            }
        };
        // Without groups there is one membership at most: that of the placement.
        let placing = left.memberships.iter().next().map(|(org, member)| Placing {
            org: Filled::of(*org),
            org_from: member.org_from,
            role: Filled::of(member.role),
            role_from: member.role_from,
            team: member.teams.iter().next().map(|(team, from)| (Filled::of(*team), *from)),
        });
        let end = if left.active { End::Active(placing) } else { End::Inactive };
        let warnings = left.told.into_iter().map(|told| said(told.code, told.about)).collect();
        Ruled { ruling: Ruling { end, warnings }, rows: left.rows, placement: left.placement }
    }
}

impl Ruling {
    /// What generated code has of it.
    pub const fn new(end: End, warnings: &'static [Said]) -> Self {
        Ruling { end, warnings: Cow::Borrowed(warnings) }
    }
}

impl Said {
    /// What generated code has of it.
    pub const fn new(code: &'static str, message: &'static str, about: Option<&'static [Filled]>) -> Self {
        let about = match about {
            Some(about) => Some(Cow::Borrowed(about)),
            None => None,
        };
        Said { code: Cow::Borrowed(code), message: Cow::Borrowed(message), about }
    }
}

impl Filled {
    /// A text of the policy.
    pub const fn text(text: &'static str) -> Self {
        Filled::Text(Cow::Borrowed(text))
    }

    fn of(word: Word<'_>) -> Filled {
        match word {
            Word::Text(text) => Filled::Text(text.to_owned().into()),
            Word::Any(at) => Filled::Value(at),
        }
    }
}

/// The attributes that the rows of an event look at, or name in what they give.
fn variables<'m>(policy: &Policy, kind: EventKind, attributes: impl Iterator<Item = &'m str>) -> Vec<Variable> {
    let rules = &policy.rules;
    let rows = rules.events.get(&kind).map_or(&[][..], Vec::as_slice);
    let conditions: Vec<&Condition> =
        rows.iter().flat_map(|row| &row.when).chain(rules.placement.iter().flat_map(|row| &row.when)).collect();
    let places = rules.placement.iter().flat_map(|row| std::iter::once(&row.org).chain(&row.team));
    let placing: Vec<&str> =
        places.filter_map(|place| if let Place::Attribute(name) = place { Some(name.as_str()) } else { None }).collect();
    // Where the role holds may be set to the default organization, and then be that of the placement or not.
    let home = rows.iter().flat_map(|row| &row.actions).any(|action| *action == Action::Place(PlaceRule::HomeOnly));
    let default_org = Json::String(policy.settings.default_org.clone());
    // What a row writes over what another one wrote may be told of, and then it matters whether there is a value at all.
    let written: Vec<(&Which, Source, &BTreeMap<Source, String>)> = rows
        .iter()
        .flat_map(|row| &row.actions)
        .filter_map(|action| if let Action::Write { attributes, by, over, .. } = action { Some((attributes, *by, over)) } else { None })
        .collect();
    let overwritten = |name: &str| {
        let writes = || written.iter().filter(|(which, ..)| which.covers(name));
        writes().any(|(.., over)| writes().any(|(_, by, _)| over.contains_key(by)))
    };
    let looked_at = attributes.enumerate().filter_map(|(mapping, name)| {
        let attribute = policy.attributes.iter().find(|attribute| attribute.name == name)?;
        let rule = match attribute.kind {
            AttributeKind::UserName => return None,
            AttributeKind::Active => {
                let classes = ValueClasses::new(ValueKind::Boolean, Limits::NONE, []);
                return Some(Variable { mapping, name: "active".into(), classes, stride: 0 });
            }
            _ => rules.attributes.get(name)?,
        };
        let mut asked: Vec<&Json> = Vec::new();
        let mut tested = false;
        for condition in &conditions {
            let Condition::Attribute { name: of, tests } = condition else { continue };
            if of == name {
                tested = true;
                asked.extend(tests.iter().filter_map(|test| rule.asked(test)));
            }
        }
        asked.extend(Some(&default_org).filter(|_| home && placing.contains(&name)));
        let looked_at =
            tested || rule.places || overwritten(name) || placing.contains(&name) || rules.roles.attribute.as_deref() == Some(name);
        let classes = || ValueClasses::new(kind_of(attribute.value_type), rule.limits(&policy.settings), asked);
        looked_at.then(|| Variable { mapping, name: name.into(), classes: classes(), stride: 0 })
    });
    looked_at.collect()
}

/// What the values of a type are.
pub(crate) fn kind_of(value_type: ValueType) -> ValueKind {
    match value_type {
        ValueType::String => ValueKind::Text,
        ValueType::Boolean => ValueKind::Boolean,
        ValueType::Number | ValueType::List => ValueKind::Other,
    }
}

impl Which {
    /// Whether an attribute is among those that are written.
    fn covers(&self, name: &str) -> bool {
        match self {
            Which::Carried => true,
            Which::Named(names) => names.iter().any(|named| named == name),
        }
    }
}

impl AttributeRule {
    /// What its values may be, as far as the settings tell.
    pub(crate) fn limits(&self, settings: &Settings) -> Limits<'_> {
        Limits { one_of: &self.one_of, organizations: self.organization.then_some(settings.orgs.is_some()) }
    }

    /// The value for which a test asks.
    pub(crate) fn asked<'t>(&'t self, test: &'t AttributeTest) -> Option<&'t Json> {
        match test {
            AttributeTest::Carries(value) | AttributeTest::Holds(value) => Some(value),
            AttributeTest::Other => self.default.as_ref(),
            _ => None,
        }
    }
}
