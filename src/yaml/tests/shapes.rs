use super::{SOURCE, read, slice};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::yaml::{Entries, Node, Spanned, from_node, merge, set};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

#[derive(Debug, Deserialize, PartialEq)]
struct Policy {
    version: Spanned<u8>,
    #[serde(default)]
    mode: Option<Mode>,
    #[serde(default)]
    attributes: Entries<Mapping>,
    #[serde(default)]
    options: BTreeMap<String, f64>,
    #[serde(default)]
    inner: Option<Spanned<Inner>>,
    #[serde(default)]
    on: bool,
    #[serde(default)]
    pair: Option<(i8, String)>,
}

#[derive(Debug, Clone, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Inner {
    name: Spanned<String>,
    #[serde(default)]
    lines: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Mode {
    DryRun,
    Apply,
    After(u32),
    Between { first: u32, last: u32 },
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename = "$shape", rename_all = "lowercase")]
enum Mapping {
    Text(Spanned<String>),
    List(Vec<Mapping>),
    Map(Inner),
}

fn typed<T: DeserializeOwned>(file: &str) -> (Option<T>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let value = from_node(&read(file), &mut found);
    (value, found)
}

fn policy(file: &str) -> Policy {
    match typed(file) {
        (Some(policy), found) if found.is_empty() => policy,
        (_, found) => panic!("{found:?}"),
    }
}

#[test]
fn values_know_their_places() {
    let file = "version: 1\nmode: dry-run\nattributes:\n  name.é: 'It''s [x]'\n  b: [é, {name: n}]\noptions: {a: 1, b: 2.5}\ninner:\n  name: |\n    one\n    [two]\non: true\npair: [-1, x]\n";
    let policy = policy(file);
    assert_eq!((*policy.version, policy.version.at.source), (1, SOURCE));
    assert_eq!(slice(file, policy.version.at.span), "1");
    assert_eq!(policy.mode, Some(Mode::DryRun));
    let (key, mapping) = policy.attributes.iter().next().unwrap();
    assert_eq!((key.as_str(), slice(file, key.at.span)), ("name.é", "name.é"));
    let Mapping::Text(text) = mapping else { panic!("{mapping:?}") };
    assert_eq!(text.value, "It's [x]");
    assert_eq!(slice(file, text.span_of(Span::new(5, 8)).1), "[x]");
    let Some(Mapping::List(list)) = policy.attributes.get("b") else { panic!() };
    assert!(matches!(&list[1], Mapping::Map(inner) if *inner.name == "n"));
    let inner = policy.inner.unwrap();
    assert!(slice(file, inner.at.span).starts_with("name:"));
    assert_eq!(slice(file, inner.name.span_of(Span::new(4, 9)).1), "[two]");
    assert_eq!(policy.options["a"], 1.0);
    assert_eq!(policy.pair, Some((-1, "x".to_owned())));
}

#[test]
fn enums() {
    assert_eq!(policy("version: 1\nmode: {after: 3}").mode, Some(Mode::After(3)));
    assert_eq!(policy("version: 1\nmode: {between: {first: 1, last: 2}}").mode, Some(Mode::Between { first: 1, last: 2 }));
}

#[test]
fn every_unknown_key_is_found() {
    let file = "version: 1\nattribtes: {}\n'xyzzy': 1\ninner: {name: x, linse: [], nmae: y}\n";
    let (policy, found) = typed::<Policy>(file);
    assert!(policy.is_some());
    let told: Vec<(&str, Option<&str>)> = found.iter().map(|found| (slice(file, found.labels[0].span), found.help.as_deref())).collect();
    assert_eq!(
        told,
        [
            ("attribtes", Some("did you mean `attributes`?")),
            ("'xyzzy'", told[1].1),
            ("linse", Some("did you mean `lines`?")),
            ("nmae", Some("the keys here are `name` and `lines`")),
        ]
    );
    assert!(told[1].1.unwrap().starts_with("the keys here are `version`, `mode`"));
    assert!(found.iter().all(|found| found.code == Code::UnknownKey));
    let edit = found[2].edit.as_ref().unwrap();
    assert_eq!((slice(file, edit.span), edit.replacement.as_str()), ("linse", "lines"));
}

