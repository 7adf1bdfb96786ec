//! What is wrong with a text that is no Okta expression, in the words of who wrote it.

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::limits::Limits;

/// Finds what can be told from the characters alone: length, depth, and marks without their partner.
pub(super) fn scan(text: &str, limits: &Limits) -> Result<(), Diagnostic> {
    if text.trim_matches([' ', '\t', '\r', '\n']).is_empty() {
        return Err(empty(text));
    }
    if let Some((byte, _)) = text.char_indices().nth(limits.expression_chars) {
        let message = format!("the expression has {} characters; at most {} are accepted", text.chars().count(), limits.expression_chars);
        return Err(Diagnostic::new(Code::ExpressionTooLong, message).at(Span::new(byte, text.len()), "too much"));
    }
    let mut open: Vec<(usize, char)> = Vec::new();
    // Each `?` nests what follows it, as a bracket does, until its bracket closes.
    let mut questions = vec![0_usize];
    let mut depth = 0;
    let mut rest = text.char_indices();
    while let Some((at, character)) = rest.next() {
        let one = Span::new(at, at + character.len_utf8());
        match character {
            '"' | '\'' => skip_text(text, at, character, &mut rest)?,
            '(' | '[' | '{' => {
                open.push((at, character));
                questions.push(0);
                depth += 1;
            }
            ')' | ']' | '}' => {
                close(&mut open, one, character)?;
                depth -= 1 + questions.pop().unwrap_or_default();
            }
            '?' => {
                depth += 1;
                if let Some(count) = questions.last_mut() {
                    *count += 1;
                }
            }
            '“' | '”' | '„' | '«' | '»' | '‘' | '’' => return Err(typographic(text, one, character)),
            _ => {}
        }
        if depth > limits.depth {
            return Err(Diagnostic::new(Code::NestingTooDeep, format!("the expression is nested deeper than {}", limits.depth))
                .at(one, "one too deep"));
        }
    }
    match open.last() {
        Some(&(at, character)) => Err(unclosed(text, at, character)),
        None => Ok(()),
    }
}

pub(super) fn empty(text: &str) -> Diagnostic {
    Diagnostic::new(Code::EmptyExpression, "the expression is empty")
        .at(Span::new(0, text.len()), "")
        .help("write an attribute such as user.email, a constant such as \"member\", or a call such as String.len(user.email)")
}

/// A doubled mark is one mark inside; it reads as two texts without a gap, which comes to the same here.
fn skip_text(text: &str, start: usize, mark: char, rest: &mut std::str::CharIndices<'_>) -> Result<(), Diagnostic> {
    if rest.by_ref().any(|(_, character)| character == mark) {
        return Ok(());
    }
    Err(Diagnostic::new(Code::UnclosedText, "a constant lacks its closing quotation mark")
        .at(Span::new(start, text.len()), "starts here and never ends")
        .help(format!("close it with {mark}; inside a constant the mark is doubled ({mark}{mark}), and a backslash stands for itself")))
}

fn partner(character: char) -> char {
    match character {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

fn close(open: &mut Vec<(usize, char)>, at: Span, character: char) -> Result<(), Diagnostic> {
    match open.pop() {
        Some((_, opened)) if partner(opened) == character => Ok(()),
        Some((start, opened)) => Err(Diagnostic::new(Code::UnclosedParenthesis, format!("{opened} is closed by {character}"))
            .at(at, format!("{} is wanted here", partner(opened)))
            .at(Span::new(start, start + 1), "opened here")
            .edit(at, partner(opened).to_string())),
        None => Err(Diagnostic::new(Code::TextAfterEnd, format!("{character} closes nothing"))
            .at(at, "one too many")
            .help("delete it")
            .edit(at, "")),
    }
}

fn unclosed(text: &str, at: usize, character: char) -> Diagnostic {
    let start = text[..at].trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.').len();
    let (name, end) = (&text[start..at], text.trim_end().len());
    let what = match (character, name) {
        ('(', "") | ('[' | '{', _) => format!("{character} is never closed"),
        _ => format!("the call of {name} lacks its closing parenthesis"),
    };
    let code = if character == '[' { Code::UnclosedBracket } else { Code::UnclosedParenthesis };
    Diagnostic::new(code, what)
        .at(Span::new(if character == '(' { start } else { at }, at + 1), "opened here and never closed")
        .help(format!("add {} at the end, if it is meant to reach so far", partner(character)))
        .edit(Span::new(end, end), partner(character).to_string())
}

fn typographic(text: &str, at: Span, character: char) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::WrongQuotes, "text stands in typographic quotation marks; constants need straight ones")
        .at(at, format!("this is {character}"));
    let partners: &[char] = match character {
        '“' | '„' | '”' => &['”', '“'],
        '«' | '»' => &['»', '«'],
        _ => &['’', '‘'],
    };
    match text[at.end..].find(partners) {
        Some(length) => {
            let end = at.end + length + text[at.end + length..].chars().next().map_or(0, char::len_utf8);
            let repaired = format!("\"{}\"", text[at.end..at.end + length].replace('"', "\"\""));
            diagnostic.help(format!("write {repaired}")).edit(Span::new(at.start, end), repaired)
        }
        None => diagnostic.help("write \" or '"),
    }
}

