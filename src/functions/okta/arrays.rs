//! Functions of arrays. A text in an array's place is CSV.

use super::super::{Arguments, Example, Function, Parameter, Repeat, Run, Type, required, wrong_type};
use super::{array, counted, csv, int, items_of, shown, text};
use crate::diagnostic::Code;
use crate::program::{Fault, Halt, List, Value};

const ARRAY: Parameter = required("array", Type::List, "the array, or its CSV text");
const VALUE: Parameter = required("value", Type::Any, "the value");

pub(super) static CLASSIC: &[Function] = &[
    Function {
        name: "Arrays.add",
        parameters: &[ARRAY, VALUE],
        returns: Type::List,
        summary: "Gives the array with a value at its end.",
        example: Example { expression: "Arrays.add({10, 20, 30}, 40)", value: "[10,20,30,40]" },
        nullable: false,
        run: Run::Native(add),
        ..Function::PLAIN
    },
    Function {
        name: "Arrays.clear",
        parameters: &[ARRAY],
        returns: Type::List,
        summary: "Gives an empty array.",
        example: Example { expression: "Arrays.clear({10, 20, 30})", value: "[]" },
        nullable: false,
        run: Run::Native(|arguments| {
            array(arguments, 0)?;
            Ok(Value::list(Vec::new()))
        }),
        ..Function::PLAIN
    },
    Function {
        name: "Arrays.contains",
        parameters: &[ARRAY, VALUE],
        returns: Type::Boolean,
        summary: "Tells whether a value is in the array.",
        example: Example { expression: "Arrays.contains({10, 20, 30}, 10)", value: "true" },
        nullable: false,
        run: Run::Native(has),
        ..Function::PLAIN
    },
    Function {
        name: "Arrays.flatten",
        parameters: &[required("value", Type::Any, "a value, an array, or arrays in arrays")],
        repeats: Some(Repeat { from: 0, least: 1 }),
        returns: Type::List,
        summary: "Makes one flat array of values and arrays; null and an empty text are refused.",
        example: Example { expression: "Arrays.flatten(10, {20, 30}, 40)", value: "[10,20,30,40]" },
        nullable: false,
        run: Run::Native(flatten),
        ..Function::PLAIN
    },
    Function {
        name: "Arrays.get",
        parameters: &[ARRAY, required("index", Type::Number, "which item; the first is 0")],
        returns: Type::Any,
        summary: "Takes one item of the array.",
        example: Example { expression: "Arrays.get({0, 1, 2}, 0)", value: "0" },
        run: Run::Native(get),
        ..Function::PLAIN
    },
    Function {
        name: "Arrays.isEmpty",
        parameters: &[ARRAY],
        returns: Type::Boolean,
        summary: "Tells whether the array has no items; null has none.",
        example: Example { expression: "Arrays.isEmpty({10, 20})", value: "false" },
        nullable: false,
        run: Run::Native(is_empty),
        ..Function::PLAIN
    },
    Function {
        name: "Arrays.remove",
        parameters: &[ARRAY, VALUE],
        returns: Type::List,
        summary: "Gives the array without a value, which is named itself and not by its position.",
        example: Example { expression: "Arrays.remove({10, 20, 30}, 20)", value: "[10,30]" },
        nullable: false,
        run: Run::Native(remove),
        ..Function::PLAIN
    },
    Function {
        name: "Arrays.size",
        parameters: &[ARRAY],
        returns: Type::Number,
        summary: "Counts the items of the array; null has none.",
        example: Example { expression: "Arrays.size({10, 20, 30})", value: "3" },
        nullable: false,
        run: Run::Native(size),
        ..Function::PLAIN
    },
    Function {
        name: "Arrays.toCsvString",
        parameters: &[ARRAY],
        summary: "Writes the items as CSV, without blanks around the commas.",
        example: Example { expression: r#"Arrays.toCsvString({"This", "is", " a ", "test"})"#, value: r#""This,is, a ,test""# },
        nullable: false,
        run: Run::Native(|arguments| match array(arguments, 0)? {
            Some(list) => Ok(Value::text(csv(&list)?)),
            None => Ok(Value::text("")),
        }),
        ..Function::PLAIN
    },
];

pub(super) static METHODS: &[Function] = &[
    Function {
        name: ".add",
        parameters: &[ARRAY, VALUE],
        returns: Type::List,
        summary: "Gives the array with a value at its end.",
        example: Example { expression: "{10, 20}.add(30)", value: "[10,20,30]" },
        nullable: false,
        run: Run::Native(add),
        ..Function::PLAIN
    },
    Function {
        name: ".contains",
        parameters: &[required("value", Type::Any, "an array or a text"), required("item", Type::Any, "what is looked for")],
        returns: Type::Boolean,
        summary: "Tells whether a value is in an array, or a text in a text.",
        example: Example { expression: "{1, 2, 3}.contains(3)", value: "true" },
        nullable: false,
        run: Run::Native(|arguments| match arguments.value(0)? {
            Value::List(list) => {
                let item = arguments.value(1)?;
                Ok(Value::Bool(list.iter().any(|have| have == item)))
            }
            other => {
                let item = text(arguments, 1)?;
                Ok(Value::Bool(matches!((shown(&other)?, item), (Some(text), Some(item)) if text.contains(item.as_ref()))))
            }
        }),
        ..Function::PLAIN
    },
    Function {
        name: ".flatten",
        parameters: &[ARRAY],
        returns: Type::List,
        summary: "Makes one flat array of arrays in an array.",
        example: Example { expression: "{{1}, {2, 3}}.flatten()", value: "[1,2,3]" },
        nullable: false,
        run: Run::Native(flatten),
        ..Function::PLAIN
    },
    Function {
        name: ".isEmpty",
        parameters: &[ARRAY],
        returns: Type::Boolean,
        summary: "Tells whether the array has no items.",
        example: Example { expression: "{}.isEmpty()", value: "true" },
        nullable: false,
        run: Run::Native(is_empty),
        ..Function::PLAIN
    },
    Function {
        name: ".remove",
        parameters: &[ARRAY, VALUE],
        returns: Type::List,
        summary: "Gives the array without a value, which is named itself and not by its position.",
        example: Example { expression: "{1, 2, 3}.remove(1)", value: "[2,3]" },
        nullable: false,
        run: Run::Native(remove),
        ..Function::PLAIN
    },
    Function {
        name: ".size",
        parameters: &[ARRAY],
        returns: Type::Number,
        summary: "Counts the items of the array.",
        example: Example { expression: "{'one', 'two'}.size()", value: "2" },
        nullable: false,
        run: Run::Native(size),
        ..Function::PLAIN
    },
];

fn items<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Vec<Value<'a>>, Halt> {
    Ok(array(arguments, 0)?.map(List::into_items).unwrap_or_default())
}

