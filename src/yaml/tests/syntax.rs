use super::{SOURCE, read, refused, told};
use crate::diagnostic::{Class, Code};
use crate::limits::Limits;
use crate::yaml::parse;
use std::time::{Duration, Instant};

#[test]
fn words_for_syntax_errors() {
    let mut wrong = Vec::new();
    for (text, marked, message, help) in [
        ("a:\n\tb: 1\n", "\t", "a tab is used", "spaces"),
        ("é: 1\nb:2\nc: 3\n", ":", "a space is missing after the colon", "key: value"),
        ("b:2\nc: 3\n", ":", "a space is missing after the colon", "key: value"),
        ("é: 'abc\nb: 1\n", "'", "a quotation mark is not closed", "twice"),
        ("é: \"abc\nb: 1\n", "\"", "a quotation mark is not closed", "twice"),
        ("é: \"a\" & \"b\"\n", "&", "text follows a closing quotation mark", "whole value"),
        ("é: \"é\\d+\"\n", "\\d", "a backslash", "'...'"),
        ("é: \"é\\u12\"\n", "\\u", "a backslash", "'...'"),
        ("a: b: c\n", ":", "a second `: `", "quotation marks"),
        ("a: 1\n  b: 2\n", ":", "a key stands where a text goes on", "indentation"),
        ("a: 1\nbcd\ne: 2\n", "bcd", "a colon is missing", "key: value"),
        ("a: 1\nbcd\n", "bcd", "a colon is missing", "key: value"),
        ("a: [1, 2\nb: 3\n", ":", "a key stands inside of a list", "close the list"),
        ("a: [1, 2", "", "`,` or `]` is missing", ""),
        ("a: {x: 1, y: 2", "", "`,` or `}` is missing", ""),
        ("a: 1]\nb: ]\n", "]", "a bracket closes nothing", "quotation marks"),
        ("a: *x\n", "*x", "nothing above has an anchor", "quotation marks"),
        ("a: @x\n", "@", "a text cannot begin with `@`", "quotation marks"),
        ("a: %x\n", "%", "a text cannot begin with `%`", "quotation marks"),
        ("a: - b\n", "-", "a list cannot begin here", "next line"),
        ("a:\n  - b\n c: 1\n", "c", "", "indentation"),
        ("a:\n   b: 1\n  c: 1\n", "c", "", "indentation"),
        ("a: !x y\n", "y", "the tag `!x` means nothing", "quotation marks"),
        ("a: 1\n---\nb: 1\n", "---", "a second document begins here", "one document"),
        ("<<: x\n", "<<", "merge keys", "extends"),
        ("[a]: 1\n", "[", "a list cannot be a key", "quotation marks"),
        ("{a: b}: 1\n", "{", "a map cannot be a key", "quotation marks"),
        ("a: &x 1\n*x : 1\n", "*x", "an alias cannot be a key", "quotation marks"),
        ("&x a: 1\n", "a", "a key has an anchor", "before values"),
        (": 1\n", ":", "a key is missing", ""),
        ("a: &x [*x]\n", "*x", "an alias stands inside", ""),
        ("a: 1\n\u{feff}b: 1\n", "\u{feff}", "a byte order mark", "remove"),
        ("a: | text\n", "|", "text follows `|`", "next line"),
    ] {
        let found = refused(text);
        let (label, told) = told(text, &found);
        let is_right = told.contains(message) && label == marked && found.help.as_deref().unwrap_or_default().contains(help);
        if !is_right {
            wrong.push(format!("{text:?}: marked {label:?}, {found:?}"));
        }
        assert_eq!(found.code.class(), Class::Policy);
        assert!(found.labels.iter().all(|label| label.source == SOURCE));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn open_brackets_are_shown() {
    let text = "é: [1,\n  {x: 1}, 'a'\nb: 3\n";
    let found = refused(text);
    assert_eq!(found.labels.len(), 2, "{found:?}");
    assert_eq!(&text[found.labels[1].span.start..found.labels[1].span.end], "[");
}

#[test]
fn duplicate_keys() {
    let text = "é:\n  a: 1\n  b: 2\n  'a': 3\n";
    let found = refused(text);
    assert_eq!(found.code, Code::DuplicateKey);
    let marked: Vec<&str> = found.labels.iter().map(|label| &text[label.span.start..label.span.end]).collect();
    assert_eq!(marked, ["'a'", "a"]);
    assert!(read("a: {a: {a: 1}}\n").get("a").is_some());
}

#[test]
fn large_numbers_are_not_bent() {
    let text = "id: 12345678901234567890\n";
    let found = refused(text);
    assert_eq!(told(text, &found).0, "12345678901234567890");
    assert_eq!(found.edit.map(|edit| edit.replacement).as_deref(), Some("\"12345678901234567890\""));
}

fn quickly<T>(run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = run();
    assert!(start.elapsed() < Duration::from_secs(10), "took {:?}", start.elapsed());
    result
}

#[test]
fn nesting_is_bounded() {
    let deep = |open: &str| open.repeat(100_000);
    for text in [
        deep("["),
        deep("{a: "),
        deep("{"),
        deep("[a: "),
        deep("- "),
        deep("? "),
        deep(": "),
        deep("- ["),
        deep("[\n"),
        deep("&a "),
        deep("!a "),
        (0..2000).map(|level| format!("{}a:\n", " ".repeat(level))).collect(),
        format!("a: {}", deep("[")),
    ] {
        let found = quickly(|| refused(&text));
        assert!(matches!(found.code, Code::YamlLimit | Code::YamlSyntax), "{found:?}");
    }
    assert_eq!(refused(&deep("[")).code, Code::YamlLimit);
    assert_eq!(refused(&deep("- ")).code, Code::YamlLimit);
    let fits = format!("{}x", "- ".repeat(Limits::DEFAULT.depth));
    read(&fits);
    assert_eq!(refused(&format!("- {fits}")).code, Code::YamlLimit);
}

#[test]
fn large_files_are_read_in_time() {
    let mut limits = Limits::DEFAULT;
    limits.nodes = 10_000_000;
    for text in [
        format!("[{}]", "1, ".repeat(150_000)),
        format!("{{{}}}", (0..80_000).map(|index| format!("k{index}: é, ")).collect::<String>()),
        (0..80_000).map(|index| format!("k{index}: 'é'\n")).collect(),
        format!("a: {}", "x ".repeat(1_000_000)),
        format!("a: \"{}\"", "\\n".repeat(1_000_000)),
        format!("a: |\n{}", "  é\n".repeat(500_000)),
        format!("a: |2\n{}", "                              é\n".repeat(100_000)),
        "\n".repeat(2_000_000),
        "#é\n".repeat(1_000_000),
        format!("a: |\n{}", "\n".repeat(2_000_000)),
        "- |\n  x\n".repeat(150_000),
        "- &a\n".repeat(150_000),
        "- |\n\n".repeat(150_000),
        format!("a: |9\n{}x", " ".repeat(1_000_000)),
    ] {
        assert!(quickly(|| parse(&text, SOURCE, &limits)).is_ok(), "{}", text.chars().take(40).collect::<String>());
    }
}

#[test]
fn aliases_cannot_multiply_a_file() {
    let mut bomb = String::from("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for level in 1..60 {
        let before = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{before}]\n"));
    }
    let found = quickly(|| refused(&bomb));
    assert_eq!(found.code, Code::YamlLimit);
    assert!(found.message.contains("200000 values"), "{found:?}");

    let mut deep = String::from("a0: &a0 [x]\n");
    for level in 1..300 {
        deep.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
    }
    assert!(refused(&deep).message.contains("nested deeper"));

    let heavy = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), "*a, ".repeat(100));
    assert!(refused(&heavy).message.contains("bytes"));
}

#[test]
fn size_is_bounded() {
    let limits = Limits { file_bytes: 10, ..Limits::DEFAULT };
    assert!(parse("a: 1234567", SOURCE, &limits).is_ok());
    assert_eq!(parse("a: 12345678", SOURCE, &limits).map_err(|found| found.code).err(), Some(Code::YamlLimit));
    let limits = Limits { nodes: 3, ..Limits::DEFAULT };
    assert!(parse("[1, 2]", SOURCE, &limits).is_ok());
    assert_eq!(parse("[1, 2, 3]", SOURCE, &limits).map_err(|found| found.code).err(), Some(Code::YamlLimit));
}
