//! Okta's functions and operators in Entra's language: one rule a function, for its classic form and its method.

use super::facts::{Facts, Kinds, Said};
use super::to_entra::{Entra, compared, said};
use super::{Form, Translator};
use crate::diagnostic::Span;
use crate::functions::okta::operators as op;
use crate::language::quoted;
use crate::program::Value;
use crate::program::term::{Call, Kind};

/// How a function of Okta is said in Entra's language.
pub(super) struct Rule {
    pub shown: Form,
    pub write: fn(&mut Translator<'_>, &Call, Span) -> Entra,
}

/// The rule of a call. What signs do has no name of its own, and is told by its entry.
pub(super) fn rule(call: &Call) -> Option<&'static Rule> {
    let sign = |entry: &'static crate::functions::Function| std::ptr::eq(call.function, entry);
    let name = [(&op::CONDITION, "?"), (&op::PRESENT, "() of"), (&op::ATTRIBUTE_OF, ". of")].into_iter().find(|(entry, _)| sign(entry));
    let name = name.map_or(call.function.name, |(_, name)| name);
    RULES.iter().find(|rule| rule.shown.names.contains(&name))
}

const fn said_as(
    names: &'static [&'static str],
    form: &'static str,
    when: &'static str,
    write: fn(&mut Translator<'_>, &Call, Span) -> Entra,
) -> Rule {
    Rule { shown: Form { names, form, when }, write }
}

pub(super) static RULES: &[Rule] = &[
    said_as(&["+"], "`Join(\"\", x, y)`", "one side is a text; null is written as the word, as Okta does", |w, call, span| {
        w.entra_plus(call, span)
    }),
    said_as(&["?"], "the condition of `IIF`", "a boolean; where it is null, the translation fails as Okta does", boolean),
    said_as(&["() of"], "the value itself", "where it is null, the translation fails as Okta does", present),
    said_as(&[". of"], "none", "never: where there is no such application user, Okta fails; write `?.`", attribute_of),
    said_as(&["!"], "`Not(x)`", "a boolean; where it is null, the translation fails as Okta does", |w, call, _| {
        let x = w.entra_condition(call.arguments.first()?.as_ref()?)?;
        w.bounded(said(format!("Not({})", x.text), Facts::of(Kinds::BOOL)))
    }),
    said_as(&["AND"], "`IIF(x, y, CBool(0))`", "booleans", |w, call, _| logical(w, call, true)),
    said_as(&["OR"], "`IIF(x, CBool(1), y)`", "booleans", |w, call, _| logical(w, call, false)),
    said_as(
        &["matches"],
        "`Replace(Append(x, \"!\"), , \"^(?:…)!\\z\", , \"\", , ) = \"\"`",
        "the pattern is a constant that Java and .NET read alike",
        matches,
    ),
    said_as(&["[]", "Arrays.get"], "`Item(x, n)`, counted from 1", "x is a list, n a constant", item),
    said_as(&["String.append"], "`Append(x, y)`", "", append),
    said_as(&["String.join"], "`Join(\"\", x, s, y)`", "", join),
    said_as(&["String.len", ".length"], "`Len(x)`, 0 where x is null", "", len),
    said_as(&["String.removeSpaces", ".removeSpaces"], "`StripSpaces(x)`", "", remove_spaces),
    said_as(&["String.replace", ".replace"], "`Replace(x, y, , , z, , )`", "", replace),
    said_as(
        &["String.replaceFirst", ".replaceFirst"],
        "`Replace` with a pattern",
        "what is replaced and what replaces it are constants",
        replace_first,
    ),
    said_as(&["String.startsWith"], "`InStr(x, y) = 1`", "", |w, call, _| found(w, call, "= 1")),
    said_as(&["String.stringContains", ".contains"], "`InStr(x, y) > 0`", "x is a text", contains),
    said_as(
        &["String.substring", "substring", ".substring"],
        "`Mid(x, m, n)`, failing where x is shorter, as Okta does",
        "start and end are constants",
        substring,
    ),
    said_as(
        &["String.substringAfter", "substringAfter", ".substringAfter"],
        "`Replace` with a pattern where y occurs, else an empty text",
        "y is a constant",
        |w, call, span| cut(w, call, span, true),
    ),
    said_as(
        &["String.substringBefore", "substringBefore", ".substringBefore"],
        "`Replace` with a pattern where y occurs, else an empty text",
        "y is a constant",
        |w, call, span| cut(w, call, span, false),
    ),
    said_as(&["String.toLowerCase", "toLowerCase", ".toLowerCase"], "`ToLower(x)`", "x has no letters beyond ASCII", |w, call, span| {
        cased(w, call, span, "ToLower")
    }),
    said_as(&["String.toUpperCase", "toUpperCase", ".toUpperCase"], "`ToUpper(x)`", "x has no letters beyond ASCII", |w, call, span| {
        cased(w, call, span, "ToUpper")
    }),
    said_as(&["Arrays.size", ".size"], "`Count(x)`", "x is a list", |w, call, span| of_list(w, call, span, "Count", Kinds::NUMBER)),
    said_as(&["Arrays.isEmpty", ".isEmpty"], "`IsNullOrEmpty(x)`", "x is a list", |w, call, span| {
        of_list(w, call, span, "IsNullOrEmpty", Kinds::BOOL)
    }),
    said_as(&["Arrays.toCsvString"], "`Join(\",\", x)`", "never: Entra passes over empty items", csv),
];

