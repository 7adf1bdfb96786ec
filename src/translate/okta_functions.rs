//! Entra's functions in Okta's language: one rule a function.

use super::facts::{Facts, Kinds, Said};
use super::to_okta::{AND, ATOM, COMPARE, OR, Okta, PLUS, PREFIX, TERNARY, at, said, truth_of};
use super::{Form, Translator, may_fail};
use crate::diagnostic::Span;
use crate::language::Dialect;
use crate::language::okta::quoted;
use crate::program::Value;
use crate::program::term::{Call, Compare, Kind, Operator};

/// How a function of Entra is said in Okta's language.
pub(super) struct Rule {
    pub shown: Form,
    pub write: fn(&mut Translator<'_>, &Call, Span) -> Okta,
}

const fn rule(
    names: &'static [&'static str],
    form: &'static str,
    when: &'static str,
    write: fn(&mut Translator<'_>, &Call, Span) -> Okta,
) -> Rule {
    Rule { shown: Form { names, form, when }, write }
}

/// In the order of Entra's names.
pub(super) static RULES: &[Rule] = &[
    rule(&["Append"], "`String.append(x, y)`", "", append),
    rule(&["CBool"], "the condition itself", "of a comparison, a boolean or a number", c_bool),
    rule(&["Count"], "`Arrays.size(x)`", "x is a list", count),
    rule(&["CStr"], "`x`, or `String.append(x, \"\")` for a number", "", c_str),
    rule(
        &["InStr"],
        "`String.stringContains(x, y)`, and the length before y where the position counts",
        "no start, and no vbTextCompare",
        in_str,
    ),
    rule(&["IsNull"], "`x == null`", "", |w, call, _| null_test(w, call, true, false)),
    rule(&["IsNullOrEmpty"], "`x == null OR x == \"\"`", "", |w, call, _| null_test(w, call, true, true)),
    rule(&["IsPresent"], "`x != null AND x != \"\"`", "", |w, call, _| null_test(w, call, false, true)),
    rule(&["IsString"], "`x != null`", "x is known to be a text", is_string),
    rule(&["Item"], "`Arrays.get(x, n)`, counted from 0", "x is a list, n a constant", item),
    rule(&["Join"], "`+`, with the separator where both sides are filled", "the separator is a constant, no part a list", join),
    rule(&["Left"], "`String.substring(x, 0, n)` where x is longer", "n is a constant", left),
    rule(&["Len"], "`String.len(x)`", "", len),
    rule(&["Mid"], "`String.substring(x, m, n)` where x is longer", "start and length are constants", mid),
    rule(&["Not"], "`!x`", "", not),
    rule(&["Replace"], "`String.replace(x, y, z)`", "oldValue is given, and no pattern", replace),
    rule(&["Split"], "`Arrays.flatten(x)`", "the delimiter is a comma", split),
    rule(&["StripSpaces"], "`String.removeSpaces(x)`", "", strip_spaces),
    rule(&["ToLower"], "`String.toLowerCase(x)`, with Σ and İ set apart where x can have them", "no culture is given", to_lower),
    rule(&["ToUpper"], "`String.toUpperCase(x)`", "no culture is given, and x has no letters such as ß, of which Okta makes two", to_upper),
];

/// Identity Engine's methods for functions of the classic style.
const METHODS: &[(&str, &str)] = &[
    ("Arrays.size", "size"),
    ("Arrays.isEmpty", "isEmpty"),
    ("Arrays.flatten", "flatten"),
    ("String.len", "length"),
    ("String.removeSpaces", "removeSpaces"),
    ("String.replace", "replace"),
    ("String.stringContains", "contains"),
    ("String.substring", "substring"),
    ("String.substringBefore", "substringBefore"),
    ("String.substringAfter", "substringAfter"),
    ("String.toLowerCase", "toLowerCase"),
    ("String.toUpperCase", "toUpperCase"),
];

impl Translator<'_> {
    /// A call of a function of the classic style, or of the method that Identity Engine has in its place. A method fails
    /// on null where the function does not; after `?.` it is as the function.
    fn okta_named(&mut self, name: &str, arguments: &[&Said], facts: Facts) -> Okta {
        let method = METHODS.iter().find(|(classic, _)| *classic == name);
        let text = match (self.to, method, arguments.split_first()) {
            (Dialect::OktaIdentityEngine, Some((_, method)), Some((of, rest))) => {
                let dot = if of.facts.may_be_null() { "?." } else { "." };
                let rest: Vec<&str> = rest.iter().map(|argument| argument.text.as_str()).collect();
                format!("{}{dot}{method}({})", at(of, ATOM), rest.join(", "))
            }
            _ => {
                let all: Vec<&str> = arguments.iter().map(|argument| argument.text.as_str()).collect();
                format!("{name}({})", all.join(", "))
            }
        };
        self.bounded(said(text, ATOM, facts))
    }

