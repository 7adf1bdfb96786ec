//! The closed vocabulary of `when`.

use super::rows::Compiler;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::domain::same;
use crate::provision::Switch;
use crate::provision::rules::{ActiveTest, AttributeTest, Condition, GroupsTest, UserTest};
use crate::yaml::{Entries, Spanned};
use serde_json::Value as Json;

/// What rows may ask for beside options and attributes.
pub(super) const WORDS: [&str; 13] =
    ["scim", "jit", "user", "groups", "values", "placed", "home", "active", "role", "org", "default_org", CARRIED, STORED];

/// Under which rows of events name values that the event carries, and values that the user has.
const CARRIED: &str = "carried";
const STORED: &str = "stored";

/// Where a row stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    /// The placement table, which reads what the user has and nothing else.
    Placement,
    /// The rows of an event.
    Event,
}

const USER: &[(&str, UserTest)] = &[
    ("unknown", UserTest::Unknown),
    ("known", UserTest::Known),
    ("inactive", UserTest::Inactive),
    ("outside", UserTest::Outside),
    ("foreign", UserTest::Foreign),
];

const GROUPS: &[(&str, GroupsTest)] =
    &[("absent", GroupsTest::Absent), ("some", GroupsTest::Some), ("malformed", GroupsTest::Malformed), ("mapped", GroupsTest::Mapped)];

const ATTRIBUTE: &[(&str, AttributeTest)] = &[
    ("absent", AttributeTest::Absent),
    ("carried", AttributeTest::Carried),
    ("wrong", AttributeTest::Wrong),
    ("other", AttributeTest::Other),
    ("set", AttributeTest::Set),
    ("unset", AttributeTest::Unset),
];

const ACTIVE: &[(&str, ActiveTest)] = &[("absent", ActiveTest::Absent), ("carried", ActiveTest::Carried)];

const SWITCH: &[(&str, Switch)] = &[("enabled", Switch::Enabled), ("disabled", Switch::Disabled)];

