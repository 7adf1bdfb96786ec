//! Expressions by themselves, and what can be written at a place.

use crate::complete;
use crate::context::Context;
use crate::hover;
use crate::manual;
use crate::parts::Shown;
use crate::policies::{last_good, shown};
use crate::users::{Settings, Users, name};
use rolewright::diagnostic::Sources;
use rolewright::policy::Policy;
use rolewright::{Dialect, Expression, Flow, Scope, Skip};
use serde_json::{Map, Value as Json, json};

/// One expression over no user or all of them, with the value of every part for the first ones.
pub fn expr(text: &str, users: &Users, settings: &Settings) -> Json {
    let names = users.attributes(settings.dialect);
    let scope = Scope { attributes: Some(&names), ..Scope::default() };
    let sources = Sources::of_expression(text);
    let expression = match Expression::compile_in(settings.dialect, text, &scope) {
        Ok(expression) => expression,
        Err(error) => return json!({ "ok": false, "diagnostics": shown(&error.diagnostics, &sources) }),
    };
    let world = settings.world();
    let nobody = Map::new();
    let records: Vec<&Map<String, Json>> =
        if users.subjects.is_empty() { vec![&nobody] } else { users.subjects.iter().map(|(_, subject)| &subject.record).collect() };
    let one = |(at, record): (usize, &&Map<String, Json>)| {
        const EXPLAINED: usize = 50;
        let (evaluated, parts) = if at < EXPLAINED || expression.is_redacted() {
            expression.explain(*record, &world)
        } else {
            (expression.evaluate(*record, &world), Vec::new())
        };
        let mut row = match evaluated.result {
            Ok(Flow::Value(value)) => {
                let value = if expression.is_redacted() { "[Redact]".into() } else { value.to_json() };
                json!({ "value": value })
            }
            Ok(Flow::Skip(Skip::Flow)) => json!({ "skip": "skip-flow" }),
            Ok(Flow::Skip(Skip::Object)) => json!({ "skip": "skip-object" }),
            Err(fault) => json!({ "fault": fault.to_diagnostic().to_json(&sources) }),
        };
        row["user"] = json!(name(record));
        row["parts"] = parts.iter().map(|part| Shown { users, record }.part(text, part)).collect();
        row["warnings"] = json!(shown(&evaluated.warnings, &sources));
        row
    };
    let rows: Vec<Json> = records.iter().enumerate().map(one).collect();
    json!({ "ok": true, "diagnostics": shown(expression.warnings(), &sources), "rows": rows })
}

/// What can stand at a place of a policy, by the engine's own tables; with a language, of an expression that stands alone.
pub fn complete(text: &str, unit: usize, users: &Users, dialect: Option<Dialect>) -> Json {
    let policy = last_good();
    complete::items(&context(text, unit, dialect, policy.as_deref()), policy.as_deref(), users)
}

/// What the manual says of the word at a place.
pub fn hover(text: &str, unit: usize, users: &Users, dialect: Option<Dialect>) -> Json {
    let policy = last_good();
    hover::at(&context(text, unit, dialect, policy.as_deref()), policy.as_deref(), users)
}

fn context<'t>(text: &'t str, unit: usize, dialect: Option<Dialect>, policy: Option<&Policy>) -> Context<'t> {
    match dialect {
        Some(dialect) => Context::in_expression(text, unit, dialect),
        None => Context::at(text, unit, policy),
    }
}

/// The manual of every function of a language.
pub fn functions(dialect: Dialect) -> Json {
    manual::functions(dialect)
}
