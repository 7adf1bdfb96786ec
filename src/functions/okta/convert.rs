//! Conversions between texts and numbers.

use super::super::{Arguments, Example, Function, Run, Type, required, wrong_type};
use crate::diagnostic::Code;
use crate::program::{Fault, Halt, Number, Value};

pub(super) static CLASSIC: &[Function] = &[
    Function {
        name: "Convert.toInt",
        parameters: &[required("value", Type::Any, "a number, or the text of one")],
        returns: Type::Number,
        summary: "Makes a whole number of 32 bits of a text or number; halves are rounded up.",
        example: Example { expression: r#"Convert.toInt("1234")"#, value: "1234" },
        run: Run::Native(|arguments| {
            let Some(number) = number(arguments)? else { return Ok(Value::Null) };
            let whole = rounded(number);
            match i32::try_from(whole) {
                Ok(_) => Ok(Value::int(whole)),
                Err(_) => Err(Fault::of(0, Code::InvalidNumberText, format!("{number} is larger than 32 bits hold"))),
            }
        }),
        ..Function::PLAIN
    },
    Function {
        name: "Convert.toNum",
        parameters: &[required("value", Type::Any, "a number, or the text of one")],
        returns: Type::Number,
        summary: "Makes a floating-point number of a text or number.",
        example: Example { expression: r#"Convert.toNum("3.141")"#, value: "3.141" },
        run: Run::Native(to_number),
        ..Function::PLAIN
    },
];

pub(super) static METHODS: &[Function] = &[
    Function {
        name: ".toInteger",
        parameters: &[required("value", Type::Any, "a number, or the text of one")],
        returns: Type::Number,
        summary: "Makes a whole number of 32 bits of a text or number; what does not fit begins again at the other end.",
        example: Example { expression: "'1.1'.toInteger()", value: "1" },
        run: Run::Native(|arguments| {
            let Some(number) = number(arguments)? else { return Ok(Value::Null) };
            // Keeping the low 32 bits is what the vendor documents.
            Ok(Value::int(i64::from(rounded(number) as i32)))
        }),
        ..Function::PLAIN
    },
    Function {
        name: ".toNumber",
        parameters: &[required("value", Type::Any, "a number, or the text of one")],
        returns: Type::Number,
        summary: "Makes a floating-point number of a text or number.",
        example: Example { expression: "'1.7'.toNumber()", value: "1.7" },
        run: Run::Native(to_number),
        ..Function::PLAIN
    },
];

fn to_number<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    Ok(number(arguments)?.map_or(Value::Null, |number| Value::Number(Number::Float(number.as_f64()))))
}

fn number<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Option<Number>, Halt> {
    match arguments.value(0)? {
        Value::Null => Ok(None),
        Value::Number(number) => Ok(Some(number)),
        Value::Text(text) => {
            Number::parse(&text).map(Some).ok_or_else(|| Fault::of(0, Code::InvalidNumberText, format!("{text:?} is no number")))
        }
        other => Err(wrong_type(0, "a number or the text of one", other.kind())),
    }
}

/// As Java's `Math.round`: halves go up, also below zero.
fn rounded(number: Number) -> i64 {
    match number {
        Number::Int(int) => int,
        Number::Float(float) => (float + 0.5).floor() as i64,
    }
}
