use super::syntax::{Called, Node, Prefix, Syntax};

/// The canonical text of an expression, on one line: double quotation marks, AND and OR in capitals, one space around
/// operators and after commas. Parentheses stay where they were put.
pub(crate) fn print(syntax: &Syntax) -> String {
    let mut text = String::new();
    write(syntax, &mut text);
    text
}

fn write(syntax: &Syntax, text: &mut String) {
    match &syntax.node {
        Node::Text(constant) => quote(constant, text),
        Node::Number { raw, .. } => text.push_str(raw),
        Node::Bool(bool) => text.push_str(if *bool { "true" } else { "false" }),
        Node::Null => text.push_str("null"),
        Node::Name(name) => text.push_str(name),
        Node::Member(member) => {
            write(&member.of, text);
            text.push_str(dot(member.safe));
            text.push_str(&member.name.text);
        }
        Node::Call(called) => call(called, text),
        Node::Method(method) => {
            write(&method.of, text);
            text.push_str(dot(method.safe));
            call(&method.call, text);
        }
        Node::Index(of, index) => {
            write(of, text);
            text.push('[');
            write(index, text);
            text.push(']');
        }
        Node::Project(of, path) => {
            write(of, text);
            text.push_str(".![");
            text.push_str(path);
            text.push(']');
        }
        Node::List(items) => {
            text.push('{');
            list(items, text);
            text.push('}');
        }
        Node::Map(entries) if entries.is_empty() => text.push_str("{:}"),
        Node::Map(entries) => {
            text.push('{');
            for (at, (key, value)) in entries.iter().enumerate() {
                text.push_str(if at > 0 { ", " } else { "" });
                quote(key, text);
                text.push_str(": ");
                write(value, text);
            }
            text.push('}');
        }
        Node::Group(inner) => {
            text.push('(');
            write(inner, text);
            text.push(')');
        }
        Node::Prefix(prefix, operand) => {
            text.push(match prefix {
                Prefix::Not => '!',
                Prefix::Minus => '-',
            });
            // Two signs without a space would be a decrement, which the language leaves out.
            if matches!((prefix, &operand.node), (Prefix::Minus, Node::Prefix(Prefix::Minus, _))) {
                text.push(' ');
            }
            write(operand, text);
        }
        Node::Infix(infix) => {
            write(&infix.left, text);
            text.push(' ');
            text.push_str(infix.sign.word());
            text.push(' ');
            write(&infix.right, text);
        }
        Node::Conditional(parts) => {
            let [condition, then, otherwise] = parts.as_ref();
            write(condition, text);
            text.push_str(" ? ");
            write(then, text);
            text.push_str(" : ");
            write(otherwise, text);
        }
        Node::Elvis(parts) => {
            let [first, second] = parts.as_ref();
            write(first, text);
            text.push_str(" ?: ");
            write(second, text);
        }
    }
}

fn dot(safe: bool) -> &'static str {
    if safe { "?." } else { "." }
}

fn call(called: &Called, text: &mut String) {
    text.push_str(&called.name.text);
    text.push('(');
    list(&called.arguments, text);
    text.push(')');
}

fn list(items: &[Syntax], text: &mut String) {
    for (at, item) in items.iter().enumerate() {
        text.push_str(if at > 0 { ", " } else { "" });
        write(item, text);
    }
}

/// A constant with its quotation marks.
pub(crate) fn quoted(constant: &str) -> String {
    let mut text = String::new();
    quote(constant, &mut text);
    text
}

fn quote(constant: &str, text: &mut String) {
    // The kind of mark that needs no doubling, where there is one.
    let mark = if constant.contains('"') && !constant.contains('\'') { '\'' } else { '"' };
    text.push(mark);
    for character in constant.chars() {
        text.push(character);
        if character == mark {
            text.push(mark);
        }
    }
    text.push(mark);
}
