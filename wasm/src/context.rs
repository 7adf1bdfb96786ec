//! Where in a policy's text a person is writing, told by the text alone: half a line is no policy yet.

use crate::offsets::byte_of;
use rolewright::Dialect;
use rolewright::policy::Policy;
use rolewright::provision::Source;

const DIALECTS: [Dialect; 3] = [Dialect::Entra, Dialect::Okta, Dialect::OktaIdentityEngine];

/// What stands around a place.
pub struct Context<'t> {
    pub text: &'t str,
    /// The place, in bytes.
    pub at: usize,
    /// Where what is being written begins, in bytes.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// The target attribute whose mapping stands here.
    pub target: Option<&'t str>,
    pub kind: Kind,
    /// The language of the expression.
    pub dialect: Dialect,
}

/// What can stand at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A function or word of an expression.
    Word,
    /// The name in `[…]` of an expression, or after `direct:`.
    Attribute,
    /// A constant of an expression.
    Constant,
    /// The name of a mapping.
    Mapping,
    /// The way in which a mapping gives its value.
    Means,
    Other,
}

impl<'t> Context<'t> {
    /// The context of a place that is counted in units of JavaScript.
    pub fn at(text: &'t str, unit: usize, policy: Option<&Policy>) -> Self {
        let at = byte_of(text, unit);
        let line_from = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let dialect = dialect(text, line_from, policy);
        let (kind, from) = kind(text, line_from, at, dialect);
        Context { target: target(text, line_from, at), ..Context::of(text, at, kind, from, dialect) }
    }

    /// The context of a place in a text that is one expression, without a policy around it.
    pub fn in_expression(text: &'t str, unit: usize, dialect: Dialect) -> Self {
        let at = byte_of(text, unit);
        let (kind, from) = in_expression(&text[..at], 0, word(text, 0, at), dialect);
        Context::of(text, at, kind, from, dialect)
    }

    fn of(text: &'t str, at: usize, kind: Kind, from: usize, dialect: Dialect) -> Self {
        let ends = |character: char| match kind {
            Kind::Constant => matches!(character, '"' | '\n') || (dialect != Dialect::Entra && character == '\''),
            Kind::Attribute => matches!(character, ']' | ',' | '}' | '\n' | '\'' | '"' | ' '),
            _ => !(character.is_alphanumeric() || matches!(character, '_' | '.')),
        };
        let to = text[at..].find(ends).map_or(text.len(), |end| at + end);
        let to = if kind == Kind::Constant && !text[at..to].is_ascii() { at } else { to };
        Context { text, at, from, to, target: None, kind, dialect }
    }
}

/// Where the word begins that ends at a place.
fn word(text: &str, line_from: usize, at: usize) -> usize {
    at - text[line_from..at].chars().rev().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.')).map(char::len_utf8).sum::<usize>()
}

/// The language that the source around a line names; where its text names none, that of the policy's mappings, which
/// may stand in a policy on which this one builds.
fn dialect(text: &str, line_from: usize, policy: Option<&Policy>) -> Dialect {
    const KEY: &str = "dialect:";
    let depth = |line: &str| indentation(line);
    let is_source = |line: &&str| ["scim:", "jit:"].iter().any(|name| line.trim_start().starts_with(name));
    let source = text[..line_from].lines().rev().find(is_source);
    let from = source.map_or(0, |line| line.as_ptr() as usize - text.as_ptr() as usize);
    let within = |line: &&str| source.is_none_or(|source| line.trim().is_empty() || depth(line) > depth(source));
    let named = text[from..].lines().skip(1).take_while(within).find_map(|line| line.trim_start().strip_prefix(KEY));
    let word = named.map(|rest| rest.split('#').next().unwrap_or(rest).trim().trim_matches(['"', '\'']));
    let word = word.filter(|_| source.is_some());
    let stated = word.and_then(|word| DIALECTS.into_iter().find(|dialect| dialect.word() == word));
    let which = if source.is_some_and(|line| line.trim_start().starts_with("jit:")) { Source::Jit } else { Source::Scim };
    let built_on = || policy?.mappings(which).iter().find_map(rolewright::policy::Mapping::dialect);
    stated.or_else(built_on).unwrap_or_default()
}

