use super::Policy;
use super::file::AttributeKind;
use super::mapping::{Mapped, MappedFlow, Mapping, is_unset};
use super::target::{TargetAttribute, is_core, of_kind};
use crate::diagnostic::{Diagnostic, SourceId, Span};
use crate::document::{Holds, for_okta};
use crate::language::Dialect;
use crate::program::{
    Part, Skip, World,
    record::{lookup, matches},
};
use crate::provision::{Event, Membership, SignIn, Source, State, Subject, User};
use serde::Serialize;
use serde_json::{Map, Value as Json};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What the target gives one user, if nothing happened before.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decision {
    /// The user name, as first written.
    pub user: String,
    /// Whether the user is provisioned at all.
    pub in_scope: bool,
    /// Why not: `not-assigned`, `scoping-filter`, or `skip-object`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope_reason: Option<&'static str>,
    /// Whether the user is active.
    pub active: bool,
    /// Target values by target name; null where there is none.
    pub attributes: Map<String, Json>,
    /// The memberships, by organization.
    pub orgs: BTreeMap<String, Membership>,
    /// Teams that come to be, as the policy's group pattern writes them.
    pub created_teams: Vec<String>,
    /// What is told.
    pub warnings: Vec<DecisionWarning>,
    /// Why the user is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<DecisionError>,
}

/// A warning of a decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DecisionWarning {
    /// The word for it.
    pub code: String,
    /// In words.
    pub message: String,
    /// The attribute or group that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

/// Why a user is refused.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DecisionError {
    /// The word for it.
    pub code: String,
    /// In words.
    pub message: String,
    /// The attribute that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

/// How a decision came about.
#[derive(Debug, Serialize)]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// Each attribute: who wrote it and how.
    pub attributes: Vec<Winner>,
    /// The row of the placement table that hit, counted from 0.
    pub placement: Option<usize>,
    /// The rows of the event's rules that hit.
    pub rows: Vec<usize>,
    /// The event that the source sends.
    pub event: Option<Event>,
}

/// The mapping that gave an attribute its value.
#[derive(Debug, Serialize)]
pub struct Winner {
    /// The target attribute as the mapping names it.
    pub target: String,
    /// Who wrote it.
    pub source: Source,
    /// The mapping, in the words of the policy.
    pub mapping: String,
    /// Whether the mapping's default took the place of null.
    pub defaulted: bool,
    /// The value; `[Redact]` where it is hidden.
    pub value: Json,
    /// The values of the expression's parts.
    pub parts: Vec<Part>,
    /// Where the mapping stands in the policy.
    #[serde(skip)]
    pub at: Option<(SourceId, Span)>,
}

/// What a source sends for one user.
#[derive(Default)]
struct Sent {
    attributes: Map<String, Json>,
    winners: Vec<Winner>,
    warnings: Vec<DecisionWarning>,
    error: Option<DecisionError>,
    skipped: bool,
}

impl Policy {
    /// What a source gives a user of whom the target knows nothing yet.
    pub fn decide(&self, source: Source, record: &Map<String, Json>, holds: Holds, assigned: Option<bool>, world: &dyn World) -> Decision {
        self.decide_from(source, record, holds, assigned, world, false).decision
    }

    /// The same, with how it came about.
    pub fn explain(
        &self,
        source: Source,
        record: &Map<String, Json>,
        holds: Holds,
        assigned: Option<bool>,
        world: &dyn World,
    ) -> Explanation {
        self.decide_from(source, record, holds, assigned, world, true)
    }

    fn decide_from(
        &self,
        source: Source,
        record: &Map<String, Json>,
        holds: Holds,
        assigned: Option<bool>,
        world: &dyn World,
        explain: bool,
    ) -> Explanation {
        let record = &*self.readable(source, record, holds);
        let sent = match holds {
            Holds::Source => self.mapped(source, record, world, explain),
            Holds::Target => self.as_target(source, record),
        };
        let out = self.out_of_scope(source, record, holds, assigned);
        let key = of_kind(&self.attributes, AttributeKind::UserName);
        let named = key.and_then(|key| value_of(&sent.attributes, key)).and_then(Json::as_str).map(str::to_owned);
        let user = named.or_else(|| self.name_by_scim(source, record, world)).unwrap_or_default();
        let shown = if user.is_empty() { display_name(record).to_owned() } else { user.clone() };
        let active = self.active(&sent.attributes);
        let mut explanation = Explanation::new(shown, active, sent.attributes, sent.winners);
        let decision = &mut explanation.decision;
        match out {
            Ok(None) if !sent.skipped => {}
            Ok(reason) => {
                decision.in_scope = false;
                decision.scope_reason = Some(reason.unwrap_or("skip-object"));
                return explanation;
            }
            Err(error) => decision.error = Some(error),
        }
        decision.warnings = sent.warnings;
        decision.error = decision.error.take().or(sent.error);
        if decision.error.is_none() {
            decision.error = self.missing(source, &user, &decision.attributes);
        }
        if decision.error.is_some() {
            decision.active = false;
            return explanation;
        }
        let event = self.event(source, &user, &decision.attributes);
        self.provision(&event, &mut explanation);
        explanation.event = Some(event);
        explanation
    }