    /// Texts in a row; none of the parts may be null.
    fn okta_row(&mut self, parts: &[Said]) -> Okta {
        let ascii = parts.iter().all(|part| part.facts.ascii);
        let filled = parts.iter().any(|part| part.facts.is_filled());
        let facts = Facts::ascii(if filled { Kinds::FILLED } else { Kinds::TEXT }, ascii);
        let mut texts: Vec<String> = parts.iter().enumerate().map(|(nth, part)| at(part, if nth == 0 { PLUS } else { PREFIX })).collect();
        // Two numbers would be added, and a number alone stay one.
        if parts.iter().take(2).all(|part| part.facts.kinds.meets(Kinds::NUMBER)) {
            texts.insert(0, "\"\"".to_owned());
        }
        let binds = if texts.len() > 1 { PLUS } else { parts.first().map_or(ATOM, |part| part.binds.min(PLUS)) };
        let text = texts.join(" + ");
        self.bounded(said(if text.is_empty() { "\"\"".to_owned() } else { text }, binds, facts))
    }

    fn okta_short(&mut self, value: Value<'_>) -> Said {
        let text = match &value {
            Value::Text(text) => quoted(text),
            other => other.to_text().unwrap_or_default().into_owned(),
        };
        said(text, ATOM, Facts::constant(value.into_owned()))
    }
}

/// The number that an argument always is: one, or the text of one.
fn number(call: &Call, at: usize) -> Option<i64> {
    match &call.arguments.get(at)?.as_ref()?.kind {
        Kind::Constant(Value::Number(number)) => number.as_i64(),
        Kind::Constant(Value::Text(text)) => crate::program::Number::parse(text)?.as_i64(),
        Kind::Call(call) => match &call.constant {
            Some(Value::Number(number)) => number.as_i64(),
            _ => None,
        },
        _ => None,
    }
}

fn place(call: &Call, at: usize, span: Span) -> Span {
    call.arguments.get(at).and_then(Option::as_ref).map_or(span, |term| term.span)
}

/// That an argument may be left out: it cannot fail.
fn expendable(w: &mut Translator<'_>, call: &Call, at: usize) -> Option<()> {
    match call.arguments.get(at).and_then(Option::as_ref) {
        Some(term) if may_fail(term) => w.refuse_failing(term),
        _ => Some(()),
    }
}

fn or_empty(value: &Said) -> Said {
    if !value.facts.may_be_null() {
        return value.clone();
    }
    let facts = Facts { kinds: value.facts.kinds.without(Kinds::NULL).or(Kinds::EMPTY), constant: None, ..value.facts.clone() };
    said(format!("{} ?: \"\"", at(value, OR)), TERNARY, facts)
}

fn append(w: &mut Translator<'_>, call: &Call, _: Span) -> Okta {
    let (x, y) = (w.okta_text_argument(call, 0), w.okta_text_argument(call, 1));
    let (x, y) = (x?, y?);
    if x.facts.may_be_null() && w.to == Dialect::Okta {
        let null = Kinds::NULL;
        let kinds = if y.facts.is_filled() { Kinds::FILLED.or(null) } else { Kinds::TEXT.or(null) };
        return w.okta_named("String.append", &[&x, &y], Facts::ascii(kinds, x.facts.ascii && y.facts.ascii));
    }
    let row = w.okta_row(&[Said { facts: not_null(&x.facts), ..x.clone() }, or_empty(&y)])?;
    let whole = w.okta_unless_null(&x, row);
    w.bounded(whole)
}