fn kind(text: &str, line_from: usize, at: usize, dialect: Dialect) -> (Kind, usize) {
    let line = &text[line_from..at];
    let word = || word(text, line_from, at);
    if let Some(begin) = expression(text, line_from, at) {
        return in_expression(&text[begin..at], begin, word(), dialect);
    }
    if let Some(found) = line.rfind("direct:") {
        let rest = &line[found + "direct:".len()..];
        if !rest.contains([',', '}', '#']) {
            return (Kind::Attribute, line_from + found + "direct:".len() + rest.len() - rest.trim_start().len());
        }
    }
    let trimmed = line.trim_start();
    let inside = parent(text, line_from, line.len() - trimmed.len());
    match trimmed.split_once(':') {
        None if inside == Some("mappings") => (Kind::Mapping, word()),
        Some((_, rest)) if inside == Some("mappings") && rest.trim_start().starts_with('{') && !rest.contains('}') => {
            let last = rest.rfind(['{', ',']).map_or("", |at| &rest[at + 1..]);
            if last.contains(':') { (Kind::Other, at) } else { (Kind::Means, word()) }
        }
        _ => (Kind::Other, word()),
    }
}

fn in_expression(text: &str, begin: usize, word: usize, dialect: Dialect) -> (Kind, usize) {
    let (mut constant, mut bracket, mut escaped) = (None, None, false);
    // Okta writes constants in both signs, and brackets around no attribute.
    let entra = dialect == Dialect::Entra;
    for (at, character) in text.char_indices() {
        match (constant, bracket, character) {
            (Some(_), _, _) if escaped => escaped = false,
            (Some(_), _, '\\') => escaped = true,
            (Some((_, sign)), _, _) if character == sign => constant = None,
            (None, None, '"') => constant = Some((begin + at + 1, '"')),
            (None, None, '\'') if !entra => constant = Some((begin + at + 1, '\'')),
            (None, None, '[') if entra => bracket = Some(begin + at + 1),
            (None, Some(_), ']') => bracket = None,
            _ => {}
        }
    }
    match (constant, bracket) {
        (Some((from, _)), _) => (Kind::Constant, from),
        (_, Some(from)) => (Kind::Attribute, from),
        _ => (Kind::Word, word),
    }
}

