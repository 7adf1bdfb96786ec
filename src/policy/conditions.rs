//! The closed vocabulary of `when`.

use super::file::AttributeKind;
use super::rows::Compiler;
use super::target::TargetAttribute;
use super::values::typed;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::domain::{is_unset, same};
use crate::provision::Switch;
use crate::provision::rules::{ActiveTest, AttributeTest, Condition, GroupsTest, UserTest};
use crate::yaml::{At, Entries, Spanned};
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

const ATTRIBUTE: [(&str, AttributeTest); 6] = [
    ("absent", AttributeTest::Absent),
    ("carried", AttributeTest::Carried),
    ("wrong", AttributeTest::Wrong),
    ("other", AttributeTest::Other),
    ("set", AttributeTest::Set),
    ("unset", AttributeTest::Unset),
];

const SWITCH: &[(&str, Switch)] = &[("enabled", Switch::Enabled), ("disabled", Switch::Disabled)];

impl<'c> Compiler<'c> {
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
        if values.is_empty() {
            self.found.push(
                Diagnostic::new(Code::InvalidPolicyValue, format!("{} names no attribute, so that the row always holds", word.value))
                    .at_source(value.at.source, value.at.span, "")
                    .help(format!("write {}: {{ ATTRIBUTE: VALUE }}, or delete it", word.value)),
            );
        }
        values.iter().filter_map(|(name, asked)| self.value(word, &Spanned::new(name.clone(), value.at.clone()), asked)).collect()
    }

    /// One attribute under `carried` or `stored`.
    fn value(&mut self, word: &Spanned<String>, name: &Spanned<String>, asked: &Json) -> Option<Condition> {
        let items = list(asked);
        if name.as_str() == "active" {
            let active = items.iter().map(|item| item.as_bool().map(ActiveTest::Is)).collect::<Option<Vec<_>>>();
            let active = active.filter(|_| word.value == CARRIED);
            if active.is_none() {
                self.found.push(
                    Diagnostic::new(Code::InvalidPolicyValue, format!("{}: {{ active: {asked} }} asks for nothing", word.value))
                        .at_source(name.at.source, name.at.span, "")
                        .help("write active: true, false, absent or carried for what the event carries, or user: inactive"),
                );
            }
            return active.map(Condition::Active);
        }
        let known = self.asked(name)?;
        let mut tests = Vec::new();
        for item in items {
            if word_of(item).is_some() && !known.one_of.contains(item) {
                self.word_among_values(name, word, item);
                return None;
            }
            let value = self.allowed(name, &name.at, known, item, &[])?;
            tests.push(if word.value == CARRIED { AttributeTest::Carries(value) } else { self.held(name, &name.at, value)? });
        }
        Some(Condition::Attribute { name: known.name.clone(), tests })
    }

    /// The attribute that a condition names.
    fn asked(&mut self, name: &Spanned<String>) -> Option<&'c TargetAttribute> {
        let Some(known) = self.attributes.iter().find(|known| known.is_named(name)) else {
            self.unknown_condition(name);
            return None;
        };
        self.is_value(known, name).then_some(known)
    }

    /// Whether an attribute is a value that users have. The name is that by which they are known, and whether they are active
    /// rows ask and say by a word of its own.
    pub(super) fn is_value<T>(&mut self, attribute: &TargetAttribute, place: &Spanned<T>) -> bool {
        let (why, help) = match attribute.kind {
            AttributeKind::UserName => {
                ("is the name of the user, which no row asks for or writes", "write user: known or user: unknown to ask for the user")
            }
            AttributeKind::Active => (
                "says whether the user is active, for which rows have words of their own",
                "write active: true, false, absent or carried for what the event carries, or user: inactive",
            ),
            _ => return true,
        };
        self.found.push(
            Diagnostic::new(Code::InvalidPolicyValue, format!("{} {why}", attribute.name))
                .at_source(place.at.source, place.at.span, "")
                .help(help),
        );
        false
    }

    fn word_among_values(&mut self, name: &Spanned<String>, word: &Spanned<String>, item: &Json) {
        let text = item.as_str().unwrap_or_default();
        self.found.push(
            Diagnostic::new(
                Code::UnknownConditionValue,
                format!("{} under {} is compared with values, and {text} is a word", name.value, word.value),
            )
            .at_source(name.at.source, name.at.span, "")
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
            "active" => {
                let known = [("absent", ActiveTest::Absent), ("carried", ActiveTest::Carried)];
                let truths = [(Json::Bool(true), ActiveTest::Is(true)), (Json::Bool(false), ActiveTest::Is(false))];
                let known: Vec<(Json, ActiveTest)> = known.into_iter().map(|(word, test)| (word.into(), test)).chain(truths).collect();
                self.any_of(name, value, &known).map(Condition::Active)
            }
            option if self.options.contains_key(option) => self.option(name, value),
            CARRIED | STORED => {
                self.found.push(
                    Diagnostic::new(Code::UnknownCondition, "the placement table reads what the user has, and nothing else")
                        .at_source(name.at.source, name.at.span, "")
                        .help("write the attribute without this word: { ATTRIBUTE: VALUE }"),
                );
                None
            }
            _ => {
                let known = self.asked(name)?;
                let tests = list(&value.value)
                    .into_iter()
                    .map(|item| self.attribute_test(name, value, known, item, table))
                    .collect::<Option<_>>()?;
                Some(Condition::Attribute { name: known.name.clone(), tests })
            }
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
        known: &TargetAttribute,
        item: &Json,
        table: Table,
    ) -> Option<AttributeTest> {
        if let Some(test) = word_of(item) {
            return Some(test.clone());
        }
        let item = self.allowed(name, &value.at, known, item, &ATTRIBUTE.map(|(word, _)| word))?;
        if table == Table::Event {
            self.bare_value(name, value);
            return None;
        }
        self.held(name, &value.at, item)
    }

    /// In the row of an event a value alone does not say whose it is.
    fn bare_value(&mut self, name: &Spanned<String>, value: &Spanned<Json>) {
        let (words, values): (Vec<&Json>, Vec<&Json>) = list(&value.value).into_iter().partition(|item| word_of(item).is_some());
        // A list of values means any of them, so that one which is itself a list keeps its brackets.
        let written = match &*values {
            [one] if !one.is_array() => one.to_string(),
            _ => format!("[{}]", values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        };
        let pair = format!("{{ {}: {written} }}", name.value);
        let help = format!("write {CARRIED}: {pair} for what the event carries, or {STORED}: {pair} for what the user has");
        let help = match &*words {
            [] => help,
            _ => {
                let words: Vec<&str> = words.iter().filter_map(|word| word.as_str()).collect();
                format!("{help}; the row for {} is one of its own", words.join(", "))
            }
        };
        self.found.push(
            Diagnostic::new(Code::BareValue, format!("this does not say whose {} is meant", name.value))
                .at_source(value.at.source, value.at.span, "a value of the event, or of the user?")
                .help(help),
        );
    }

    /// A value that an attribute can have, in its type, where an empty text counts as null; `words` may stand in its place.
    fn allowed(&mut self, name: &Spanned<String>, at: &At, known: &TargetAttribute, item: &Json, words: &[&str]) -> Option<Json> {
        let typed = typed(known, &Spanned::new(item.clone(), at.clone()), self.found)?;
        if is_unset(&typed) {
            return Some(Json::Null);
        }
        if known.one_of.is_empty() || known.one_of.iter().any(|known| same(known, &typed)) {
            return Some(typed);
        }
        let known: Vec<String> = words.iter().map(|word| (*word).to_owned()).chain(known.one_of.iter().map(shown)).collect();
        self.unknown_value(name, at, item, &known.iter().map(String::as_str).collect::<Vec<_>>());
        None
    }

    /// Whether a user has a value, of which null is none.
    fn held(&mut self, name: &Spanned<String>, at: &At, value: Json) -> Option<AttributeTest> {
        if value.is_null() {
            self.found.push(
                Diagnostic::new(Code::InvalidPolicyValue, format!("nobody has {} with the value null", name.value))
                    .at_source(at.source, at.span, "")
                    .help(format!("write {}: unset", name.value)),
            );
            return None;
        }
        Some(AttributeTest::Holds(value))
    }

    /// One word of a list.
    pub(super) fn word<T: Clone>(&mut self, name: &Spanned<String>, value: &Spanned<Json>, known: &[(&str, T)]) -> Option<T> {
        let hit = known.iter().find(|(word, _)| value.value.as_str() == Some(word));
        if hit.is_none() {
            self.unknown_value(name, &value.at, &value.value, &known.iter().map(|(word, _)| *word).collect::<Vec<_>>());
        }
        hit.map(|(_, meaning)| meaning.clone())
    }

    /// One or several words of a list: any of them.
    fn words<T: Clone>(&mut self, name: &Spanned<String>, value: &Spanned<Json>, known: &[(&str, T)]) -> Option<Vec<T>> {
        let known: Vec<(Json, T)> = known.iter().map(|(word, meaning)| ((*word).into(), meaning.clone())).collect();
        self.any_of(name, value, &known)
    }

    /// The same of words and other values.
    fn any_of<T: Clone>(&mut self, name: &Spanned<String>, value: &Spanned<Json>, known: &[(Json, T)]) -> Option<Vec<T>> {
        let mut meanings = Vec::new();
        for item in list(&value.value) {
            match known.iter().find(|(word, _)| item == word) {
                Some((_, meaning)) => meanings.push(meaning.clone()),
                None => {
                    let known: Vec<String> = known.iter().map(|(word, _)| shown(word)).collect();
                    self.unknown_value(name, &value.at, item, &known.iter().map(String::as_str).collect::<Vec<_>>());
                    return None;
                }
            }
        }
        Some(meanings)
    }

    fn unknown_value(&mut self, name: &Spanned<String>, at: &At, item: &Json, known: &[&str]) {
        let given = shown(item);
        let diagnostic =
            Diagnostic::new(Code::UnknownConditionValue, format!("{} is never {given}", name.value)).at_source(at.source, at.span, "");
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

/// A value as rows write it.
fn shown(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A list, or one value as a list of one.
fn list(value: &Json) -> Vec<&Json> {
    value.as_array().map_or_else(|| vec![value], |items| items.iter().collect())
}
