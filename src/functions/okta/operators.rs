//! What signs and brackets do. The entries are as those of functions, so that one evaluator carries them out; no manual
//! lists them, and no name reaches them.

use super::super::{Arguments, Function, Pattern, Prepared, Run, Type, required};
use super::arrays::item;
use super::{member, placed, shown};
use crate::diagnostic::Code;
use crate::program::{Fault, Halt, Number, Value};
use std::borrow::Cow;

macro_rules! operators {
    ($($(#[doc = $doc:literal])* $static:ident $name:literal $returns:ident $nullable:literal $run:expr;)*) => {
        $(
            $(#[doc = $doc])*
            pub(crate) static $static: Function =
                Function { name: $name, returns: Type::$returns, nullable: $nullable, run: Run::Native($run), ..Function::PLAIN };
        )*

        /// Each by a name that no other has, for generated code; several have the same sign.
        pub(crate) static NAMED: &[(&str, &Function)] = &[$((stringify!($static), &$static),)* ("MATCHES", &MATCHES)];
    };
}

operators! {
    /// Adds numbers, joins anything with a text.
    PLUS "+" Any false plus;
    MINUS "-" Number false |arguments| arithmetic(arguments, i32::wrapping_sub, i64::wrapping_sub, |a, b| a - b);
    TIMES "*" Number false |arguments| arithmetic(arguments, i32::wrapping_mul, i64::wrapping_mul, |a, b| a * b);
    DIVIDE "/" Number false |arguments| division(arguments, i32::wrapping_div, i64::wrapping_div, |a, b| a / b);
    REMAINDER "%" Number false |arguments| division(arguments, i32::wrapping_rem, i64::wrapping_rem, |a, b| a % b);
    /// The sign before a number.
    NEGATE "-" Number false |arguments| match operand(arguments, 0)? {
        Number::Int(int) => Ok(Value::int(narrow(int).map_or_else(|| int.wrapping_neg(), |int| i64::from(int.wrapping_neg())))),
        Number::Float(float) => Ok(Value::Number(Number::Float(-float))),
    };
    NOT "!" Boolean false |arguments| Ok(Value::Bool(!truth(arguments, 0)?));
    /// The second is read only where the first holds.
    AND "AND" Boolean false |arguments| Ok(Value::Bool(truth(arguments, 0)? && truth(arguments, 1)?));
    OR "OR" Boolean false |arguments| Ok(Value::Bool(truth(arguments, 0)? || truth(arguments, 1)?));
    /// A condition, which must be a boolean.
    CONDITION "?" Boolean false |arguments| Ok(Value::Bool(truth(arguments, 0)?));
    INDEX "[]" Any true index;
    LIST "{}" List false |arguments| {
        let items: Result<Vec<_>, Halt> = (0..arguments.count()).map(|at| arguments.value(at)).collect();
        Ok(Value::list(items?))
    };
    /// Names and values in turn.
    MAP "{:}" Any false |arguments| {
        let mut members = Vec::new();
        for at in (0..arguments.count()).step_by(2) {
            let name = super::text(arguments, at)?.unwrap_or_default();
            members.push((name, arguments.value(at + 1)?));
        }
        Ok(Value::object(members))
    };
    /// `.name`; null has no attributes.
    PROPERTY "." Any true |arguments| {
        let of = arguments.value(0)?;
        if of.is_null() {
            return Err(null_has_none(arguments)?);
        }
        property(arguments, of)
    };
    /// `?.name`; null where there is nothing to read it of.
    SAFE_PROPERTY "?." Any true |arguments| match arguments.value(0)? {
        Value::Null => Ok(Value::Null),
        of => property(arguments, of),
    };
    /// An attribute, and the object that must be there for it to be read.
    ATTRIBUTE_OF "." Any true |arguments| match arguments.value(0)? {
        Value::Null if arguments.value(1)?.is_null() => Err(null_has_none(arguments)?),
        value => Ok(value),
    };
    /// What a method is called on must be there.
    PRESENT "." Any false |arguments| match arguments.value(0)? {
        Value::Null => Err(Fault::of(0, Code::WrongValueType, "a method is called on null")),
        value => Ok(value),
    };
    /// `.![path]`
    PROJECT ".![]" List false project;
}

/// Whether a text matches a pattern from its start to its end; null matches nothing.
pub(crate) static MATCHES: Function = Function {
    name: "matches",
    parameters: &[required("text", Type::Text, ""), required("pattern", Type::Text, "")],
    returns: Type::Boolean,
    nullable: false,
    prepare: Some(|constant, limits| {
        let pattern = constant(1).map(|text| Pattern::java(&text, limits).map_err(|error| error.at(1))).transpose()?;
        Ok(pattern.map(|pattern| Prepared::Pattern(Box::new(pattern))))
    }),
    run: Run::Native(|arguments| {
        let Some(text) = super::text(arguments, 0)? else { return Ok(Value::Bool(false)) };
        if let Some(Prepared::Pattern(pattern)) = arguments.prepared() {
            return pattern.is_match(&text).map(Value::Bool).map_err(|error| error.at(1));
        }
        let Some(pattern) = super::text(arguments, 1)? else { return Ok(Value::Bool(false)) };
        let pattern = Pattern::java(&pattern, arguments.limits()).map_err(|error| error.at(1))?;
        pattern.is_match(&text).map(Value::Bool).map_err(|error| error.at(1))
    }),
    ..Function::PLAIN
};

/// No text, number or null counts as true or false.
fn truth<'a>(arguments: &mut (dyn Arguments<'a> + '_), at: usize) -> Result<bool, Halt> {
    match arguments.value(at)? {
        Value::Bool(bool) => Ok(bool),
        other => Err(Fault::of(at, Code::WrongValueType, format!("true or false is wanted here, and the value is {}", other.kind()))),
    }
}

fn operand<'a>(arguments: &mut (dyn Arguments<'a> + '_), at: usize) -> Result<Number, Halt> {
    match arguments.value(at)? {
        Value::Number(number) => Ok(number),
        other => Err(Fault::of(at, Code::WrongValueType, format!("a number is wanted here, and the value is {}", other.kind()))),
    }
}

fn narrow(int: i64) -> Option<i32> {
    i32::try_from(int).ok()
}

fn plus<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let (left, right) = (arguments.value(0)?, arguments.value(1)?);
    if let (Value::Number(left), Value::Number(right)) = (&left, &right) {
        return Ok(calculate(*left, *right, i32::wrapping_add, i64::wrapping_add, |a, b| a + b));
    }
    if !matches!(left, Value::Text(_)) && !matches!(right, Value::Text(_)) {
        let message = format!("+ adds numbers or joins with a text, and these are {} and {}", left.kind(), right.kind());
        return Err(Fault::whole(Code::WrongValueType, message));
    }
    let limit = arguments.limits().text_bytes;
    let text = |value: &Value<'_>, at: usize| {
        // Null writes the word.
        shown(value).map(|text| text.unwrap_or(Cow::Borrowed("null")).into_owned()).map_err(|halt| placed(halt, at))
    };
    let (before, after) = (text(&left, 0)?, text(&right, 1)?);
    if before.len() + after.len() > limit {
        return Err(Fault::whole(Code::ValueTooLarge, format!("the text is longer than {limit} bytes")));
    }
    Ok(Value::text(before + after.as_str()))
}

