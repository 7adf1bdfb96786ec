use super::{read, slice};
use crate::diagnostic::Span;
use crate::yaml::{Node, NodeValue, Style};

/// Finds `wanted` in the text of a scalar and gives what the file has there.
fn maps<'t>(file: &'t str, node: &Node, wanted: &str) -> &'t str {
    let NodeValue::Text(scalar) = &node.value else { panic!("{file:?} is no text: {:?}", node.value) };
    assert_ne!(scalar.offsets.style(), Style::Made, "{file:?} fell back");
    let start = scalar.text.find(wanted).unwrap_or_else(|| panic!("no {wanted:?} in {:?}", scalar.text));
    slice(file, scalar.offsets.source_span(Span::new(start, start + wanted.len())))
}

fn value<'n>(node: &'n Node, key: &str) -> &'n Node {
    node.get(key).unwrap_or_else(|| panic!("no {key}"))
}

#[test]
fn plain() {
    let file = "größe: 'ä'\nexpr: Ünï([mail], \"x\")\nb: 2\n";
    let root = read(file);
    let expr = value(&root, "expr");
    assert_eq!(slice(file, expr.span), "Ünï([mail], \"x\")");
    assert_eq!(maps(file, expr, "[mail]"), "[mail]");
    assert_eq!(slice(file, root.entries()[0].key_span), "größe");
    assert_eq!(slice(file, value(&root, "b").span), "2");
    assert_eq!(slice(file, root.span), file.trim_end());
}

#[test]
fn plain_of_several_lines() {
    let file = "é: x\nexpr: Join(\"-\",\n   [a],  \n\n\n   [b])\n";
    let root = read(file);
    let expr = value(&root, "expr");
    assert_eq!(expr.as_text(), Some("Join(\"-\", [a],\n\n[b])"));
    assert_eq!(maps(file, expr, "[a]"), "[a]");
    assert_eq!(maps(file, expr, "[b]"), "[b]");
    assert_eq!(maps(file, expr, ", "), ",\n");
    assert_eq!(maps(file, expr, "[b])"), "[b])");
    let crlf = file.replace('\n', "\r\n");
    let root = read(&crlf);
    assert_eq!(maps(&crlf, value(&root, "expr"), "[b]"), "[b]");
}

#[test]
fn single_quoted() {
    let file = "é: 'It''s é [x]\n   and  \n\n  [y]' # remark\n";
    let root = read(file);
    let node = value(&root, "é");
    assert_eq!(node.as_text(), Some("It's é [x] and\n[y]"));
    assert_eq!(slice(file, node.span), "'It''s é [x]\n   and  \n\n  [y]'");
    assert_eq!(maps(file, node, "[x]"), "[x]");
    assert_eq!(maps(file, node, "'s"), "''s");
    assert_eq!(maps(file, node, "t'"), "t''");
    assert_eq!(maps(file, node, "[y]"), "[y]");
}

#[test]
fn double_quoted() {
    let file = "é: \"a\\u00e9\\\"\\\\ [x]\\n[z] \\\n     one\n   two [y]\"\n";
    let root = read(file);
    let node = value(&root, "é");
    assert_eq!(node.as_text(), Some("aé\"\\ [x]\n[z] one two [y]"));
    assert_eq!(maps(file, node, "é"), "\\u00e9");
    assert_eq!(maps(file, node, "é\""), "\\u00e9\\\"");
    assert_eq!(maps(file, node, "[x]"), "[x]");
    assert_eq!(maps(file, node, "[z]"), "[z]");
    assert_eq!(maps(file, node, "one"), "one");
    assert_eq!(maps(file, node, "one two"), "one\n   two");
    assert_eq!(maps(file, node, "[y]"), "[y]");
}

#[test]
fn literal() {
    for file in [
        "é: |\n  Join(\n    [é],\n\n  [x])\nnext: 1\n",
        "é: |-\n  Join(\n    [é],\n\n  [x])\n\n\n",
        "é: |+ # a | b\n  Join(\n    [é],\n\n  [x])\n\n\nnext: 1\n",
        "é: |2\n  Join(\n    [é],\n\n  [x])\n",
        "é: |2-\n  Join(\n    [é],\n\n  [x])\n",
        "é: |-2\n  Join(\n    [é],\n\n  [x])",
        "é: &a !!str |\n  Join(\n    [é],\n\n  [x])",
        "é:\n  # why | not\n  |\n\n  Join(\n    [é],\n\n  [x])\n",
        "- é\n- |\n  Join(\n    [é],\n\n  [x])\n",
        "--- |\n  Join(\n    [é],\n\n  [x])\n",
    ] {
        let root = read(file);
        let node = root.get("é").or(root.items().get(1)).unwrap_or(&root);
        assert!(slice(file, node.span).starts_with('|'), "{file:?}: {:?}", slice(file, node.span));
        assert!(slice(file, node.span).ends_with("[x])"), "{file:?}: {:?}", slice(file, node.span));
        assert_eq!(maps(file, node, "[é]"), "[é]");
        assert_eq!(maps(file, node, "[x]"), "[x]");
        assert_eq!(maps(file, node, "Join(\n"), "Join(\n", "{file:?}");
        let crlf = file.replace('\n', "\r\n");
        let root = read(&crlf);
        let node = root.get("é").or(root.items().get(1)).unwrap_or(&root);
        assert_eq!(maps(&crlf, node, "[x]"), "[x]");
    }
}

