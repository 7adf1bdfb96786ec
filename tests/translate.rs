//! Every expression of the suites that translates gives the same with both vendors, for a thousand users and more, null
//! and empty among their values; and the shares of what translates, as a report that a person can read.
#![allow(missing_docs)]

#[path = "translate/cases.rs"]
mod cases;
#[path = "translate/manual.rs"]
mod manual;
#[path = "translate/policies.rs"]
mod policies;
#[path = "translate/random.rs"]
mod random;
mod support;
#[path = "translate/users.rs"]
mod users;

use cases::{Source, sources};
use rolewright::translate::{Partners, translate, vendor_only};
use rolewright::{Dialect, Expression, FixedWorld, Flow, Scope};
use std::fmt::Write;
use users::{Person, Users};

/// Users for each expression; `ROLEWRIGHT_CASES` asks for more.
fn count() -> usize {
    std::env::var("ROLEWRIGHT_CASES").ok().and_then(|count| count.parse().ok()).map_or(1_000, |count: usize| count.max(1_000))
}

/// What became of one expression.
struct Fate {
    /// The translation, or the first reason why there is none.
    outcome: Result<String, String>,
    /// A function of it that exists with one vendor alone; where all around it is constant, it translates all the same.
    alone: Option<&'static str>,
    reads: bool,
}

/// Translates, and compares both for all users.
fn fate(source: &Source, to: Dialect) -> Fate {
    let mut partners = Partners::default();
    for partner in &source.partners {
        partners.declare(partner).expect("a partner");
    }
    let original = compiled(source.dialect, &source.text, &partners);
    let alone = vendor_only(source.dialect, &original).map(|(_, function)| function);
    let reads = !original.attributes().is_empty();
    let translation = match translate(source.dialect, &source.text, to, &partners) {
        Ok(translation) => translation,
        Err(error) => {
            assert!(error.diagnostics.iter().all(|found| found.is_error() && !found.labels.is_empty()), "{}: {error}", source.text);
            return Fate { outcome: Err(error.diagnostics[0].message.clone()), alone, reads };
        }
    };
    let translated = compiled(to, &translation.text, &partners);
    assert_eq!(Expression::format(to, &translation.text).expect("an expression"), translation.text, "not in canonical form");
    // Where Rolewright itself counts differently, the translation says so, and holds below U+10000.
    let beyond = translation.warnings.is_empty();
    for person in Users::new(&source.text, &translation.attributes, beyond).take(count()) {
        let (before, after) = (given(&original, source.dialect, &person), given(&translated, to, &person));
        assert_eq!(before, after, "\n{}\n{}\n{person:?}", source.text, translation.text);
    }
    Fate { outcome: Ok(translation.text), alone, reads }
}

fn compiled(dialect: Dialect, text: &str, partners: &Partners) -> Expression {
    let names: Vec<String> =
        partners.pairs().iter().map(|pair| if dialect == Dialect::Entra { pair.entra.clone() } else { pair.okta.clone() }).collect();
    let scope = Scope { attributes: Some(&names), ..Scope::default() };
    Expression::compile_in(dialect, text, &scope).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The value as JSON, the skip, or that it fails: where the original fails, the translation must.
fn given(expression: &Expression, dialect: Dialect, person: &Person) -> String {
    let world = FixedWorld::new(jiff::civil::date(2026, 1, 1).at(0, 0, 0, 0), 1);
    let record = if dialect == Dialect::Entra { &person.entra } else { &person.okta };
    match expression.evaluate(record, &world).result {
        Ok(Flow::Value(value)) => value.to_json().to_string(),
        Ok(Flow::Skip(skip)) => format!("{skip:?}"),
        Err(_) => "fails".to_owned(),
    }
}

/// The report of one direction, and how many translate of how many expressions without a function of one vendor alone.
fn report(from: Dialect, to: Dialect) -> (String, (usize, usize)) {
    let (mut translated, mut refused, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    let (mut reading, mut reading_translated) = (0, 0);
    for source in sources(from) {
        let shown = shortened(&source.text.split_whitespace().collect::<Vec<_>>().join(" "), 160);
        let fate = fate(&source, to);
        let counts = fate.alone.is_none() && fate.reads;
        reading += usize::from(counts);
        reading_translated += usize::from(counts && fate.outcome.is_ok());
        match (fate.alone, fate.outcome) {
            (None, Ok(text)) => translated.push(format!("  {shown}\n    {}\n", shortened(&text, 600))),
            (None, Err(why)) => refused.push(format!("  {shown}\n    {why}\n")),
            (Some(function), Err(_)) => alone.push(format!("  {shown}\n    {function}\n")),
            (Some(function), Ok(text)) => alone.push(format!("  {shown}\n    {function}, and yet always {}\n", shortened(&text, 600))),
        }
    }
    let of = translated.len() + refused.len();
    let counts = (translated.len(), of);
    let line = format!(
        "{} to {}: {} of {of} expressions translate, {} %; of those that read attributes {reading_translated} of {reading}",
        from.word(),
        to.word(),
        counts.0,
        counts.0 * 100 / of
    );
    manual::has_share(&line);
    let mut text = line + "\n";
    for (title, lines) in [("translated", translated), ("not translated", refused), ("with a function of one vendor alone", alone)] {
        write!(text, "\n{title} ({})\n{}", lines.len(), lines.concat()).expect("a text");
    }
    (text, counts)
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() > most { text.chars().take(most).chain(['…']).collect() } else { text.to_owned() }
}

#[test]
fn entra_in_okta() {
    let (text, (translated, of)) = report(Dialect::Entra, Dialect::Okta);
    insta::assert_snapshot!("entra-to-okta", text);
    assert!(translated * 100 >= of * 60, "{translated} of {of}");
}

/// The suite has both of Okta's styles; its share is that of both together.
#[test]
fn okta_in_entra() {
    let (text, classic) = report(Dialect::Okta, Dialect::Entra);
    insta::assert_snapshot!("okta-to-entra", text);
    let (text, engine) = report(Dialect::OktaIdentityEngine, Dialect::Entra);
    insta::assert_snapshot!("okta-identity-engine-to-entra", text);
    let (translated, of) = (classic.0 + engine.0, classic.1 + engine.1);
    assert!(classic.0 * 100 >= classic.1 * 60 && translated * 100 >= of * 60, "{translated} of {of}");
}

#[test]
fn entra_in_identity_engine() {
    let (text, (translated, of)) = report(Dialect::Entra, Dialect::OktaIdentityEngine);
    insta::assert_snapshot!("entra-to-okta-identity-engine", text);
    assert!(translated * 100 >= of * 60, "{translated} of {of}");
}
