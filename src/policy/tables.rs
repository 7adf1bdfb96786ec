//! The checks of a policy's tables: gaps, rows that no situation reaches, attributes without an answer, options that
//! decide nothing. They hold under every combination of options, not only the one that is set.

use super::Choice;
use super::cubes::{CARRIED_ABSENT, CARRIED_NULL, CARRIED_WRONG, Cube, Domain, GROUPS_EMPTY, ROLE_WRONG, Variable, made_active};
use crate::diagnostic::{Code, Diagnostic, SourceId, Span};
use crate::provision::rules::{Action, ActiveRule, AttributeTest, Condition, Row, Which};
use crate::provision::{EventKind, Rules, Source};
use std::collections::{BTreeMap, BTreeSet};

/// A table that splits into more cubes than this is not followed further; nothing is reported of its later rows.
const MOST_CUBES: usize = 20_000;

/// What is wrong with the tables.
pub(super) fn check(rules: &Rules, options: &BTreeMap<String, Choice>, sources: &BTreeSet<Source>) -> Vec<Diagnostic> {
    let domain = domain(rules, options);
    let mut found = placement(rules, &domain);
    // Shared rows stand in several events; one that some event reaches is not in vain.
    let mut reached: BTreeMap<(SourceId, Span), bool> = BTreeMap::new();
    for (kind, rows) in &rules.events {
        let reach = reach(rows, rules, &domain);
        for (row, reach) in rows.iter().zip(reach) {
            let Some((source, span)) = row.at else { continue };
            if !reach.wrong.is_empty() {
                let names = reach.wrong.join(", ");
                found.push(
                    Diagnostic::new(Code::NoAnswer, format!("{} has no answer for a value that is wrong for {names}", kind.word()))
                        .at_source(source, span, "this row writes it all the same")
                        .help("before it, refuse the value, or let it count as unset or absent, under all options"),
                );
            }
            *reached.entry((source, span)).or_insert(false) |= reach.hits;
            if reach.undoes {
                found.push(
                    Diagnostic::new(Code::RefusalAfterWrite, format!("a row of {} refuses after an earlier one wrote", kind.word()))
                        .at_source(source, span, "nothing of the event is kept")
                        .help("put refusals first"),
                );
            }
        }
    }
    for ((source, span), _) in reached.into_iter().filter(|(_, hit)| !hit) {
        found.push(
            Diagnostic::new(Code::EventRowNeverHits, "this row can never hit")
                .at_source(source, span, "earlier rows end the event first, or its conditions exclude each other")
                .help("delete it, move it up, or loosen what stands before it"),
        );
    }
    found.extend(unanswered(rules, sources));
    found.extend(unused_options(rules, options));
    found
}

fn domain(rules: &Rules, options: &BTreeMap<String, Choice>) -> Domain {
    let mut domain =
        Domain { options: options.iter().map(|(name, option)| (name.clone(), option.one_of.clone())).collect(), ..Domain::default() };
    for condition in conditions(rules) {
        if let Condition::Attribute { name, tests } = condition {
            for test in tests {
                let known = domain.held.entry(name.clone()).or_default();
                if let AttributeTest::Is(value) = test {
                    if !known.contains(value) {
                        known.push(value.clone());
                    }
                }
            }
        }
    }
    domain
}

fn conditions(rules: &Rules) -> impl Iterator<Item = &Condition> {
    let rows = rules.events.values().flatten().flat_map(|row| &row.when);
    rows.chain(rules.placement.iter().flat_map(|row| &row.when))
}

/// First hit wins: what no row takes is a gap, and a row to which nothing is left never hits.
fn placement(rules: &Rules, domain: &Domain) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if rules.placement.is_empty() {
        return found;
    }
    let mut left = vec![Cube::new()];
    for row in &rules.placement {
        let cube = domain.cube(&row.when);
        let hits = cube.as_ref().is_some_and(|cube| left.iter().any(|open| domain.both(open, cube).is_some()));
        if let (false, Some((source, span))) = (hits, row.at) {
            found.push(
                Diagnostic::new(Code::RowNeverHits, "this row can never hit")
                    .at_source(source, span, "earlier rows take everything that it asks for")
                    .help("delete it, or move it up"),
            );
        }
        if let Some(cube) = cube {
            left = left.iter().flat_map(|open| domain.without(open, &cube)).collect();
        }
        if left.len() > MOST_CUBES {
            return found;
        }
    }
    if let Some(gap) = left.first() {
        let mut diagnostic =
            Diagnostic::new(Code::PlacementGap, format!("no row of the placement table hits where {}", describe(gap, domain)))
                .help("add a row for it; a last row with `when: {}` takes everything that is left");
        if let Some((source, span)) = rules.placement.last().and_then(|row| row.at) {
            diagnostic = diagnostic.at_source(source, span, "the last row");
        }
        found.push(diagnostic);
    }
    found
}

