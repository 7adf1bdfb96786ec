//! Names of Rust for the names of policies.

use std::collections::BTreeSet;

/// Words of Rust that no field or function may have for its name.
const WORDS: [&str; 53] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else", "enum", "extern",
    "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv",
    "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof", "union", "unsafe", "unsized",
    "use", "virtual", "where", "while", "yield", "_",
];

/// Gives each name once.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    /// With names that are taken already.
    pub fn without(taken: &[&str]) -> Self {
        Names(taken.iter().map(|name| (*name).to_owned()).collect())
    }

    /// The name of a field or function: `givenName` is `given_name`.
    pub fn lower(&mut self, name: &str) -> String {
        let name = snake(name);
        self.free(if WORDS.contains(&name.as_str()) { name + "_" } else { name }, |at| format!("_{at}"))
    }

    /// The name of a static: `StringReplace` is `STRING_REPLACE`.
    pub fn upper(&mut self, name: &str) -> String {
        self.free(snake(name).to_uppercase(), |at| format!("_{at}"))
    }

    fn free(&mut self, name: String, more: impl Fn(usize) -> String) -> String {
        let mut free = name.clone();
        let mut at = 2;
        while !self.0.insert(free.clone()) {
            free = format!("{}{}", name.trim_end_matches('_'), more(at));
            at += 1;
        }
        free
    }
}

pub(super) fn snake(name: &str) -> String {
    let mut snake = String::new();
    let mut before = '_';
    for character in name.chars() {
        if !character.is_ascii_alphanumeric() {
            if before != '_' && !snake.is_empty() {
                snake.push('_');
            }
            before = '_';
            continue;
        }
        if character.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
        before = character;
    }
    let snake = snake.trim_end_matches('_');
    match snake.chars().next() {
        None => "value".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("value_{snake}"),
        Some(_) => snake.to_owned(),
    }
}
