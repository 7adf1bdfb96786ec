//! Event files: one event a line, or a JSON list of events. What is no event is told with its line and field, and the
//! others are read all the same.

use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::document::{Input, objects};
use crate::limits::Limits;
use crate::policy::{AttributeKind, Policy, TargetAttribute, ValueType};
use crate::provision::{Event, EventKind};
use serde_json::{Map, Value as Json};
use std::ops::ControlFlow;

/// One row of an event file.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadEvent {
    /// Its position in the file, from 1; rows that are no events count too.
    pub index: usize,
    /// The line in which it begins, from 1.
    pub line: usize,
    /// The event, if it is one.
    pub event: Option<Event>,
    /// Why it is none, or what looks wrong with it.
    pub found: Vec<Diagnostic>,
}

/// Hands on the events of a file in order, each checked against the attributes of the policy, until told to stop.
///
/// A value that the policy does not list is told and stays in the event: what becomes of it is for the rules to say.
///
/// ```
/// use rolewright::{Limits, document::Input, exchange::read_events, policy::Policy};
/// use std::ops::ControlFlow;
///
/// let policy = Policy::from_yaml(include_str!("../../policies/docker.yaml")).unwrap();
/// let file = "{\"event\": \"scim.create\", \"user\": \"ada@acme.example\"}\n{\"event\": \"scim.creat\", \"user\": \"bo\"}\n";
/// let input = Input { name: "events.ndjson".into(), bytes: file.into() };
/// let mut rows = Vec::new();
/// read_events(&policy, input, &Limits::DEFAULT, &mut |row| {
///     rows.push(row);
///     ControlFlow::Continue(())
/// });
/// assert!(rows[0].event.is_some());
/// assert_eq!(rows[1].found[0].message, "events.ndjson, line 2, event: there is no event scim.creat");
/// ```
pub fn read_events(policy: &Policy, input: Input, limits: &Limits, each: &mut dyn FnMut(ReadEvent) -> ControlFlow<()>) {
    let name = input.name.clone();
    let mut index = 0;
    let _ = objects(input, limits.depth, &mut |line, row| {
        index += 1;
        let (event, found) = match row {
            Ok(row) => {
                let mut check = Check { policy, name: &name, line, found: Vec::new() };
                let event = check.event(row);
                (event, check.found)
            }
            Err(bad) => (None, vec![Diagnostic { code: Code::InvalidEvent, ..bad }]),
        };
        each(ReadEvent { index, line, event, found })
    });
}

/// What a field of an event holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Texts,
    Switch,
    Attributes,
}

/// The fields of a kind of event: name, form, and whether it must be there.
fn fields(kind: EventKind) -> &'static [(&'static str, Form, bool)] {
    match kind {
        EventKind::ScimCreate
        | EventKind::ScimUpdate
        | EventKind::ScimDeactivate
        | EventKind::ScimReactivate
        | EventKind::ScimDelete
        | EventKind::Remove => &[("user", Form::Text, true), ("attributes", Form::Attributes, false)],
        EventKind::SignIn => &[("user", Form::Text, true), ("attributes", Form::Attributes, false), ("groups", Form::Texts, false)],
        EventKind::GroupPush => &[("group", Form::Text, true), ("members", Form::Texts, true)],
        EventKind::GroupDelete => &[("group", Form::Text, true)],
        EventKind::SetRole => &[("user", Form::Text, true), ("org", Form::Text, true), ("role", Form::Text, true)],
        EventKind::Settings => &[
            ("default_org", Form::Text, false),
            ("default_team", Form::Text, false),
            ("scim", Form::Switch, false),
            ("jit", Form::Switch, false),
        ],
    }
}

/// One row in progress.
struct Check<'c> {
    policy: &'c Policy,
    name: &'c str,
    line: usize,
    found: Vec<Diagnostic>,
}

