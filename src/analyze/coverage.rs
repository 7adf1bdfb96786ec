use super::Subject;
use super::audit::choices;
use crate::diagnostic::{SourceId, Span};
use crate::document::Holds;
use crate::policy::{Explanation, Policy};
use crate::program::World;
use crate::program::term::{Kind, Term};
use crate::provision::rules::{AttributeTest, Condition, UserTest};
use crate::provision::{Event, EventKind, Source, State, Switch};
use crate::suite::{choices as chosen, connection};
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// What the tests inside a policy reach of it.
#[derive(Debug, Default, Serialize)]
pub struct Coverage {
    /// Things that a test can reach.
    pub total: usize,
    /// Of them reached.
    pub reached: usize,
    /// The others.
    pub uncovered: Vec<Uncovered>,
    /// Lines that hold something to reach, with how often tests reached it, by file.
    #[serde(skip)]
    pub lines: Vec<(String, usize, bool)>,
}

/// Something that no test reaches.
#[derive(Debug, Clone, Serialize)]
pub struct Uncovered {
    /// In words: `the Switch key "My Corp Editor"`.
    pub what: String,
    /// The place in the policy.
    #[serde(skip)]
    pub at: (SourceId, Span),
    /// A test to paste, as YAML.
    pub stub: String,
}

impl Coverage {
    /// Reached of total, in percent; a policy with nothing to reach is covered.
    pub fn percent(&self) -> f64 {
        if self.total == 0 { 100.0 } else { 100.0 * self.reached as f64 / self.total as f64 }
    }
}

/// What tests have reached.
#[derive(Default)]
struct Reached {
    /// Results of choices, by mapping and span.
    parts: BTreeSet<(String, Span)>,
    placement: BTreeSet<usize>,
    rows: BTreeSet<(SourceId, Span)>,
    options: BTreeSet<(String, String)>,
}

/// Runs the tests inside a policy and compares what they reach with what there is; whether they pass plays no part.
pub fn coverage(policy: &Policy, world: &dyn World) -> Coverage {
    let mut reached = Reached::default();
    for test in policy.tests.iter() {
        let changed = chosen(test.settings.as_ref()).and_then(|options| policy.with_options(&options));
        let Ok(mut changed) = changed else { continue };
        if let Ok(settings) = connection(test.settings.as_ref(), &policy.settings) {
            changed.settings = settings;
        }
        reached.options.extend(changed.options.iter().map(|(name, option)| (name.clone(), option.value.clone())));
        match (&test.user, &test.events) {
            (Some(Json::Object(record)), _) => user(&changed, test.source, record, world, &mut reached),
            (_, Some(events)) => history(&changed, events, &mut reached),
            _ => {}
        }
    }
    compare(policy, &reached)
}

/// What users reach of the Switch keys and defaults of SCIM's mappings and of the placement table.
pub fn reach(policy: &Policy, users: &[Subject], world: &dyn World) -> Coverage {
    let mut reached = Reached::default();
    for subject in users {
        let explanation = policy.explain(Source::Scim, &subject.record, subject.holds, subject.assigned, world);
        if explanation.decision.in_scope {
            take(&explanation, &mut reached);
        }
    }
    let mut coverage = Coverage::default();
    choices_of(policy, Source::Scim, &reached, &mut |hit, what, at, stub| coverage.note(policy, hit, what, at, stub));
    placement_of(policy, &reached, &mut |hit, what, at, stub| coverage.note(policy, hit, what, at, stub));
    coverage
}

fn user(policy: &Policy, source: Source, record: &serde_json::Map<String, Json>, world: &dyn World, reached: &mut Reached) {
    let assigned = record.get("appRoleAssignments").and_then(Json::as_array).map(|list| !list.is_empty());
    let explanation = policy.explain(source, record, Holds::Source, assigned, world);
    take(&explanation, reached);
    if let Some(event) = &explanation.event {
        rows(policy, event.kind(), &explanation.rows, reached);
    }
}