fn not_null(facts: &Facts) -> Facts {
    Facts { kinds: facts.kinds.without(Kinds::NULL), ..facts.clone() }
}

fn c_bool(w: &mut Translator<'_>, call: &Call, span: Span) -> Okta {
    let x = w.okta_argument(call, 0)?;
    if x.facts.kinds.only(Kinds::BOOL) {
        return Some(x);
    }
    if !x.facts.kinds.only(Kinds::NUMBER) {
        return w.refuse_kind(place(call, 0, span), x.facts.kinds, "of a text CBool makes a boolean in ways that Okta cannot ask for");
    }
    let whole = w.okta_truth(Said { facts: not_null(&x.facts), ..x.clone() }, span)?;
    let whole = w.okta_unless_null(&x, whole);
    w.bounded(whole)
}

fn count(w: &mut Translator<'_>, call: &Call, span: Span) -> Okta {
    let x = w.okta_argument(call, 0)?;
    match x.facts.kinds.only(Kinds::LIST) {
        true => w.okta_named("Arrays.size", &[&x], Facts::of(Kinds::NUMBER)),
        false => w.refuse_kind(place(call, 0, span), x.facts.kinds, "Okta counts the parts of a text in place of a list"),
    }
}

fn c_str(w: &mut Translator<'_>, call: &Call, _: Span) -> Okta {
    let x = w.okta_text_argument(call, 0)?;
    if !x.facts.kinds.meets(Kinds::NUMBER) {
        return Some(x);
    }
    let row = w.okta_row(&[Said { facts: not_null(&x.facts), ..x.clone() }])?;
    let whole = w.okta_unless_null(&x, row);
    w.bounded(whole)
}

fn in_str(w: &mut Translator<'_>, call: &Call, span: Span) -> Okta {
    let (x, y) = (w.okta_text_argument(call, 0), w.okta_text_argument(call, 1));
    let (x, y) = (x?, y?);
    let given = |at: usize| matches!(call.arguments.get(at), Some(Some(_)));
    if given(2) && number(call, 2) != Some(1) {
        return w.refuse(place(call, 2, span), "a start for InStr".to_owned(), None);
    }
    if given(3) {
        return w.refuse(place(call, 3, span), "a way to compare for InStr".to_owned(), None);
    }
    let mut known = Facts::of(Kinds::NUMBER);
    known.kinds = if x.facts.may_be_null() || y.facts.may_be_null() { known.kinds.or(Kinds::NULL) } else { known.kinds };
    if !x.facts.ascii {
        w.warn_units(span, "a position");
    }
    let contains = w.okta_named("String.stringContains", &[&x, &y], Facts::of(Kinds::BOOL))?;
    let before = w.okta_named("String.substringBefore", &[&x, &y], Facts::of(Kinds::TEXT))?;
    let length = w.okta_named("String.len", &[&before], Facts::of(Kinds::NUMBER))?;
    let mut text = format!("{} ? {} + 1 : 0", contains.text, length.text);
    for value in [&y, &x].into_iter().filter(|value| value.facts.may_be_null()) {
        text = format!("{} == null ? null : {text}", at(value, PLUS));
    }
    w.bounded(said(text, TERNARY, known))
}

/// `InStr(x, y) > 0` and its like: whether one text stands in another; `None` where the comparison is another one.
pub(super) fn occurrence(w: &mut Translator<'_>, parts: &Compare) -> Option<Okta> {
    let Kind::Call(call) = &parts.left.kind else { return None };
    let given = |at: usize| matches!(call.arguments.get(at), Some(Some(_)));
    if call.function.name != "InStr" || call.constant.is_some() || given(2) || given(3) {
        return None;
    }
    let position = match &parts.right.kind {
        Kind::Constant(Value::Number(number)) => number.as_i64()?,
        Kind::Constant(Value::Text(text)) => crate::program::Number::parse(text)?.as_i64()?,
        _ => return None,
    };
    let occurs = match (parts.operator, position) {
        (Operator::Greater | Operator::NotEqual, 0) | (Operator::GreaterOrEqual, 1) => true,
        (Operator::Equal | Operator::LessOrEqual, 0) | (Operator::Less, 1) => false,
        _ => return None,
    };
    Some(occurs_in(w, call, occurs))
}

