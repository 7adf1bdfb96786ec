//! The checks of a policy's tables: gaps, rows that no situation reaches, attributes without an answer, options that
//! decide nothing. They hold under every combination of options, not only the one that is set.

use super::Choice;
use super::questions::Questions;
use crate::diagnostic::{Code, Diagnostic, SourceId, Span};
use crate::domain::{Set, TooLarge};
use crate::limits::Limits;
use crate::provision::rules::{Action, Condition, Row, Which};
use crate::provision::{EventKind, Rules, Source};
use std::collections::{BTreeMap, BTreeSet};

/// What is wrong with the tables.
pub(super) fn check(rules: &Rules, options: &BTreeMap<String, Choice>, sources: &BTreeSet<Source>, limits: &Limits) -> Vec<Diagnostic> {
    let mut questions = Questions::new(rules, options, limits.situations);
    // What is wrong under the options as they are set is told even where there are too many of them to try all.
    let set: BTreeMap<String, Choice> = options.iter().map(|(name, option)| (name.clone(), option.alone())).collect();
    let as_set = || Questions::new(rules, &set, limits.situations);
    let mut found = Vec::new();
    if placement(rules, &mut questions, &mut found).is_err() {
        let at = rules.placement.last().and_then(|row| row.at);
        found.push(incomplete("the placement table", "gaps and rows that never hit", at, &questions, limits));
        let mut questions_as_set = as_set();
        if let Ok((_, left)) = hits(rules, &mut questions_as_set) {
            found.extend(gap(rules, left, &questions_as_set));
        }
        questions = Questions::new(rules, options, limits.situations);
    }
    // Shared rows stand in several events; one that some event reaches is not in vain.
    let mut reached: BTreeMap<(SourceId, Span), bool> = BTreeMap::new();
    for (kind, rows) in &rules.events {
        let reach = match reach(*kind, rows, rules, &mut questions) {
            Ok(reach) => reach,
            Err(TooLarge) => {
                let at = rows.last().and_then(|row| row.at);
                found.push(incomplete(kind.word(), "rows that never hit and values without an answer", at, &questions, limits));
                // What is not known to be in vain counts as reached.
                reached.extend(rows.iter().filter_map(|row| Some((row.at?, true))));
                if let Ok(reach) = reach(*kind, rows, rules, &mut as_set()) {
                    found.extend(rows.iter().zip(&reach).filter_map(|(row, reach)| unanswered_wrong(*kind, row, reach)));
                }
                questions = Questions::new(rules, options, limits.situations);
                continue;
            }
        };
        for (row, reach) in rows.iter().zip(reach) {
            let Some((source, span)) = row.at else { continue };
            found.extend(unanswered_wrong(*kind, row, &reach));
            *reached.entry((source, span)).or_insert(false) |= !reach.inside.is_empty();
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

/// What a row writes although it is wrong.
fn unanswered_wrong(kind: EventKind, row: &Row, reach: &Reach) -> Option<Diagnostic> {
    let (source, span) = row.at.filter(|_| !reach.wrong.is_empty())?;
    let message = format!("{} has no answer for a value that is wrong for {}", kind.word(), reach.wrong.join(", "));
    let found = Diagnostic::new(Code::NoAnswer, message)
        .at_source(source, span, "this row writes it all the same")
        .help("before it, refuse the value, or let it count as unset or absent, under all options");
    Some(found)
}

/// A check that gave up.
#[cold]
fn incomplete(table: &str, what: &str, at: Option<(SourceId, Span)>, questions: &Questions<'_>, limits: &Limits) -> Diagnostic {
    let message = format!("{table} was not checked for {what}: its rows tell too many situations apart");
    let found = Diagnostic::new(Code::CheckIncomplete, message).help(format!(
        "let rows ask for fewer attributes, options and values together (there are {}); the limit is {} nodes",
        questions.sizes(),
        limits.situations
    ));
    match at {
        Some((source, span)) => found.at_source(source, span, "the last row"),
        None => found,
    }
}

fn conditions(rules: &Rules) -> impl Iterator<Item = &Condition> {
    let rows = rules.events.values().flatten().flat_map(|row| &row.when);
    rows.chain(rules.placement.iter().flat_map(|row| &row.when))
}

/// First hit wins: what no row takes is a gap, and a row to which nothing is left never hits.
fn placement(rules: &Rules, questions: &mut Questions<'_>, found: &mut Vec<Diagnostic>) -> Result<(), TooLarge> {
    if rules.placement.is_empty() {
        return Ok(());
    }
    let (hits, left) = hits(rules, questions)?;
    for (row, hits) in rules.placement.iter().zip(hits) {
        if let (true, Some((source, span))) = (hits.is_empty(), row.at) {
            found.push(
                Diagnostic::new(Code::RowNeverHits, "this row can never hit")
                    .at_source(source, span, "earlier rows take everything that it asks for")
                    .help("delete it, or move it up"),
            );
        }
    }
    found.extend(gap(rules, left, questions));
    Ok(())
}

/// What no row of the placement table takes.
fn gap(rules: &Rules, left: Set, questions: &Questions<'_>) -> Option<Diagnostic> {
    if left.is_empty() {
        return None;
    }
    let message = format!("no row of the placement table hits where {}", questions.describe(left));
    let gap =
        Diagnostic::new(Code::PlacementGap, message).help("add a row for it; a last row with `when: {}` takes everything that is left");
    Some(match rules.placement.last().and_then(|row| row.at) {
        Some((source, span)) => gap.at_source(source, span, "the last row"),
        None => gap,
    })
}

/// The situations in which each row of the placement table hits, and those that are left to none.
pub(super) fn hits(rules: &Rules, questions: &mut Questions<'_>) -> Result<(Vec<Set>, Set), TooLarge> {
    let (mut all, mut left) = (Vec::with_capacity(rules.placement.len()), Set::ALL);
    for row in &rules.placement {
        let holds = questions.holds(&row.when)?;
        all.push(questions.both(left, holds)?);
        left = questions.without(left, holds)?;
    }
    Ok((all, left))
}

/// What the situations that come to a row make of it.
#[derive(Debug)]
pub(super) struct Reach {
    /// Those that reach it.
    pub inside: Set,
    /// It refuses what an earlier row wrote: nothing of a refused event is kept, so that the write misleads the reader.
    undoes: bool,
    /// What it writes although the value is none of the allowed ones, or names no organization that exists.
    wrong: Vec<String>,
}

/// Which rows some situation reaches. Where the placement puts a user and what groups bring is not followed, so that more
/// situations are thought possible than are: a row that is reported is in vain for certain.
pub(super) fn reach(kind: EventKind, rows: &[Row], rules: &Rules, questions: &mut Questions<'_>) -> Result<Vec<Reach>, TooLarge> {
    let mut open = questions.beginning(kind, rows)?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let holds = questions.holds(&row.when)?;
        let before = questions.both(open, holds)?;
        let mut inside = before;
        let mut reach = Reach { inside, undoes: false, wrong: Vec::new() };
        if row.actions.iter().any(|action| matches!(action, Action::Refuse(_))) {
            let written = questions.written()?;
            reach.undoes = !questions.both(inside, written)?.is_empty();
        }
        let ends = row.actions.iter().any(|action| matches!(action, Action::Refuse(_) | Action::Ignore(_) | Action::Stop));
        if !before.is_empty() {
            for action in &row.actions {
                reach.wrong.extend(wrong(action, inside, rules, questions)?);
                inside = questions.acted(inside, action)?;
            }
            if ends || inside != before {
                open = questions.without(open, holds)?;
            }
            if !ends && inside != before {
                open = questions.either(open, inside)?;
            }
        }
        all.push(reach);
    }
    Ok(all)
}

/// What an action writes of wrong values, in some of the situations that come to it.
fn wrong(action: &Action, inside: Set, rules: &Rules, questions: &mut Questions<'_>) -> Result<Vec<String>, TooLarge> {
    let mut found = Vec::new();
    for (name, _) in rules.attributes.iter().filter(|(_, rule)| rule.organization || !rule.one_of.is_empty()) {
        if writes(action, name) {
            let carried = questions.wrong(name)?;
            if !questions.both(inside, carried)?.is_empty() {
                found.push(name.clone());
            }
        }
    }
    if *action == Action::SetHandRole {
        let by_hand = questions.wrong_by_hand()?;
        if !questions.both(inside, by_hand)?.is_empty() {
            found.push("the role".to_owned());
        }
    }
    Ok(found)
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

#[cold]
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

pub(super) fn writes(action: &Action, name: &str) -> bool {
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