/// A situation in words: `dockerOrg is unset`.
fn describe(cube: &Cube, domain: &Domain) -> String {
    let mut parts = Vec::new();
    for (variable, bits) in cube {
        if *bits == domain.all(variable) {
            continue;
        }
        let text = match variable {
            Variable::Held(name) if bits & 1 != 0 => format!("{name} is unset"),
            Variable::Held(name) if bits & 2 != 0 => format!("{name} is set"),
            Variable::Held(name) => {
                let value = domain.held.get(&**name).and_then(|values| values.get((bits.trailing_zeros() as usize).saturating_sub(2)));
                format!("{name} is {}", value.map_or_else(|| "set".to_owned(), ToString::to_string))
            }
            Variable::Option(name) => {
                let value = domain.options.get(&**name).and_then(|values| values.get(bits.trailing_zeros() as usize));
                format!("{name} is {}", value.map_or("another value", String::as_str))
            }
            Variable::Scim | Variable::Jit => {
                let name = if *variable == Variable::Scim { "scim" } else { "jit" };
                format!("{name} is {}", if bits & 1 != 0 { "enabled" } else { "disabled" })
            }
            _ => continue,
        };
        parts.push(text);
    }
    if parts.is_empty() { "nothing is asked for".to_owned() } else { parts.join(" and ") }
}

/// What the situations that come to a row make of it.
#[derive(Debug, Clone)]
struct Reach {
    /// Some situation reaches it.
    hits: bool,
    /// It refuses what an earlier row wrote: nothing of a refused event is kept, so that the write misleads the reader.
    undoes: bool,
    /// What it writes although the value is none of the allowed ones, or names no organization that exists.
    wrong: Vec<String>,
}

/// Which rows some situation reaches. What rows write is not followed, so that more situations are thought possible
/// than are: a row that is reported is in vain for certain.
fn reach(rows: &[Row], rules: &Rules, domain: &Domain) -> Vec<Reach> {
    let mut open = vec![Cube::new()];
    let mut writes: Vec<Cube> = Vec::new();
    let mut reach = vec![Reach { hits: true, undoes: false, wrong: Vec::new() }; rows.len()];
    for (at, row) in rows.iter().enumerate() {
        let Some(cube) = domain.cube(&row.when) else {
            reach[at].hits = false;
            continue;
        };
        let comes = || open.iter().filter(|situation| !domain.apart(situation, &cube));
        let inside = || comes().filter_map(|situation| domain.both(situation, &cube));
        reach[at].hits = comes().next().is_some();
        reach[at].wrong = wrong(row, rules, inside);
        let refuses = row.actions.iter().any(|action| matches!(action, Action::Refuse(_)));
        reach[at].undoes =
            refuses && !writes.is_empty() && inside().any(|situation| writes.iter().any(|write| !domain.apart(&situation, write)));
        if row.actions.iter().any(|action| matches!(action, Action::Write { .. })) {
            writes.push(cube.clone());
        }
        let ends = row.actions.iter().any(|action| matches!(action, Action::Refuse(_) | Action::Ignore(_) | Action::Stop));
        let changes = row
            .actions
            .iter()
            .any(|action| matches!(action, Action::Count { .. } | Action::CountGroupsEmpty | Action::Active(ActiveRule::Always(true))));
        if !ends && !changes {
            continue;
        }
        let mut next = Vec::new();
        for situation in open {
            if domain.apart(&situation, &cube) {
                next.push(situation);
                continue;
            }
            next.extend(domain.without(&situation, &cube));
            if let (false, Some(inside)) = (ends, domain.both(&situation, &cube)) {
                next.push(changed(inside, &row.actions, domain));
            }
        }
        if !ends {
            // Situations that differed may now be one.
            next.sort();
            next.dedup();
        }
        open = next;
        if open.len() > MOST_CUBES {
            return reach;
        }
    }
    reach
}

/// What a row writes of wrong values, in some of the situations that come to it.
fn wrong<I: Iterator<Item = Cube>>(row: &Row, rules: &Rules, inside: impl Fn() -> I) -> Vec<String> {
    let may = |cube: &Cube, variable: &Variable, bits: u64| cube.get(variable).is_none_or(|mask| mask & bits != 0);
    let carries_wrong = |name: &str| {
        let carried = Variable::Carried(name.into());
        inside().any(|cube| may(&cube, &carried, CARRIED_WRONG))
    };
    let limited = rules.attributes.iter().filter(|(_, rule)| rule.organization || !rule.one_of.is_empty());
    let mut found: Vec<String> = limited
        .filter(|(name, _)| row.actions.iter().any(|action| writes(action, name)) && carries_wrong(name))
        .map(|(name, _)| name.clone())
        .collect();
    // A policy may ask for the role of the event by either name.
    let carried = rules.roles.attribute.as_deref().map(|name| Variable::Carried(name.into()));
    let by_hand =
        |cube: Cube| may(&cube, &Variable::Role, ROLE_WRONG) && carried.as_ref().is_none_or(|carried| may(&cube, carried, CARRIED_WRONG));
    if row.actions.contains(&Action::SetHandRole) && inside().any(by_hand) {
        found.push("the role".to_owned());
    }
    found
}