fn place(call: &Call, at: usize, span: Span) -> Span {
    call.arguments.get(at).and_then(Option::as_ref).map_or(span, |term| term.span)
}

/// The whole number that an argument always is.
fn number(call: &Call, at: usize) -> Option<i64> {
    match &call.arguments.get(at)?.as_ref()?.kind {
        Kind::Constant(Value::Number(number)) => number.as_i64(),
        Kind::Call(call) => match &call.constant {
            Some(Value::Number(number)) => number.as_i64(),
            _ => None,
        },
        _ => None,
    }
}

/// Text in which a pattern takes no sign for more than itself.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if r"\*+?|{}[]()^$.# ".contains(character) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

/// The kinds of a text that another one was made of.
fn kept(x: &Said) -> Facts {
    let null = if x.facts.may_be_null() { Kinds::NULL } else { Kinds::EMPTY };
    Facts::ascii(Kinds::TEXT.or(null), x.facts.ascii)
}

fn boolean(w: &mut Translator<'_>, call: &Call, span: Span) -> Entra {
    let x = w.entra_argument(call, 0)?;
    w.entra_boolean(&x, span)
}

fn present(w: &mut Translator<'_>, call: &Call, _: Span) -> Entra {
    let x = w.entra_argument(call, 0)?;
    w.entra_present(&x)
}

fn attribute_of(w: &mut Translator<'_>, call: &Call, span: Span) -> Entra {
    let nearest = w.entra_argument(call, 0)?;
    w.refuse(span, "that an attribute fails where its object is null (as ?. does not)".to_owned(), Some(nearest.text))
}

fn logical(w: &mut Translator<'_>, call: &Call, and: bool) -> Entra {
    let x = w.entra_condition(call.arguments.first()?.as_ref()?);
    // What no user reaches need not be said.
    if let Some(Value::Bool(known)) = x.as_ref().and_then(|x| x.facts.constant.as_ref()) {
        if *known != and {
            return x;
        }
    }
    let y = w.entra_condition(call.arguments.get(1)?.as_ref()?);
    let (x, y) = (x?, y?);
    if x.facts.constant.is_some() {
        return Some(y);
    }
    let text = if and { format!("IIF({}, {}, CBool(0))", x.text, y.text) } else { format!("IIF({}, CBool(1), {})", x.text, y.text) };
    w.bounded(said(text, Facts::of(Kinds::BOOL)))
}

/// Whether a pattern means the same in Java and in .NET, whatever it is matched with.
fn is_common(pattern: &str) -> bool {
    let plain = |character: char| character.is_ascii_alphanumeric() || " _@,:;/=~'%\"<>!-".contains(character);
    let mut rest = pattern.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            // Of a bracket only letters, digits and ranges of them.
            '[' => {
                let mut some = false;
                loop {
                    match rest.next() {
                        Some(']') if some => break,
                        Some(inner) if inner.is_ascii_alphanumeric() || "_-".contains(inner) => some = true,
                        _ => return false,
                    }
                }
            }
            '(' if rest.peek() == Some(&'?') => return false,
            // A quantifier that takes all and gives nothing back is one of Java's only.
            '*' | '+' | '?' if rest.peek() == Some(&'+') => return false,
            '(' | ')' | '|' | '*' | '+' | '?' => {}
            '\\' => match rest.next() {
                Some(sign) if sign.is_ascii_punctuation() => {}
                _ => return false,
            },
            other if plain(other) => {}
            _ => return false,
        }
    }
    true
}

