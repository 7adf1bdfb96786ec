use super::Subject;
use super::audit::choices;
use super::stubs::Stubs;
use crate::diagnostic::{SourceId, Span};
use crate::policy::{Explanation, Mapping, Policy, PolicyTest, RowAt};
use crate::program::World;
use crate::program::term::{Choice, Kind, Term};
use crate::provision::{Event, EventKind, Source, State};
use crate::suite::{explained, prepared};
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

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
    /// A test to paste, as YAML: it passes and reaches it. Where none was found, a comment that says so; empty where nobody
    /// asks for tests.
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
pub(super) struct Reached {
    /// Whether a test ran at all.
    ran: bool,
    /// Results of choices, by mapping and span.
    parts: BTreeSet<(String, Span)>,
    placement: BTreeSet<usize>,
    rows: BTreeSet<(SourceId, Span)>,
    options: BTreeSet<(String, String)>,
}

/// Runs the tests inside a policy and compares what they reach with what there is; whether they pass plays no part.
pub fn coverage(policy: &Policy, world: &dyn World) -> Coverage {
    let mut reached = Reached::default();
    policy.tests.iter().for_each(|test| reached.run(policy, test, world));
    let mut coverage = Coverage::default();
    let mut stubs = Stubs::new(policy, world);
    for source in policy.sources.keys() {
        coverage.compare(policy, choices_of(policy, *source), &reached, Some(&mut stubs));
    }
    let events = placement_of(policy).into_iter().chain(events_of(policy)).chain(options_of(policy));
    coverage.compare(policy, events.collect(), &reached, Some(&mut stubs));
    coverage
}

/// What users reach of the Switch keys and defaults of SCIM's mappings and of the placement table.
pub fn reach(policy: &Policy, users: &[Subject], world: &dyn World) -> Coverage {
    let mut reached = Reached::default();
    let compiled = policy.compile(Source::Scim);
    for subject in users {
        let explanation = compiled.explain(&compiled.bind(&subject.record, subject.kind), subject.assigned, world);
        if explanation.decision.is_in_scope() {
            reached.take(&explanation);
        }
    }
    let mut coverage = Coverage::default();
    coverage.compare(policy, choices_of(policy, Source::Scim), &reached, None);
    coverage.compare(policy, placement_of(policy), &reached, None);
    coverage
}

impl Reached {
    /// What one test reaches.
    pub fn by(policy: &Policy, test: &PolicyTest, world: &dyn World) -> Self {
        let mut reached = Reached::default();
        reached.run(policy, test, world);
        reached
    }

    /// Whether all of a test could be run.
    pub fn ran(&self) -> bool {
        self.ran
    }

    pub fn chooses(&self, target: &str, result: Span) -> bool {
        self.parts.contains(&(target.to_owned(), result))
    }

    pub fn places(&self, row: usize) -> bool {
        self.placement.contains(&row)
    }

    pub fn hits(&self, row: (SourceId, Span)) -> bool {
        self.rows.contains(&row)
    }

    fn run(&mut self, policy: &Policy, test: &PolicyTest, world: &dyn World) {
        let Ok(changed) = prepared(policy, test) else { return };
        // Where nothing happens, no option is tried.
        if test.user.is_some() || test.events.as_ref().and_then(Json::as_array).is_some_and(|events| !events.is_empty()) {
            self.options.extend(changed.options.iter().map(|(name, option)| (name.clone(), option.value.clone())));
        }
        match (&test.user, &test.events) {
            (Some(Json::Object(record)), _) => {
                let explanation = explained(&changed, test, record, world);
                self.take(&explanation);
                if let Some(event) = &explanation.event {
                    self.take_rows(&changed, event.kind(), &explanation.rows);
                }
            }
            (_, Some(events)) => self.history(&changed, events),
            _ => {}
        }
    }

    fn take(&mut self, explanation: &Explanation) {
        for winner in &explanation.attributes {
            self.parts.extend(winner.parts.iter().map(|part| (winner.target.clone(), part.span)));
        }
        self.placement.extend(explanation.placement);
    }

    fn history(&mut self, policy: &Policy, events: &Json) {
        let mut state = State { settings: policy.settings.clone(), ..State::default() };
        let events = events.as_array().map_or(&[][..], Vec::as_slice);
        for (at, json) in events.iter().enumerate() {
            let Ok(event) = serde_json::from_value::<Event>(json.clone()) else { continue };
            self.ran = at + 1 == events.len();
            match policy.apply(&state, &event) {
                Ok(outcome) => {
                    self.take_rows(policy, event.kind(), &outcome.rows);
                    let placed = outcome.users.values().flatten().filter_map(|user| user.placement.as_ref());
                    self.placement.extend(placed.map(|placement| placement.row));
                    state.accept(outcome);
                }
                Err(refusal) => {
                    self.take_rows(policy, event.kind(), &[refusal.row]);
                    return;
                }
            }
        }
    }