fn changed(mut situation: Cube, actions: &[Action], domain: &Domain) -> Cube {
    for action in actions {
        match action {
            Action::Count { attribute, as_absent } => {
                situation.insert(Variable::Carried(attribute.as_str().into()), if *as_absent { CARRIED_ABSENT } else { CARRIED_NULL });
            }
            Action::CountGroupsEmpty => drop(situation.insert(Variable::Groups, GROUPS_EMPTY)),
            Action::Active(ActiveRule::Always(true)) => {
                let users = situation.entry(Variable::User).or_insert_with(|| domain.all(&Variable::User));
                *users = made_active(*users);
            }
            _ => {}
        }
    }
    situation
}

/// Events that carry attributes say of each what becomes of it: they write it, or count it as absent. Where SCIM
/// creates users, its other events have rows too: without any, somebody who left would stay and nobody be told.
fn unanswered(rules: &Rules, sources: &BTreeSet<Source>) -> Vec<Diagnostic> {
    let carrying = [(EventKind::ScimCreate, Source::Scim), (EventKind::ScimUpdate, Source::Scim), (EventKind::SignIn, Source::Jit)];
    let mut found = Vec::new();
    for (kind, _) in carrying.into_iter().filter(|(_, source)| sources.contains(source)) {
        let Some(rows) = rules.events.get(&kind) else {
            found.push(without_rows(kind));
            continue;
        };
        let missing: Vec<&str> =
            rules.attributes.keys().filter(|name| !rows.iter().any(|row| answers(row, name))).map(String::as_str).collect();
        if missing.is_empty() {
            continue;
        }
        let message = format!("{} has no answer for {}", kind.word(), missing.join(", "));
        let mut diagnostic = Diagnostic::new(Code::NoAnswer, message).help("write what is carried, or say `count: { NAME: absent }`");
        if let Some((source, span)) = rows.last().and_then(|row| row.at) {
            diagnostic = diagnostic.at_source(source, span, "the event's last row");
        }
        found.push(diagnostic);
    }
    if rules.events.contains_key(&EventKind::ScimCreate) {
        let others = [EventKind::ScimDeactivate, EventKind::ScimReactivate, EventKind::ScimDelete];
        found.extend(others.into_iter().filter(|kind| !rules.events.contains_key(kind)).map(without_rows));
        let groups = [EventKind::GroupPush, EventKind::GroupDelete].into_iter().filter(|_| rules.groups.is_some());
        found.extend(groups.filter(|kind| !rules.events.contains_key(kind)).map(without_rows));
    }
    found
}

fn without_rows(kind: EventKind) -> Diagnostic {
    Diagnostic::new(Code::NoAnswer, format!("the policy has no rules for {}, so that it does nothing", kind.word()))
        .help(format!("add `{}` under `events`", kind.word()))
}

fn answers(row: &Row, name: &str) -> bool {
    row.actions.iter().any(|action| match action {
        Action::Count { attribute, .. } => attribute == name,
        action => writes(action, name),
    })
}

fn writes(action: &Action, name: &str) -> bool {
    match action {
        Action::Write { attributes: Which::Carried, .. } => true,
        Action::Write { attributes: Which::Named(names), .. } => names.iter().any(|written| written == name),
        _ => false,
    }
}

/// An option that no row asks for, or two values that no row tells apart.
fn unused_options(rules: &Rules, options: &BTreeMap<String, Choice>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (name, option) in options {
        let mut asked: BTreeSet<&String> = BTreeSet::new();
        for condition in conditions(rules) {
            if let Condition::Option { name: other, values, .. } = condition {
                if other == name {
                    asked.extend(values);
                }
            }
        }
        let silent: Vec<&str> = option.one_of.iter().filter(|value| !asked.contains(value)).map(String::as_str).collect();
        if asked.is_empty() {
            found.push(
                Diagnostic::new(Code::UnusedOption, format!("no row asks for the option {name}"))
                    .help("delete it, or name it in the `when` of a row"),
            );
        } else if silent.len() > 1 {
            found.push(Diagnostic::new(Code::UnusedOption, format!("no row tells {} of the option {name} apart", silent.join(" and "))));
        }
    }
    found
}
