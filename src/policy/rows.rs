//! From the file's rows to rules that can be applied.

use super::advice::{self, Advice};
use super::conditions::Table;
use super::file::{AttributeKind, Holds, PlacementFile, PolicyFile, RowFile, ValueType, event_kind};
use super::mapping::Mapping;
use super::target::{TargetAttribute, of_kind};
use super::{Choice, Claims, Filters, Policy, SourcePolicy, conditions, embedded_tests, scope, tables, values};
use crate::check::Scope;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::expression::Expression;
use crate::language::Dialect;
use crate::limits::Limits;
use crate::provision::rules::{Action, ActiveRule, AttributeRule, GroupRule, Mode, Place, PlaceRule, PlacementRow, Row, Which};
use crate::provision::{EventKind, GroupPattern, RoleRule, Rules, Settings, Source};
use crate::yaml::{Entries, Spanned};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the rows of a policy may refer to.
pub(super) struct Compiler<'c> {
    pub attributes: &'c [TargetAttribute],
    /// Options: their values, and the one they have.
    pub options: BTreeMap<String, Choice>,
    pub found: &'c mut Vec<Diagnostic>,
}

impl Policy {
    pub(super) fn from_file(file: PolicyFile, limits: &Limits, found: &mut Vec<Diagnostic>) -> Policy {
        let attributes: Vec<TargetAttribute> =
            file.target.attributes.iter().map(|(name, attribute)| TargetAttribute::new(name, attribute)).collect();
        for (attribute, (_, written)) in attributes.iter().zip(file.target.attributes.iter()) {
            for value in written.one_of.iter().chain(&written.default).chain(&written.privileged) {
                if values::typed(attribute, value, found).is_some() {
                    values::check_written(attribute, value, found);
                }
            }
        }
        names(&file, found);
        let options = options(&file, found);
        let settings = settings(&file, found);
        let mut sources = BTreeMap::new();
        for (source, written) in [(Source::Scim, &file.sources.scim), (Source::Jit, &file.sources.jit)] {
            if let Some(written) = written {
                sources.insert(source, Arc::new(source_policy(source, written, &attributes, limits, found)));
            }
        }
        let advice: Vec<Advice> = file.advice.iter().map(|row| Advice::compile(row, &attributes, found)).collect();
        found.extend(advice::check(&advice, &sources));
        let mut compiler = Compiler { attributes: &attributes, options, found };
        let rules = compiler.rules(&file, &sources);
        let options = compiler.options;
        // Of rows that cannot be read nobody knows what they take from others.
        if !found.iter().any(Diagnostic::is_error) {
            found.extend(tables::check(&rules, &options, &sources.keys().copied().collect(), limits));
        }
        Policy {
            name: file.policy.value.clone(),
            application: file.target.application.clone(),
            namespace: file.target.namespace.as_ref().map(|namespace| namespace.value.clone()),
            suites: file.suites,
            options,
            settings,
            sources,
            rules: rules.into(),
            advice: advice.into(),
            messages: Arc::new(file.messages.iter().map(|(code, text)| (code.value.clone(), text.clone())).collect()),
            tests: Arc::new(file.tests.into_iter().map(embedded_tests::PolicyTest::new).collect()),
            texts: Arc::default(),
            warnings: Vec::new(),
            attributes: attributes.into(),
            limits: *limits,
        }
    }
}