    fn take_rows(&mut self, policy: &Policy, kind: EventKind, hit: &[usize]) {
        let all = policy.rules.events.get(&kind).map_or(&[][..], Vec::as_slice);
        self.rows.extend(hit.iter().filter_map(|row| all.get(*row)?.at));
    }
}

/// Something that a test can reach.
struct Item<'p> {
    what: String,
    at: (SourceId, Span),
    goal: Goal<'p>,
}

enum Goal<'p> {
    Choice(Choosing<'p>),
    /// One row, which may stand in several events.
    Rows(Vec<RowAt>),
    Option(&'p str, &'p str),
}

/// The result of a key of a Switch, or of its default.
pub(super) struct Choosing<'p> {
    pub source: Source,
    pub mapping: &'p Mapping,
    pub choice: &'p Choice,
    pub key: Option<&'p Term>,
    pub result: &'p Term,
}

impl Coverage {
    fn compare<'p>(&mut self, policy: &'p Policy, items: Vec<Item<'p>>, reached: &Reached, mut stubs: Option<&mut Stubs<'p>>) {
        for Item { what, at, goal } in items {
            let hit = match &goal {
                Goal::Choice(choosing) => reached.chooses(&choosing.mapping.target, choosing.result.span),
                Goal::Rows(rows) => match rows.as_slice() {
                    [RowAt::Placement(row)] => reached.places(*row),
                    _ => reached.hits(at),
                },
                Goal::Option(name, value) => reached.options.contains(&((*name).to_owned(), (*value).to_owned())),
            };
            self.total += 1;
            self.reached += usize::from(hit);
            if let (Some(source), Some(place)) = (policy.texts.get(at.0), policy.texts.place(at.0, at.1.start)) {
                self.lines.push((source.name.clone(), place.line, hit));
            }
            if hit {
                continue;
            }
            let stub = stubs.as_mut().map(|stubs| match &goal {
                Goal::Choice(choosing) => stubs.user(&what, choosing),
                Goal::Rows(rows) => stubs.rows(&what, rows),
                Goal::Option(name, value) => stubs.option(&what, name, value),
            });
            self.uncovered.push(Uncovered { what, at, stub: stub.unwrap_or_default() });
        }
    }
}

/// The keys and defaults of the Switches of a source's mappings.
fn choices_of(policy: &Policy, source: Source) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    for mapping in policy.mappings(source) {
        let (Some(expression), Some(place)) = (mapping.expression(), mapping.at) else { continue };
        for term in choices(expression.root()) {
            let Kind::Choice(choice) = &term.kind else { continue };
            let written = |term: &Term| expression.text().get(term.span.start..term.span.end).unwrap_or_default();
            let cases = choice.cases.iter().map(|(key, result)| (Some(key), result));
            for (key, result) in cases.chain(choice.default.iter().map(|result| (None, result))) {
                let what = match key {
                    Some(key) => format!("the Switch key {} of {}", written(key), mapping.target),
                    None => format!("the default of the Switch of {}", mapping.target),
                };
                let at = mapping.span_of(key.unwrap_or(result).span).unwrap_or(place);
                items.push(Item { what, at, goal: Goal::Choice(Choosing { source, mapping, choice, key, result }) });
            }
        }
    }
    items
}

fn placement_of(policy: &Policy) -> Vec<Item<'_>> {
    let item = |(at, row): (usize, &crate::provision::rules::PlacementRow)| {
        let name = row.id.clone().unwrap_or_else(|| (at + 1).to_string());
        Some(Item { what: format!("the placement row {name}"), at: row.at?, goal: Goal::Rows(vec![RowAt::Placement(at)]) })
    };
    policy.rules.placement.iter().enumerate().filter_map(item).collect()
}

/// The rows of all events; one that several events share counts once.
fn events_of(policy: &Policy) -> Vec<Item<'_>> {
    let mut items: Vec<Item<'_>> = Vec::new();
    let mut seen: BTreeMap<(SourceId, Span), usize> = BTreeMap::new();
    for (kind, rows) in &policy.rules.events {
        for (row, at, place) in rows.iter().enumerate().filter_map(|(at, row)| Some((row, at, row.at?))) {
            let known = seen.get(&place).and_then(|known| items.get_mut(*known));
            if let Some(Item { goal: Goal::Rows(rows), .. }) = known {
                rows.push(RowAt::Event(*kind, at));
                continue;
            }
            seen.insert(place, items.len());
            let name = row.id.as_ref().map_or_else(String::new, |id| format!(" {id}"));
            let what = format!("the row{name} of {}", kind.word());
            items.push(Item { what, at: place, goal: Goal::Rows(vec![RowAt::Event(*kind, at)]) });
        }
    }
    items
}

fn options_of(policy: &Policy) -> Vec<Item<'_>> {
    let values = policy.options.iter().flat_map(|(name, option)| option.one_of.iter().map(move |value| (name, option, value)));
    let what = |name: &str, value: &str| format!("the value {value} of the option {name}");
    values.map(|(name, option, value)| Item { what: what(name, value), at: option.at, goal: Goal::Option(name, value) }).collect()
}
