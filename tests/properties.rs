//! No input makes the engine panic, and formatting is stable: half of the inputs are mutations of the suites'
//! expressions and of the shipped policies, the other half random bytes and tokens.

mod support;

use rolewright::functions::{Function, table};
use rolewright::policy::{Loader, format};
use rolewright::provision::Source;
use rolewright::suite::Suite;
use rolewright::{Dialect, Expression, FixedWorld, Limits, Scope};
use serde_json::{Map, Value as Json, json};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// SplitMix64: a run can be repeated.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    fn of<'v, T>(&mut self, values: &'v [T]) -> &'v T {
        &values[self.below(values.len())]
    }
}

const DIALECTS: [Dialect; 3] = [Dialect::Entra, Dialect::Okta, Dialect::OktaIdentityEngine];

const TOKENS: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    ",",
    "\"",
    "\\",
    "\\\"",
    "\\\\",
    "'",
    " ",
    "\t",
    "\n",
    "=",
    "<>",
    "==",
    " ? ",
    " : ",
    " ?: ",
    "?.",
    ".![",
    "{",
    "}",
    " AND ",
    "!",
    "user.login",
    "ש",
    ">=",
    "<",
    "&H",
    "&HF7",
    "-",
    "-10",
    "0",
    "1",
    "2.5",
    "99999999999999999999",
    "9223372036854775807",
    "-9223372036854775808",
    "129699324000000000",
    "IgnoreAttributeFlow",
    "IgnoreObjectFlow",
    "vbTextCompare",
    "vbBinaryCompare",
    "[mail]",
    "[appRoleAssignments]",
    "[emails[type eq \"work\"].value]",
    "[extensionAttribute1]",
    "\"\"",
    "\"a\"",
    "\"é\"",
    "\"İ\"",
    "\"2024-02-30\"",
    "\"12/31/9999 11:59:59 PM\"",
    "\"yyyy-MM-dd HH:mm:ss.fffzzz\"",
    "\"(?<name>.+)\"",
    "\"(a+)+$\"",
    "\"(?=x)\"",
    "\"[\\w-[a]]\"",
    "\"${name}$1$$\"",
    "\"tr-TR\"",
    "\"m\"",
    "\"yyyy\"",
    "ß",
    "Ǆ",
    "\u{301}",
    "\u{202e}",
    "\u{0}",
    "\u{feff}",
    "“",
    "AND",
];

const YAML: &[&str] = &[
    ": ",
    "- ",
    "? ",
    "| ",
    "|+\n",
    ">-\n",
    "&a ",
    "*a",
    "<<: *a\n",
    "!!str ",
    "{",
    "}",
    "[",
    "]",
    ", ",
    "# ",
    "'",
    "\"",
    "\\x41",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "null",
    "~",
    "true",
    "0x1F",
    "1e999",
    ".nan",
    "when",
    "org",
    "team",
    "none",
    "default_org",
    "write",
    "carried",
    "refuse",
    "extends: x\n",
    "\t",
    "  ",
    "\r\n",
    "\r",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "é",
    "expression: 'Append([mail], \"x\")'\n",
    "dockerRole",
    "one_of",
    "sources",
    "id",
];

/// Changes a text in a few places, most of the time by tokens that mean something.
fn mutate(text: &str, others: &[String], tokens: &[&str], random: &mut Random) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(3) {
        let at = random.below(letters.len() + 1);
        let end = (at + 1 + random.below(6)).min(letters.len());
        match random.below(9) {
            0 => drop(letters.drain(at..end)),
            1 => drop(letters.splice(at..at, random.of(tokens).chars())),
            2 => drop(letters.splice(at..end, random.of(tokens).chars())),
            3 => {
                let copy: Vec<char> = letters[at..end].to_vec();
                letters.splice(at..at, copy);
            }
            4 => letters.truncate(at.max(letters.len() / 2)),
            5 if at < letters.len() => letters[at] = char::from_u32(random.next() as u32 % 0x3000).unwrap_or('?'),
            6 => {
                let other: Vec<char> = random.of(others).chars().collect();
                let from = random.below(other.len());
                let to = (from + random.below(40)).min(other.len());
                letters.splice(at..end, other[from..to].iter().copied());
            }
            7 => {
                let other = random.below(letters.len());
                if at < letters.len() {
                    letters.swap(at, other);
                }
            }
            _ => drop(letters.splice(at..end, function(random).chars())),
        }
    }
    letters.into_iter().collect()
}

fn function(random: &mut Random) -> String {
    format!("{}(", any_function(random).name)
}

fn any_function(random: &mut Random) -> &'static Function {
    let dialect = *random.of(&DIALECTS);
    random.of::<&'static Function>(table(dialect))
}

