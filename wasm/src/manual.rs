use rolewright::Dialect;
use rolewright::functions::{Function, Need, table};
use serde_json::{Value as Json, json};

/// Every function of a language with its manual.
pub fn functions(dialect: Dialect) -> Json {
    table(dialect).iter().map(|function| entry(function)).collect()
}

/// The manual of one function.
pub fn entry(function: &Function) -> Json {
    let parameter = |parameter: &rolewright::functions::Parameter| {
        json!({
            "name": parameter.name,
            "takes": parameter.takes.name(),
            "need": match parameter.need {
                Need::Required => "required",
                Need::Omissible => "may be empty, its comma may not be missing",
                Need::Optional => "may be left out",
            },
            "about": parameter.about,
        })
    };
    json!({
        "name": function.name,
        "signature": function.signature(),
        "summary": function.summary,
        "parameters": function.parameters.iter().map(parameter).collect::<Vec<_>>(),
        "returns": function.returns.name(),
        "nullable": function.nullable,
        "example": { "expression": function.example.expression, "value": function.example.value },
    })
}