/// Where the expression begins in which a place stands.
fn expression(text: &str, line_from: usize, at: usize) -> Option<usize> {
    const KEY: &str = "expression:";
    let line = &text[line_from..at];
    if let Some(found) = line.find(KEY) {
        let rest = &line[found + KEY.len()..];
        let begin = rest.len() - rest.trim_start().len();
        let quote = rest[begin..].chars().next().filter(|c| matches!(c, '\'' | '"'));
        let inner = begin + quote.map_or(0, char::len_utf8);
        let over = quote.is_some_and(|quote| rest[inner..].replace("''", "").contains(quote) && quote == '\'');
        return (!over).then_some(line_from + found + KEY.len() + inner);
    }
    // A text over several lines stands deeper than its key.
    let mut from = line_from;
    let own = indentation(&text[line_from..]);
    for _ in 0..40 {
        let end = from.checked_sub(1)?;
        from = text[..end].rfind('\n').map_or(0, |newline| newline + 1);
        let above = &text[from..end];
        if above.trim().is_empty() {
            continue;
        }
        if let Some(found) = above.find(KEY) {
            let block = above[found + KEY.len()..].trim_start().starts_with(['>', '|']);
            return (block && own > indentation(above)).then_some(end + 1);
        }
        if indentation(above) < own && above.trim_end().ends_with(':') {
            return None;
        }
    }
    None
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The key under which a line of that indentation stands.
fn parent(text: &str, line_from: usize, own: usize) -> Option<&str> {
    let above = text[..line_from].lines().rev().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    let mut above = above.filter(|line| indentation(line) < own);
    let key = above.next()?.trim_start().split_once(':')?.0;
    Some(key.trim_matches(['"', '\'']))
}

/// The target attribute in whose mapping a place stands.
fn target(text: &str, line_from: usize, at: usize) -> Option<&str> {
    let line = &text[line_from..at];
    let own = indentation(&text[line_from..]);
    if parent(text, line_from, own) == Some("mappings") {
        return line.trim_start().split_once(':').map(|(key, _)| key.trim_matches(['"', '\'']));
    }
    let above = text[..line_from].lines().rev().find(|line| !line.trim().is_empty() && indentation(line) < own)?;
    above.trim_start().split_once(':').map(|(key, _)| key.trim_matches(['"', '\'']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> (Kind, String, Option<String>) {
        let unit = text.find('|').unwrap_or(text.len());
        let text = text.replacen('|', "", 1);
        let context = Context::at(&text, unit, None);
        (context.kind, context.text[context.from..context.at].to_owned(), context.target.map(str::to_owned))
    }

    #[test]
    fn places_in_mappings_are_told_apart() {
        let lead = "sources:\n  scim:\n    mappings:\n      userName: { direct: mail }\n";
        let seen = |line: &str| at(&format!("{lead}      {line}"));
        let role = Some("role".to_owned());
        assert_eq!(seen("role: { expression: 'Swi|'}"), (Kind::Word, "Swi".into(), role.clone()));
        assert_eq!(seen("role: { expression: 'ToUpper([sur|])'}"), (Kind::Attribute, "sur".into(), role.clone()));
        assert_eq!(seen("role: { expression: 'Switch([a], \"own|\")'}"), (Kind::Constant, "own".into(), role.clone()));
        assert_eq!(seen("role: { direct: sur| }"), (Kind::Attribute, "sur".into(), role.clone()));
        assert_eq!(seen("role: { exp|"), (Kind::Means, "exp".into(), role));
        assert_eq!(seen("ro|"), (Kind::Mapping, "ro".into(), None));
        assert_eq!(seen("role: { expression: 'a', def|").0, Kind::Means);
    }

    #[test]
    fn the_source_names_the_language() {
        let text = "sources:\n  scim:\n    dialect: okta   # classic\n    mappings:\n      role: { expression: 'user.de'}\n  jit:\n    mappings:\n      a: { direct: b }\n";
        let seen = |unit: usize| {
            let context = Context::at(text, unit, None);
            (context.dialect, context.kind, context.text[context.from..context.at].to_owned())
        };
        let at = text.find("user.de").unwrap_or_default() + "user.de".len();
        assert_eq!(seen(at), (Dialect::Okta, Kind::Word, "user.de".into()));
        assert_eq!(seen(text.len()).0, Dialect::Entra);
    }

    #[test]
    fn an_expression_can_stand_alone() {
        let at = |text: &str, dialect| {
            let context = Context::in_expression(text, text.len(), dialect);
            (context.kind, context.text[context.from..].to_owned())
        };
        assert_eq!(at("String.toUpperCase(user.fi", Dialect::Okta), (Kind::Word, "user.fi".into()));
        assert_eq!(at("user.email == 'a", Dialect::Okta), (Kind::Constant, "a".into()));
        assert_eq!(at("ToUpper([sur", Dialect::Entra), (Kind::Attribute, "sur".into()));
    }

    #[test]
    fn a_text_over_several_lines_is_an_expression() {
        let (kind, written, target) = at("    mappings:\n      role:\n        expression: >-\n          Switch(Tri|");
        assert_eq!((kind, written.as_str(), target.as_deref()), (Kind::Word, "Tri", Some("expression")));
    }
}