/// Rows ask for options and attributes by name, so that neither may have the name of another or of a word of `when`.
fn names(file: &PolicyFile, found: &mut Vec<Diagnostic>) {
    let options = file.options.iter().map(|(name, _)| (name, "option"));
    // What is set by hand carries a role and an organization, and these names may be an attribute's as well; `active` that
    // of the attribute for which it asks.
    let free = |name: &str, kind: AttributeKind| ["role", "org"].contains(&name) || (name == "active" && kind == AttributeKind::Active);
    let attributes = file.target.attributes.iter().filter(|(name, attribute)| !free(name, attribute.kind));
    for (name, what) in options.chain(attributes.map(|(name, _)| (name, "attribute"))) {
        let taken = conditions::WORDS.contains(&name.as_str()) || (what == "option" && file.target.attributes.get(name).is_some());
        if taken {
            let kind = if name.as_str() == "active" { "give it kind: active, or " } else { "" };
            found.push(
                Diagnostic::new(Code::DuplicateKey, format!("the {what} {} has the name of something else that rows ask for", name.value))
                    .at_source(name.at.source, name.at.span, "")
                    .help(format!("{kind}give it another name; taken are {}", conditions::WORDS.join(", "))),
            );
        }
    }
    for (kind, word) in [(AttributeKind::UserName, "user_name"), (AttributeKind::Active, "active"), (AttributeKind::Role, "role")] {
        let mut of_kind = file.target.attributes.iter().filter(|(_, attribute)| attribute.kind == kind).map(|(name, _)| name);
        let Some(first) = of_kind.next() else { continue };
        for second in of_kind {
            found.push(
                Diagnostic::new(Code::InvalidPolicyValue, format!("{} and {} are both of kind {word}", first.value, second.value))
                    .at_source(second.at.source, second.at.span, "a second one")
                    .at_source(first.at.source, first.at.span, "the first")
                    .help("a user has one: leave out the kind of the other"),
            );
        }
    }
}

fn options(file: &PolicyFile, found: &mut Vec<Diagnostic>) -> BTreeMap<String, Choice> {
    let mut options = BTreeMap::new();
    for (name, option) in file.options.iter() {
        if !option.one_of.contains(&option.default.value) {
            let at = &option.default.at;
            let diagnostic = Diagnostic::new(Code::ValueNotAllowed, format!("{} has no value {}", name.value, option.default.value))
                .at_source(at.source, at.span, "");
            let known = option.one_of.join(", ");
            found.push(match nearest(&option.default, option.one_of.iter().map(String::as_str)) {
                Some(meant) => diagnostic.help(format!("did you mean {meant}? It may be {known}")),
                None => diagnostic.help(format!("it may be {known}")),
            });
        }
        options.insert(
            name.value.clone(),
            Choice { one_of: option.one_of.clone(), value: option.default.value.clone(), at: (name.at.source, name.at.span) },
        );
    }
    options
}

fn settings(file: &PolicyFile, found: &mut Vec<Diagnostic>) -> Settings {
    let connection = &file.connection;
    let text = |value: &Option<Spanned<String>>| value.as_ref().map_or_else(String::new, |value| value.value.clone());
    let orgs = connection.orgs.as_ref().and_then(|orgs| {
        let parsed = organizations(&orgs.value);
        if parsed.is_none() && !orgs.value.is_null() {
            found.push(
                Diagnostic::new(Code::InvalidPolicyValue, "organizations are a list of names, or a map to the teams of each")
                    .at_source(orgs.at.source, orgs.at.span, "")
                    .help("write [one, other] or { one: [team], other: [] }"),
            );
        }
        parsed
    });
    let settings = Settings {
        default_org: text(&connection.default_org),
        default_team: text(&connection.default_team),
        scim: connection.scim,
        jit: connection.jit,
        orgs,
    };
    for (name, value) in [("default_org", &settings.default_org), ("default_team", &settings.default_team)] {
        let mut asked = file.placement.iter().flat_map(|row| [Some(&row.value.org), row.value.team.as_ref()]).flatten();
        if let Some(place) = asked.find(|place| value.is_empty() && place.value == name) {
            found.push(
                Diagnostic::new(Code::InvalidPolicyValue, format!("the connection has no {name}"))
                    .at_source(place.at.source, place.at.span, "wanted here")
                    .help(format!("write connection: {{ {name}: NAME }}")),
            );
        }
    }
    if let Some(default) =
        connection.default_org.as_ref().filter(|default| !default.value.is_empty()).filter(|default| !settings.has_org(default))
    {
        found.push(
            Diagnostic::new(
                Code::UnknownOrganization,
                format!("the default organization {} is not among those of the connection", default.value),
            )
            .at_source(default.at.source, default.at.span, "")
            .help("name one of connection.orgs, or add it there"),
        );
    }
    settings
}