fn take(explanation: &Explanation, reached: &mut Reached) {
    for winner in &explanation.attributes {
        reached.parts.extend(winner.parts.iter().map(|part| (winner.target.clone(), part.span)));
    }
    reached.placement.extend(explanation.placement);
}

fn history(policy: &Policy, events: &Json, reached: &mut Reached) {
    let mut state = State { settings: policy.settings.clone(), ..State::default() };
    for json in events.as_array().into_iter().flatten() {
        let Ok(event) = serde_json::from_value::<Event>(json.clone()) else { continue };
        match policy.apply(&state, &event) {
            Ok(outcome) => {
                rows(policy, event.kind(), &outcome.rows, reached);
                reached
                    .placement
                    .extend(outcome.users.values().flatten().filter_map(|user| user.placement.as_ref()).map(|placement| placement.row));
                state.accept(outcome);
            }
            Err(refusal) => {
                rows(policy, event.kind(), &[refusal.row], reached);
                return;
            }
        }
    }
}

fn rows(policy: &Policy, kind: EventKind, hit: &[usize], reached: &mut Reached) {
    let all = policy.rules.events.get(&kind).map_or(&[][..], Vec::as_slice);
    reached.rows.extend(hit.iter().filter_map(|row| all.get(*row)?.at));
}

/// Hands on what there is to reach: whether it was, in words, its place, a test to paste.
type Note<'n> = dyn FnMut(bool, String, (SourceId, Span), String) + 'n;

impl Coverage {
    fn note(&mut self, policy: &Policy, hit: bool, what: String, at: (SourceId, Span), stub: String) {
        self.total += 1;
        self.reached += usize::from(hit);
        if let (Some(source), Some(place)) = (policy.texts.get(at.0), policy.texts.place(at.0, at.1.start)) {
            self.lines.push((source.name.clone(), place.line, hit));
        }
        if !hit {
            self.uncovered.push(Uncovered { what, at, stub });
        }
    }
}

/// The keys and defaults of the Switches of a source's mappings.
fn choices_of(policy: &Policy, source: Source, reached: &Reached, note: &mut Note<'_>) {
    for mapping in policy.mappings(source) {
        let Some(expression) = mapping.expression() else { continue };
        for term in choices(expression.root()) {
            let Kind::Choice(choice) = &term.kind else { continue };
            let hit = |term: &Term| reached.parts.contains(&(mapping.target.clone(), term.span));
            let written = |term: &Term| expression.text().get(term.span.start..term.span.end).unwrap_or_default().to_owned();
            for (key, result) in &choice.cases {
                let what = format!("the Switch key {} of {}", written(key), mapping.target);
                note(
                    hit(result),
                    what,
                    mapping.span_of(key.span),
                    stub_user(source, &written(&choice.source), &written(key), &mapping.target, &written(result)),
                );
            }
            if let Some(default) = &choice.default {
                let what = format!("the default of the Switch of {}", mapping.target);
                note(
                    hit(default),
                    what,
                    mapping.span_of(default.span),
                    stub_user(source, &written(&choice.source), "\"none of the keys\"", &mapping.target, &written(default)),
                );
            }
        }
    }
}

fn placement_of(policy: &Policy, reached: &Reached, note: &mut Note<'_>) {
    for (at, row) in policy.rules.placement.iter().enumerate() {
        if let Some(place) = row.at {
            let name = row.id.clone().unwrap_or_else(|| (at + 1).to_string());
            note(
                reached.placement.contains(&at),
                format!("the placement row {name}"),
                place,
                stub_events(policy, EventKind::ScimCreate, &row.when),
            );
        }
    }
}

