//! Cases of Okta's language: what their input keys are in a record, and which schema follows from them.

use super::{Case, CaseResult, Posed};
use crate::check::{Scope, okta_attributes_of};
use crate::expression::Expression;
use crate::language::Dialect;
use crate::program::FixedWorld;
use serde_json::{Map, Value as Json};

/// The parts of an input that are the schemas of variables.
const SCHEMAS: [&str; 9] = ["user", "appuser", "source", "idpuser", "app", "org", "session", "access", "user_internal"];

pub(super) fn posed(case: &Case) -> Option<Posed> {
    let text = case.fields.get("expr").and_then(Json::as_str)?;
    let dialect = match case.fields.get("dialect").and_then(Json::as_str) {
        None | Some("classic") => Dialect::Okta,
        Some("identity-engine") => Dialect::OktaIdentityEngine,
        Some(_) => return None,
    };
    let (record, world) = input(case.fields.get("input"));
    let names = declared(&record);
    // A case shows the whole of every schema: what is not there is unknown.
    let scope = Scope { attributes: Some(&names), closed: true, ..Scope::default() };
    Some(Posed { dialect, expression: Expression::compile_in(dialect, text, &scope), record, world })
}

pub(super) fn run(case: &Case) -> CaseResult {
    let mut result = CaseResult::new(&case.id);
    let Some(posed) = posed(case) else {
        result.differs("case", "an expression, and as dialect classic or identity-engine", "not both");
        return result;
    };
    let (outcome, _) = super::expression::evaluate(&posed);
    super::expression::compare(case, &outcome, &mut result);
    result
}

/// The record; variables of applications stand in it under their own names.
fn input(input: Option<&Json>) -> (Map<String, Json>, FixedWorld) {
    let mut record = input.and_then(Json::as_object).cloned().unwrap_or_default();
    let world = super::expression::world(&mut record, jiff::civil::date(2026, 1, 1).at(0, 0, 0, 0));
    for key in ["apps", "app_instances"] {
        if let Some(Json::Object(applications)) = record.remove(key) {
            record.extend(applications);
        }
    }
    (record, world)
}

fn declared(record: &Map<String, Json>) -> Vec<String> {
    // A variable without a schema: there is no such user in this context, of whatever schema.
    let bare = record.iter().filter(|(root, value)| !value.is_object() && SCHEMAS.contains(&root.as_str()));
    okta_attributes_of(record).chain(bare.map(|(root, _)| root.clone())).collect()
}