fn add<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let mut items = items(arguments)?;
    items.push(arguments.value(1)?);
    bounded(arguments, items.len())?;
    Ok(Value::list(items))
}

fn remove<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let mut items = items(arguments)?;
    let value = arguments.value(1)?;
    if let Some(at) = items.iter().position(|item| *item == value) {
        items.remove(at);
    }
    Ok(Value::list(items))
}

fn has<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let Some(list) = array(arguments, 0)? else { return Ok(Value::Bool(false)) };
    let value = arguments.value(1)?;
    Ok(Value::Bool(list.iter().any(|have| have == value)))
}

fn size<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    Ok(counted(array(arguments, 0)?.map_or(0, |list| list.len())))
}

fn is_empty<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    Ok(Value::Bool(array(arguments, 0)?.is_none_or(|list| list.is_empty())))
}

fn get<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let Some(list) = array(arguments, 0)? else { return Ok(Value::Null) };
    let index = int(arguments, 1)?;
    item(list, index).map_err(|message| Fault::of(1, Code::IndexOutOfRange, message))
}

/// The item at a position that counts from 0.
pub(super) fn item(list: List<'_>, index: i64) -> Result<Value<'_>, String> {
    let count = list.len();
    let found = usize::try_from(index).ok().filter(|at| *at < count);
    found.and_then(|at| list.into_item(at)).ok_or_else(|| format!("item {index} is asked for, and the list has {count}, counted from 0"))
}

fn flatten<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let mut flat = Vec::new();
    let refused =
        |at: usize, what: &str| Fault::of(at, Code::WrongValueType, format!("arrays and values can be flattened, and this is {what}"));
    for at in 0..arguments.count() {
        match arguments.value(at)? {
            Value::Null => return Err(refused(at, "null")),
            Value::Text(text) if text.is_empty() => return Err(refused(at, "an empty text")),
            Value::Text(text) => flat.extend(items_of(text)),
            Value::List(list) => level(list.into_items(), &mut flat),
            object @ Value::Object(_) => return Err(wrong_type(at, "a value or an array", object.kind())),
            single => flat.push(single),
        }
        bounded(arguments, flat.len())?;
    }
    Ok(Value::list(flat))
}

/// The depth of a value is bounded where it is read, and that of an expression where it is written.
fn level<'a>(items: Vec<Value<'a>>, flat: &mut Vec<Value<'a>>) {
    for item in items {
        match item {
            Value::List(list) => level(list.into_items(), flat),
            single => flat.push(single),
        }
    }
}

fn bounded<'a>(arguments: &(dyn Arguments<'a> + '_), length: usize) -> Result<(), Halt> {
    let limit = arguments.limits().list_items;
    match length > limit {
        true => Err(Fault::whole(Code::ValueTooLarge, format!("the array has more than {limit} items"))),
        false => Ok(()),
    }
}