fn occurs_in(w: &mut Translator<'_>, call: &Call, occurs: bool) -> Okta {
    let (x, y) = (w.okta_text_argument(call, 0), w.okta_text_argument(call, 1));
    let (x, y) = (x?, y?);
    let contains = w.okta_named("String.stringContains", &[&x, &y], Facts::of(Kinds::BOOL))?;
    if occurs {
        return Some(contains);
    }
    // Null contains nothing, and no comparison with it holds.
    let mut tests: Vec<String> =
        [&x, &y].into_iter().filter(|side| side.facts.may_be_null()).map(|side| format!("{} != null", at(side, PLUS))).collect();
    tests.push(format!("!{}", contains.text));
    let binds = if tests.len() > 1 { AND } else { PREFIX };
    w.bounded(truth_of(tests.join(" AND "), binds))
}

fn null_test(w: &mut Translator<'_>, call: &Call, null: bool, empty: bool) -> Okta {
    let x = w.okta_argument(call, 0)?;
    let mut tested = Kinds::NULL;
    if empty {
        tested = tested.or(Kinds::EMPTY).or(Kinds::LIST);
    }
    if !x.facts.kinds.meets(tested) {
        expendable(w, call, 0)?;
    }
    let left = at(&x, PLUS);
    let (sign, word, binds) = if null { ("==", " OR ", OR) } else { ("!=", " AND ", AND) };
    let mut tests = Vec::new();
    if x.facts.may_be_null() {
        tests.push(format!("{left} {sign} null"));
    }
    if empty && x.facts.kinds.meets(Kinds::EMPTY) {
        tests.push(format!("{left} {sign} \"\""));
    }
    if empty && x.facts.kinds.meets(Kinds::LIST) {
        tests.push(format!("{left} {sign} {{}}"));
    }
    match tests.len() {
        0 => w.okta_constant(&Value::Bool(!null), Span::default()),
        1 => w.bounded(truth_of(tests.remove(0), COMPARE)),
        _ => w.bounded(truth_of(tests.join(word), binds)),
    }
}

fn is_string(w: &mut Translator<'_>, call: &Call, span: Span) -> Okta {
    let x = w.okta_argument(call, 0)?;
    let kinds = x.facts.kinds;
    if !kinds.meets(Kinds::TEXT) || !kinds.meets(Kinds::NULL) {
        expendable(w, call, 0)?;
    }
    if kinds.only(Kinds::TEXT) && kinds.meets(Kinds::TEXT) {
        return match kinds.meets(Kinds::NULL) {
            true => w.bounded(truth_of(format!("{} != null", at(&x, PLUS)), COMPARE)),
            false => w.okta_constant(&Value::Bool(true), span),
        };
    }
    match kinds.meets(Kinds::TEXT.or(Kinds::OTHER)) {
        false => w.okta_constant(&Value::Bool(false), span),
        true => w.refuse_kind(place(call, 0, span), kinds, "Okta cannot ask for the kind of a value"),
    }
}

fn item(w: &mut Translator<'_>, call: &Call, span: Span) -> Okta {
    let x = w.okta_argument(call, 0)?;
    if !x.facts.kinds.only(Kinds::LIST) {
        return w.refuse_kind(place(call, 0, span), x.facts.kinds, "Okta takes an item of a list only");
    }
    let Some(position) = number(call, 1).and_then(|position| i32::try_from(position - 1).ok()) else {
        return w.refuse(place(call, 1, span), "a position that is no constant".to_owned(), None);
    };
    let facts = Facts::of(Kinds::ANY);
    if w.to == Dialect::OktaIdentityEngine {
        let whole = w.okta_unless_null(&x, said(format!("{}[{position}]", at(&x, ATOM)), ATOM, facts));
        return w.bounded(whole);
    }
    let position = w.okta_short(Value::int(position.into()));
    w.okta_named("Arrays.get", &[&x, &position], facts)
}