#[test]
fn wrong_values() {
    for (file, marked, message, help) in [
        ("mode: apply", "mode", "the key `version` is missing", ""),
        ("version: 300", "300", "a whole number from 0 to 255 is wanted here, this is 300", ""),
        ("version: -1", "-1", "a whole number from 0 to 255 is wanted here, this is -1", ""),
        ("version: 1.5", "1.5", "a whole number is wanted here, this is a number", ""),
        ("version: é", "é", "a whole number is wanted here, this is a text", ""),
        ("version:", ":", "a whole number is wanted here, and there is nothing", ""),
        ("version: 1\ninner: {name: 12}", "12", "a text is wanted here, this is a number", "quotation marks"),
        ("version: 1\ninner: {name: true}", "true", "a text is wanted here, this is `true` or `false`", "quotation marks"),
        ("version: 1\ninner:\n  lines: []\n", "lines", "the key `name` is missing", ""),
        ("version: 1\ninner: {name: x, lines: x}", "x", "a list is wanted here, this is a text", ""),
        ("version: 1\ninner: {name: x, lines: [x, [y]]}", "[", "a text is wanted here, this is a list", ""),
        ("version: 1\ninner: []", "[]", "a map is wanted here, this is a list", ""),
        ("version: 1\non: yes", "yes", "true or false is wanted here, this is a text", "`true`"),
        ("version: 1\nmode: aply", "aply", "`aply` is none of the values", "`apply`"),
        ("version: 1\nmode: x", "x", "`x` is none of the values", "`dry-run`, `apply`, `after` and `between`"),
        ("version: 1\nmode: {aftre: 1}", "aftre", "`aftre` is none of the values", "`after`"),
        ("version: 1\nmode: after", "after", "`after` needs a value", ""),
        ("version: 1\nmode: {apply: 1}", "1", "nothing is wanted here, this is a number", ""),
        ("version: 1\nmode: 1", "1", "one of `dry-run`, `apply`, `after` and `between` is wanted here", ""),
        ("version: 1\nattributes: {a: 1}", "1", "a text, a list or a map is wanted here, this is a number", "quotation"),
        ("version: 1\nattributes: {a: {}}", "{", "the key `name` is missing", ""),
        ("version: 1\npair: [1]", "[", "the list has 1 items", ""),
        ("- x", "-", "a map is wanted here, this is a list", ""),
    ] {
        let (value, found) = typed::<Policy>(file);
        assert!(value.is_none(), "{file:?}: {value:?}");
        let found = found.last().unwrap();
        assert_eq!(found.code, Code::InvalidPolicyValue);
        assert!(found.message.contains(message), "{file:?}: {found:?}");
        assert_eq!(slice(file, found.labels[0].span), marked, "{file:?}: {found:?}");
        assert!(found.help.as_deref().unwrap_or_default().contains(help), "{file:?}: {found:?}");
    }
}

#[test]
fn skipped_values_are_unknown_keys() {
    // A struct behind a map access, as hand-written visitors read it, does not get its list of fields.
    #[derive(Debug)]
    struct Any;
    impl<'de> Deserialize<'de> for Any {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Visit;
            impl<'de> serde::de::Visitor<'de> for Visit {
                type Value = Any;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("a map or a text")
                }
                fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Any, A::Error> {
                    #[derive(Deserialize)]
                    struct Only {
                        #[serde(rename = "a")]
                        _a: u8,
                    }
                    Only::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(|_| Any)
                }
            }
            deserializer.deserialize_any(Visit)
        }
    }
    let (value, found) = typed::<Any>("{a: 1, b: 2}");
    assert!(value.is_some());
    assert_eq!(found[0].message, "unknown key `b`");
    let (_, found) = typed::<Any>("[1]");
    assert_eq!(found[0].message, "a map or a text is wanted here, this is a list");
}

