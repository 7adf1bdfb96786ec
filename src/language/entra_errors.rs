//! What is wrong with a text that is no Entra expression, in the words of who wrote it.

use crate::diagnostic::{Code, Diagnostic, Span, nearest};
use crate::functions;
use crate::limits::Limits;

/// Finds what can be told from the characters alone: length, depth, and marks without their partner.
pub(super) fn scan(text: &str, limits: &Limits) -> Result<(), Diagnostic> {
    if text.trim_matches([' ', '\t', '\r', '\n']).is_empty() {
        return Err(Diagnostic::new(Code::EmptyExpression, "the expression is empty")
            .at(Span::new(0, text.len()), "")
            .help("write an attribute such as [mail], a constant such as \"member\", or a call such as ToLower([mail])"));
    }
    if let Some((byte, _)) = text.char_indices().nth(limits.expression_chars) {
        let characters = text.chars().count();
        return Err(Diagnostic::new(
            Code::ExpressionTooLong,
            format!("the expression has {characters} characters; the provider accepts {}", limits.expression_chars),
        )
        .at(Span::new(byte, text.len()), "too much"));
    }
    let mut open: Vec<usize> = Vec::new();
    let mut rest = text.char_indices();
    while let Some((at, character)) = rest.next() {
        let one = Span::new(at, at + character.len_utf8());
        match character {
            '"' => skip_text(text, at, &mut rest)?,
            '[' => skip_attribute(text, at, &mut rest)?,
            '(' => {
                open.push(at);
                if open.len() > limits.depth {
                    let message = format!("calls are nested deeper than {}", limits.depth);
                    return Err(Diagnostic::new(Code::NestingTooDeep, message).at(one, "one too deep"));
                }
            }
            ')' if open.pop().is_none() => {
                return Err(Diagnostic::new(Code::TextAfterEnd, "a closing parenthesis that closes nothing")
                    .at(one, "one too many")
                    .help("delete it")
                    .edit(one, ""));
            }
            '“' | '”' | '„' | '«' | '»' | '‘' | '’' | '\'' => return Err(wrong_quotes(text, one, character)),
            _ => {}
        }
    }
    match open.last() {
        Some(&at) => Err(unclosed_parenthesis(text, at)),
        None => Ok(()),
    }
}

fn skip_text(text: &str, start: usize, rest: &mut std::str::CharIndices<'_>) -> Result<(), Diagnostic> {
    let mut escaped = false;
    for (at, character) in rest.by_ref() {
        match character {
            '"' if !escaped => return Ok(()),
            '\\' => escaped = !escaped && text[at + 1..].starts_with(['"', '\\']),
            _ => escaped = false,
        }
    }
    Err(Diagnostic::new(Code::UnclosedText, "a constant lacks its closing quotation mark")
        .at(Span::new(start, text.len()), "starts here and never ends")
        .help("close it with \"; inside a constant a quotation mark is written \\\" and a backslash at its end \\\\"))
}

fn skip_attribute(text: &str, start: usize, rest: &mut std::str::CharIndices<'_>) -> Result<(), Diagnostic> {
    let (mut depth, mut quoted) = (1, false);
    for (at, character) in rest.by_ref() {
        match character {
            '"' if depth > 1 => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return match text[start + 1..at].trim().is_empty() {
                true => Err(empty_attribute(Span::new(start, at + 1))),
                false => Ok(()),
            };
        }
    }
    let end = text[start..].find([',', ')', '\n']).map_or(text.len(), |length| start + length);
    Err(Diagnostic::new(Code::UnclosedBracket, "an attribute reference lacks its closing bracket")
        .at(Span::new(start, end), "starts here and never ends")
        .help(format!("close it: {}]", &text[start..end]))
        .edit(Span::new(end, end), "]"))
}

pub(super) fn empty_attribute(at: Span) -> Diagnostic {
    Diagnostic::new(Code::EmptyAttribute, "the brackets hold no attribute name").at(at, "").help("name the attribute, as in [mail]")
}

fn wrong_quotes(text: &str, at: Span, character: char) -> Diagnostic {
    let kind = if character == '\'' { "single" } else { "typographic" };
    let diagnostic =
        Diagnostic::new(Code::WrongQuotes, format!("text stands in {kind} quotation marks; constants need straight double ones"))
            .at(at, format!("this is {character}"));
    // With its partner found, the repair is known.
    let partners: &[char] = match character {
        '“' | '„' | '”' => &['”', '“'],
        '«' => &['»'],
        '»' => &['«'],
        '\'' => &['\''],
        _ => &['’', '‘'],
    };
    match text[at.end..].find(partners) {
        Some(length) => {
            let inner = &text[at.end..at.end + length];
            let end = at.end + length + text[at.end + length..].chars().next().map_or(0, char::len_utf8);
            let repaired = format!("\"{}\"", inner.replace('\\', "\\\\").replace('"', "\\\""));
            diagnostic.help(format!("write {repaired}")).edit(Span::new(at.start, end), repaired)
        }
        None => diagnostic.help("a constant stands between two straight ones, as in \"member\""),
    }
}