/// Null and empty parts are passed over together with their separators.
fn join(w: &mut Translator<'_>, call: &Call, span: Span) -> Okta {
    let separator = w.okta_text_argument(call, 0);
    let mut parts: Vec<Said> = Vec::new();
    let mut whole = true;
    for at in 1..call.arguments.len() {
        match w.okta_text_argument(call, at) {
            Some(part) if !part.facts.kinds.meets(Kinds::FILLED.or(Kinds::NUMBER)) => expendable(w, call, at)?,
            Some(part) => parts.push(part),
            None => whole = false,
        }
    }
    let separator = separator?;
    let Some(separator) = separator.facts.text().map(str::to_owned).or(separator.facts.may_be_null().then(String::new)) else {
        return w.refuse(place(call, 0, span), "a separator that is no constant".to_owned(), None);
    };
    if !whole {
        return None;
    }
    if separator.is_empty() || parts.len() < 2 {
        let parts: Vec<Said> = parts.iter().map(or_empty).collect();
        return w.okta_row(&parts);
    }
    let first_is_filled = parts.first().is_some_and(|part| part.facts.is_filled());
    let mut row = Vec::new();
    for (nth, part) in parts.iter().enumerate() {
        if nth == 0 && first_is_filled {
            row.push(part.clone());
            continue;
        }
        let value = Said { facts: not_null(&part.facts), ..part.clone() };
        let separator = w.okta_short(Value::text(separator.clone()));
        if part.facts.is_filled() {
            row.extend([separator, value]);
            continue;
        }
        let with = w.okta_row(&[separator, value])?;
        let mut tests = Vec::new();
        if part.facts.may_be_null() {
            tests.push(format!("{} == null", at(part, PLUS)));
        }
        if part.facts.kinds.meets(Kinds::EMPTY) {
            tests.push(format!("{} == \"\"", at(part, PLUS)));
        }
        let text = format!("{} ? \"\" : {}", tests.join(" OR "), with.text);
        row.push(said(text, TERNARY, Facts::ascii(Kinds::TEXT, with.facts.ascii)));
    }
    let row = w.okta_row(&row)?;
    if first_is_filled {
        return Some(row);
    }
    // Each part brings the separator before it; what stands after the first separator is the whole.
    let facts = Facts::ascii(if row.facts.is_filled() { Kinds::FILLED } else { Kinds::TEXT }, row.facts.ascii);
    let separator = w.okta_short(Value::text(separator));
    w.okta_named("String.substringAfter", &[&row, &separator], facts)
}

/// A text of the characters from one position to another, where it has so many.
fn cut(w: &mut Translator<'_>, x: &Said, from: i64, to: i64, facts: Facts) -> Okta {
    let (from, to) = (w.okta_short(Value::int(from)), w.okta_short(Value::int(to)));
    w.okta_named("String.substring", &[x, &from, &to], facts)
}

fn left(w: &mut Translator<'_>, call: &Call, span: Span) -> Okta {
    let x = w.okta_text_argument(call, 0)?;
    let Some(count) = number(call, 1).filter(|count| *count < i64::from(i32::MAX)) else {
        return w.refuse(place(call, 1, span), "a count that is no constant".to_owned(), None);
    };
    if x.facts.kinds.meets(Kinds::NUMBER) {
        return w.refuse_kind(place(call, 0, span), x.facts.kinds, "Okta cuts texts only where they are known as such");
    }
    if count < 0 {
        return Some(or_empty(&x));
    }
    if count == 0 {
        expendable(w, call, 0)?;
        let empty = w.okta_short(Value::text(""));
        return Some(empty);
    }
    if !x.facts.ascii {
        w.warn_units(span, "a count of characters");
    }
    let facts = Facts::ascii(if x.facts.is_filled() { Kinds::FILLED } else { Kinds::TEXT }, x.facts.ascii);
    let length = w.okta_named("String.len", &[&x], Facts::of(Kinds::NUMBER))?;
    let part = cut(w, &x, 0, count, facts.clone())?;
    w.bounded(said(format!("{} > {count} ? {} : {}", length.text, part.text, or_empty(&x).text), TERNARY, facts))
}

