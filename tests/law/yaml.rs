//! Policies as text: blocks for the sections, one line for each row, so that a failing one can be read.

use serde_json::{Map, Value as Json};
use std::fmt::Write;

/// The sections of a policy whose members stand on a line each, and those whose members' members do.
const LINES: [&str; 6] = ["options", "checks", "events", "placement", "tests", "messages"];

pub fn policy(file: &Map<String, Json>) -> String {
    let mut text = String::new();
    for (name, value) in file {
        write!(text, "{name}:").unwrap();
        let depth = match name.as_str() {
            "target" => 2,
            "sources" => 3,
            "checks" | "events" => 2,
            name if LINES.contains(&name) => 1,
            _ => 0,
        };
        block(&mut text, value, depth, 1);
    }
    text
}

fn block(text: &mut String, value: &Json, depth: usize, indent: usize) {
    let lead = "  ".repeat(indent);
    match value {
        Json::Object(members) if depth > 0 && !members.is_empty() => {
            text.push('\n');
            for (name, member) in members {
                write!(text, "{lead}{}:", scalar(name)).unwrap();
                block(text, member, depth - 1, indent + 1);
            }
        }
        Json::Array(items) if depth > 0 && !items.is_empty() => {
            text.push('\n');
            for item in items {
                writeln!(text, "{lead}- {}", flow(item)).unwrap();
            }
        }
        value => writeln!(text, " {}", flow(value)).unwrap(),
    }
}

/// A value on one line.
pub fn flow(value: &Json) -> String {
    match value {
        Json::Object(members) if members.is_empty() => "{}".into(),
        Json::Object(members) => {
            let members: Vec<String> = members.iter().map(|(name, member)| format!("{}: {}", scalar(name), flow(member))).collect();
            format!("{{ {} }}", members.join(", "))
        }
        Json::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Json::String(word) => scalar(word),
        other => other.to_string(),
    }
}

/// A text, plain where YAML could not take it for anything else.
fn scalar(text: &str) -> String {
    const WORDS: [&str; 8] = ["true", "false", "null", "yes", "no", "on", "off", "y"];
    let letters = text.chars().all(|c| c.is_ascii_alphanumeric() || "_.- ".contains(c));
    let ends = text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.ends_with(|c: char| c.is_ascii_alphanumeric());
    if letters && ends && !WORDS.contains(&text.to_ascii_lowercase().as_str()) && text != "n" && text != "N" {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            ' '..='~' => quoted.push(c),
            c if u32::from(c) <= 0xFF => write!(quoted, "\\x{:02x}", u32::from(c)).unwrap(),
            c if u32::from(c) <= 0xFFFF => write!(quoted, "\\u{:04x}", u32::from(c)).unwrap(),
            c => write!(quoted, "\\U{:08x}", u32::from(c)).unwrap(),
        }
    }
    quoted + "\""
}
