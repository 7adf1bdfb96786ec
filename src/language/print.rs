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

/// A constant as it is written in an expression.
pub(crate) fn quoted(constant: &str) -> String {
    let mut text = String::with_capacity(constant.len() + 2);
    quote(constant, &mut text);
    text
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Span;
    use crate::language::syntax::{Call, Word};
    use crate::language::{Dialect, entra};
    use crate::limits::Limits;
    use crate::program::Number;
    use crate::program::term::Operator;
    use crate::{Expression, functions};
    use proptest::prelude::*;

    fn at(node: Node) -> Syntax {
        Syntax { span: Span::default(), node }
    }

    /// Names as grammar/entra.pest has them: one level of brackets, in which quotation marks are paired.
    fn attribute() -> impl Strategy<Value = Node> {
        let plain = "[a-zA-Zé_:.$@ -]{1,12}".prop_filter("blanks around a name do not count", |name| name.trim() == name);
        let filter = ("[a-z]{1,6}", "[^\"]{0,6}").prop_map(|(name, value)| format!("{name}[type eq \"{value}\"].value"));
        prop_oneof![3 => plain, 1 => filter].prop_map(Node::Attribute)
    }

    fn number() -> impl Strategy<Value = Node> {
        let of = |raw: String, value| Node::Number { value, raw };
        prop_oneof![
            any::<i64>().prop_map(move |int| of(int.to_string(), Number::Int(int))),
            any::<u32>().prop_map(move |int| of(format!("&H{int:X}"), Number::Int(int.into()))),
            (any::<i32>(), 0u32..1000).prop_map(move |(int, part)| {
                let raw = format!("{int}.{part}");
                let value = Number::parse(&raw).unwrap_or(Number::Int(0));
                of(raw, value)
            }),
        ]
    }

    fn leaf() -> impl Strategy<Value = Syntax> {
        let constant = prop_oneof![any::<String>(), "[\"\\\\ad,()\\[\\]]{0,8}"].prop_map(Node::Text);
        prop_oneof![constant, number(), attribute(), prop::sample::select(Word::ALL.to_vec()).prop_map(Node::Word)].prop_map(at)
    }

    fn name() -> impl Strategy<Value = String> {
        let known = prop::sample::select(functions::entra().iter().map(|function| function.name.to_owned()).collect::<Vec<_>>());
        prop_oneof![3 => known, 1 => "[a-zA-Z][a-zA-Z0-9_]{0,8}"]
    }

    fn call(inner: impl Strategy<Value = Syntax> + 'static) -> impl Strategy<Value = Syntax> {
        let argument = prop_oneof![5 => inner.prop_map(Argument::Given), 1 => Just(Argument::LeftOut(Span::default()))];
        // A call of one argument that is left out is written as a call of none.
        let arguments = prop::collection::vec(argument, 0..6).prop_filter("none", |list| !matches!(list[..], [Argument::LeftOut(_)]));
        (name(), arguments).prop_map(|(name, arguments)| at(Node::Call(Call { name, name_span: Span::default(), arguments })))
    }

    fn compare(operand: impl Strategy<Value = Syntax> + Clone + 'static) -> impl Strategy<Value = Syntax> {
        let operators =
            [Operator::Equal, Operator::NotEqual, Operator::Greater, Operator::GreaterOrEqual, Operator::Less, Operator::LessOrEqual];
        (prop::sample::select(operators.to_vec()), operand.clone(), operand)
            .prop_map(|(operator, left, right)| at(Node::Compare { operator, left: Box::new(left), right: Box::new(right) }))
    }

    /// Sides of a comparison are no comparisons: the language does not group.
    fn syntax() -> impl Strategy<Value = Syntax> {
        let operand = leaf().prop_recursive(5, 40, 6, |inner| {
            let value = prop_oneof![4 => inner.clone(), 1 => compare(inner)];
            call(value)
        });
        prop_oneof![4 => operand.clone(), 1 => compare(operand)]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn print_then_parse_is_the_same_tree(tree in syntax()) {
            let text = print(&tree);
            let read = entra::parse(&text, &Limits { expression_chars: usize::MAX, ..Limits::DEFAULT });
            prop_assert_eq!(read.map_err(|found| found.to_string()), Ok(tree), "{}", text);
        }

        #[test]
        fn formatting_twice_changes_nothing(tree in syntax(), blanks in "[ \t\r\n]{0,3}") {
            // White space between tokens is free; inside of names and constants it is not touched here.
            let loose = format!("{blanks}{}{blanks}", print(&tree));
            if let Ok(once) = Expression::format(Dialect::Entra, &loose) {
                prop_assert_eq!(Expression::format(Dialect::Entra, &once).ok(), Some(once));
            }
        }

        #[test]
        fn spans_show_what_stands_there(tree in syntax()) {
            let text = print(&tree);
            let read = entra::parse(&text, &Limits { expression_chars: usize::MAX, ..Limits::DEFAULT });
            let Ok(read) = read else { return Ok(()) };
            prop_assert_eq!(&text[read.span.start..read.span.end], text.trim());
        }
    }
}