fn len(w: &mut Translator<'_>, call: &Call, span: Span) -> Okta {
    let x = w.okta_text_argument(call, 0)?;
    if !x.facts.ascii {
        w.warn_units(span, "a length");
    }
    let length = w.okta_named("String.len", &[&x], Facts::of(Kinds::NUMBER))?;
    let whole = w.okta_unless_null(&x, length);
    w.bounded(whole)
}

fn mid(w: &mut Translator<'_>, call: &Call, span: Span) -> Okta {
    let x = w.okta_text_argument(call, 0)?;
    let fits = |number: i64| number < i64::from(i32::MAX / 2);
    let (Some(start), Some(count)) = (number(call, 1).filter(|n| *n >= 1 && fits(*n)), number(call, 2).filter(|n| *n >= 0 && fits(*n)))
    else {
        return w.refuse(place(call, 1, span), "a start and a length that are no constants, or out of range,".to_owned(), None);
    };
    if x.facts.kinds.meets(Kinds::NUMBER) {
        return w.refuse_kind(place(call, 0, span), x.facts.kinds, "Okta cuts texts only where they are known as such");
    }
    if !x.facts.ascii {
        w.warn_units(span, "a position");
    }
    let null = if x.facts.may_be_null() { Kinds::NULL } else { Kinds::EMPTY };
    let facts = Facts::ascii(Kinds::TEXT.or(null), x.facts.ascii);
    let (from, to) = (start - 1, start - 1 + count);
    let length = w.okta_named("String.len", &[&x], Facts::of(Kinds::NUMBER))?.text;
    let inner = cut(w, &x, from, to, facts.clone())?.text;
    if from == 0 {
        // A text that is no longer than that is all of it, and so is null.
        return w.bounded(said(format!("{length} > {to} ? {inner} : {}", x.text), TERNARY, facts));
    }
    let end = said(length.clone(), ATOM, Facts::of(Kinds::NUMBER));
    let from_said = w.okta_short(Value::int(from));
    let tail = w.okta_named("String.substring", &[&x, &from_said, &end], facts.clone())?.text;
    let short = if x.facts.may_be_null() { format!("{} == null ? null : \"\"", at(&x, PLUS)) } else { "\"\"".to_owned() };
    w.bounded(said(format!("{length} > {to} ? {inner} : {length} > {from} ? {tail} : {short}"), TERNARY, facts))
}

fn not(w: &mut Translator<'_>, call: &Call, _: Span) -> Okta {
    let condition = w.okta_condition(call.arguments.first()?.as_ref()?)?;
    w.bounded(truth_of(format!("!{}", at(&condition, PREFIX)), PREFIX))
}

fn replace(w: &mut Translator<'_>, call: &Call, span: Span) -> Okta {
    let given = |at: usize| matches!(call.arguments.get(at), Some(Some(_)));
    if given(2) || given(3) {
        return None; // the table of what Entra alone has says why
    }
    let (source, old) = (w.okta_text_argument(call, 0), w.okta_text_argument(call, 1));
    let new = match [6, 4, 5].into_iter().find(|at| given(*at)) {
        Some(at) => w.okta_text_argument(call, at),
        None => return w.refuse(span, "Replace without a replacement".to_owned(), None),
    };
    let (source, old, new) = (source?, old?, new?);
    let ascii = source.facts.ascii && new.facts.ascii;
    if !given(6) {
        let null = if source.facts.may_be_null() { Kinds::NULL } else { Kinds::EMPTY };
        return w.okta_named("String.replace", &[&source, &old, &new], Facts::ascii(Kinds::TEXT.or(null), ascii));
    }
    // The source takes the place of the old value in the template.
    let template = or_empty(&new);
    let whole = w.okta_named("String.replace", &[&template, &old, &source], Facts::ascii(Kinds::TEXT, ascii))?;
    let whole = w.okta_unless_null(&source, whole);
    w.bounded(whole)
}

