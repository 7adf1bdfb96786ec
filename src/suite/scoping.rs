use super::{Case, CaseResult};
use crate::limits::Limits;
use crate::policy::{Clause, FilterError, Filters};
use crate::program::Value;
use serde_json::{Map, Value as Json};

pub(super) fn run(case: &Case) -> CaseResult {
    let mut result = CaseResult::new(&case.id);
    let record = case.fields.get("input").and_then(Json::as_object).cloned().unwrap_or_default();
    let actual = match filters(case.fields.get("filters")) {
        Err(error) => format!("error: {}", error.code.class().word()),
        Ok(filters) => match filters.pass(&record) {
            Ok(true) => "in".to_owned(),
            Ok(false) => "out".to_owned(),
            Err(fault) => format!("error: {}", fault.code.class().word()),
        },
    };
    let text = |field: &str| case.fields.get(field).and_then(Json::as_str);
    let expected = match text("expect_error") {
        Some(class) => format!("error: {class}"),
        None => text("expect").unwrap_or_default().to_owned(),
    };
    result.compare("scope", &expected, &actual);
    result
}

fn filters(json: Option<&Json>) -> Result<Filters, FilterError> {
    let lists = json.and_then(Json::as_array).into_iter().flatten();
    let filters = lists.map(|filter| filter.as_array().into_iter().flatten().filter_map(Json::as_object).map(clause).collect());
    Ok(Filters::new(filters.collect::<Result<_, _>>()?))
}

fn clause(fields: &Map<String, Json>) -> Result<Clause, FilterError> {
    let text = |field: &str| fields.get(field).and_then(Json::as_str).unwrap_or_default();
    let value = fields.get("value").and_then(|value| Value::from_json(value).into_text());
    Clause::new(text("attribute"), text("operator"), value.as_deref(), &Limits::DEFAULT)
}
