use super::syntax::{Argument, Node, Syntax};

/// The canonical text of an expression, on one line: one space after a comma, one around a comparison.
pub(crate) fn print(syntax: &Syntax) -> String {
    let mut text = String::new();
    write(syntax, &mut text);
    text
}

fn write(syntax: &Syntax, text: &mut String) {
    match &syntax.node {
        Node::Text(constant) => quote(constant, text),
        Node::Number { raw, .. } => text.push_str(raw),
        Node::Attribute(name) => {
            text.push('[');
            text.push_str(name);
            text.push(']');
        }
        Node::Word(word) => text.push_str(word.text()),
        Node::Compare { operator, left, right } => {
            write(left, text);
            text.push(' ');
            text.push_str(operator.sign());
            text.push(' ');
            write(right, text);
        }
        Node::Call(call) => {
            text.push_str(&call.name);
            text.push('(');
            for (at, argument) in call.arguments.iter().enumerate() {
                if at > 0 {
                    text.push_str(", ");
                }
                if let Argument::Given(argument) = argument {
                    write(argument, text);
                }
            }
            text.push(')');
        }
    }
}

/// A constant with only those backslashes doubled that would otherwise escape: before a quotation mark, before another
/// backslash, and at the end. So patterns stay as they are published.
fn quote(constant: &str, text: &mut String) {
    text.push('"');
    let mut characters = constant.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, characters.peek()) {
            ('"', _) => text.push_str("\\\""),
            ('\\', None | Some('"' | '\\')) => text.push_str("\\\\"),
            _ => text.push(character),
        }
    }
    text.push('"');
}