#[test]
fn literal_with_indicator() {
    let file = "é:\n  - |1\n     two\n   one [x]\n";
    let root = read(file);
    let node = &value(&root, "é").items()[0];
    assert_eq!(node.as_text(), Some("  two\none [x]\n"));
    assert_eq!(maps(file, node, "two"), "two");
    assert_eq!(maps(file, node, "[x]"), "[x]");
}

#[test]
fn folded() {
    for file in [
        "é: >\n  one\n  [é]\n\n  three\n    - more\n    [less]\n\n  end [x]\n",
        "é: >-\n\n  one\n  [é]\n\n  three\n    - more\n    [less]\n  end [x]\n\n\nnext: 1",
        "é: >+\n  one\n  [é]\n\n  three\n\n\n  end [less] [x]\n\n",
    ] {
        let root = read(file);
        let node = value(&root, "é");
        for wanted in ["[é]", "three", "[less]", "[x]"] {
            assert_eq!(maps(file, node, wanted), wanted, "{file:?}");
        }
        assert_eq!(maps(file, node, "one [é]"), "one\n  [é]", "{file:?}");
        assert!(slice(file, node.span).ends_with("[x]"), "{file:?}");
    }
}

#[test]
fn ends_and_empty_texts() {
    let file = "a: 'é'\nb: ''\nc: \"\"\nd: Join(\n";
    let root = read(file);
    let at = |key: &str, start: usize, end: usize| {
        let NodeValue::Text(scalar) = &value(&root, key).value else { panic!("{key}") };
        scalar.offsets.source_span(Span::new(start, end))
    };
    assert_eq!(at("a", 2, 2), Span::new(6, 6));
    assert_eq!(at("a", 0, 0), Span::new(4, 4));
    assert_eq!(&file[at("b", 0, 0).start..], "'\nc: \"\"\nd: Join(\n");
    assert_eq!(&file[at("c", 0, 0).start..], "\"\nd: Join(\n");
    assert_eq!(&file[at("d", 5, 5).start..], "\n");
    assert_eq!(slice(file, at("d", 4, 9)), "(");
    assert_eq!(slice(file, at("d", 40, 41)), "Join(");
}

#[test]
fn collections() {
    let file =
        "\u{feff}# é\na: [1, {b: x}, [y: z] ] # remark\nm: &m\n  k: v # remark\n  l:\n  - 1\n  -  two # é\n\nn: *m\ne:\nf: {g: , h}\n";
    let root = read(file);
    let a = value(&root, "a");
    assert_eq!(slice(file, a.span), "[1, {b: x}, [y: z] ]");
    assert_eq!(slice(file, a.items()[1].span), "{b: x}");
    assert_eq!(slice(file, a.items()[2].items()[0].span), "y: z");
    let m = value(&root, "m");
    assert_eq!(slice(file, m.span), "k: v # remark\n  l:\n  - 1\n  -  two");
    assert_eq!(slice(file, value(m, "l").span), "- 1\n  -  two");
    assert_eq!(slice(file, value(m, "l").items()[1].span), "two");
    assert!(value(&root, "n").same(m));
    assert_eq!(value(&root, "n").span, m.span);
    assert_eq!(slice(file, value(&root, "e").span), ":");
    assert!(value(&root, "e").is_null());
    assert_eq!(
        root.to_json().to_string(),
        r#"{"a":[1,{"b":"x"},[{"y":"z"}]],"m":{"k":"v","l":[1,"two"]},"n":{"k":"v","l":[1,"two"]},"e":null,"f":{"g":null,"h":null}}"#
    );
}

#[test]
fn anchors_on_scalars_and_tags() {
    let file = "a: &é\n  'x'\nb: *é\nc: !!str 12\nd: ! 12\ne: !!int \"3\"\nf: !!map {}\ng: !!float 1\nh: &n\ni: *n\nj: !!str\n";
    let root = read(file);
    assert_eq!(root.to_json().to_string(), r#"{"a":"x","b":"x","c":"12","d":"12","e":3,"f":{},"g":1.0,"h":null,"i":null,"j":""}"#);
    assert_eq!(slice(file, value(&root, "a").span), "'x'");
    assert_eq!(slice(file, value(&root, "c").span), "12");
    assert_eq!(slice(file, value(&root, "f").span), "{}");
}

#[test]
fn empty_files() {
    for file in ["", "\u{feff}", "# only a remark\n", "---\n", "---\n...\n", "~"] {
        assert!(read(file).is_null(), "{file:?}");
    }
}

#[test]
fn verbatim_and_writing() {
    let file = "a: \"x\\ty [z]\"\nb: 'it''s'\nc: Jion([x])\nd: [Jion]\n";
    let root = read(file);
    let scalar = |node: &Node| match &node.value {
        NodeValue::Text(scalar) => scalar.clone(),
        _ => panic!(),
    };
    let a = scalar(value(&root, "a")).offsets;
    assert!(a.is_verbatim(Span::new(2, 7)) && !a.is_verbatim(Span::new(0, 3)) && !a.is_verbatim(Span::new(1, 2)));
    assert_eq!(a.write("\"").as_deref(), Some("\\\""));
    assert_eq!(scalar(value(&root, "b")).offsets.write("'").as_deref(), Some("''"));
    assert_eq!(scalar(value(&root, "c")).offsets.write("Join, [").as_deref(), Some("Join, ["));
    assert_eq!(scalar(&value(&root, "d").items()[0]).offsets.write("Join,"), None);
}