/// Random tokens, bytes read as text, or characters of any plane.
fn noise(tokens: &[&str], random: &mut Random) -> String {
    let length = random.below(24);
    match random.below(4) {
        0 => {
            let bytes: Vec<u8> = (0..length * 3).map(|_| random.next() as u8).collect();
            String::from_utf8_lossy(&bytes).into_owned()
        }
        1 => (0..length).filter_map(|_| char::from_u32(random.next() as u32 % 0x11_0000)).collect(),
        2 => (0..length).map(|_| char::from(32 + random.below(95) as u8)).collect(),
        _ => (0..length).map(|_| if random.below(5) == 0 { function(random) } else { (*random.of(tokens)).to_owned() }).collect(),
    }
}

/// A call that fits the table, with arguments that may not: it gets past the counting, to the functions themselves.
fn call(random: &mut Random, depth: usize) -> String {
    let function = any_function(random);
    let needed = function.parameters.len() + if function.repeats.is_some() { random.below(2) * 2 } else { 0 };
    let values: Vec<&str> =
        TOKENS.iter().copied().filter(|token| token.len() > 1 && token.starts_with(['"', '[', '-', '9', '1', '2', '&'])).collect();
    let mut arguments = Vec::new();
    for _ in 0..needed {
        arguments.push(match random.below(8) {
            0 if depth > 0 => call(random, depth - 1),
            1 => String::new(),
            _ => (*random.of(&values)).to_owned(),
        });
    }
    format!("{}({})", function.name, arguments.join(", "))
}

fn value(random: &mut Random, depth: usize) -> Json {
    match random.below(14) {
        0 => Json::Null,
        1 => json!(random.below(2) == 0),
        2 => json!(random.next() as i64),
        3 => json!(random.below(40)),
        4 => json!(f64::from_bits(random.next())),
        5 => json!(""),
        6 => json!("2024-02-29T23:59:60Z"),
        7 => json!("x".repeat(random.below(3000))),
        8 if depth > 0 => (0..random.below(5)).map(|_| value(random, depth - 1)).collect(),
        9 if depth > 0 => {
            json!({ "value": value(random, depth - 1), "displayName": value(random, 0), "type": "work", "id": random.below(9).to_string() })
        }
        10 => json!([{ "id": "1", "displayName": "owner" }, { "id": "2", "value": "editor" }, "member", 3, null]),
        11 => json!("İstanbul ﬁ ß ǆ \u{301}\u{1F468}\u{200D}\u{1F469}"),
        _ => json!(noise(TOKENS, random)),
    }
}

fn record(names: &[Box<str>], random: &mut Random) -> Map<String, Json> {
    let mut record = Map::new();
    for name in names {
        if random.below(6) > 0 {
            record.insert(name.to_string(), value(random, 2));
        }
    }
    record
}

fn world(random: &mut Random) -> FixedWorld {
    let mut world = FixedWorld::new(jiff::civil::date(2026, 11, 25).at(9, 30, 0, 0), random.next());
    world.taken = vec!["jsmith".into(), String::new()];
    world.default_domain = (random.below(2) == 0).then(|| "example.org".to_owned());
    world
}

/// Checks, formats and evaluates in every language; whether the text parses in one, and whether it compiles.
fn try_expression(text: &str, random: &mut Random) -> (bool, bool) {
    DIALECTS.iter().fold((false, false), |all, dialect| {
        let one = try_in(*dialect, text, random);
        (all.0 || one.0, all.1 || one.1)
    })
}

fn try_in(dialect: Dialect, text: &str, random: &mut Random) -> (bool, bool) {
    let formatted = Expression::format(dialect, text);
    if let Ok(once) = &formatted {
        let twice = Expression::format(dialect, once);
        assert_eq!(twice.as_ref().ok(), Some(once), "formatting twice");
    }
    match Expression::compile_in(dialect, text, &Scope::default()) {
        Ok(expression) => {
            for _ in 0..2 {
                let (record, world) = (record(expression.attributes(), random), world(random));
                let again = world.clone();
                let evaluated = expression.evaluate(&record, &world);
                let (explained, _) = expression.explain(&record, &again);
                assert_eq!(format!("{:?}", evaluated.result), format!("{:?}", explained.result), "explain and evaluate");
            }
            (true, true)
        }
        Err(error) => {
            assert!(error.class().is_some(), "an error has a class");
            for label in error.diagnostics.iter().flat_map(|found| &found.labels) {
                assert!(text.get(label.span.start..label.span.end).is_some(), "{:?} is a place of the text", label.span);
            }
            for edit in error.diagnostics.iter().filter_map(|found| found.edit.as_ref()) {
                assert!(text.get(edit.span.start..edit.span.end).is_some(), "{:?} can be edited", edit.span);
            }
            (formatted.is_ok(), false)
        }
    }
}

