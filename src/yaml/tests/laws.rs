use super::SOURCE;
use crate::diagnostic::Span;
use crate::limits::Limits;
use crate::yaml::node::{Entry, Scalar};
use crate::yaml::{Node, NodeValue, Style, emit, parse};
use proptest::prelude::*;

const NOWHERE: Span = Span::new(0, 0);

fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(" ".to_owned()),
        Just("\n".to_owned()),
        Just("x".to_owned()),
        proptest::sample::select(vec![
            ":", ": ", " #", "#", "'", "\"", "\\", "[", "]", "{", "}", ",", "-", "- ", "?", "|", ">", "&", "*", "!", "%", "@", "`", "\t",
            "\r", "é", "\u{85}", "\u{feff}", "\u{2028}", "\u{a0}", "\0", "😀", "---", "...", "true", "null", "12", "1.5", "0x1", "~", "<<",
            "=", "yes", "word", "a b", "\n\n", "  ",
        ])
        .prop_map(str::to_owned),
        "[ -~]{0,8}",
        "[|>][-+1-9é ]{0,3}\n *é",
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn nodes() -> impl Strategy<Value = Node> {
    let node = |value| Node::new(value, SOURCE, NOWHERE);
    let leaf = prop_oneof![
        Just(NodeValue::Null),
        any::<bool>().prop_map(NodeValue::Bool),
        any::<i64>().prop_map(NodeValue::Int),
        any::<f64>().prop_map(NodeValue::Float),
        texts().prop_map(|text| NodeValue::Text(Scalar::made(text, NOWHERE))),
        "[a-z]{1,20}".prop_map(|text| NodeValue::Text(Scalar::made(text, NOWHERE))),
    ];
    leaf.prop_map(node).prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(NodeValue::List),
            proptest::collection::vec((texts(), inner), 0..6).prop_map(|entries| {
                let mut map: Vec<Entry> = Vec::new();
                for (key, value) in entries {
                    if map.iter().all(|entry| entry.key != key) {
                        map.push(Entry { key, key_span: NOWHERE, key_source: SOURCE, value });
                    }
                }
                NodeValue::Map(map)
            }),
        ]
        .prop_map(node)
    })
}

/// Everything that must hold of a tree that was read from `file`.
fn check(file: &str, node: &Node) {
    assert!(node.span.start <= node.span.end && node.span.end <= file.len(), "{file:?} {:?}", node.span);
    assert!(file.is_char_boundary(node.span.start) && file.is_char_boundary(node.span.end), "{file:?}");
    if let NodeValue::Text(scalar) = &node.value {
        let len = scalar.text.len();
        for start in (0..=len).filter(|start| scalar.text.is_char_boundary(*start)) {
            for end in (start..=len + 1).filter(|end| *end > len || scalar.text.is_char_boundary(*end)) {
                let span = scalar.offsets.source_span(Span::new(start, end));
                assert!(span.start <= span.end && span.end <= node.span.end.max(span.start), "{file:?} {span:?}");
                assert!(node.span.start <= span.start && span.end <= file.len(), "{file:?} {span:?}");
                assert!(file.is_char_boundary(span.start) && file.is_char_boundary(span.end), "{file:?} {span:?}");
                if end <= len && scalar.offsets.is_verbatim(Span::new(start, end)) {
                    assert_eq!(&file[span.start..span.end], &scalar.text[start..end], "{file:?}");
                }
            }
        }
    }
    node.items().iter().for_each(|item| check(file, item));
    for entry in node.entries() {
        assert!(file.is_char_boundary(entry.key_span.start) && file.is_char_boundary(entry.key_span.end));
        check(file, &entry.value);
    }
    let head = node.head();
    assert!(head.start <= head.end && head.end <= file.len());
}

/// Pieces of YAML, so that random files are often almost right.
fn files() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(vec![
        "a",
        "b: ",
        "c:",
        "- ",
        "\n",
        "\n  ",
        "\n    ",
        " ",
        "\t",
        "'",
        "\"",
        "\\",
        "\\n",
        "\\x41",
        "[",
        "]",
        "{",
        "}",
        ", ",
        ": ",
        "? ",
        "|",
        ">",
        "|-\n",
        ">+\n",
        "|2\n",
        "&a ",
        "*a",
        "!!str ",
        "!x",
        "#",
        " # é\n",
        "é",
        "\u{feff}",
        "---",
        "\n---\n",
        "\n...\n",
        "%YAML 1.2\n",
        "\r\n",
        "\r",
        "12",
        "true",
        "~",
        "''",
        "<<: ",
        "😀",
        "\0",
        "\u{85}",
    ]);
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_emitted_reads_the_same(node in nodes()) {
        for remarks in [false, true] {
            let text = emit(&node, &|node| (remarks && !node.is_null()).then(|| "from: é # \n base".to_owned()));
            match parse(&text, SOURCE, &Limits::DEFAULT) {
                Ok(read) => {
                    prop_assert!(read.same(&node), "{}\n{}\n{}", text, node.to_json(), read.to_json());
                    check(&text, &read);
                }
                Err(found) => prop_assert!(false, "{}\n{:?}", text, found),
            }
        }
    }

    #[test]
    fn what_is_emitted_is_placed(node in nodes()) {
        let text = emit(&node, &|_| None);
        let read = parse(&text, SOURCE, &Limits::DEFAULT).map_err(|found| TestCaseError::fail(format!("{found:?}")))?;
        let mut open = vec![&read];
        while let Some(node) = open.pop() {
            if let NodeValue::Text(scalar) = &node.value {
                prop_assert_ne!(scalar.offsets.style(), Style::Made, "{:?} in {}", scalar.text, text);
            }
            open.extend(node.items());
            open.extend(node.entries().iter().map(|entry| &entry.value));
        }
    }

    #[test]
    fn nothing_panics(file in prop_oneof![files(), texts(), any::<String>()]) {
        match parse(&file, SOURCE, &Limits::DEFAULT) {
            Ok(node) => {
                check(&file, &node);
                let again = emit(&node, &|_| None);
                prop_assert!(parse(&again, SOURCE, &Limits::DEFAULT).is_ok_and(|read| read.same(&node)), "{}", again);
            }
            Err(found) => for label in &found.labels {
                prop_assert!(label.span.start <= label.span.end && label.span.end <= file.len(), "{:?}", found);
                prop_assert!(file.is_char_boundary(label.span.start) && file.is_char_boundary(label.span.end));
            },
        }
    }

    #[test]
    fn damaged_files_do_not_panic(node in nodes(), at in any::<prop::sample::Index>(), piece in files(), cut in 0..4usize) {
        let text = emit(&node, &|_| None);
        let mut chars: Vec<char> = text.chars().collect();
        let at = at.index(chars.len() + 1);
        let end = (at + cut).min(chars.len());
        chars.splice(at..end, piece.chars());
        let file: String = chars.into_iter().collect();
        if let Ok(node) = parse(&file, SOURCE, &Limits::DEFAULT) {
            check(&file, &node);
        }
    }
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(400)
}