pub(super) fn compared_twice(at: Span) -> Diagnostic {
    Diagnostic::new(Code::UnexpectedText, "only two values can be compared at once")
        .at(at, "the second comparison")
        .help("join comparisons with AND: a < b AND b < c")
}

/// What Okta's language leaves out of the one on which it is based, and what to write instead.
const LEFT_OUT: [(&str, &str); 5] = [
    ("new", "objects cannot be made; constants are written as they are"),
    ("between", "write value >= low AND value <= high"),
    ("instanceof", "the type of a value cannot be asked for"),
    ("in", "write Arrays.contains(array, value)"),
    ("contains", "write String.stringContains(text, part) or Arrays.contains(array, value)"),
];

/// Explains the place at which the grammar gave up.
pub(super) fn explain(text: &str, furthest: usize) -> Diagnostic {
    let at = furthest + (text[furthest..].len() - text[furthest..].trim_start().len());
    let length = text[at..].find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len() - at);
    let word = &text[at..at + length];
    let before = text[..at].trim_end();
    let sign: String = text[at..].chars().take(1).collect();
    let here = Span::new(at, (at + length.max(sign.len())).min(text.len()));
    let unexpected = |message: String| Diagnostic::new(Code::UnexpectedText, message).at(here, "");
    if let Some((word, help)) = LEFT_OUT.iter().find(|(left, _)| *left == word) {
        return unexpected(format!("{word} is no part of the language")).help(*help);
    }
    if before.ends_with("new") {
        return unexpected("new is no part of the language".into()).help(LEFT_OUT[0].1);
    }
    if let (Some(mark), true) = (before.rfind('?'), sign.is_empty() || sign == ")" || sign == ",") {
        let rest = &before[mark..];
        if !rest.contains(':') && !rest.starts_with("?.") && rest.len() > 1 {
            return Diagnostic::new(Code::UnexpectedText, "a condition with ? lacks its second result")
                .at(Span::new(mark, mark + 1), "begins here")
                .help("write condition ? then : otherwise");
        }
    }
    let ends_value = before.ends_with([')', ']', '}', '"', '\'']) || before.ends_with(|c: char| c.is_ascii_alphanumeric());
    match sign.as_str() {
        "" => return unexpected("the expression ends where a value is wanted".into()),
        "=" => return unexpected("= is no part of the language".into()).help("compare with ==").edit(Span::new(at, at + 1), "=="),
        "+" | "-" if text[at..].starts_with("++") || text[at..].starts_with("--") || before.ends_with(['+', '-']) => {
            return unexpected("++ and -- are no part of the language".into()).help("add with + 1");
        }
        "#" => return unexpected("# is no part of the language".into()).help("attributes are written user.name, without #"),
        "@" => return unexpected("@ is no part of the language".into()).help("a text such as an address stands in quotation marks"),
        "&" | "|" => return unexpected(format!("{sign} cannot stand alone")).help(format!("write {sign}{sign}, or AND and OR")),
        "<" | ">" if ends_value => return compared_twice(here),
        "\u{a0}" => return unexpected("a no-break space stands here, which does not count as white space".into()),
        "," if !before.contains(['(', '{']) => {
            return Diagnostic::new(Code::TextAfterEnd, "text follows the end of the expression").at(here, "this does not belong to it");
        }
        _ => {}
    }
    let starts_value = !word.is_empty() || matches!(sign.as_str(), "\"" | "'" | "{" | "(");
    if ends_value && starts_value {
        let opened = before.matches(['(', '{']).count() > before.matches([')', '}']).count();
        return match opened {
            true => Diagnostic::new(Code::MissingComma, "a comma or an operator is missing between two values")
                .at(here, "a second value begins here")
                .help("separate arguments by commas, and join texts with +"),
            false => Diagnostic::new(Code::TextAfterEnd, "text follows the end of the expression")
                .at(Span::new(at, text.trim_end().len().max(here.end)), "this does not belong to it")
                .help("an expression is one value; join texts with +, conditions with AND or OR"),
        };
    }
    unexpected(format!("{} cannot stand here", if word.is_empty() { &sign } else { word }))
        .help("a value is an attribute such as user.email, a constant \"text\", a number, an array {…}, or a call name(…)")
}
