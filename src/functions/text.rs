//! Functions of text.

use super::{Example, Function, Run, Type, required};
use crate::program::Value;
use std::borrow::Cow;

pub(super) static FUNCTIONS: &[Function] = &[
    Function {
        name: "Append",
        parameters: &[
            required("source", Type::Text, "the text, mostly an attribute"),
            required("suffix", Type::Text, "what is added at its end"),
        ],
        summary: "Adds a suffix to the end of a text.",
        example: Example { expression: r#"Append("jsmith", ".test")"#, value: r#""jsmith.test""# },
        run: Run::Native(|arguments| {
            let Some(source) = arguments.text(0)? else { return Ok(Value::Null) };
            let suffix = arguments.text(1)?.unwrap_or(Cow::Borrowed(""));
            Ok(Value::text(source.into_owned() + suffix.as_ref()))
        }),
        ..Function::PLAIN
    },
];