impl Compiler<'_> {
    pub(super) fn conditions(&mut self, when: &Entries<Spanned<Json>>, table: Table) -> Vec<Condition> {
        let mut conditions = Vec::new();
        for (name, value) in when.iter() {
            match name.as_str() {
                CARRIED | STORED if table == Table::Event => conditions.extend(self.values(name, value)),
                _ => conditions.extend(self.condition(name, value, table)),
            }
        }
        conditions
    }

    /// `carried: { NAME: VALUE }` and `stored: { NAME: VALUE }`.
    fn values(&mut self, word: &Spanned<String>, value: &Spanned<Json>) -> Vec<Condition> {
        let Some(values) = value.as_object() else {
            self.found.push(
                Diagnostic::new(Code::InvalidPolicyValue, format!("{} takes attributes with their values", word.value))
                    .at_source(value.at.source, value.at.span, "")
                    .help(format!("write {}: {{ ATTRIBUTE: VALUE }}", word.value)),
            );
            return Vec::new();
        };
        let mut conditions = Vec::new();
        for (name, asked) in values {
            let name = Spanned::new(name.clone(), value.at.clone());
            if let ("active", CARRIED, Json::Bool(active)) = (name.as_str(), word.as_str(), asked) {
                conditions.push(Condition::Active(vec![ActiveTest::Is(*active)]));
                continue;
            }
            let Some(known) = self.attributes.iter().find(|known| known.is_named(&name)) else {
                self.unknown_condition(&name);
                continue;
            };
            let (known, allowed) = (known.name.clone(), known.one_of.clone());
            let test =
                |item: &Json| if word.value == CARRIED { AttributeTest::Carries(item.clone()) } else { AttributeTest::Holds(item.clone()) };
            let tests: Option<Vec<AttributeTest>> = list(asked)
                .into_iter()
                .map(|item| {
                    if word_of(item).is_some() && !allowed.contains(item) {
                        self.word_among_values(&name, word, item, value);
                        return None;
                    }
                    let null = item.is_null() && word.value == CARRIED;
                    (null || self.is_allowed(&name, value, &allowed, item)).then(|| test(item))
                })
                .collect();
            conditions.extend(tests.map(|tests| Condition::Attribute { name: known, tests }));
        }
        conditions
    }

    fn word_among_values(&mut self, name: &Spanned<String>, word: &Spanned<String>, item: &Json, at: &Spanned<Json>) {
        let text = item.as_str().unwrap_or_default();
        self.found.push(
            Diagnostic::new(
                Code::UnknownConditionValue,
                format!("{} under {} is compared with values, and {text} is a word", name.value, word.value),
            )
            .at_source(at.at.source, at.at.span, "")
            .help(format!("write {}: {text} beside {}", name.value, word.value)),
        );
    }

    fn condition(&mut self, name: &Spanned<String>, value: &Spanned<Json>, table: Table) -> Option<Condition> {
        match name.as_str() {
            "scim" => self.word(name, value, SWITCH).map(Condition::Scim),
            "jit" => self.word(name, value, SWITCH).map(Condition::Jit),
            "user" => self.words(name, value, USER).map(Condition::User),
            "groups" => self.words(name, value, GROUPS).map(Condition::Groups),
            "values" => self.word(name, value, &[("unplaced", Condition::Unplaced)]),
            "placed" => self.word(name, value, &[("in a new organization", Condition::PlacedInNewOrganization)]),
            "home" => self.word(name, value, &[("set", true), ("unset", false)]).map(|set| Condition::Home { set }),
            // Where an attribute has the name of these words, rows ask for it; a role set by hand counts as carried.
            "role" if !self.is_attribute("role") => self.word(name, value, &[("wrong", Condition::RoleWrong)]),
            "org" if value.as_str() == Some("not a member") || !self.is_attribute("org") => {
                self.word(name, value, &[("not a member", Condition::OrgNotAMember)])
            }
            "default_org" => self.word(name, value, &[("wrong", Condition::DefaultOrgWrong)]),
            "active" => match &value.value {
                Json::Bool(active) => Some(Condition::Active(vec![ActiveTest::Is(*active)])),
                _ => self.words(name, value, ACTIVE).map(Condition::Active),
            },
            option if self.options.contains_key(option) => self.option(name, value),
            attribute => match self.attributes.iter().find(|known| known.is_named(attribute)) {
                Some(known) => {
                    let (known, allowed) = (known.name.clone(), known.one_of.clone());
                    let tests = list(&value.value)
                        .into_iter()
                        .map(|item| self.attribute_test(name, value, &allowed, item, table))
                        .collect::<Option<_>>()?;
                    Some(Condition::Attribute { name: known, tests })
                }
                None => {
                    self.unknown_condition(name);
                    None
                }
            },
        }
    }

    fn is_attribute(&self, name: &str) -> bool {
        self.attributes.iter().any(|attribute| attribute.is_named(name))
    }

    fn option(&mut self, name: &Spanned<String>, value: &Spanned<Json>) -> Option<Condition> {
        let option = self.options.get(name.as_str())?.clone();
        let known: Vec<(&str, String)> = option.one_of.iter().map(|value| (value.as_str(), value.clone())).collect();
        let values = self.words(name, value, &known)?;
        let holds = values.contains(&option.value);
        Some(Condition::Option { name: name.value.clone(), values, holds })
    }

    fn attribute_test(
        &mut self,
        name: &Spanned<String>,
        value: &Spanned<Json>,
        allowed: &[Json],
        item: &Json,
        table: Table,
    ) -> Option<AttributeTest> {
        if let Some(test) = word_of(item) {
            return Some(test.clone());
        }
        if !self.is_allowed(name, value, allowed, item) {
            return None;
        }
        if table == Table::Event {
            self.bare_value(name, value);
            return None;
        }
        Some(AttributeTest::Holds(item.clone()))
    }

    /// In the row of an event a value alone does not say whose it is.
    fn bare_value(&mut self, name: &Spanned<String>, value: &Spanned<Json>) {
        let values: Vec<String> = list(&value.value).into_iter().filter(|item| word_of(item).is_none()).map(Json::to_string).collect();
        let values = if let [one] = &*values { one.clone() } else { format!("[{}]", values.join(", ")) };
        let pair = format!("{{ {}: {values} }}", name.value);
        self.found.push(
            Diagnostic::new(Code::BareValue, format!("this does not say whose {} is meant", name.value))
                .at_source(value.at.source, value.at.span, "a value of the event, or of the user?")
                .help(format!("write {CARRIED}: {pair} for what the event carries, or {STORED}: {pair} for what the user has")),
        );
    }

    /// Whether an attribute can have a value at all.
    fn is_allowed(&mut self, name: &Spanned<String>, value: &Spanned<Json>, allowed: &[Json], item: &Json) -> bool {
        let is = allowed.is_empty() || allowed.iter().any(|known| same(known, item));
        if !is {
            let words = ATTRIBUTE.iter().map(|(word, _)| (*word).to_owned());
            let known: Vec<String> = words.chain(allowed.iter().filter_map(|value| value.as_str().map(str::to_owned))).collect();
            self.unknown_value(name, value, item, &known.iter().map(String::as_str).collect::<Vec<_>>());
        }
        is
    }

    /// One word of a list.
    pub(super) fn word<T: Clone>(&mut self, name: &Spanned<String>, value: &Spanned<Json>, known: &[(&str, T)]) -> Option<T> {
        let hit = known.iter().find(|(word, _)| value.value.as_str() == Some(word));
        if hit.is_none() {
            self.unknown_value(name, value, &value.value, &known.iter().map(|(word, _)| *word).collect::<Vec<_>>());
        }
        hit.map(|(_, meaning)| meaning.clone())
    }

    /// One or several words of a list: any of them.
    fn words<T: Clone>(&mut self, name: &Spanned<String>, value: &Spanned<Json>, known: &[(&str, T)]) -> Option<Vec<T>> {
        let mut meanings = Vec::new();
        for item in list(&value.value) {
            match known.iter().find(|(word, _)| item.as_str() == Some(word)) {
                Some((_, meaning)) => meanings.push(meaning.clone()),
                None => {
                    self.unknown_value(name, value, item, &known.iter().map(|(word, _)| *word).collect::<Vec<_>>());
                    return None;
                }
            }
        }
        Some(meanings)
    }

    fn unknown_value(&mut self, name: &Spanned<String>, value: &Spanned<Json>, item: &Json, known: &[&str]) {
        let given = item.as_str().map_or_else(|| item.to_string(), str::to_owned);
        let diagnostic = Diagnostic::new(Code::UnknownConditionValue, format!("{} is never {given}", name.value)).at_source(
            value.at.source,
            value.at.span,
            "",
        );
        self.found.push(match nearest(&given, known.iter().copied()) {
            Some(meant) => diagnostic.help(format!("did you mean {meant}? Known are {}", known.join(", "))),
            None => diagnostic.help(format!("known are {}", known.join(", "))),
        });
    }

    fn unknown_condition(&mut self, name: &Spanned<String>) {
        let mut names: Vec<&str> = WORDS
            .into_iter()
            .chain(self.options.keys().map(String::as_str))
            .chain(self.attributes.iter().map(|attribute| attribute.name.as_str()))
            .collect();
        names.sort_unstable();
        names.dedup();
        let diagnostic = Diagnostic::new(Code::UnknownCondition, format!("{} is neither setting, option nor target attribute", name.value))
            .at_source(name.at.source, name.at.span, "");
        let diagnostic = match nearest(name, names.iter().copied()) {
            Some(meant) => diagnostic.help(format!("did you mean {meant}?")),
            None => diagnostic.help(format!("rows may ask for {}", names.join(", "))),
        };
        self.found.push(diagnostic);
    }
}

/// What a word asks of an attribute, if it is one.
fn word_of(item: &Json) -> Option<&'static AttributeTest> {
    let text = item.as_str()?;
    ATTRIBUTE.iter().find(|(word, _)| *word == text).map(|(_, test)| test)
}

/// A list, or one value as a list of one.
fn list(value: &Json) -> Vec<&Json> {
    value.as_array().map_or_else(|| vec![value], |items| items.iter().collect())
}
