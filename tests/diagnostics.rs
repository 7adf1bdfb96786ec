//! What people read when something is wrong: one snapshot for each kind of finding, drawn as the terminal shows it;
//! places inside of YAML; repairs.

mod support;

use rolewright::diagnostic::Code;
use serde_json::Value as Json;
use support::{Folder, policy};

/// Mistakes in an expression: a name, and the expression.
const EXPRESSIONS: &[(&str, &str)] = &[
    ("empty-expression", "  "),
    ("unclosed-text", r#"Switch([mail], "x", "a", "Owner)"#),
    ("unclosed-text-backslash", r#"Append([mail], "share\")"#),
    ("unclosed-bracket", "ToUpper([surname)"),
    ("unclosed-bracket-filter", r#"ToUpper([emails[type eq "work"].value)"#),
    ("unclosed-parenthesis", r#"Append(ToUpper([surname]), "x""#),
    ("unclosed-parenthesis-nameless", r#"IIF(("a" = "a", "b", "c")"#),
    ("empty-attribute", "ToUpper([])"),
    ("wrong-quotes-typographic", "Append([mail], “.test”)"),
    ("wrong-quotes-single", "Append([mail], '.test')"),
    ("wrong-quotes-without-partner", "Append([mail], “.test)"),
    ("logical-operator-and", r#"IIF([city] = "Oslo" AND [country] = "NO", "a", "b")"#),
    ("logical-operator-or", r#"IIF([city] = "Oslo" or [country] = "NO", "a", "b")"#),
    ("logical-operator-not", r#"IIF(not [accountEnabled], "a", "b")"#),
    ("bare-word", "ToUpper(surname)"),
    ("bare-word-flow", r#"Switch([city], IgnoreAtributeFlow, "Oslo", "a")"#),
    ("bare-word-function", "ToUpper(Now)"),
    ("missing-comma", r#"Append([mail] "x")"#),
    ("text-after-end", r#"Append([givenName], " ") + [surname]"#),
    ("text-after-end-parenthesis", r#"ToUpper([surname]))"#),
    ("invalid-number", "Left([mail], 99999999999999999999)"),
    ("unexpected-text-ampersand", "Append([givenName] & [surname])"),
    ("unexpected-text-plus", "Append([givenName], + [surname])"),
    ("unexpected-text-group", r#"IIF(([city] = "Oslo"), "a", "b")"#),
    ("unexpected-text-comparison", r#"IIF("a" = "b" = "c", "a", "b")"#),
    ("unexpected-text-end", r#"IIF("a" =, "a", "b")"#),
    ("unexpected-text-no-break-space", "Append([mail],\u{a0}\"x\")"),
    ("unknown-function", "ToUper([surname])"),
    ("unknown-function-not-evaluated", "StringFromSid([objectSid])"),
    ("unknown-function-case", "toupper([surname])"),
    ("unknown-function-far", "Frobnicate([surname])"),
    ("switch-missing-default", r#"Switch([city], "Oslo", "north", "Rome", "south")"#),
    ("switch-missing-default-attribute", r#"Switch([city], "Oslo", [state], "Rome", [country])"#),
    ("too-few-arguments", "Left([surname])"),
    ("too-few-arguments-comma", r#"FormatDateTime([employeeHireDate], "yyyy", "yyyy-MM-dd")"#),
    ("too-few-arguments-none", "ToLower()"),
    ("too-many-arguments", "Len([surname], 3)"),
    ("too-many-arguments-none", "Now(1)"),
    ("missing-argument", "Left([surname], )"),
    ("missing-argument-pattern", r#"Replace([mail], , "[a-z]", , , , )"#),
    ("type-mismatch", r#"Left([surname], "three")"#),
    ("type-mismatch-list", r#"IIF(Split([mail], "@") = "x", "a", "b")"#),
    ("app-roles-only", "SingleAppRoleAssignment([surname])"),
    ("unique-value-nested", "ToLower(SelectUniqueValue([mail], [surname]))"),
    ("invalid-pattern", r#"Replace([mail], , "(a", , "x", , )"#),
    ("invalid-date", r#"CDate("31 of May")"#),
    ("invalid-date-format", r#"FormatDateTime([employeeHireDate], , "%", "yyyy")"#),
    ("invalid-interval", r#"DateAdd("month", 1, [employeeHireDate])"#),
    ("invalid-culture", r#"ToLower([surname], "not a culture")"#),
    ("invalid-length", r#"Mid("Oslo", 1, -2)"#),
    ("index-out-of-range", r#"Item(Split("a,b", ","), 3)"#),
    ("duplicate-switch-key", r#"Switch([city], "x", "Oslo", "a", "Oslo", "b")"#),
    ("null-check-in-switch-source", r#"Switch(IsNullOrEmpty([city]), "x", "True", "none", "False", "some")"#),
    ("null-check-in-iif", r#"IIF(IsNull([city]), "none", "some")"#),
    ("unknown-attribute", "ToUpper([surnam])"),
    ("unknown-attribute-case", "ToUpper([SurName])"),
    ("unknown-attribute-far", "ToUpper([favouriteColour])"),
    ("several", r#"Append(ToUper([surnam]), Left([city]), "x")"#),
    ("several-lines", "Switch([city],\n  \"x\",\n  \"Oslo\", \"a\",\n  \"Rome\")"),
];

/// Mistakes in an expression of Okta: a name, and the expression.
const OKTA: &[(&str, &str)] = &[
    ("empty-expression", " "),
    ("unclosed-text", r#"user.firstName + "x"#),
    ("unclosed-parenthesis", "String.len(user.email"),
    ("unclosed-bracket", "{1, 2}[0"),
    ("wrong-quotes", "String.append(user.email, “.test”)"),
    ("missing-comma", r#"String.append(user.email "x")"#),
    ("text-after-end", r#"user.city == "Oslo" user.city"#),
    ("text-after-end-brace", "user.city}"),
    ("invalid-number", "user.count + 99999999999"),
    ("unexpected-text-equals", r#"user.city = "Oslo""#),
    ("unexpected-text-end", "user.firstName +"),
    ("unexpected-text-condition", r#"user.active ? "y""#),
    ("unexpected-text-increment", "user.count++"),
    ("unexpected-text-new", r#"new String("a")"#),
    ("unexpected-text-between", "user.count between {1, 5}"),
    ("unexpected-text-comparisons", "1 < 2 < 3"),
    ("unexpected-text-bean", "@bean.name"),
    ("unknown-function", r#"String.startWith(user.email, "a")"#),
    ("unknown-function-case", "String.toUppercase(user.email)"),
    ("unknown-function-bare", r#"endsWith(user.email, "a")"#),
    ("unknown-function-method", "user.email.toUpperCase()"),
    ("unknown-reference", "user.firstname"),
    ("unknown-reference-variable", "usr.email"),
    ("unknown-reference-function", "hasDirectoryUser ? 1 : 2"),
    ("unknown-reference-far", "user.favouriteColour"),
    ("too-few-arguments", r#"String.append("a")"#),
    ("too-few-arguments-key", r#"String.stringSwitch(user.city, "x", "Oslo")"#),
    ("too-many-arguments", "hasDirectoryUser(1)"),
    ("type-mismatch", r#""ab" - 1"#),
    ("type-mismatch-condition", r#""Bo" ? "y" : "n""#),
    ("type-mismatch-argument", r#"String.substring("abc", "1", 2)"#),
    ("invalid-pattern", r#"user.department matches "(a""#),
    ("invalid-date-format", r#"Time.now("UTC", "bb")"#),
    ("unknown-zone", r#"Time.now("Mars")"#),
    ("unknown-country", r#"Iso3166Convert.toName("XX")"#),
    ("divided-by-zero", "1 / 0"),
    ("index-out-of-range", "{1, 2, 3}[3]"),
];

/// Faults that only a user's value shows: a name, the expression, and the user.
const FAULTS: &[(&str, &str, &str)] = &[
    ("not-a-number", "Left([surname], [department])", r#"{"surname": "Nowak", "department": "three"}"#),
    ("wrong-value-type", r#"Append([proxyAddresses], "x")"#, r#"{"proxyAddresses": ["a", "b"]}"#),
    (
        "pattern-too-slow",
        r#"Replace([city], , "(a*)*\1b", , "x", , )"#,
        r#"{"city": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"}"#,
    ),
    ("raised-error", r#"IIF(IsPresent([mail]), [mail], Error("mail is required"))"#, r#"{"city": "Oslo"}"#),
    ("invalid-encoding", "ConvertFromBase64([city], UTF8)", r#"{"city": "Oslo!"}"#),
    ("no-default-domain", "DefaultDomain()", r#"{"city": "Oslo"}"#),
    ("invalid-date-of-a-user", "CDate([employeeHireDate])", r#"{"employeeHireDate": "soon"}"#),
    ("multiple-app-roles", "SingleAppRoleAssignment([appRoleAssignments])", r#"{"appRoleAssignments": ["reader", "author"]}"#),
];

/// Mistakes in a policy: a name, and the part of the small policy that is replaced, by what.
const POLICIES: &[(&str, &str, &str)] = &[
    ("yaml-syntax", "policy: small", "policy: \"small"),
    ("yaml-syntax-tab", "  attributes:", "\tattributes:"),
    ("yaml-syntax-brace", "scim: enabled, jit: enabled }", "scim: enabled, jit: enabled"),
    ("unknown-key", "placement:", "placment:"),
    ("unknown-key-far", "policy: small", "policy: small\ncolour: red"),
    ("unknown-key-attribute", "unique: true", "uniqe: true"),
    ("duplicate-key", "policy: small", "policy: small\npolicy: other"),
    ("invalid-policy-value", "unique: true", "unique: very"),
    ("unsupported-version", "rolewright: 1", "rolewright: 2"),
    ("unsupported-version-word", "rolewright: 1", "rolewright: one"),
    ("unsupported-version-missing", "rolewright: 1\n", ""),
    ("extends-failed", "policy: small", "policy: small\nextends: nowhere.yaml"),
    ("value-not-allowed", "reader }", "{ constant: Author }"),
    ("value-not-allowed-default", "default: reader", "default: boss"),
    ("unknown-target-attribute", "role:     {", "rolle:     {"),
    (
        "advice",
        "placement:",
        "advice:\n  - { id: no-match, of: [userName], when: { matching: true }, say: '{target} is matched', help: 'leave {source} alone' }\nplacement:",
    ),
    ("missing-mapping", "      userName: { direct: userPrincipalName, matching: 1 }\n", ""),
    ("invalid-mapping-none", "direct: accountEnabled", "apply: always"),
    ("invalid-mapping-two", "direct: accountEnabled", "direct: accountEnabled, constant: true"),
    ("unknown-attribute-direct", "direct: accountEnabled", "direct: acountEnabled"),
    ("unknown-condition", "when: {},", "when: { moon: full },"),
    ("unknown-condition-value", "when: {},", "when: { role: sett },"),
    ("bare-value", "{ id: write,", "{ id: write, when: { role: author },"),
    ("unknown-condition-value-carried", "{ id: write,", "{ id: write, when: { carried: { role: boss } },"),
    ("unknown-condition-value-word", "{ id: write,", "{ id: write, when: { stored: { role: unset } },"),
    ("invalid-policy-value-stored", "{ id: write,", "{ id: write, when: { stored: owner },"),
    ("bare-value-and-word", "{ id: write,", "{ id: write, when: { role: [unset, author] },"),
    ("invalid-policy-value-null", "{ id: write,", "{ id: write, when: { stored: { role: null } },"),
    ("invalid-policy-value-empty", "{ id: write,", "{ id: write, when: { carried: {} },"),
    ("invalid-policy-value-active", "{ id: write,", "{ id: write, when: { stored: { active: true } },"),
    ("invalid-policy-value-user-name", "{ id: write,", "{ id: write, when: { userName: absent },"),
    ("invalid-policy-value-count", "{ id: write,", "{ id: write, count: { active: absent },"),
    ("invalid-policy-value-two", "    role:     {", "    login: { kind: user_name }\n    role:     {"),
    ("duplicate-key-active", "type: boolean, kind: active", "type: boolean"),
    ("unknown-condition-placement", "when: {},", "when: { carried: { role: author } },"),
    ("value-of-other-type", "direct: accountEnabled", "constant: maybe"),
    ("value-of-other-type-default", "    role:     {", "    seats: { type: number, default: many }\n    role:     {"),
    ("value-of-other-type-condition", "{ id: write,", "{ id: write, when: { carried: { role: [[author]] } },"),
    ("unknown-check", "    - { id: write,", "    - { check: nothing }\n    - { id: write,"),
    ("unknown-event", "scim.create:", "scim.creat:"),
    ("invalid-group-pattern", "events:", "groups: { pattern: \"{team}\" }\nevents:"),
    ("unknown-organization", "default_org: harbor,", "default_org: harbor, orgs: [acme],"),
    ("unknown-operator", "    mappings:\n", "    scope: [[{ attribute: city, operator: EQUAL, value: Oslo }]]\n    mappings:\n"),
    ("missing-value", "    mappings:\n", "    scope: [[{ attribute: city, operator: EQUALS }]]\n    mappings:\n"),
    ("not-an-integer", "    mappings:\n", "    scope: [[{ attribute: city, operator: Greater_Than, value: ten }]]\n    mappings:\n"),
    (
        "not-single-valued",
        "    mappings:\n",
        "    scope: [[{ attribute: appRoleAssignments, operator: EQUALS, value: ten }]]\n    mappings:\n",
    ),
];

const DEMONSTRATION: &str = r#"Switch(SingleAppRoleAssignment([appRoleAssignments]), "My Corp Admins", "owner", "My Corp Editors", "editor", "My Corp Users", "member")"#;

/// What stands in brackets after the severity: `error[CODE]`.
fn codes(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| line.starts_with("error[") || line.starts_with("warning["));
    lines.filter_map(|line| Some(line.split_once('[')?.1.split_once(']')?.0.to_owned())).collect()
}

/// A name begins with the code that it shows; `several` shows others.
fn shows(name: &str, codes: &[String]) -> bool {
    name.starts_with("several") || codes.iter().any(|code| name.starts_with(code.as_str()))
}

#[test]
fn mistakes_in_expressions() {
    for (name, text) in EXPRESSIONS {
        let run = support::run(&["expr", text]);
        assert!(run.out.is_empty() || run.code == 0, "{name}: standard output is data only");
        assert!(shows(name, &codes(&run.err)), "{name}: {}", run.err);
        insta::assert_snapshot!(format!("expression-{name}"), format!("{text}\n\n{}", run.err));
    }
}

#[test]
fn mistakes_in_expressions_of_okta() {
    for (name, text) in OKTA {
        let run = support::run(&["expr", "--dialect", "okta", text]).exits(2);
        assert!(run.out.is_empty(), "{name}: standard output is data only");
        assert!(shows(name, &codes(&run.err)), "{name}: {}", run.err);
        insta::assert_snapshot!(format!("okta-{name}"), format!("{text}\n\n{}", run.err));
    }
}

#[test]
fn faults_of_a_user() {
    for (name, text, user) in FAULTS {
        let run = support::run_in(support::home(), &["expr", text, "-", "--as", "ndjson"], user.as_bytes());
        let code = if name.starts_with("invalid-date") { "invalid-date" } else { name };
        assert!(shows(code, &codes(&run.err)), "{name}: {}", run.err);
        insta::assert_snapshot!(format!("fault-{name}"), format!("{text}\n{user}\n\n{}", run.shown()));
    }
}

#[test]
fn mistakes_in_policies() {
    for (name, from, to) in POLICIES {
        let text = policy("{ expression: 'SingleAppRoleAssignment([appRoleAssignments])' }");
        let text = match *name {
            "value-not-allowed" => policy(to),
            _ => {
                assert!(text.contains(from), "{name}: {from}");
                text.replacen(from, to, 1)
            }
        };
        let folder = Folder::new().with("small.yaml", &text);
        let run = folder.run(&["check", "small.yaml"]).exits(1);
        assert!(shows(name, &codes(&run.out)), "{name}: {}", run.out);
        insta::assert_snapshot!(format!("policy-{name}"), run.shown());
    }
}

#[test]
fn the_demonstration() {
    let folder = Folder::new().with("acme.yaml", demonstration());
    let run = folder.run(&["check", "acme.yaml"]).exits(1);
    insta::assert_snapshot!("demonstration", run.shown());
}

fn demonstration() -> String {
    let docker = std::fs::read_to_string(support::home().join("policies/docker.yaml")).unwrap();
    let mapping = docker.lines().find(|line| line.contains("dockerRole:") && line.contains("Switch(")).unwrap();
    docker.replace(mapping, &format!("      dockerRole: {{ expression: '{DEMONSTRATION}' }}"))
}

#[test]
fn limits_are_told() {
    let long = format!("Append([mail], \"{}\")", "x".repeat(10_000));
    let deep = format!("{}[mail]{}", "ToLower(".repeat(300), ")".repeat(300));
    for (name, text) in [("expression-too-long", &long), ("nesting-too-deep", &deep)] {
        let run = support::run(&["expr", text]).exits(2);
        insta::assert_snapshot!(format!("expression-{name}"), run.err);
    }
    let bomb: String = (0..8).map(|at| format!("k{}: &k{} [{}]\n", at + 1, at + 1, vec![format!("*k{at}"); 10].join(","))).collect();
    let folder = Folder::new().with("small.yaml", format!("rolewright: 1\nk0: &k0 [x]\n{bomb}"));
    insta::assert_snapshot!("policy-yaml-limit", folder.run(&["check", "small.yaml"]).exits(1).shown());
}

/// Each code is shown by a snapshot, or stands here with where else it is tested.
#[test]
fn every_code_has_a_snapshot() {
    const ELSEWHERE: &[(&str, &[&str])] = &[
        (
            "needs a world without random values, a huge value, or a script: unit tests",
            &["no-random-source", "value-too-large", "script-failed", "no-unique-value"],
        ),
        (
            "documents and their rows: tests/cli.rs and the tests of src/document",
            &[
                "unknown-shape",
                "ambiguous-shape",
                "invalid-document",
                "invalid-row",
                "user-not-found",
                "no-users",
                "export-incomplete",
                "invalid-event",
                "rename-not-supported",
                "name-id-not-email",
            ],
        ),
        ("generated code: tests/compile.rs", &["not-generated"]),
        ("translations: tests/translate", &["not-translatable", "no-partner-attribute", "characters-counted"]),
        ("settings and files: tests/cli.rs", &["invalid-setting", "file-unreadable", "invalid-suite", "dialect-not-built"]),
        (
            "the analysis of tables and options: its own tests",
            &[
                "required-may-be-null",
                "placement-gap",
                "row-never-hits",
                "no-answer",
                "event-row-never-hits",
                "event-value-unknown",
                "refusal-after-write",
                "unused-option",
                "check-incomplete",
            ],
        ),
    ];
    let names = EXPRESSIONS.iter().map(|case| case.0).chain(FAULTS.iter().map(|case| case.0)).chain(POLICIES.iter().map(|case| case.0));
    let names = names.chain(OKTA.iter().map(|case| case.0));
    let names: Vec<&str> = names.chain(["expression-too-long", "nesting-too-deep", "yaml-limit"]).collect();
    let missing: Vec<&str> = Code::ALL
        .iter()
        .map(|code| code.word())
        .filter(|word| !names.iter().any(|name| name.starts_with(word)) && !ELSEWHERE.iter().any(|(_, words)| words.contains(word)))
        .collect();
    assert!(missing.is_empty(), "no snapshot shows {}", missing.join(", "));
}

/// The first place of the first finding of a policy in `small.yaml`.
fn place(text: &str) -> (u64, u64, u64, u64) {
    let folder = Folder::new().with("small.yaml", text);
    let found = folder.run(&["check", "small.yaml", "--format", "json"]).exits(1).json();
    let place = &found[0]["labels"][0]["place"];
    let number = |end: &str, what: &str| place[end][what].as_u64().unwrap_or_else(|| panic!("{found}"));
    (number("start", "line"), number("start", "column"), number("end", "line"), number("end", "column"))
}

/// Where a word stands in a text that has it once: line and column, from 1, in characters.
fn stands(text: &str, word: &str) -> (u64, u64, u64, u64) {
    assert_eq!(text.matches(word).count(), 1, "{word} in {text}");
    let (line, column) = text.lines().enumerate().find_map(|(at, line)| Some((at, line[..line.find(word)?].chars().count()))).unwrap();
    let (line, column) = (line as u64 + 1, column as u64 + 1);
    (line, column, line, column + word.chars().count() as u64)
}

#[track_caller]
fn points_at(mapping: &str, word: &str) {
    let text = policy(mapping);
    assert_eq!(place(&text), stands(&text, word), "{text}");
}

#[test]
fn a_caret_in_a_plain_scalar() {
    points_at("{ expression: ToUper(surname) }", "surname");
    points_at("\n        expression: ToUper([mail])", "ToUper");
    points_at("\n        expression: Append([mail],\n          ToUper([mail]))", "ToUper");
}

#[test]
fn a_caret_in_a_single_quoted_scalar() {
    points_at("{ expression: 'Append([mail], ToUper([mail]))' }", "ToUper");
    points_at("{ expression: 'Append(\"it''s — ''é''\", ToUper([mail]))' }", "ToUper");
    points_at("\n        expression: 'Join(\"a\",\n\n          \"''\", ToUper([mail]))'", "ToUper");
}

#[test]
fn a_caret_in_a_double_quoted_scalar() {
    points_at(r#"{ expression: "Append([mail], ToUper([mail]))" }"#, "ToUper");
    points_at(r#"{ expression: "Append(\"\u00e9\t\x41\", ToUper([mail]))" }"#, "ToUper");
    points_at("\n        expression: \"Append(\\\"a\\\", \\\n          ToUper([mail]))\"", "ToUper");
}

#[test]
fn a_caret_in_a_literal_scalar() {
    points_at("\n        expression: |\n          Append(\"é\",\n            ToUper([mail]))\n", "ToUper");
    points_at("\n        expression: |2-\n            ToUper([mail])\n", "ToUper");
}

#[test]
fn a_caret_in_a_folded_scalar() {
    points_at("\n        expression: >-\n          Join(\"é\",\n          \"b\",\n\n            ToUper([mail]))\n", "ToUper");
    points_at("\n        expression: >\n          ToUper([mail])\n", "ToUper");
}

#[test]
fn a_caret_after_a_byte_order_mark_and_windows_line_ends() {
    let text = policy("\n        expression: >-\n          Append(\"a\",\n          ToUper([mail]))\n").replace('\n', "\r\n");
    assert_eq!(place(&text), stands(&text, "ToUper"));
    let marked = format!("\u{feff}{text}");
    let (line, ..) = place(&marked);
    assert_eq!(line, stands(&text, "ToUper").0);
}

#[test]
fn a_caret_through_an_anchor() {
    let text = policy("{ expression: &it 'ToUper([mail])' }")
        .replace("active:   { direct: accountEnabled }", "active:   { direct: accountEnabled, default: true }");
    assert_eq!(place(&text), stands(&text, "ToUper"));
}

#[test]
fn a_caret_far_to_the_right() {
    points_at(&format!("{{ expression: 'Append(\"{}\", ToUper([mail]))' }}", "x".repeat(900)), "ToUper");
    let text = policy(&format!("{{ expression: 'Append(\"{}\", ToUper([mail]))' }}", "x".repeat(900)));
    let (line, column, ..) = stands(&text, "ToUper");
    let run = Folder::new().with("small.yaml", &text).run(&["check", "small.yaml"]);
    assert!(run.out.contains(&format!("small.yaml:{line}:{column}")), "{}", run.out);
    assert!(run.out.lines().all(|line| line.chars().count() < 200), "lines fit a screen: {}", run.out);
}

/// Repairs: what stands in the mapping, and what stands there afterwards.
const REPAIRS: &[(&str, &str)] = &[
    ("{ constant: Author }", "{ constant: author }"),
    (
        "{ expression: 'Switch([city], \"reader\", \"Oslo\", \"Author\")' }",
        "{ expression: 'Switch([city], \"reader\", \"Oslo\", \"author\")' }",
    ),
    (
        "{ expression: 'Switch([city], \"Oslo\", \"author\", \"Rome\", \"reader\")' }",
        "{ expression: 'Switch([city], \"reader\", \"Oslo\", \"author\", \"Rome\", \"reader\")' }",
    ),
    (
        "{ expression: \"Switch([city], \\\"Oslo\\\", \\\"author\\\", \\\"Rome\\\", \\\"reader\\\")\" }",
        "{ expression: \"Switch([city], \\\"reader\\\", \\\"Oslo\\\", \\\"author\\\", \\\"Rome\\\", \\\"reader\\\")\" }",
    ),
    (
        "\n        expression: |\n          Switch([city],\n            \"Oslo\", \"author\",\n            \"Rome\", \"reader\")\n",
        "\n        expression: |\n          Switch([city],\n            \"reader\", \"Oslo\", \"author\",\n            \"Rome\", \"reader\")\n",
    ),
    (
        "\n        expression: >-\n          Switch([city],\n          \"Oslo\", \"author\",\n          \"Rome\", \"reader\")\n",
        "\n        expression: >-\n          Switch([city],\n          \"reader\", \"Oslo\", \"author\",\n          \"Rome\", \"reader\")\n",
    ),
    (
        "\n        expression: Switch([city], \"reader\", \"Oslo\", “author”)",
        "\n        expression: Switch([city], \"reader\", \"Oslo\", \"author\")",
    ),
    (
        "{ expression: 'Swich([city], \"reader\", \"Oslo\", \"author\")' }",
        "{ expression: 'Switch([city], \"reader\", \"Oslo\", \"author\")' }",
    ),
    (
        "{ expression: 'Switch([City], \"reader\", \"Oslo\", \"author\")' }",
        "{ expression: 'Switch([city], \"reader\", \"Oslo\", \"author\")' }",
    ),
    (
        "{ expression: 'Switch([city], \"reader\", \"Oslo\" \"author\"' }",
        "{ expression: 'Switch([city], \"reader\", \"Oslo\", \"author\")' }",
    ),
    ("{ expression: 'SingleAppRoleAssignment([mail])' }", "{ expression: 'SingleAppRoleAssignment([appRoleAssignments])' }"),
    ("{ expresion: 'Coalesce(\"reader\")' }", "{ expression: 'Coalesce(\"reader\")' }"),
    ("{ expression: 'Append(\u{a0}\"rea\",\u{a0}\"der\")' }", "{ expression: 'Append( \"rea\", \"der\")' }"),
];

#[test]
fn fix_repairs_and_what_it_wrote_is_clean() {
    for (before, after) in REPAIRS {
        let folder = Folder::new().with("small.yaml", policy(before));
        let run = folder.run(&["check", "small.yaml", "--fix"]);
        assert_eq!(folder.read("small.yaml"), policy(after), "{}", run.shown());
        let again = folder.run(&["check", "small.yaml"]);
        assert_eq!((run.code, again.code), (0, 0), "{}\n{}", run.shown(), again.shown());
    }
}

#[test]
fn fix_repairs_the_demonstration() {
    let folder = Folder::new().with("acme.yaml", demonstration());
    folder.run(&["check", "acme.yaml", "--fix"]).exits(0);
    assert!(folder.read("acme.yaml").contains(r#"[appRoleAssignments]), "member", "My Corp Admins", "owner""#));
    folder.run(&["check", "acme.yaml"]).exits(0);
}

#[test]
fn fix_takes_the_target_s_default_and_never_the_value_of_the_last_pair() {
    let folder = Folder::new().with("small.yaml", policy("{ expression: 'Switch([city], \"Oslo\", \"Author\")' }"));
    folder.run(&["check", "small.yaml", "--fix"]).exits(0);
    assert!(folder.read("small.yaml").contains(r#"Switch([city], "reader", "Oslo", "author")"#), "{}", folder.read("small.yaml"));
    // Inside of another call the Switch may give a role, too,
    let folder = Folder::new()
        .with("small.yaml", policy("{ expression: 'IIF([city] = \"Oslo\", Switch([city], \"Oslo\", \"author\"), \"reader\")' }"));
    folder.run(&["check", "small.yaml", "--fix"]).exits(0);
    assert!(folder.read("small.yaml").contains(r#"Switch([city], "reader", "Oslo", "author")"#), "{}", folder.read("small.yaml"));
    // and need not.
    let text = policy("{ expression: 'Coalesce(Switch([city], \"Oslo\", \"author\"), \"reader\")' }");
    let folder = Folder::new().with("small.yaml", &text);
    folder.run(&["check", "small.yaml", "--fix"]).exits(1);
    assert_eq!(folder.read("small.yaml"), text);
}

#[test]
fn fix_leaves_what_has_no_obvious_repair() {
    let text = policy("{ expression: 'Frobnicate([mail])' }");
    let folder = Folder::new().with("small.yaml", &text);
    folder.run(&["check", "small.yaml", "--fix"]).exits(1);
    assert_eq!(folder.read("small.yaml"), text);
    let run = support::run_in(folder.path(), &["check", "-", "--fix"], text.as_bytes()).exits(2);
    assert!(run.err.contains("standard input"), "{}", run.err);
    assert!(!folder.path().join("-").exists());
}

#[test]
fn findings_for_other_programs() {
    let folder = Folder::new().with("small.yaml", policy("{ expression: 'Switch([City], \"Oslo\", \"Author\", \"Rome\", \"reader\")' }"));
    for format in ["json", "sarif", "github"] {
        let run = folder.run(&["check", "small.yaml", "--format", format]).exits(1);
        if format != "github" {
            let json: Json = run.json();
            assert!(json.is_array() || json["version"] == "2.1.0");
        }
        let shown = run.shown().replace(env!("CARGO_PKG_VERSION"), "VERSION");
        insta::assert_snapshot!(format!("format-{format}"), shown);
    }
    let clean = Folder::new().with("small.yaml", policy("{ direct: city }"));
    assert_eq!(clean.run(&["check", "small.yaml", "--format", "json"]).exits(0).out, "[]\n");
    assert_eq!(clean.run(&["check", "small.yaml", "--format", "github"]).exits(0).out, "");
    assert_eq!(clean.run(&["check", "small.yaml", "--format", "sarif"]).exits(0).json()["runs"][0]["results"], serde_json::json!([]));
}