fn matches(w: &mut Translator<'_>, call: &Call, span: Span) -> Entra {
    let (x, pattern) = (w.entra_text_argument(call, 0), w.entra_argument(call, 1));
    let (x, pattern) = (x?, pattern?);
    let Some(pattern) = pattern.facts.text().filter(|pattern| is_common(pattern)).map(str::to_owned) else {
        let what = "a pattern that is no constant, or that Java and .NET can read in two ways,".to_owned();
        return w.refuse(place(call, 1, span), what, None);
    };
    // The sign at the end makes no match of an empty text, and none of a part.
    let whole = quoted(&format!("^(?:{pattern})!\\z"));
    w.bounded(compared(format!("Replace(Append({}, \"!\"), , {whole}, , \"\", , ) = \"\"", x.text)))
}

fn item(w: &mut Translator<'_>, call: &Call, span: Span) -> Entra {
    let x = w.entra_argument(call, 0)?;
    if !x.facts.kinds.only(Kinds::LIST) {
        return w.refuse_kind(place(call, 0, span), x.facts.kinds, "Entra takes an item of a list only");
    }
    let Some(position) = number(call, 1).filter(|position| *position < i64::from(i32::MAX)) else {
        return w.refuse(place(call, 1, span), "a position that is no constant".to_owned(), None);
    };
    let list = if call.function.name == "[]" { w.entra_present(&x)? } else { x };
    w.bounded(said(format!("Item({}, {})", list.text, position + 1), Facts::of(Kinds::ANY)))
}

fn append(w: &mut Translator<'_>, call: &Call, _: Span) -> Entra {
    let (x, y) = (w.entra_text_argument(call, 0), w.entra_text_argument(call, 1));
    let (x, y) = (x?, y?);
    let facts = Facts::ascii(kept(&x).kinds, x.facts.ascii && y.facts.ascii);
    let facts = if y.facts.is_filled() { Facts { kinds: facts.kinds.without(Kinds::EMPTY), ..facts } } else { facts };
    w.bounded(said(format!("Append({}, {})", x.text, y.text), facts))
}

/// Entra passes over empty parts, so that the separators are parts themselves.
fn join(w: &mut Translator<'_>, call: &Call, _: Span) -> Entra {
    let all: Vec<Entra> = (0..call.arguments.len()).map(|at| w.entra_text_argument(call, at)).collect();
    let all: Option<Vec<Said>> = all.into_iter().collect();
    let all = all?;
    let (separator, parts) = all.split_first()?;
    let mut row: Vec<&Said> = Vec::new();
    for part in parts {
        if !row.is_empty() && separator.facts.text() != Some("") {
            row.push(separator);
        }
        row.push(part);
    }
    let facts = Facts::ascii(Kinds::TEXT, row.iter().all(|part| part.facts.ascii));
    let texts: Vec<&str> = row.iter().map(|part| part.text.as_str()).collect();
    w.bounded(said(format!("Join(\"\", {})", texts.join(", ")), facts))
}

fn len(w: &mut Translator<'_>, call: &Call, span: Span) -> Entra {
    let x = w.entra_text_argument(call, 0)?;
    if !x.facts.ascii {
        w.warn_units(span, "a length");
    }
    let text = if x.facts.may_be_null() { format!("Coalesce(Len({}), 0)", x.text) } else { format!("Len({})", x.text) };
    w.bounded(said(text, Facts::of(Kinds::NUMBER)))
}

fn remove_spaces(w: &mut Translator<'_>, call: &Call, _: Span) -> Entra {
    let x = w.entra_text_argument(call, 0)?;
    w.bounded(said(format!("StripSpaces({})", x.text), kept(&x)))
}

fn replace(w: &mut Translator<'_>, call: &Call, _: Span) -> Entra {
    let (x, old, new) = (w.entra_text_argument(call, 0), w.entra_text_argument(call, 1), w.entra_text_argument(call, 2));
    let (x, old, new) = (x?, old?, new?);
    let facts = Facts::ascii(kept(&x).kinds, x.facts.ascii && new.facts.ascii);
    w.bounded(said(format!("Replace({}, {}, , , {}, , )", x.text, old.text, new.text), facts))
}

