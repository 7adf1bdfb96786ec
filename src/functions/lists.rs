//! Functions of lists.

use super::{Arguments, Direct, Example, Function, Repeat, Run, Type, required};
use crate::diagnostic::Code;
use crate::limits::Limits;
use crate::program::{Fault, Halt, Value};
use smallvec::SmallVec;
use std::borrow::Cow;
use std::collections::HashSet;

pub(super) static FUNCTIONS: &[Function] = &[
    Function {
        name: "Count",
        parameters: &[required("attribute", Type::List, "the list to count")],
        returns: Type::Number,
        summary: "Counts the values of a list; a single value counts as one, null as none.",
        example: Example { expression: r#"Count(Split("a,b,c", ","))"#, value: "3" },
        nullable: false,
        run: Run::Native(|arguments| {
            let count = arguments.list(0)?.map_or(0, |list| list.len());
            Ok(Value::int(i64::try_from(count).unwrap_or(i64::MAX)))
        }),
        ..Function::PLAIN
    },
    Function {
        name: "Item",
        parameters: &[
            required("attribute", Type::List, "the list to take from"),
            required("index", Type::Number, "which item; the first is 1"),
        ],
        returns: Type::Any,
        summary: "Takes one item of a list.",
        example: Example { expression: r#"Item(Split("a,b,c", ","), 2)"#, value: r#""b""# },
        run: Run::Native(|arguments| {
            let Some(list) = arguments.list(0)? else { return Ok(Value::Null) };
            let Some(index) = arguments.int(1)? else { return Ok(Value::Null) };
            let count = list.len();
            let position = usize::try_from(index).ok().and_then(|index| index.checked_sub(1));
            position.and_then(|position| list.into_item(position)).ok_or_else(|| {
                let message = match index {
                    ..1 => format!("the first item is number 1, and {index} is asked for"),
                    _ => format!("item {index} is asked for, and the list has {count}"),
                };
                Fault::of(1, Code::IndexOutOfRange, message)
            })
        }),
        ..Function::PLAIN
    },
    Function {
        name: "Join",
        parameters: &[
            required("separator", Type::Text, "what is put between the parts; may be empty"),
            required("source", Type::Any, "a text, or a list whose values are all joined"),
        ],
        repeats: Some(Repeat { from: 1, least: 1 }),
        summary: "Joins texts into one, with a separator between them; null and empty parts are left out.",
        example: Example { expression: r#"Join(", ", "Doe", "", "John")"#, value: r#""Doe, John""# },
        nullable: false,
        run: Run::Direct(Direct::Join),
        ..Function::PLAIN
    },
    Function {
        name: "RemoveDuplicates",
        parameters: &[required("attribute", Type::List, "the list to clean")],
        returns: Type::List,
        summary: "Keeps the first of equal values of a list.",
        example: Example { expression: r#"RemoveDuplicates(Split("a,b,a", ","))"#, value: r#"["a","b"]"# },
        run: Run::Native(|arguments| {
            let Some(list) = arguments.list(0)? else { return Ok(Value::Null) };
            let mut seen = HashSet::new();
            let items = list.into_items();
            let first: Vec<bool> = items.iter().map(|item| seen.insert(identity(item))).collect();
            drop(seen);
            let kept = items.into_iter().zip(first).filter(|(_, first)| *first);
            Ok(Value::list(kept.map(|(item, _)| item).collect()))
        }),
        ..Function::PLAIN
    },
    Function {
        name: "Split",
        parameters: &[required("source", Type::Text, "the text to split"), required("delimiter", Type::Text, "what separates the parts")],
        returns: Type::List,
        summary: "Splits a text into a list; blanks around the parts are dropped.",
        example: Example { expression: r#"Split("one, two", ",")"#, value: r#"["one","two"]"# },
        run: Run::Native(|arguments| {
            let Some(source) = arguments.text(0)? else { return Ok(Value::Null) };
            let delimiter = arguments.text(1)?.unwrap_or_default();
            let limits = arguments.limits();
            let items = match source {
                Cow::Borrowed(source) => split(source, &delimiter, limits, Value::text)?,
                Cow::Owned(source) => split(&source, &delimiter, limits, |part| Value::text(part.to_string()))?,
            };
            Ok(Value::list(items))
        }),
        ..Function::PLAIN
    },
];

/// Join.
///
/// # Errors
/// The text would be too long.
pub fn join<'a, A: Arguments<'a> + ?Sized>(arguments: &mut A) -> Result<Value<'a>, Halt> {
    let separator = arguments.text(0)?.unwrap_or_default();
    let limit = arguments.limits().text_bytes;
    let mut joined = Joined { parts: SmallVec::new(), length: 0, separator, limit };
    for at in 1..arguments.count() {
        joined.add(at, arguments.value(at)?)?;
    }
    Ok(Value::Text(joined.text()))
}

/// What makes two values equal, in a form that can be hashed: the kind keeps the number 1 and the text 1 apart.
fn identity<'v>(value: &'v Value<'_>) -> (&'static str, Cow<'v, str>) {
    let text = value.to_text().unwrap_or_else(|| Cow::Owned(value.to_json().to_string()));
    (value.kind(), text)
}

/// The parts of a text, which is written once its length is known. One part alone is that part, not copied.
struct Joined<'a> {
    parts: SmallVec<[Cow<'a, str>; 8]>,
    /// Of the text, in bytes.
    length: usize,
    separator: Cow<'a, str>,
    limit: usize,
}

impl<'a> Joined<'a> {
    fn add(&mut self, at: usize, value: Value<'a>) -> Result<(), Halt> {
        let kind = value.kind();
        match value {
            Value::Null => Ok(()),
            Value::Text(text) => self.add_text(at, text),
            Value::List(list) => list.into_items().into_iter().try_for_each(|item| self.add(at, item)),
            single => {
                let text = single.into_text().ok_or_else(|| {
                    Fault::of(at, Code::WrongValueType, format!("a text or a list of texts is wanted here, and the value is {kind}"))
                })?;
                self.add_text(at, text)
            }
        }
    }

    fn add_text(&mut self, at: usize, part: Cow<'a, str>) -> Result<(), Halt> {
        if part.is_empty() {
            return Ok(());
        }
        if !self.parts.is_empty() {
            self.length = self.length.saturating_add(self.separator.len()).saturating_add(part.len());
            // Seen before it is written, so that no list can make it grow past the limit.
            if self.length > self.limit {
                return Err(Fault::of(at, Code::ValueTooLarge, format!("the joined text is longer than {} bytes", self.limit)));
            }
        } else {
            self.length = part.len();
        }
        self.parts.push(part);
        Ok(())
    }

    fn text(mut self) -> Cow<'a, str> {
        if self.parts.len() < 2 {
            return self.parts.pop().unwrap_or_default();
        }
        let mut text = String::with_capacity(self.length);
        for (at, part) in self.parts.iter().enumerate() {
            text.push_str(if at == 0 { "" } else { &self.separator });
            text.push_str(part);
        }
        text.into()
    }
}

/// The parts of a text; without a delimiter it is one part.
fn split<'s, 'a>(source: &'s str, delimiter: &str, limits: &Limits, value: impl Fn(&'s str) -> Value<'a>) -> Result<Vec<Value<'a>>, Halt> {
    if delimiter.is_empty() {
        return Ok(vec![value(source.trim())]);
    }
    let mut items = Vec::new();
    for part in source.split(delimiter) {
        if items.len() == limits.list_items {
            return Err(Fault::of(0, Code::ValueTooLarge, format!("the text splits into more than {} parts", limits.list_items)));
        }
        items.push(value(part.trim()));
    }
    Ok(items)
}