fn strip_spaces(w: &mut Translator<'_>, call: &Call, _: Span) -> Okta {
    let x = w.okta_text_argument(call, 0)?;
    let null = if x.facts.may_be_null() { Kinds::NULL } else { Kinds::EMPTY };
    w.okta_named("String.removeSpaces", &[&x], Facts::ascii(Kinds::TEXT.or(null), x.facts.ascii))
}

fn split(w: &mut Translator<'_>, call: &Call, span: Span) -> Okta {
    let (x, delimiter) = (w.okta_text_argument(call, 0), w.okta_text_argument(call, 1));
    let (x, delimiter) = (x?, delimiter?);
    if delimiter.facts.text() != Some(",") {
        return w.refuse(place(call, 1, span), "a delimiter other than a comma".to_owned(), None);
    }
    if x.facts.kinds.meets(Kinds::NUMBER) || w.to != Dialect::Okta {
        return w.refuse(span, "the list that Split makes".to_owned(), None);
    }
    let empty = w.okta_named("Arrays.isEmpty", &[&x], Facts::of(Kinds::BOOL))?;
    let items = w.okta_named("Arrays.flatten", &[&x], Facts::of(Kinds::LIST))?;
    // A blank text is one empty part with Entra, and with Okta none.
    let whole = said(format!("{} ? {{\"\"}} : {}", empty.text, items.text), TERNARY, Facts::of(Kinds::LIST));
    let whole = w.okta_unless_null(&x, whole);
    w.bounded(whole)
}

/// Entra maps one character to one, Okta as Java: İ becomes two, and Σ at the end of a word ς.
fn to_lower(w: &mut Translator<'_>, call: &Call, span: Span) -> Okta {
    let alike = Translator::case_is_alike(&std::mem::take(&mut w.equals), false);
    let x = w.okta_text_argument(call, 0)?;
    if matches!(call.arguments.get(1), Some(Some(_))) {
        return w.refuse(place(call, 1, span), "a culture for ToLower".to_owned(), None);
    }
    let facts = Facts { constant: None, ..text_of_numbers(&x.facts) };
    if x.facts.ascii || alike {
        return w.okta_named("String.toLowerCase", &[&x], facts);
    }
    // No text has ^ without a digit after it then, so that the way back is the same for every text.
    let (before, after) = ([("Σ", "σ"), ("^", "^0"), ("İ", "^1")], [("^1", "İ"), ("^0", "^")]);
    let mut whole = x;
    let replaced = |w: &mut Translator<'_>, whole: &Said, (old, new): (&'static str, &'static str)| {
        let (old, new) = (w.okta_short(Value::text(old)), w.okta_short(Value::text(new)));
        w.okta_named("String.replace", &[whole, &old, &new], facts.clone())
    };
    for pair in before {
        whole = replaced(w, &whole, pair)?;
    }
    whole = w.okta_named("String.toLowerCase", &[&whole], facts.clone())?;
    for pair in after {
        whole = replaced(w, &whole, pair)?;
    }
    Some(whole)
}

fn to_upper(w: &mut Translator<'_>, call: &Call, span: Span) -> Okta {
    let alike = Translator::case_is_alike(&std::mem::take(&mut w.equals), true);
    let x = w.okta_text_argument(call, 0)?;
    if matches!(call.arguments.get(1), Some(Some(_))) {
        return w.refuse(place(call, 1, span), "a culture for ToUpper".to_owned(), None);
    }
    let facts = Facts { constant: None, ..text_of_numbers(&x.facts) };
    let whole = w.okta_named("String.toUpperCase", &[&x], facts)?;
    if x.facts.ascii || alike {
        return Some(whole);
    }
    let what = "ToUpper of a text that can have letters such as ß, of which Okta makes two and Entra none,".to_owned();
    w.refuse(span, what, Some(whole.text))
}

/// What a function of text makes of a value: a number becomes its text.
fn text_of_numbers(facts: &Facts) -> Facts {
    let kinds = facts.kinds;
    let kinds = if kinds.meets(Kinds::NUMBER) { kinds.without(Kinds::NUMBER).or(Kinds::FILLED) } else { kinds };
    Facts { kinds, ..facts.clone() }
}