fn compare(policy: &Policy, reached: &Reached) -> Coverage {
    let mut coverage = Coverage::default();
    let mut note = |hit: bool, what: String, at: (SourceId, Span), stub: String| coverage.note(policy, hit, what, at, stub);
    for source in policy.sources.keys() {
        choices_of(policy, *source, reached, &mut note);
    }
    placement_of(policy, reached, &mut note);
    let mut seen = BTreeSet::new();
    for (kind, rows) in &policy.rules.events {
        for row in rows {
            let Some(place) = row.at.filter(|place| seen.insert(*place)) else { continue };
            let name = row.id.as_ref().map_or_else(String::new, |id| format!(" {id}"));
            note(reached.rows.contains(&place), format!("the row{name} of {}", kind.word()), place, stub_events(policy, *kind, &row.when));
        }
    }
    for (name, option) in &policy.options {
        for value in &option.one_of {
            let hit = reached.options.contains(&(name.clone(), value.clone()));
            note(
                hit,
                format!("the value {value} of the option {name}"),
                option.at,
                format!(
                    "  - name: {name} is {value}\n    settings: {{ options: {{ {name}: {value} }} }}\n    events: []\n    expect: {{}}\n"
                ),
            );
        }
    }
    coverage
}

/// A test of a user whose Switch source has the key's value; the source's own attribute is guessed from its text.
fn stub_user(source: Source, over: &str, key: &str, target: &str, result: &str) -> String {
    let attribute = over.split(['[', ']']).nth(1).unwrap_or("attribute");
    let value = if attribute == crate::check::APP_ROLES { format!("[{key}]") } else { key.to_owned() };
    let source = if source == Source::Scim { String::new() } else { format!("    source: {}\n", source.word()) };
    format!(
        "  - name: {} for {}\n{source}    user: {{ userPrincipalName: ada@example.org, {attribute}: {value} }}\n    expect: {{ attributes: {{ {target}: {result} }} }}\n",
        target,
        key.trim_matches('"')
    )
}

/// A test of the event under which a row's conditions hold, as far as they can be told from the row.
fn stub_events(policy: &Policy, kind: EventKind, when: &[Condition]) -> String {
    let (mut settings, mut options, mut attributes) = (Vec::new(), Vec::new(), Vec::new());
    let mut known = !matches!(kind, EventKind::ScimCreate | EventKind::SignIn);
    let switch = |switch: &Switch| if *switch == Switch::Enabled { "enabled" } else { "disabled" };
    for condition in when {
        match condition {
            Condition::Scim(value) => settings.push(format!("scim: {}", switch(value))),
            Condition::Jit(value) => settings.push(format!("jit: {}", switch(value))),
            Condition::Option { name, values, .. } => options.extend(values.first().map(|value| format!("{name}: {value}"))),
            Condition::User(tests) => known = !tests.contains(&UserTest::Unknown),
            Condition::Attribute { name, tests } => attributes.extend(tests.first().and_then(|test| example(policy, name, test))),
            _ => {}
        }
    }
    if !options.is_empty() {
        settings.push(format!("options: {{ {} }}", options.join(", ")));
    }
    let settings = if settings.is_empty() { String::new() } else { format!("    settings: {{ {} }}\n", settings.join(", ")) };
    let before = if known { "      - { event: scim.create, user: ada@example.org }\n" } else { "" };
    let attributes = if attributes.is_empty() { String::new() } else { format!(", attributes: {{ {} }}", attributes.join(", ")) };
    format!(
        "  - name: what {kind} does\n{settings}    events:\n{before}      - {{ event: {kind}, user: ada@example.org{attributes} }}\n    expect: {{ users: {{ ada@example.org: {{ active: true }} }} }}\n",
        kind = kind.word()
    )
}

/// An attribute as an event would carry it so that a test holds.
fn example(policy: &Policy, name: &str, test: &AttributeTest) -> Option<String> {
    let rule = policy.rules.attributes.get(name)?;
    let allowed = if rule.organization { Some(policy.settings.default_org.clone().into()) } else { rule.one_of.last().cloned() };
    match test {
        AttributeTest::Absent | AttributeTest::Unset => None,
        AttributeTest::Wrong => Some(format!("{name}: nonsense")),
        AttributeTest::Is(value) => Some(format!("{name}: {value}")),
        AttributeTest::Carried | AttributeTest::Set | AttributeTest::Other => {
            Some(format!("{name}: {}", allowed.unwrap_or_else(|| Json::from("something"))))
        }
    }
}