/// A list of names, or a map to teams; `null` in place of teams says that they are not known.
pub(crate) fn organizations(json: &Json) -> Option<BTreeMap<String, Option<BTreeSet<String>>>> {
    let names = |list: &Json| list.as_array()?.iter().map(|name| name.as_str().map(str::to_owned)).collect::<Option<BTreeSet<_>>>();
    match json {
        Json::Array(_) => Some(names(json)?.into_iter().map(|name| (name, None)).collect()),
        Json::Object(map) => {
            map.iter().map(|(name, teams)| Some((name.clone(), if teams.is_null() { None } else { Some(names(teams)?) }))).collect()
        }
        _ => None,
    }
}

fn source_policy(
    source: Source,
    written: &super::file::SourceFile,
    attributes: &[TargetAttribute],
    limits: &Limits,
    found: &mut Vec<Diagnostic>,
) -> SourcePolicy {
    // What an assertion carries is named by the application, not by the provider's directory.
    let carried: Vec<String> = match source {
        Source::Jit => {
            let direct = written.mappings.values().filter_map(|mapping| mapping.direct.as_ref()).map(|direct| direct.value.clone());
            direct.chain(written.claims.attributes.keys().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    };
    let declared: Vec<String> = written.attributes.iter().cloned().chain(carried).collect();
    let scope = Scope { attributes: Some(&declared), limits: *limits, ..Scope::default() };
    let mut mappings: Vec<Mapping> = Vec::new();
    for (target, file) in written.mappings.iter() {
        let Some(attribute) = attributes.iter().find(|attribute| attribute.is_named(target)) else {
            let diagnostic = Diagnostic::new(Code::UnknownTarget, format!("the target has no attribute {}", target.value)).at_source(
                target.at.source,
                target.at.span,
                "",
            );
            let names = attributes.iter().flat_map(|attribute| [attribute.name.as_str(), attribute.path.as_str()]);
            found.push(match nearest(target, names) {
                Some(meant) => diagnostic.help(format!("did you mean {meant}?")).edit_source(target.at.source, target.at.span, meant),
                None => diagnostic.help("declare it under target.attributes"),
            });
            continue;
        };
        if let Some(direct) = file
            .direct
            .as_ref()
            .filter(|_| source == Source::Scim && written.dialect == Dialect::Entra)
            .filter(|direct| !crate::check::is_known_attribute(direct) && !declared.contains(direct))
        {
            let unknown = crate::check::unknown_attribute(direct, &declared);
            found.push(Diagnostic { edit: None, ..unknown.at_source(direct.at.source, direct.at.span, "read as null if it has none") });
        }
        // In Okta's dialects a direct mapping is an expression that is one attribute.
        if let (Some(direct), true) = (&file.direct, source == Source::Scim && written.dialect != Dialect::Entra) {
            let errors = Expression::compile_in(written.dialect, direct, &scope).err().map(|error| error.diagnostics);
            found.extend(errors.into_iter().flatten().map(|diagnostic| super::mapping::place(diagnostic, direct)));
        }
        // An attribute has a name and a path. A policy that builds on another may use the one where the base used the
        // other, and then its mapping takes the place of the base's.
        if let Some(first) = mappings.iter().position(|mapping| mapping.attribute == attribute.name) {
            if let Some((source, span)) = mappings[first].at.filter(|(source, _)| *source == target.at.source) {
                found.push(
                    Diagnostic::new(
                        Code::InvalidMapping,
                        format!("{} is mapped twice, as {} and as {}", attribute.name, mappings[first].target, target.value),
                    )
                    .at_source(target.at.source, target.at.span, "the second mapping")
                    .at_source(source, span, "the first")
                    .help("delete one of them"),
                );
            }
            mappings.remove(first);
        }
        let scope = Scope { default: attribute.default.as_ref().and_then(Json::as_str), ..scope.clone() };
        if let Some(mapping) = Mapping::compile(attribute, target, file, written.dialect, &scope, found) {
            values::check(attribute, &mapping, file, found);
            mappings.push(mapping);
        }
    }
    if source == Source::Scim {
        for attribute in attributes.iter().filter(|attribute| attribute.required) {
            if !written.mappings.keys().any(|target| attribute.is_named(target)) {
                let missing =
                    Diagnostic::new(Code::MissingMapping, format!("{} is required and has no mapping in sources.scim", attribute.name))
                        .help(format!("add a mapping: {}: {{ direct: … }}", attribute.path));
                found.push(match written.mappings.iter().next() {
                    Some((first, _)) => missing.at_source(first.at.source, first.at.span, "the mappings begin here"),
                    None => missing,
                });
            }
        }
    }
    let filters =
        written.scope.iter().map(|filter| filter.iter().filter_map(|clause| compile_clause(clause, limits, found)).collect()).collect();
    SourcePolicy {
        assigned: written.assigned == super::file::Assigned::Required,
        scope: Filters::new(filters),
        mappings,
        claims: Claims::new(&written.claims),
    }
}

fn compile_clause(clause: &super::file::ClauseFile, limits: &Limits, found: &mut Vec<Diagnostic>) -> Option<super::Clause> {
    let value = clause
        .value
        .as_ref()
        .and_then(|value| crate::program::Value::from_json(&value.value).into_text().map(std::borrow::Cow::into_owned));
    match super::Clause::new(&clause.attribute, &clause.operator, value.as_deref(), limits) {
        Ok(clause) => Some(clause),
        Err(error) => {
            let at = match (error.part, &clause.value) {
                ("attribute", _) => &clause.attribute.at,
                ("value", Some(value)) => &value.at,
                _ => &clause.operator.at,
            };
            let diagnostic = error.to_diagnostic().at_source(at.source, at.span, "");
            found.push(match nearest(&clause.operator, scope::OPERATORS) {
                Some(meant) if error.code == Code::UnknownOperator => diagnostic.edit_source(at.source, at.span, meant),
                _ => diagnostic,
            });
            None
        }
    }
}

impl Compiler<'_> {
    fn rules(&mut self, file: &PolicyFile, sources: &BTreeMap<Source, Arc<SourcePolicy>>) -> Rules {
        let role = of_kind(self.attributes, AttributeKind::Role);
        let text = |value: &Option<Json>| value.as_ref().and_then(Json::as_str).unwrap_or_default().to_owned();
        let roles = RoleRule {
            attribute: role.map(|role| role.name.clone()),
            default: role.map_or_else(String::new, |role| text(&role.default)),
            everywhere: role.is_some_and(|role| file.target.attributes.get(&role.name).is_some_and(|file| file.holds == Holds::Everywhere)),
        };
        let attributes =
            self.attributes.iter().filter(|attribute| !matches!(attribute.kind, AttributeKind::UserName | AttributeKind::Active));
        let attributes = attributes
            .map(|attribute| {
                let on_create =
                    |source: &SourcePolicy| source.mappings.iter().any(|mapping| mapping.attribute == attribute.name && mapping.on_create);
                let rule = AttributeRule {
                    one_of: attribute.one_of.clone(),
                    boolean: attribute.value_type == ValueType::Boolean,
                    organization: attribute.kind == AttributeKind::Organization,
                    default: attribute.default.clone(),
                    places: matches!(attribute.kind, AttributeKind::Organization | AttributeKind::Team),
                    on_create: sources.iter().filter(|(_, source)| on_create(source)).map(|(name, _)| *name).collect(),
                };
                (attribute.name.clone(), rule)
            })
            .collect();
        let placement = file.placement.iter().filter_map(|row| self.placement_row(row)).collect();
        let groups = file.groups.as_ref().and_then(|groups| match GroupPattern::parse(&groups.pattern) {
            Ok(pattern) => Some(GroupRule { pattern, malformed: groups.malformed.clone(), unknown: groups.unknown.clone() }),
            Err(why) => {
                let at = &groups.pattern.at;
                self.found.push(
                    Diagnostic::new(Code::InvalidGroupPattern, why)
                        .at_source(at.source, at.span, "")
                        .help("write \"{organization}:{team}\""),
                );
                None
            }
        });
        let mut events: BTreeMap<EventKind, Vec<Row>> = BTreeMap::new();
        for (name, rows) in file.events.iter() {
            let Some(kind) = event_kind(name) else {
                self.unknown_event(name);
                continue;
            };
            let rows = rows.iter().flat_map(|row| self.expand(row, &file.checks)).collect();
            events.insert(kind, rows);
        }
        Rules { attributes, roles, placement, groups, events }
    }

    fn unknown_event(&mut self, name: &Spanned<String>) {
        let words = EventKind::ALL.map(EventKind::word);
        let diagnostic =
            Diagnostic::new(Code::UnknownEvent, format!("there is no event {}", name.value)).at_source(name.at.source, name.at.span, "");
        self.found.push(match nearest(name, words) {
            Some(meant) => diagnostic.help(format!("did you mean {meant}?")).edit_source(name.at.source, name.at.span, meant),
            None => diagnostic.help(format!("events are {}", words.join(", "))),
        });
    }

    fn placement_row(&mut self, file: &Spanned<PlacementFile>) -> Option<PlacementRow> {
        let when = self.conditions(&file.when, Table::Placement);
        let org = self.place(&file.org)?;
        let team = match &file.team {
            Some(team) if team.value != "none" => Some(self.place(team)?),
            _ => None,
        };
        Some(PlacementRow { when, org, team, warn: file.warn.clone(), id: file.id.clone(), at: Some((file.at.source, file.at.span)) })
    }

    fn place(&mut self, written: &Spanned<String>) -> Option<Place> {
        let name = match written.as_str() {
            "default_org" => return Some(Place::DefaultOrg),
            "default_team" => return Some(Place::DefaultTeam),
            text => match text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
                Some(name) => name,
                None => return Some(Place::Fixed(text.to_owned())),
            },
        };
        self.attribute(name, written).map(Place::Attribute)
    }

    /// The name of a target attribute that a row speaks of.
    fn attribute<T>(&mut self, name: &str, place: &Spanned<T>) -> Option<String> {
        if let Some(attribute) = self.attributes.iter().find(|attribute| attribute.is_named(name)) {
            return self.is_value(attribute, place).then(|| attribute.name.clone());
        }
        let diagnostic = Diagnostic::new(Code::UnknownTarget, format!("the target has no attribute {name}")).at_source(
            place.at.source,
            place.at.span,
            "",
        );
        self.found.push(match nearest(name, self.attributes.iter().map(|attribute| attribute.name.as_str())) {
            Some(meant) => diagnostic.help(format!("did you mean {meant}?")),
            None => diagnostic.help("declare it under target.attributes"),
        });
        None
    }

    /// A row, or the shared rows for which it stands.
    fn expand(&mut self, row: &Spanned<RowFile>, checks: &Entries<Vec<Spanned<RowFile>>>) -> Vec<Row> {
        let Some(check) = &row.check else { return vec![self.row(row)] };
        let Some(rows) = checks.get(check) else {
            let diagnostic = Diagnostic::new(Code::UnknownCheck, format!("there are no checks named {}", check.value)).at_source(
                check.at.source,
                check.at.span,
                "",
            );
            let near = nearest(check, checks.keys());
            self.found.push(match near {
                Some(meant) => diagnostic.help(format!("did you mean {meant}?")).edit_source(check.at.source, check.at.span, meant),
                None => diagnostic.help("shared rows stand under `checks`"),
            });
            return Vec::new();
        };
        rows.iter().map(|row| self.row(row)).collect()
    }

    fn row(&mut self, row: &Spanned<RowFile>) -> Row {
        Row {
            when: self.conditions(&row.when, Table::Event),
            actions: self.actions(row),
            id: row.id.clone(),
            at: Some((row.at.source, row.at.span)),
        }
    }

    /// The actions of a row, in the order in which they are done: first what counts, then who owns, then values, then
    /// where these place, and last how the event ends.
    fn actions(&mut self, row: &Spanned<RowFile>) -> Vec<Action> {
        let mut actions = Vec::new();
        actions.extend(row.refuse.clone().map(Action::Refuse));
        actions.extend(row.warn.clone().map(Action::Warn));
        for (name, how) in row.count.iter() {
            actions.extend(self.count(name, how));
        }
        actions.extend(row.own.map(Action::Own));
        if let Some(active) = &row.active {
            actions.extend(self.active(active));
        }
        for (mode, written) in [(Mode::Write, &row.write), (Mode::Replace, &row.replace), (Mode::Overwrite, &row.overwrite)] {
            if let Some(written) = written {
                actions.extend(self.write(row, mode, written));
            }
        }
        if let Some(word) = &row.groups {
            actions.extend(self.action("groups", word, &[("replace", Action::ReplaceGroups)]));
        }
        if let Some(word) = &row.group {
            let known = [("replace members", Action::ReplaceMembers { unknown: row.unknown.clone() }), ("end", Action::EndGroup)];
            actions.extend(self.action("group", word, &known));
        }
        if let Some(word) = &row.place {
            let known = [
                ("always", Action::Place(PlaceRule::Always)),
                ("if moved or outside", Action::Place(PlaceRule::IfMovedOrOutside)),
                ("home only", Action::Place(PlaceRule::HomeOnly)),
            ];
            actions.extend(self.action("place", word, &known));
        }
        if let Some(word) = &row.hand_role {
            actions.extend(self.action("hand_role", word, &[("set", Action::SetHandRole), ("end", Action::EndHandRole)]));
        }
        if let Some(word) = &row.remove {
            actions.extend(self.action("remove", word, &[("user", Action::RemoveUser)]));
        }
        if let Some(word) = &row.settings {
            actions.extend(self.action("settings", word, &[("change", Action::ChangeSettings)]));
        }
        actions.extend(row.ignore.clone().map(Action::Ignore));
        actions.extend(row.stop.then_some(Action::Stop));
        actions
    }

    fn action(&mut self, key: &str, word: &Spanned<String>, known: &[(&str, Action)]) -> Option<Action> {
        let name = Spanned::new(key.to_owned(), word.at.clone());
        self.word(&name, &word.clone().map(Json::String), known)
    }

    fn count(&mut self, name: &Spanned<String>, how: &Spanned<String>) -> Option<Action> {
        if name.value == "groups" {
            return self.action("groups", how, &[("empty", Action::CountGroupsEmpty)]);
        }
        let attribute = self.attribute(name, name)?;
        let known = [
            ("absent", Action::Count { attribute: attribute.clone(), as_absent: true }),
            ("unset", Action::Count { attribute: attribute.clone(), as_absent: false }),
        ];
        self.action(&attribute, how, &known)
    }

    fn active(&mut self, written: &Spanned<Json>) -> Option<Action> {
        if let Json::Bool(active) = written.value {
            return Some(Action::Active(ActiveRule::Always(active)));
        }
        let name = Spanned::new("active".to_owned(), written.at.clone());
        let known = [("carried", ActiveRule::Carried), ("carried or true", ActiveRule::CarriedOrTrue)];
        self.word(&name, written, &known).map(Action::Active)
    }

    fn write(&mut self, row: &Spanned<RowFile>, mode: Mode, written: &Spanned<Json>) -> Option<Action> {
        let Some(by) = row.by else {
            self.found.push(
                Diagnostic::new(Code::InvalidPolicyValue, "a row that writes says by whom")
                    .at_source(written.at.source, written.at.span, "")
                    .help("add by: scim, or another source"),
            );
            return None;
        };
        let attributes = match &written.value {
            Json::String(word) if word == "carried" => Which::Carried,
            Json::Array(names) => {
                Which::Named(names.iter().filter_map(|name| self.attribute(name.as_str().unwrap_or_default(), written)).collect())
            }
            _ => {
                self.found.push(
                    Diagnostic::new(Code::InvalidPolicyValue, "what is written is `carried` or a list of attributes").at_source(
                        written.at.source,
                        written.at.span,
                        "",
                    ),
                );
                return None;
            }
        };
        let mut over = BTreeMap::new();
        for (source, code) in row.over.iter() {
            match serde_json::from_value(Json::String(source.value.clone())) {
                Ok(source) => drop(over.insert(source, code.clone())),
                Err(_) => self.found.push(
                    Diagnostic::new(Code::UnknownConditionValue, format!("there is no source {}", source.value))
                        .at_source(source.at.source, source.at.span, "")
                        .help("sources are scim, jit, default, group, console"),
                ),
            }
        }
        Some(Action::Write { attributes, mode, by, over })
    }
}