/// What the mappings of the shipped policies read.
const READ: [&str; 12] = [
    "userPrincipalName",
    "accountEnabled",
    "givenName",
    "familyName",
    "surname",
    "mail",
    "appRoleAssignments",
    "extensionAttribute2",
    "extensionAttribute3",
    "dockerRole",
    "dockerOrg",
    "dockerTeam",
];

/// Loads and formats; a policy that holds together decides a user.
fn try_policy(text: &str, random: &mut Random) -> (bool, bool) {
    if let Ok(once) = format(text) {
        assert_eq!(format(&once).ok().as_ref(), Some(&once), "formatting twice");
    }
    let mut loader = Loader::new().resolve(|_, name| match name {
        "docker.yaml" => Ok((name.to_owned(), include_str!("../policies/docker.yaml").to_owned())),
        _ => Err("no such policy".to_owned()),
    });
    if random.below(4) == 0 {
        let paths = [
            "connection.orgs",
            "options.unknown_org",
            "target.attributes.role.one_of",
            "sources.scim.mappings.name.givenName.direct",
            "a.\"b",
            "placement.0",
            "",
        ];
        loader = loader.set(*random.of(&paths), noise(YAML, random));
    }
    let policy = match loader.load("policy", text) {
        Ok(policy) => policy,
        Err(error) => {
            assert!(error.diagnostics.iter().any(rolewright::diagnostic::Diagnostic::is_error), "an error says why");
            for label in error.diagnostics.iter().flat_map(|found| &found.labels) {
                let source = error.texts.get(label.source).unwrap_or_else(|| panic!("{label:?} points into a text"));
                assert!(source.text.get(label.span.start..label.span.end).is_some(), "{label:?} is a place of the text");
            }
            return (serde_yaml::from_str::<serde_yaml::Value>(text).is_ok(), false);
        }
    };
    for source in [Source::Scim, Source::Jit] {
        let names = READ.map(Box::from);
        let (record, world) = (record(&names, random), world(random));
        let _ = policy.explain(source, &record, rolewright::RecordKind::Source, Some(true), &world);
    }
    (true, true)
}

struct Tally {
    what: &'static str,
    inputs: usize,
    parsed: usize,
    compiled: usize,
}

/// Tries inputs; one that makes the engine panic is shown with its number.
fn tally(
    what: &'static str,
    seed: u64,
    count: usize,
    make: impl Fn(&mut Random) -> String,
    attempt: fn(&str, &mut Random) -> (bool, bool),
) {
    let mut random = Random(seed);
    let mut tally = Tally { what, inputs: 0, parsed: 0, compiled: 0 };
    let mut slowest = (std::time::Duration::ZERO, String::new());
    let mut failed = Vec::new();
    // A longer hunt: ROLEWRIGHT_INPUTS=20 tries twenty times as many, others each time.
    let times = std::env::var("ROLEWRIGHT_INPUTS").ok().and_then(|times| times.parse().ok()).unwrap_or(1);
    if times > 1 {
        random.0 ^= std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64;
    }
    for _ in 0..count * times {
        let text = make(&mut random);
        let start = std::time::Instant::now();
        let (parsed, compiled) = catch_unwind(AssertUnwindSafe(|| attempt(&text, &mut random))).unwrap_or_else(|_| {
            failed.push(text.clone());
            (false, false)
        });
        assert!(failed.len() < 5, "inputs of {what} that fail: {failed:#?}");
        if start.elapsed() > slowest.0 {
            slowest = (start.elapsed(), text);
        }
        tally.inputs += 1;
        tally.parsed += usize::from(parsed);
        tally.compiled += usize::from(compiled);
    }
    println!("{}: {} inputs, {} parse, {} compile", tally.what, tally.inputs, tally.parsed, tally.compiled);
    println!("  slowest {:?}: {:.200}", slowest.0, slowest.1);
    assert!(failed.is_empty(), "inputs of {what} that fail: {failed:#?}");
    assert!(slowest.0.as_secs() < 10, "an input took {:?}: {:?}", slowest.0, slowest.1);
}

fn suite_expressions() -> Vec<String> {
    let folder = support::home().join("tests/conformance");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let suites = files.iter().map(|file| Suite::parse(&std::fs::read_to_string(file).unwrap(), &Limits::default()).unwrap());
    let cases = suites.flat_map(|suite| suite.cases);
    cases.filter_map(|case| case.fields.get("expr").and_then(Json::as_str).map(str::to_owned)).collect()
}

