use super::{Case, CaseResult, Posed, show};
use crate::check::Scope;
use crate::diagnostic::Diagnostic;
use crate::expression::{Expression, Flow};
use crate::functions::{Pattern, dates};
use crate::language::Dialect;
use crate::limits::Limits;
use crate::program::{FixedWorld, Skip};
use jiff::civil::DateTime;
use serde_json::{Map, Value as Json};

/// What an evaluation came to, in the words of a suite.
pub(super) enum Outcome {
    Value(Json),
    Skip(Skip),
    Error { class: &'static str, message: String },
}

pub(super) fn posed(case: &Case) -> Option<Posed> {
    let text = case.fields.get("expr").and_then(Json::as_str)?;
    let (record, world) = input(case.fields.get("input"));
    let names: Vec<String> = record.keys().cloned().collect();
    let scope = Scope { attributes: Some(&names), ..Scope::default() };
    Some(Posed { dialect: Dialect::Entra, expression: Expression::compile_in(Dialect::Entra, text, &scope), record, world })
}

pub(super) fn run(case: &Case) -> CaseResult {
    let mut result = CaseResult::new(&case.id);
    let Some(posed) = posed(case) else {
        result.differs("expr", "an expression", "none");
        return result;
    };
    let (outcome, warnings) = evaluate(&posed);
    compare(case, &outcome, &mut result);
    for wanted in case.fields.get("warnings").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str) {
        if !warnings.iter().any(|warning| warning.code.word() == wanted) {
            let given: Vec<&str> = warnings.iter().map(|warning| warning.code.word()).collect();
            result.differs("warnings", wanted, show(&given));
        }
    }
    result
}

/// The user's attributes, and what the special keys say of the world.
fn input(input: Option<&Json>) -> (Map<String, Json>, FixedWorld) {
    let mut record = input.and_then(Json::as_object).cloned().unwrap_or_default();
    let mut world = world(&mut record, jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0));
    if let Some(Json::Array(taken)) = record.remove("existing") {
        world.taken = taken.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect();
    }
    world.default_domain = record.remove("defaultDomain").and_then(|domain| domain.as_str().map(str::to_owned));
    (record, world)
}

/// The clock that a case fixes.
pub(super) fn world(record: &mut Map<String, Json>, otherwise: DateTime) -> FixedWorld {
    let now = record.remove("now").and_then(|now| dates::parse(now.as_str()?));
    FixedWorld::new(now.unwrap_or(otherwise), 1)
}

pub(super) fn evaluate(posed: &Posed) -> (Outcome, Vec<Diagnostic>) {
    let Posed { dialect, expression, record, world } = posed;
    let dialect = *dialect;
    let expression = match expression {
        Ok(expression) => expression,
        Err(error) => {
            let class = class_in(dialect, error.class().unwrap_or_default());
            return (Outcome::Error { class, message: error.to_string() }, error.diagnostics.clone());
        }
    };
    let evaluated = expression.evaluate(record, world);
    let mut warnings = expression.warnings().to_vec();
    warnings.extend(evaluated.warnings);
    let outcome = match evaluated.result {
        Ok(Flow::Value(value)) => Outcome::Value(value.to_json()),
        Ok(Flow::Skip(skip)) => Outcome::Skip(skip),
        Err(fault) => Outcome::Error { class: class_in(dialect, fault.code.class().word()), message: fault.message },
    };
    (outcome, warnings)
}

/// Okta's suite has one word for wrong types and for everything else that fails while it is evaluated.
fn class_in(dialect: Dialect, class: &'static str) -> &'static str {
    match (dialect, class) {
        (Dialect::Okta | Dialect::OktaIdentityEngine, "evaluation") => "type-mismatch",
        _ => class,
    }
}

pub(super) fn compare(case: &Case, outcome: &Outcome, result: &mut CaseResult) {
    let actual = match outcome {
        Outcome::Value(value) => show(value),
        Outcome::Skip(Skip::Flow) => "skip-flow".to_owned(),
        Outcome::Skip(Skip::Object) => "skip-object".to_owned(),
        Outcome::Error { class, message } => format!("{class}: {message}"),
    };
    let text = |field: &str| case.fields.get(field).and_then(Json::as_str);
    if let Some(class) = text("expect_error") {
        if !matches!(outcome, Outcome::Error { class: given, .. } if *given == class) {
            result.differs("error", class, actual);
        }
    } else if let Some(effect) = text("effect") {
        if !matches!((outcome, effect), (Outcome::Skip(Skip::Flow), "skip-flow") | (Outcome::Skip(Skip::Object), "skip-object")) {
            result.differs("effect", effect, actual);
        }
    } else if let Some(pattern) = text("expect_matches") {
        let matches = match (outcome, Pattern::new(pattern, &Limits::DEFAULT)) {
            (Outcome::Value(Json::String(value)), Ok(pattern)) => pattern.is_match(value).unwrap_or(false),
            _ => false,
        };
        if !matches {
            result.differs("value", format!("a text that matches {pattern}"), actual);
        }
    } else if let Some(expected) = case.fields.get("expect") {
        let unordered = case.fields.get("unordered").and_then(Json::as_bool).unwrap_or(false);
        let same = matches!(outcome, Outcome::Value(value) if equal(expected, value, unordered));
        if !same {
            result.differs("value", show(expected), actual);
        }
    }
}

/// Whole numbers and texts are distinct; lists count in order unless the case says otherwise.
fn equal(expected: &Json, actual: &Json, unordered: bool) -> bool {
    match (expected, actual) {
        (Json::Number(expected), Json::Number(actual)) => expected == actual || expected.as_f64() == actual.as_f64(),
        (Json::Array(expected), Json::Array(actual)) if unordered => {
            let sorted = |list: &[Json]| {
                let mut texts: Vec<String> = list.iter().map(ToString::to_string).collect();
                texts.sort();
                texts
            };
            sorted(expected) == sorted(actual)
        }
        _ => expected == actual,
    }
}
