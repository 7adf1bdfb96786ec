//! Tests to paste: each was run, reaches what it is offered for, and expects what came out.

use super::coverage::{Choosing, Reached};
use super::edge_users::record;
use super::staging::{Attempt, attempts};
use crate::diagnostic::{SourceId, Span};
use crate::policy::{Policy, PolicyTest, Reaching, RowAt, Situation, WantedValue};
use crate::program::World;
use crate::program::term::{Kind, Term};
use crate::provision::rules::Condition;
use crate::provision::{EventKind, Source, Switch};
use crate::suite::observed;
use serde_json::{Map, Value as Json, json};

/// How many histories are tried for one test.
const TRIALS: usize = 300;

/// Makes tests.
pub(super) struct Stubs<'p> {
    policy: &'p Policy,
    world: &'p dyn World,
    reaching: Reaching<'p>,
}

impl<'p> Stubs<'p> {
    pub fn new(policy: &'p Policy, world: &'p dyn World) -> Self {
        Stubs { policy, world, reaching: Reaching::new(policy) }
    }

    /// A test in which one of some rows hits, as YAML.
    pub fn rows(&mut self, what: &str, rows: &[RowAt]) -> String {
        for at in rows {
            let situations = self.reaching.situations(*at);
            if let Some(test) = self.first(*at, &situations, |reached| self.hits(*at, reached)) {
                return self.written(what, test);
            }
        }
        none(what, "no history was found that brings about what its conditions and the rows before it ask for")
    }

    /// A test under a value of an option, in which a row hits that asks for it, as YAML; where none does, one of what a row
    /// asks for beside another value.
    pub fn option(&mut self, what: &str, option: &str, value: &str) -> String {
        let rules = &self.policy.rules;
        let events =
            rules.events.iter().flat_map(|(kind, rows)| rows.iter().enumerate().map(move |(at, row)| (RowAt::Event(*kind, at), &row.when)));
        let placement = rules.placement.iter().enumerate().map(|(at, row)| (RowAt::Placement(at), &row.when));
        let (mut asks, mut others) = (Vec::new(), Vec::new());
        for (at, when) in events.chain(placement) {
            for condition in when {
                match condition {
                    Condition::Option { name, values, .. } if name == option && values.iter().any(|one| one == value) => asks.push(at),
                    Condition::Option { name, .. } if name == option => others.push(at),
                    _ => {}
                }
            }
        }
        let asks = asks.into_iter().map(|at| (at, true)).chain(others.into_iter().map(|at| (at, false)));
        for (at, hits) in asks {
            let mut situations = self.reaching.situations(at);
            situations.iter_mut().for_each(|situation| drop(situation.options.insert(option.to_owned(), value.to_owned())));
            let does = |reached: &Reached| if hits { self.hits(at, reached) } else { reached.ran() };
            if let Some(test) = self.first(at, &situations, does) {
                return self.written(what, under(test, option, value));
            }
        }
        none(what, "no row that asks for the option was reached")
    }

    /// A test of a user whose value hits a key of a Switch, or none of its keys, as YAML.
    pub fn user(&self, what: &str, choosing: &Choosing<'_>) -> String {
        let Choosing { source, mapping, choice, key, result } = choosing;
        let texts = match key.map(|key| &key.kind) {
            None => vec!["none of the keys".to_owned(), String::new()],
            Some(Kind::Constant(key)) => vec![key.to_text().unwrap_or_default().into_owned()],
            Some(_) => Vec::new(),
        };
        let names = mapping.reads();
        let over: Vec<&str> = slots(&choice.source).into_iter().filter_map(|slot| names.get(slot).map(AsRef::as_ref)).collect();
        for text in texts {
            let values: Vec<(&str, Json)> = over.iter().map(|name| (*name, Json::from(text.as_str()))).collect();
            let user = record(self.policy, *source, "ada@example.org", true, &["User"], &values);
            let test = PolicyTest { source: *source, user: Some(Json::Object(user)), ..test() };
            if Reached::by(self.policy, &test, self.world).chooses(&mapping.target, result.span) {
                return self.written(what, test);
            }
        }
        none(what, "no value of one attribute alone was found that leads there")
    }