fn shipped_policies() -> Vec<String> {
    let mut files: Vec<_> = std::fs::read_dir(support::home().join("policies")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
        .iter()
        .filter(|file| file.extension().is_some_and(|end| end == "yaml"))
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect()
}

// 102,000 inputs in all, half of them mutations.
const MUTATED_EXPRESSIONS: usize = 49_000;
const MUTATED_POLICIES: usize = 2_000;
const RANDOM_EXPRESSIONS: usize = 40_000;
const RANDOM_POLICIES: usize = 11_000;

#[test]
fn mutated_expressions_do_not_panic() {
    let expressions = suite_expressions();
    let make = |random: &mut Random| {
        let chosen = random.of(&expressions).clone();
        mutate(&chosen, &expressions, TOKENS, random)
    };
    tally("mutated expressions", 1, MUTATED_EXPRESSIONS, make, try_expression);
}

#[test]
fn mutated_policies_do_not_panic() {
    let policies = shipped_policies();
    let make = |random: &mut Random| {
        let chosen = random.of(&policies).clone();
        mutate(&chosen, &policies, YAML, random)
    };
    tally("mutated policies", 2, MUTATED_POLICIES, make, try_policy);
}

#[test]
fn random_expressions_do_not_panic() {
    let make = |random: &mut Random| if random.below(3) == 0 { call(random, 3) } else { noise(TOKENS, random) };
    tally("random expressions", 3, RANDOM_EXPRESSIONS, make, try_expression);
}

#[test]
fn random_policies_do_not_panic() {
    let make = |random: &mut Random| match random.below(2) {
        0 => noise(YAML, random),
        _ => format!("rolewright: 1\npolicy: p\n{}", noise(YAML, random)),
    };
    tally("random policies", 4, RANDOM_POLICIES, make, try_policy);
}

#[test]
fn suites_of_random_text_do_not_panic() {
    let mut random = Random(5);
    for _ in 0..2_000 {
        let text = format!("suite: entra-expression\ncases:\n- {}", noise(YAML, &mut random));
        if let Ok(suite) = Suite::parse(&text, &Limits::default()) {
            suite.cases.iter().for_each(|case| drop(suite.run(case, None)));
        }
    }
}

/// Formatting leaves what a policy says as it is, but for the white space inside of its expressions.
#[test]
fn formatting_a_policy_keeps_what_it_says() {
    let policies = shipped_policies();
    let mut random = Random(6);
    let mut compared = 0;
    for at in 0..600 {
        let chosen = random.of(&policies).clone();
        let text = if at < policies.len() { policies[at].clone() } else { mutate(&chosen, &policies, YAML, &mut random) };
        let (Ok(before), Ok(once)) = (serde_yaml::from_str::<Json>(&text), format(&text)) else { continue };
        let after: Json = serde_yaml::from_str(&once).unwrap_or_else(|error| panic!("{error}: {once}"));
        assert_eq!(canonical(before), canonical(after), "{text}");
        compared += 1;
    }
    println!("{compared} policies compared");
    assert!(compared > policies.len());
}

/// Expressions as the formatter writes them.
fn canonical(json: Json) -> Json {
    match json {
        Json::Object(members) => {
            let members = members.into_iter().map(|(name, value)| match value {
                Json::String(text) if name == "expression" => {
                    let formatted = Expression::format(Dialect::Entra, &text).unwrap_or(text);
                    (name, Json::String(formatted))
                }
                value => (name, canonical(value)),
            });
            Json::Object(members.collect())
        }
        Json::Array(items) => items.into_iter().map(canonical).collect(),
        other => other,
    }
}

#[test]
fn deep_nesting_is_refused_or_evaluated() {
    for depth in [255, 256, 257, 2_000, 100_000] {
        for (open, close) in [("Not(", ")"), ("(", ")"), ("[", "]"), ("Switch([mail], ", ", \"a\", \"b\")"), ("IIF(1 = ", ", 1, 2)")] {
            let text = format!("{}\"true\"{}", open.repeat(depth), close.repeat(depth));
            let result = Expression::compile_in(
                Dialect::Entra,
                &text,
                &Scope { limits: Limits { expression_chars: usize::MAX, ..Limits::default() }, ..Scope::default() },
            );
            if let Ok(expression) = result {
                assert!(depth <= 256);
                let (record, world) = (Map::new(), FixedWorld::new(jiff::civil::date(2026, 11, 25).at(0, 0, 0, 0), 1));
                let _ = expression.explain(&record, &world);
            }
        }
    }
}

/// A second time changes nothing, whatever ends the last line.
#[test]
fn formatting_twice_is_formatting_once() {
    for text in ["a: b", "a: b\n", "a: b\r", "a: b\r\n", "a: b\r\r\r", "a: b\r\r\n", "a: b # c\r\r"] {
        let Ok(once) = format(text) else { continue };
        assert_eq!(format(&once).as_ref(), Ok(&once), "{text:?}");
    }
}