fn unclosed_parenthesis(text: &str, at: usize) -> Diagnostic {
    let name_start = text[..at].trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len();
    let name = &text[name_start..at];
    let end = text.trim_end().len();
    let what = if name.is_empty() {
        "a parenthesis lacks its partner".into()
    } else {
        format!("the call of {name} lacks its closing parenthesis")
    };
    Diagnostic::new(Code::UnclosedParenthesis, what)
        .at(Span::new(name_start, at + 1), "opened here and never closed")
        .help("add ) at the end, if the call is meant to reach so far")
        .edit(Span::new(end, end), ")")
}

/// Explains the place at which the grammar gave up.
pub(super) fn explain(text: &str, furthest: usize) -> Diagnostic {
    // What the language takes as white space and nothing more: a no-break space is the mistake.
    let blanks = [' ', '\t', '\r', '\n'];
    let at = text.len() - text[furthest..].trim_start_matches(blanks).len();
    let word = word_at(text, at);
    let before = text[..at].trim_end();
    let here = if word.end > word.start { word } else { Span::new(at, (at + next_length(text, at)).min(text.len())) };
    let found = &text[word.start..word.end];
    if matches!(found.to_ascii_uppercase().as_str(), "AND" | "OR" | "NOT") && !text[word.end..].trim_start().starts_with('(') {
        return Diagnostic::new(Code::LogicalOperator, format!("{found} is no part of the language"))
            .at(here, "conditions cannot be joined")
            .help(match found.to_ascii_uppercase().as_str() {
                "AND" => "nest the conditions: IIF(first, IIF(second, then, else), else)",
                "OR" => "nest the conditions: IIF(first, then, IIF(second, then, else))",
                _ => "negate with the function: Not(…), or with <>",
            });
    }
    let ends_value = before.ends_with([')', ']', '"']) || before.ends_with(|c: char| c.is_ascii_alphanumeric());
    if ends_value && depth(before) == 0 {
        return Diagnostic::new(Code::TextAfterEnd, "text follows the end of the expression")
            .at(Span::new(at, text.trim_end().len().max(here.end)), "this does not belong to it")
            .help("an expression is one value; delete what follows, or join values with Join(\"\", …)")
            .edit(Span::new(before.len(), text.len()), "");
    }
    if ends_value && (text[at..].starts_with(['"', '[']) || !found.is_empty()) {
        return Diagnostic::new(Code::MissingComma, "a comma is missing between two arguments")
            .at(here, "a second value begins here")
            .help("put a comma before it")
            .edit(Span::new(before.len(), before.len()), ",");
    }
    if !found.is_empty() {
        return bare_word(text, word, found);
    }
    let shown: String = text[at..].chars().take(1).collect();
    let message = match shown.as_str() {
        "" => "the expression ends where a value is wanted".to_string(),
        "(" => "parentheses without a function's name do not group in this language".to_string(),
        "=" | "<" | ">" => "only two values can be compared at once".to_string(),
        "&" => "& does not join texts in this language; hexadecimal numbers are written &HF7".to_string(),
        "`" => "a backtick is no part of the language".to_string(),
        "\u{a0}" => "a no-break space stands here, which does not count as white space".to_string(),
        _ => format!("{shown} cannot stand here"),
    };
    let diagnostic = Diagnostic::new(Code::UnexpectedText, message).at(here, "");
    match shown.as_str() {
        "\u{a0}" => diagnostic.help("replace it by an ordinary space").edit(here, " "),
        "=" | "<" | ">" => diagnostic.help("nest the comparisons: IIF(first, IIF(second, then, else), else)"),
        "(" => diagnostic.help("leave them out; conditions are nested: IIF(first, IIF(second, then, else), else)"),
        "&" | "+" => diagnostic.help("join texts with Append(a, b) or Join(\"\", a, b, …)"),
        _ => diagnostic.help("a value is an attribute [name], a constant \"text\", a number, or a call Name(…)"),
    }
}

fn bare_word(text: &str, word: Span, found: &str) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::BareWord, format!("{found} stands without brackets, quotation marks or parentheses")).at(word, "");
    let known_words = super::Word::ALL.map(super::Word::text);
    if let Some(meant) = nearest(found, known_words) {
        return diagnostic.help(format!("did you mean {meant}?")).edit(word, meant);
    }
    if functions::entra().iter().any(|function| function.name == found) && !text[word.end..].trim_start().starts_with('(') {
        return diagnostic.help(format!("a function is called with parentheses: {found}(…)"));
    }
    diagnostic.help(format!("an attribute is written [{found}], a constant \"{found}\""))
}

/// The word that begins at a byte.
fn word_at(text: &str, at: usize) -> Span {
    let length = text[at..].find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len() - at);
    Span::new(at, at + length)
}

fn next_length(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(0, char::len_utf8)
}

/// How many calls are open after a text whose marks are known to be closed.
fn depth(text: &str) -> usize {
    let mut depth = 0usize;
    let mut rest = text.char_indices();
    while let Some((at, character)) = rest.next() {
        match character {
            '"' if skip_text(text, at, &mut rest).is_err() => return depth,
            '[' if skip_attribute(text, at, &mut rest).is_err() => return depth,
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    depth
}