impl Check<'_> {
    fn event(&mut self, row: Map<String, Json>) -> Option<Event> {
        let kind = self.kind(&row)?;
        let known = fields(kind);
        for (name, form, required) in known {
            match row.get(*name) {
                Some(value) => self.form(kind, name, *form, value),
                None if *required => {
                    let near = unknown_fields(&row, known).find(|near| meant(near, &row, known) == Some(name));
                    let help = near.map(|near| format!("is it {near}? Write {name}"));
                    self.bad(name, format!("{} needs the field {name}", kind.word()), help);
                }
                None => {}
            }
        }
        for name in unknown_fields(&row, known).filter(|name| meant(name, &row, known).is_none()) {
            let names: Vec<&str> = known.iter().map(|(field, ..)| *field).collect();
            let help = match nearest(name, names.iter().copied()) {
                Some(meant) => format!("did you mean {meant}?"),
                None => format!("its fields are {}", names.join(", ")),
            };
            self.bad(name, format!("{} has no field {name}", kind.word()), Some(help));
        }
        self.named_twice(&row);
        if self.found.iter().any(Diagnostic::is_error) {
            return None;
        }
        match serde_json::from_value(Json::Object(row)) {
            Ok(event) => Some(event),
            Err(error) => {
                self.bad("event", error.to_string(), None);
                None
            }
        }
    }

    fn kind(&mut self, row: &Map<String, Json>) -> Option<EventKind> {
        let words = EventKind::ALL.map(EventKind::word);
        let all = || Some(format!("events are {}", words.join(", ")));
        match row.get("event") {
            None => self.bad("event", "the field event says what happens, and it is missing".into(), all()),
            Some(Json::String(word)) => match EventKind::ALL.into_iter().find(|kind| kind.word() == word) {
                Some(kind) => return Some(kind),
                None => {
                    let help = nearest(word, words).map(|meant| format!("did you mean {meant}?")).or_else(all);
                    self.bad("event", format!("there is no event {word}"), help);
                }
            },
            Some(other) => self.bad("event", format!("a text is wanted, and this is {}", shape(other)), all()),
        }
        None
    }

    fn form(&mut self, kind: EventKind, name: &str, form: Form, value: &Json) {
        match (form, value) {
            (Form::Text, Json::String(text)) if text.trim().is_empty() && name != "default_team" => {
                self.bad(name, "the text is empty".into(), None);
            }
            (Form::Text, Json::String(text)) => {
                if (kind, name) == (EventKind::SetRole, "role") {
                    let role = self.policy.attributes().iter().find(|attribute| attribute.kind == AttributeKind::Role);
                    self.listed(name, role, &Json::String(text.clone()));
                }
            }
            (Form::Texts, Json::Array(items)) => {
                if let Some(at) = items.iter().position(|item| !item.is_string()) {
                    self.bad(&format!("{name}[{at}]"), format!("a text is wanted, and this is {}", shape(&items[at])), None);
                }
            }
            (Form::Switch, Json::String(word)) if word == "enabled" || word == "disabled" => {}
            (Form::Attributes, Json::Object(attributes)) => {
                for (attribute, value) in attributes {
                    self.attribute(attribute, value);
                }
            }
            (Form::Text, other) => self.bad(name, format!("a text is wanted, and this is {}", shape(other)), None),
            (Form::Texts, other) => self.bad(name, format!("a list of texts is wanted, and this is {}", shape(other)), None),
            (Form::Switch, other) => self.bad(name, format!("a switch is enabled or disabled, and this is {other}"), None),
            (Form::Attributes, other) => {
                let why = format!("an object of attributes is wanted, and this is {}", shape(other));
                self.bad(name, why, Some("write {\"attributes\": {\"NAME\": VALUE}}".into()));
            }
        }
    }

    fn attribute(&mut self, name: &str, value: &Json) {
        let field = format!("attributes.{name}");
        if name == "active" {
            if active(value).is_none() && !value.is_null() {
                self.bad(&field, format!("true or false is wanted, and this is {value}"), None);
            }
            return;
        }
        let attributes = self.policy.attributes();
        let Some(attribute) = attributes.iter().find(|attribute| attribute.name == name) else {
            // An event may carry more than the target keeps; a name that is nearly one of the target's is a slip.
            if let Some(meant) = nearest(name, attributes.iter().map(|attribute| attribute.name.as_str())) {
                let why = format!("the target has no attribute {name}, so that nothing of it is kept");
                self.found.push(self.at(Code::EventValueUnknown, &field, why).help(format!("did you mean {meant}?")));
            }
            return;
        };
        match (attribute.value_type, value) {
            (_, Json::Null)
            | (ValueType::String, Json::String(_))
            | (ValueType::Boolean, Json::Bool(_))
            | (ValueType::Number, Json::Number(_))
            | (ValueType::List, Json::Array(_)) => self.listed(&field, Some(attribute), value),
            (wanted, other) => self.bad(&field, format!("{} is wanted, and this is {}", wanted.name(), shape(other)), None),
        }
    }

    /// An event is of the user in its field `user`; another name among the attributes changes nobody's name.
    fn named_twice(&mut self, row: &Map<String, Json>) {
        let Some(attribute) = self.policy.attributes().iter().find(|attribute| attribute.kind == AttributeKind::UserName) else { return };
        let named = row.get("attributes").and_then(|attributes| attributes.get(&attribute.name)).and_then(Json::as_str);
        let (Some(user), Some(named)) = (row.get("user").and_then(Json::as_str), named.filter(|named| !named.is_empty())) else { return };
        if user.to_lowercase() != named.to_lowercase() {
            let why = format!("the event is of {user}, and {named} does not become the name");
            let help = "delete the user and create the other one, or leave the attribute out";
            self.found.push(self.at(Code::EventValueUnknown, &format!("attributes.{}", attribute.name), why).help(help));
        }
    }

    /// A value that the policy does not list: the rules decide, and the reader is told.
    fn listed(&mut self, field: &str, attribute: Option<&TargetAttribute>, value: &Json) {
        let Some(attribute) = attribute.filter(|attribute| !attribute.one_of.is_empty()) else { return };
        if value.is_null() || value.as_str() == Some("") || attribute.one_of.contains(value) {
            return;
        }
        let show = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let names: Vec<String> = attribute.one_of.iter().map(show).collect();
        let given = show(value);
        let same = names.iter().find(|name| name.to_lowercase() == given.to_lowercase());
        let near = same.map(String::as_str).or_else(|| nearest(&given, names.iter().map(String::as_str)));
        let case = if same.is_some() { " in this case" } else { "" };
        let help = near.map_or_else(|| format!("it lists {}", names.join(", ")), |near| format!("did you mean {near}?"));
        let why = format!("the policy does not list {given} for {}{case}", attribute.name);
        self.found.push(self.at(Code::EventValueUnknown, field, why).help(help));
    }

    fn bad(&mut self, field: &str, why: String, help: Option<String>) {
        let diagnostic = self.at(Code::InvalidEvent, field, why);
        self.found.push(Diagnostic { help, ..diagnostic });
    }

    fn at(&self, code: Code, field: &str, why: String) -> Diagnostic {
        Diagnostic::new(code, format!("{}, line {}, {field}: {why}", self.name, self.line))
    }
}

/// The fields of a row that its kind does not have.
fn unknown_fields<'r>(row: &'r Map<String, Json>, known: &'r [(&'r str, Form, bool)]) -> impl Iterator<Item = &'r str> {
    row.keys().map(String::as_str).filter(|name| *name != "event" && !known.iter().any(|(field, ..)| field == name))
}

/// The required field that is missing and that an unknown one is nearly.
fn meant<'k>(name: &str, row: &Map<String, Json>, known: &[(&'k str, Form, bool)]) -> Option<&'k str> {
    nearest(name, known.iter().filter(|(field, _, required)| *required && !row.contains_key(*field)).map(|(field, ..)| *field))
}

/// A boolean, or a text that says one; providers send either.
pub(super) fn active(value: &Json) -> Option<bool> {
    match value {
        Json::Bool(active) => Some(*active),
        Json::String(text) => text.to_ascii_lowercase().parse().ok(),
        _ => None,
    }
}

/// What a value is, in words.
pub(super) fn shape(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}