fn arithmetic<'a>(
    arguments: &mut (dyn Arguments<'a> + '_),
    narrow: fn(i32, i32) -> i32,
    wide: fn(i64, i64) -> i64,
    float: fn(f64, f64) -> f64,
) -> Result<Value<'a>, Halt> {
    let left = operand(arguments, 0)?;
    let right = operand(arguments, 1)?;
    Ok(calculate(left, right, narrow, wide, float))
}

/// Whole numbers of 32 bits stay such, as Java's int; longer ones come from attributes only and count as its long.
fn calculate<'a>(
    left: Number,
    right: Number,
    int: fn(i32, i32) -> i32,
    long: fn(i64, i64) -> i64,
    float: fn(f64, f64) -> f64,
) -> Value<'a> {
    match (left, right) {
        (Number::Int(left), Number::Int(right)) => match (narrow(left), narrow(right)) {
            (Some(left), Some(right)) => Value::int(int(left, right).into()),
            _ => Value::int(long(left, right)),
        },
        (left, right) => Value::Number(Number::Float(float(left.as_f64(), right.as_f64()))),
    }
}

fn division<'a>(
    arguments: &mut (dyn Arguments<'a> + '_),
    narrow: fn(i32, i32) -> i32,
    wide: fn(i64, i64) -> i64,
    float: fn(f64, f64) -> f64,
) -> Result<Value<'a>, Halt> {
    let left = operand(arguments, 0)?;
    let right = operand(arguments, 1)?;
    match right.as_f64() == 0.0 {
        true => Err(Fault::of(1, Code::DividedByZero, "a number is divided by zero")),
        false => Ok(calculate(left, right, narrow, wide, float)),
    }
}

fn index<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    match arguments.value(0)? {
        Value::List(list) => {
            let at = super::int(arguments, 1)?;
            item(list, at).map_err(|message| Fault::of(1, Code::IndexOutOfRange, message))
        }
        object @ Value::Object(_) => {
            let name = super::text(arguments, 1)?.unwrap_or_default();
            Ok(member(object, &name).unwrap_or(Value::Null))
        }
        other => Err(Fault::of(0, Code::WrongValueType, format!("an array is wanted before [, and the value is {}", other.kind()))),
    }
}

fn property<'a>(arguments: &mut (dyn Arguments<'a> + '_), of: Value<'a>) -> Result<Value<'a>, Halt> {
    let name = super::text(arguments, 1)?.unwrap_or_default();
    let kind = of.kind();
    let names: Vec<String> = match &of {
        Value::Object(object) => object.members().into_iter().map(|(key, _)| key.into_owned()).collect(),
        _ => return Err(Fault::of(0, Code::WrongValueType, format!("{kind} has no attribute {name}"))),
    };
    member(of, &name).ok_or_else(|| {
        let near = crate::diagnostic::nearest(&name, names.iter().map(String::as_str));
        let near = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
        Fault::whole(Code::UnknownReference, format!("there is no attribute {name} here{near}"))
    })
}

fn null_has_none<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Halt, Halt> {
    let what = match arguments.value(1)? {
        Value::Text(name) => format!("{name} is read of null"),
        _ => "an attribute is read of null".to_owned(),
    };
    Ok(Fault::of(0, Code::WrongValueType, what + "; ?. in place of . gives null then"))
}

fn project<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let path = super::text(arguments, 1)?.unwrap_or_default();
    let items = match arguments.value(0)? {
        Value::List(list) => list.into_items(),
        other => {
            return Err(Fault::of(0, Code::WrongValueType, format!(".![…] takes of each item of an array, and this is {}", other.kind())));
        }
    };
    let mut taken = Vec::with_capacity(items.len());
    for item in items {
        let found = path.split('.').try_fold(item, |of, name| member(of, name));
        taken.push(found.ok_or_else(|| Fault::whole(Code::UnknownReference, format!("an item has no attribute {path}")))?);
    }
    Ok(Value::list(taken))
}