fn json(node: &Node) -> String {
    node.to_json().to_string().replace('"', "")
}

#[test]
fn merging() {
    for (base, over, merged) in [
        ("{a: 1, b: {c: 2, d: 3}}", "{b: {c: 4}, e: 5}", "{a:1,b:{c:4,d:3},e:5}"),
        ("{a: 1, b: 2}", "{a: null, c: null}", "{b:2}"),
        ("{a: [1, 2]}", "{a: [3]}", "{a:[3]}"),
        ("{a: [{id: x, v: 1}, {id: y, v: 2}]}", "{a: [{id: y, w: 3}, {id: z}]}", "{a:[{id:x,v:1},{id:y,w:3},{id:z}]}"),
        ("{a: [{id: x}, {v: 2}]}", "{a: [{id: y}]}", "{a:[{id:x},{v:2},{id:y}]}"),
        ("{a: [{id: 1}]}", "{a: []}", "{a:[]}"),
        ("{a: 1}", "{a: {b: null, c: [null]}}", "{a:{c:[null]}}"),
        ("{a: null}", "{b: 1}", "{a:null,b:1}"),
        ("[1]", "{a: 1}", "{a:1}"),
        ("{a: 1}", "x", "x"),
    ] {
        let result = merge(read(base), read(over));
        assert_eq!(json(&result), merged, "{base} + {over}");
    }
    let base = Node { source: SOURCE, ..read("{a: 1, b: {c: 2}}") };
    let over = crate::yaml::parse("b: {d: 3}", crate::diagnostic::SourceId(9), &crate::Limits::DEFAULT).unwrap();
    let result = merge(base, over);
    let source = |path: [&str; 2]| result.get(path[0]).unwrap().get(path[1]).unwrap().source.0;
    assert_eq!((source(["b", "c"]), source(["b", "d"]), result.get("a").unwrap().source), (7, 9, SOURCE));
}

#[test]
fn setting() {
    let file = "{a: {b.c: 1, b: {c: 2}}, rows: [{id: x.y, v: 1}, {id: z}], t: é, n: null, 'urn:x:2.0:User': {d: 1}}";
    for (path, value, wanted) in [
        ("a.b.c", "9", Ok("a:{b.c:9,b:{c:2}}")),
        ("a.'b'.c", "9", Ok("a:{b.c:1,b:{c:9}}")),
        ("a.\"b.c\"", "9", Ok("a:{b.c:9,b:{c:2}}")),
        ("a.b.d", "[9]", Ok("b:{c:2,d:[9]}")),
        ("new.k", "9", Ok("new:{k:9}")),
        ("n.k", "9", Ok("n:{k:9}")),
        ("rows.x.y.v", "9", Ok("{id:x.y,v:9}")),
        ("rows.1.v", "9", Ok("{id:z,v:9}")),
        ("rows.z", "null", Ok("rows:[{id:x.y,v:1}],")),
        ("urn:x:2.0:User.d", "9", Ok("urn:x:2.0:User:{d:9}")),
        ("a.b.c", "null", Ok("a:{b:{c:2}}")),
        ("row.z", "null", Err("the policy itself has no `row.z`; did you mean `rows`?")),
        ("rows.zz", "1", Err("`rows` has no item `zz`; did you mean `z`?")),
        ("rows.7", "1", Err("`rows` has no item `7`; did you mean `z`?")),
        ("t.x", "1", Err("`t` is a text: it has no `x`")),
        ("", "1", Err("the path is empty")),
        ("a..b", "1", Err("the path `a..b` has an empty part")),
        ("a.", "1", Err("the path `a.` has an empty part")),
        ("a.'b", "1", Err("the path `a.'b` lacks a closing '")),
        ("'a'b", "1", Err("in the path `'a'b`, a dot is missing before `b`")),
    ] {
        let mut root = read(file);
        let result = set(&mut root, path, read(value));
        match wanted {
            Ok(part) => {
                assert_eq!(result, Ok(()), "{path}");
                assert!(json(&root).contains(part), "{path}: {}", json(&root));
            }
            Err(words) => assert_eq!(result, Err(words.to_owned()), "{path}"),
        }
    }
}