    /// The first history that does it.
    fn first(&self, at: RowAt, situations: &[Situation], does: impl Fn(&Reached) -> bool) -> Option<PolicyTest> {
        let ways = situations.iter().flat_map(|situation| self.ways(at, situation)).take(TRIALS);
        let tests = ways.map(|Attempt { settings, events }| PolicyTest {
            settings: Some(settings).filter(|settings| !settings.is_empty()).map(Json::Object),
            events: Some(Json::Array(events)),
            ..test()
        });
        tests.into_iter().find(|test| does(&Reached::by(self.policy, test, self.world)))
    }

    fn ways(&self, at: RowAt, situation: &Situation) -> Vec<Attempt> {
        match at {
            RowAt::Event(kind, _) => attempts(self.policy, kind, situation),
            // What the placement sees of a user is what the event just wrote.
            RowAt::Placement(_) => {
                let kinds = [(EventKind::ScimCreate, None), (EventKind::SignIn, None), (EventKind::ScimUpdate, Some(Source::Scim))];
                let kinds = kinds.into_iter().filter(|(kind, _)| self.policy.rules.events.contains_key(kind));
                kinds.flat_map(|(kind, known)| attempts(self.policy, kind, &placed(situation, kind, known))).collect()
            }
        }
    }

    fn hits(&self, at: RowAt, reached: &Reached) -> bool {
        match at {
            RowAt::Placement(row) => reached.places(row),
            RowAt::Event(kind, row) => {
                let row = self.policy.rules.events.get(&kind).and_then(|rows| rows.get(row));
                row.and_then(|row| row.at).is_some_and(|at: (SourceId, Span)| reached.hits(at))
            }
        }
    }

    /// The test with what came out.
    fn written(&self, what: &str, test: PolicyTest) -> String {
        let mut written = Map::new();
        written.insert("name".into(), what.into());
        if test.source != Source::Scim {
            written.insert("source".into(), test.source.word().into());
        }
        let parts = [("settings", &test.settings), ("user", &test.user), ("events", &test.events)];
        written.extend(parts.into_iter().filter_map(|(name, part)| Some((name.to_owned(), part.clone()?))));
        match observed(self.policy, &test, self.world) {
            Ok(expect) => written.insert("expect".into(), expect),
            Err(why) => return none(what, &why),
        };
        let node = crate::yaml::Node::from_json(&json!([written]), SourceId::EXPRESSION, Span::default());
        crate::yaml::emit(&node, &|_| None)
            .lines()
            .map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") })
            .collect()
    }
}

fn test() -> PolicyTest {
    PolicyTest { name: String::new(), source: Source::Scim, user: None, events: None, settings: None, expect: Json::Null }
}

/// What stands in place of a test that would not pass, or not reach what it is for.
fn none(what: &str, why: &str) -> String {
    format!("  # no test is offered for {what}: {why}\n")
}

/// Sets an option also where the policy has that value anyway, since the test is about it.
fn under(mut test: PolicyTest, option: &str, value: &str) -> PolicyTest {
    let settings = test.settings.get_or_insert_with(|| json!({}));
    settings["options"][option] = value.into();
    test
}

/// The situation in which an event carries what the user is to hold.
fn placed(situation: &Situation, kind: EventKind, known: Option<Source>) -> Situation {
    let mut situation = Situation { known, inactive: false, ..situation.clone() };
    let switch = if kind == EventKind::SignIn { &mut situation.jit } else { &mut situation.scim };
    switch.get_or_insert(Switch::Enabled);
    for wanted in situation.attributes.values_mut() {
        let held = wanted.held.replace(WantedValue::Nothing);
        wanted.carried = Some(held.unwrap_or(WantedValue::Nothing));
    }
    situation
}

/// The attributes that a part of an expression reads, by their slots.
pub(super) fn slots(term: &Term) -> Vec<usize> {
    match term.kind {
        Kind::Attribute(slot) => vec![slot],
        _ => term.parts().into_iter().flat_map(slots).collect(),
    }
}