    /// What an event gives a user of whom the target knows nothing yet.
    pub fn decide_event(&self, event: &Event) -> Decision {
        let attributes = match event {
            Event::SignIn(sign_in) => sign_in.attributes.clone(),
            Event::ScimCreate(subject) => subject.attributes.clone(),
            _ => Map::new(),
        };
        let mut explanation = Explanation::new(event.user().unwrap_or_default().to_owned(), true, attributes, Vec::new());
        self.provision(event, &mut explanation);
        explanation.decision
    }

    /// Applies the event to an empty target and reads what the user is there.
    fn provision(&self, event: &Event, explanation: &mut Explanation) {
        let decision = &mut explanation.decision;
        let state = State { settings: self.settings.clone(), ..State::default() };
        match self.apply(&state, event) {
            Err(refusal) => {
                decision.active = false;
                explanation.rows = vec![refusal.row];
                decision.error =
                    Some(DecisionError { message: self.message(&refusal.code).to_owned(), code: refusal.code, about: refusal.about });
            }
            Ok(outcome) => {
                for notice in &outcome.warnings {
                    let warning = DecisionWarning {
                        code: notice.code.clone(),
                        message: self.message(&notice.code).to_owned(),
                        about: notice.about.clone(),
                    };
                    decision.warnings.push(warning);
                }
                decision.created_teams = outcome.created_teams.iter().map(|(org, team)| format!("{org}:{team}")).collect();
                match outcome.users.values().flatten().next() {
                    Some(user) => {
                        decision.active = user.active;
                        decision.user.clone_from(&user.user);
                        explanation.placement = user.placement.as_ref().map(|placement| placement.row);
                        if user.active {
                            decision.orgs = self.memberships(user, &state);
                        }
                    }
                    None => decision.active = false,
                }
                explanation.rows = outcome.rows;
            }
        }
    }

    /// The memberships that an active user has, or an inactive one would have.
    pub fn memberships(&self, user: &User, state: &State) -> BTreeMap<String, Membership> {
        user.kept(&state.settings, &self.rules.roles, self.rules.groups.as_ref().map(|groups| &groups.pattern))
    }

    /// Whether mappings of a source are written in a language of Okta, which read a plain row as a user of theirs.
    pub(crate) fn is_of_okta(&self, source: Source) -> bool {
        self.mappings(source).iter().any(|mapping| matches!(mapping.dialect, Dialect::Okta | Dialect::OktaIdentityEngine))
    }