#[test]
fn texts_that_a_parser_stumbles_over_are_quoted() {
    assert_eq!(emit_short("{a: [\"x -\", 'y:z', '<<', \"it's\"], true: \"1\"}"), "a: ['x -', 'y:z', '<<', it's]\n'true': '1'\n");
}

fn emit_short(text: &str) -> String {
    super::super::emit(&read(text), &|_| None)
}

#[test]
fn emitting() {
    let file = "\
# base
version: 1 # here
settings: {domain: 'true', list: []}
attributes:
  name.givenName: 'It''s'
  expr: Switch([x], \"\", \"a\", \"b\")
  lines: |-
    Join(
      [a])
rows:
  - id: x
    when: {a: yes, b: [1, 2]}
  - # here
    id: z
    deep:
      - [a, 'b,c']
      - {}
      - null
";
    let file = file.replace("a: yes", "a: 'yes'");
    let root = read(&file);
    let marked = [root.span, root.get("version").unwrap().span, root.get("rows").unwrap().items()[1].span];
    let text = super::super::emit(&root, &|node| match marked.iter().position(|span| *span == node.span)? {
        0 => Some("base".to_owned()),
        _ => Some("here".to_owned()),
    });
    let expected = file.replace("    when: {a: 'yes', b: [1, 2]}", "    when:\n      a: 'yes'\n      b: [1, 2]").replace("'It''s'", "It's");
    assert_eq!(text, expected);
}

#[test]
fn edits_reach_the_file() {
    let file = "a: 'Jion(''x'')'\nb: Jion(x)\nc: \"\\x4Aion(x)\"\n";
    let texts = typed::<Entries<Spanned<String>>>(file).0.unwrap();
    let edit = |key: &str, start, end, to: &str| texts.get(key).unwrap().at.edit_of(Span::new(start, end), to);
    let made = edit("a", 0, 4, "Join'").unwrap();
    assert_eq!((slice(file, made.span), made.replacement.as_str()), ("Jion", "Join''"));
    assert_eq!(edit("b", 0, 4, "Join").unwrap().replacement, "Join");
    assert_eq!(edit("b", 0, 4, "[Join]"), None);
    assert_eq!(edit("c", 0, 4, "Join"), None);
    assert_eq!(edit("c", 1, 4, "o\"n").unwrap().replacement, "o\\\"n");
}

#[cfg(feature = "cli")]
#[test]
fn schemas_are_those_of_the_values() {
    let schema = schemars::schema_for!(Entries<Spanned<u8>>);
    assert_eq!(schema.get("type").and_then(|kind| kind.as_str()), Some("object"));
    assert_eq!(
        schema.get("additionalProperties"),
        Some(
            schemars::schema_for!(Spanned<u8>)
                .get("type")
                .map(|_| { serde_json::json!({ "type": "integer", "format": "uint8", "minimum": 0, "maximum": 255 }) })
        )
        .flatten()
        .as_ref()
    );

    #[derive(schemars::JsonSchema)]
    #[serde(rename = "$shape", rename_all = "lowercase")]
    #[schemars(rename = "Shaped", untagged)]
    #[allow(dead_code)]
    enum Shaped {
        Text(Spanned<String>),
        List(Vec<u8>),
    }
    let schema = schemars::schema_for!(Shaped);
    assert_eq!(schema.get("title").and_then(|title| title.as_str()), Some("Shaped"));
    assert!(schema.get("anyOf").is_some(), "{schema:?}");
}