fn replace_first(w: &mut Translator<'_>, call: &Call, span: Span) -> Entra {
    let (x, old, new) = (w.entra_text_argument(call, 0), w.entra_text_argument(call, 1), w.entra_text_argument(call, 2));
    let (x, old, new) = (x?, old?, new?);
    let (Some(old), Some(replacement)) = (old.facts.text(), new.facts.text()) else {
        return w.refuse(span, "the first occurrence of a text that is no constant".to_owned(), None);
    };
    if old.is_empty() {
        return Some(x);
    }
    let pattern = quoted(&format!("(?s)\\A(.*?){}(.*)\\z", escaped(old)));
    let replacement = quoted(&format!("${{1}}{}${{2}}", replacement.replace('$', "$$")));
    let facts = Facts::ascii(kept(&x).kinds, x.facts.ascii && new.facts.ascii);
    w.bounded(said(format!("Replace({}, , {pattern}, , {replacement}, , )", x.text), facts))
}

fn found(w: &mut Translator<'_>, call: &Call, test: &str) -> Entra {
    let (x, y) = (w.entra_text_argument(call, 0), w.entra_text_argument(call, 1));
    let (x, y) = (x?, y?);
    w.bounded(compared(format!("InStr({}, {}) {test}", x.text, y.text)))
}

fn contains(w: &mut Translator<'_>, call: &Call, span: Span) -> Entra {
    let x = w.entra_argument(call, 0)?;
    if call.function.name == ".contains" && !x.facts.kinds.only(Kinds::TEXT) {
        return w.refuse_kind(place(call, 0, span), x.facts.kinds, "Entra finds a text in a text, and cannot search a list");
    }
    found(w, call, "> 0")
}

fn substring(w: &mut Translator<'_>, call: &Call, span: Span) -> Entra {
    let x = w.entra_text_argument(call, 0)?;
    let open = !matches!(call.arguments.get(2), Some(Some(_)));
    let (from, to) = (number(call, 1), if open { number(call, 1) } else { number(call, 2) });
    let (Some(from), Some(to)) = (from.filter(|from| *from >= 0), to) else {
        return w.refuse(span, "a start or an end that is no constant, or out of range,".to_owned(), None);
    };
    if to < from || to > i64::from(i32::MAX / 2) {
        return w.refuse(span, "an end before the start".to_owned(), None);
    }
    if !x.facts.ascii {
        w.warn_units(span, "a position");
    }
    let count = if open { i64::from(i32::MAX / 2) } else { to - from };
    let part = format!("Mid({}, {}, {count})", x.text, from + 1);
    let facts = kept(&x);
    if to == 0 {
        return w.bounded(said(part, facts));
    }
    w.bounded(said(format!("IIF(Len({}) < {to}, {}, {part})", x.text, w.failing(&x)), facts))
}

/// What stands after or before the first occurrence of a text, nothing where it does not occur.
fn cut(w: &mut Translator<'_>, call: &Call, span: Span, after: bool) -> Entra {
    let (x, search) = (w.entra_text_argument(call, 0), w.entra_text_argument(call, 1));
    let (x, search) = (x?, search?);
    let Some(text) = search.facts.text().filter(|text| !text.is_empty()).map(escaped) else {
        return w.refuse(place(call, 1, span), "a text to search that is no constant, or empty,".to_owned(), None);
    };
    let pattern = quoted(&if after { format!("(?s)\\A.*?{text}") } else { format!("(?s){text}.*\\z") });
    let written = format!("IIF(InStr({}, {}) = 0, \"\", Replace({}, , {pattern}, , \"\", , ))", x.text, search.text, x.text);
    w.bounded(said(written, kept(&x)))
}

fn cased(w: &mut Translator<'_>, call: &Call, span: Span, name: &str) -> Entra {
    let alike = Translator::case_is_alike(&std::mem::take(&mut w.equals), name == "ToUpper");
    let x = w.entra_text_argument(call, 0)?;
    let text = format!("{name}({})", x.text);
    if !x.facts.ascii && !alike {
        let what = "the case of a text that can have letters such as ß, İ or Σ, which Java and .NET map apart,".to_owned();
        return w.refuse(span, what, Some(text));
    }
    w.bounded(said(text, kept(&x)))
}

fn of_list(w: &mut Translator<'_>, call: &Call, span: Span, name: &str, gives: Kinds) -> Entra {
    let x = w.entra_argument(call, 0)?;
    if !x.facts.kinds.only(Kinds::LIST) {
        return w.refuse_kind(place(call, 0, span), x.facts.kinds, "Okta takes a text as CSV where Entra takes a list");
    }
    w.bounded(said(format!("{name}({})", x.text), Facts::of(gives)))
}

fn csv(w: &mut Translator<'_>, call: &Call, span: Span) -> Entra {
    let x = w.entra_argument(call, 0)?;
    let nearest = format!("Join(\",\", {})", x.text);
    w.refuse(span, "the CSV text of a list".to_owned(), Some(nearest))
}