    /// The record as the mappings of a source read it.
    pub(crate) fn readable<'r>(&self, source: Source, record: &'r Map<String, Json>, holds: Holds) -> Cow<'r, Map<String, Json>> {
        if holds == Holds::Source && self.is_of_okta(source) { for_okta(record) } else { Cow::Borrowed(record) }
    }

    fn mapped(&self, source: Source, record: &Map<String, Json>, world: &dyn World, explain: bool) -> Sent {
        let mut sent = Sent::default();
        for mapping in self.mappings(source) {
            let mapped = mapping.evaluate(record, world, explain);
            sent.take(source, mapping, mapped, explain);
        }
        sent
    }

    /// A document of target values: each attribute is read where SCIM puts it.
    fn as_target(&self, source: Source, record: &Map<String, Json>) -> Sent {
        let mut sent = Sent::default();
        for attribute in &self.attributes {
            let value = self.target_value(attribute, record).cloned().unwrap_or(Json::Null);
            sent.winners.push(Winner {
                target: attribute.path.clone(),
                source,
                mapping: "the document's own value".into(),
                defaulted: false,
                value: value.clone(),
                parts: Vec::new(),
                at: None,
            });
            sent.attributes.insert(attribute.path.clone(), value);
        }
        sent
    }

    /// Attributes of the application's own stand under its namespace, which is compared exactly; those of SCIM's core
    /// schema are named without regard to case (RFC 7643, section 2.1).
    pub(crate) fn target_value<'r>(&self, attribute: &TargetAttribute, record: &'r Map<String, Json>) -> Option<&'r Json> {
        match self.extension(attribute) {
            Some(namespace) => lookup(record, &format!("{namespace}:{}", attribute.name)),
            // A path that names its schema leads to an object of that name.
            None if attribute.path.contains(':') => lookup(record, &attribute.path),
            None => core(record, &attribute.path),
        }
    }

    /// What a source carries of a user, under the target attributes' names.
    pub(crate) fn carried(&self, source: Source, record: &Map<String, Json>, holds: Holds, world: &dyn World) -> Map<String, Json> {
        let record = &*self.readable(source, record, holds);
        let sent = match holds {
            Holds::Source => self.mapped(source, record, world, false),
            Holds::Target => self.as_target(source, record),
        };
        match self.event(source, "", &sent.attributes) {
            Event::SignIn(sign_in) => sign_in.attributes,
            Event::ScimCreate(subject) => subject.attributes,
            _ => Map::new(),
        }
    }

    /// Who signs in is told by the subject of the assertion, which must be the name that SCIM gives the user; where the
    /// mappings of sign-ins do not say it, those of SCIM do.
    fn name_by_scim(&self, source: Source, record: &Map<String, Json>, world: &dyn World) -> Option<String> {
        if source == Source::Scim {
            return None;
        }
        let key = of_kind(&self.attributes, AttributeKind::UserName)?;
        let mapping = self.mappings(Source::Scim).iter().find(|mapping| mapping.attribute == key.name)?;
        match mapping.evaluate(record, world, false).flow {
            Ok(MappedFlow::Value(Json::String(name))) => Some(name),
            _ => None,
        }
    }

    /// A user cannot be without a name, nor, provisioned by SCIM, without what the target requires.
    fn missing(&self, source: Source, user: &str, sent: &Map<String, Json>) -> Option<DecisionError> {
        let required = self.attributes.iter().find(|attribute| match attribute.kind {
            AttributeKind::UserName => user.is_empty(),
            _ => attribute.required && source == Source::Scim && value_of(sent, attribute).is_none_or(is_unset),
        })?;
        Some(DecisionError::missing(&required.path))
    }

    /// The namespace under which an attribute stands, if it is the application's own.
    pub(crate) fn extension(&self, attribute: &TargetAttribute) -> Option<&str> {
        let own = attribute.path == attribute.name
            && !matches!(attribute.kind, AttributeKind::UserName | AttributeKind::Active)
            && !is_core(&attribute.path);
        self.namespace.as_deref().filter(|_| own)
    }

    fn out_of_scope(
        &self,
        source: Source,
        record: &Map<String, Json>,
        holds: Holds,
        assigned: Option<bool>,
    ) -> Result<Option<&'static str>, DecisionError> {
        let Some(source) = self.sources.get(&source) else { return Ok(None) };
        if source.assigned && assigned == Some(false) {
            return Ok(Some("not-assigned"));
        }
        if holds == Holds::Target {
            return Ok(None);
        }
        match source.scope.pass(record) {
            Ok(true) => Ok(None),
            Ok(false) => Ok(Some("scoping-filter")),
            Err(fault) => Err(DecisionError { code: fault.code.word().into(), message: fault.message, about: None }),
        }
    }

    fn active(&self, attributes: &Map<String, Json>) -> bool {
        of_kind(&self.attributes, AttributeKind::Active)
            .and_then(|active| value_of(attributes, active))
            .and_then(Json::as_bool)
            .unwrap_or(true)
    }

    /// The event that a source sends for a new user.
    fn event(&self, source: Source, user: &str, sent: &Map<String, Json>) -> Event {
        let mut attributes = Map::new();
        for attribute in self.attributes.iter().filter(|attribute| attribute.kind != AttributeKind::UserName) {
            if let Some(value) = value_of(sent, attribute).filter(|value| !is_unset(value)) {
                let name = if attribute.kind == AttributeKind::Active { "active" } else { &attribute.name };
                attributes.insert(name.to_owned(), value.clone());
            }
        }
        match source {
            Source::Jit => Event::SignIn(SignIn { user: user.to_owned(), attributes, groups: None }),
            _ => Event::ScimCreate(Subject { user: user.to_owned(), attributes }),
        }
    }
}

impl DecisionError {
    /// The word for what a user lacks.
    pub(crate) const MISSING: &'static str = "required-attribute-missing";

