//! Functions that choose, test and calculate with truth and bits.

use super::{Example, Form, Function, Repeat, Run, Type, omissible, required};
use crate::program::{Number, Value, evaluate};

pub(super) static FUNCTIONS: &[Function] = &[
    Function {
        name: "Switch",
        parameters: &[
            required("source", Type::Text, "what is compared with the keys"),
            omissible("defaultValue", Type::Any, "the result where no key is equal; left out, it is null"),
            required("key", Type::Text, "a text that the source may be; upper and lower case differ"),
            required("value", Type::Any, "the result for that key"),
        ],
        repeats: Some(Repeat { from: 2, least: 0 }),
        returns: Type::Any,
        summary: "Gives the value whose key equals the source, or else the default value.",
        example: Example { expression: r#"Switch("QLD", "Sydney", "NSW", "Sydney", "QLD", "Brisbane")"#, value: r#""Brisbane""# },
        run: Run::Form(Form::Choice),
        ..Function::PLAIN
    },
    Function {
        name: "IIF",
        parameters: &[
            required("condition", Type::Condition, "a comparison, or a value that is true or false"),
            required("valueIfTrue", Type::Any, "the result where the condition holds"),
            required("valueIfFalse", Type::Any, "the result where it does not"),
        ],
        returns: Type::Any,
        summary: "Gives one of two values, as a condition holds or not.",
        example: Example { expression: r#"IIF(3 > 2, "more", "less")"#, value: r#""more""# },
        run: Run::Form(Form::If),
        ..Function::PLAIN
    },
    Function {
        name: "Coalesce",
        parameters: &[required("source", Type::Any, "a value that may be null; the last can be a constant to fall back on")],
        repeats: Some(Repeat { from: 0, least: 1 }),
        returns: Type::Any,
        summary: "Gives the first of its arguments that is not null; an empty text is not null.",
        example: Example { expression: r#"Coalesce("first", "second")"#, value: r#""first""# },
        run: Run::Form(Form::First),
        ..Function::PLAIN
    },
    Function {
        name: "BitAnd",
        parameters: &[
            required("value1", Type::Number, "a whole number"),
            required("value2", Type::Number, "a whole number, mostly the bits to keep"),
        ],
        returns: Type::Number,
        summary: "Keeps the bits that both numbers have.",
        example: Example { expression: "BitAnd(&HF, &HF7)", value: "7" },
        run: Run::Native(|arguments| {
            let Some(left) = arguments.int(0)? else { return Ok(Value::Null) };
            let Some(right) = arguments.int(1)? else { return Ok(Value::Null) };
            Ok(Value::int(left & right))
        }),
        ..Function::PLAIN
    },
    Function {
        name: "CBool",
        parameters: &[required("Expression", Type::Condition, "a comparison, a number, or a value that is true or false")],
        returns: Type::Boolean,
        summary: "Makes a boolean: true for true, the text True in any case, and every number but zero.",
        example: Example { expression: "CBool(2)", value: "true" },
        run: Run::Native(|arguments| {
            let value = arguments.value(0)?;
            Ok(match &value {
                Value::Null => Value::Null,
                Value::List(_) | Value::Object(_) => return Err(evaluate::no_condition(&value)),
                // What IIF takes for a condition stays narrower: there the text 1 is no truth, here it is a number.
                Value::Text(text) if Number::parse(text).is_some_and(|number| number.as_f64() != 0.0) => Value::Bool(true),
                other => Value::Bool(evaluate::truth(other)),
            })
        }),
        ..Function::PLAIN
    },
    Function {
        name: "Not",
        parameters: &[required("source", Type::Any, "a value that is true or false")],
        returns: Type::Boolean,
        summary: "Gives false for true, and true for everything else, null too.",
        example: Example { expression: r#"Not("False")"#, value: "true" },
        nullable: false,
        run: Run::Native(|arguments| Ok(Value::Bool(!evaluate::truth(&arguments.value(0)?)))),
        ..Function::PLAIN
    },
    Function {
        name: "IsNull",
        parameters: &[required("Expression", Type::Any, "what is tested")],
        returns: Type::Boolean,
        summary: "Tells whether a value is null, as an attribute is that a user does not have.",
        example: Example { expression: r#"IsNull("")"#, value: "false" },
        nullable: false,
        run: Run::Native(|arguments| Ok(Value::Bool(arguments.value(0)?.is_null()))),
        ..Function::PLAIN
    },
    Function {
        name: "IsNullOrEmpty",
        parameters: &[required("Expression", Type::Any, "what is tested")],
        returns: Type::Boolean,
        summary: "Tells whether a value is null or empty.",
        example: Example { expression: r#"IsNullOrEmpty("")"#, value: "true" },
        nullable: false,
        run: Run::Native(|arguments| Ok(Value::Bool(arguments.value(0)?.is_null_or_empty()))),
        ..Function::PLAIN
    },
    Function {
        name: "IsPresent",
        parameters: &[required("Expression", Type::Any, "what is tested")],
        returns: Type::Boolean,
        summary: "Tells whether a value is neither null nor empty.",
        example: Example { expression: r#"IsPresent("x")"#, value: "true" },
        nullable: false,
        run: Run::Native(|arguments| Ok(Value::Bool(!arguments.value(0)?.is_null_or_empty()))),
        ..Function::PLAIN
    },
    Function {
        name: "IsString",
        parameters: &[required("Expression", Type::Any, "what is tested")],
        returns: Type::Boolean,
        summary: "Tells whether a value is a text. A date is one, as it flows as its text.",
        example: Example { expression: r#"IsString("x")"#, value: "true" },
        nullable: false,
        run: Run::Native(|arguments| Ok(Value::Bool(matches!(arguments.value(0)?, Value::Text(_) | Value::Date(_))))),
        ..Function::PLAIN
    },
    Function {
        name: "Redact",
        parameters: &[required("attribute/value", Type::Any, "the value to hide")],
        returns: Type::Any,
        summary: "Gives its value as it is; every trace and explanation shows [Redact] in its place.",
        example: Example { expression: r#"Redact("secret")"#, value: r#""secret""# },
        passes: Some(0),
        redacts: true,
        run: Run::Native(|arguments| arguments.value(0)),
        ..Function::PLAIN
    },
];