    /// The target requires an attribute, named by its path, that the user has not.
    pub(crate) fn missing(path: &str) -> Self {
        let message = format!("the target requires {path}, and the user has none");
        DecisionError { code: Self::MISSING.into(), message, about: Some(path.to_owned()) }
    }
}

impl Explanation {
    fn new(user: String, active: bool, attributes: Map<String, Json>, winners: Vec<Winner>) -> Self {
        let decision = Decision {
            user,
            in_scope: true,
            scope_reason: None,
            active,
            attributes,
            orgs: BTreeMap::new(),
            created_teams: Vec::new(),
            warnings: Vec::new(),
            error: None,
        };
        Explanation { decision, attributes: winners, placement: None, rows: Vec::new(), event: None }
    }
}

impl Sent {
    fn take(&mut self, source: Source, mapping: &Mapping, mapped: Mapped, explain: bool) {
        let warnings = mapped.warnings.iter().map(|warning| warning_of(warning, &mapping.target));
        self.warnings.extend(warnings);
        let value = match mapped.flow {
            Ok(MappedFlow::Value(value)) => value,
            Ok(MappedFlow::Skip(skip)) => {
                self.skipped |= skip == Skip::Object;
                return;
            }
            Err(fault) => {
                let error = DecisionError { code: fault.code.word().into(), message: fault.message, about: Some(mapping.target.clone()) };
                self.error.get_or_insert(error);
                Json::Null
            }
        };
        if explain {
            let shown = if mapping.is_redacted() { crate::program::trace::REDACTED.into() } else { value.clone() };
            self.winners.push(Winner {
                target: mapping.target.clone(),
                source,
                mapping: mapping.describe(),
                defaulted: mapped.defaulted,
                value: shown,
                parts: mapped.parts,
                at: Some(mapping.at),
            });
        }
        self.attributes.insert(mapping.target.clone(), value);
    }
}

pub(crate) fn warning_of(diagnostic: &Diagnostic, target: &str) -> DecisionWarning {
    DecisionWarning { code: diagnostic.code.word().into(), message: diagnostic.message.clone(), about: Some(target.to_owned()) }
}

fn value_of<'m>(values: &'m Map<String, Json>, attribute: &TargetAttribute) -> Option<&'m Json> {
    values.get(&attribute.name).or_else(|| values.get(&attribute.path))
}

/// A core attribute of SCIM by its path, without regard to case. In `emails[type eq "work"].value` the first of the
/// values counts whose sub-attribute is so (RFC 7644, section 3.10).
fn core<'r>(record: &'r Map<String, Json>, path: &str) -> Option<&'r Json> {
    let (head, rest) = path.split_at(path.find(['.', '[']).unwrap_or(path.len()));
    let value = record.get(head).or_else(|| record.iter().find(|(name, _)| name.eq_ignore_ascii_case(head)).map(|(_, value)| value))?;
    let (value, rest) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((filter, rest)) => (value.as_array()?.iter().find(|item| matches(item, filter))?, rest),
        None => (value, rest),
    };
    match rest.strip_prefix('.') {
        Some(rest) => core(value.as_object()?, rest),
        None => Some(value),
    }
}

/// How a user without user name is known, best first.
pub(crate) const SHOWN: [&str; 9] =
    ["userName", "userPrincipalName", "mail", "email", "displayName", "id", "appuser.userName", "user.login", "user_internal.id"];

/// How a user without user name is known, so that a person finds the row.
pub(crate) fn display_name(record: &Map<String, Json>) -> &str {
    SHOWN.into_iter().find_map(|name| lookup(record, name)?.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::core;
    use serde_json::json;

    #[test]
    fn a_path_chooses_among_values() {
        let user = json!({
            "Name": { "givenName": "Ada" },
            "emails": [{ "type": "home", "value": "a@home.example" }, { "type": "work", "value": "a@work.example" }],
            "roles": [{ "value": "user" }, { "value": "owner", "primary": true }],
        });
        let read = |path: &str| core(user.as_object()?, path)?.as_str();
        assert_eq!(read("name.givenname"), Some("Ada"));
        assert_eq!(read(r#"emails[type eq "work"].value"#), Some("a@work.example"));
        assert_eq!(read(r#"roles[primary eq "True"].value"#), Some("owner"));
        assert_eq!(read(r#"emails[type eq "other"].value"#), None);
        assert_eq!(read(r#"emails[type ne "work"].value"#), None);
        assert_eq!(read("emails[type].value"), None);
    }
}
