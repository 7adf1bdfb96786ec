//! The program as a new user meets it, and as a hostile one does.

mod support;

use serde_json::{Value as Json, json};
use support::docker::{DOCKER, DOCUMENTS, eval};
use support::{Folder, policy, run, run_in};

#[test]
fn help_of_every_command_has_examples_that_work() {
    let overview = run(&["--help"]).exits(0).out;
    let listed = overview.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap_or_default();
    let names =
        listed.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    // The preview serves until it is stopped: it has tests of its own.
    let commands: Vec<&str> = names.filter(|name| !["help", "preview"].contains(name)).chain([""]).collect();
    assert!(commands.len() > 10, "{commands:?}");
    for command in commands {
        let help = if command.is_empty() { run(&["--help"]) } else { run(&[command, "--help"]) }.exits(0).out;
        let joined = help.split("\n\n").last().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        let examples: Vec<&str> = joined.split("Example: rolewright ").skip(1).collect();
        assert!(!examples.is_empty(), "{command} has no example: {help}");
        for example in examples {
            // In a copy of what the examples name, for some of them write.
            let folder = Folder::new();
            for name in ["policies", "examples", "tests/conformance"] {
                copy(&support::home().join(name), &folder.path().join(name));
            }
            let line =
                format!("'{}' {}", env!("CARGO_BIN_EXE_rolewright"), example.replace("~/.local/share/bash-completion/completions/", ""));
            let output = std::process::Command::new("sh").args(["-c", &line]).current_dir(folder.path()).output().unwrap();
            let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            // A command that looks for something may find it: exit code 1.
            let works = matches!(output.status.code(), Some(0 | 1)) && !err.contains("error");
            assert!(works, "{example}\n{out}\n{err}");
        }
    }
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        match entry.path().is_dir() {
            true => copy(&entry.path(), &to.join(entry.file_name())),
            false => drop(std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap()),
        }
    }
}

#[test]
fn exit_codes_and_streams() {
    // Typing mistakes: nothing on standard output, a proposal on standard error.
    for (args, proposal) in [
        (&["evl"][..], "eval"),
        (&["eval", "--fromat", "json"], "--format"),
        (&["eval", DOCKER, "-", "--format", "jsn"], "json"),
        (&["functions", "Swich"], "did you mean Switch?"),
        (&["check", "nowhere.yaml"][..0], "Usage"),
    ] {
        let run = run(args).exits(2);
        assert_eq!(run.out, "", "{args:?}");
        assert!(run.err.contains(proposal), "{args:?}: {}", run.err);
    }
    let folder = Folder::new().with("empty.yaml", "").with("empty.json", "").with("bytes.json", [0xff, 0xd8, 0x00, 0x9c]);
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    let docker = support::home().join(DOCKER).display().to_string();
    for (args, code, message) in [
        (&["check", "nowhere.yaml"][..], 2, "there is no such file"),
        (&["check", "folder"], 2, "directory"),
        (&["check", "empty.yaml"], 1, "this is no policy"),
        (&["fmt", "folder"], 2, "directory"),
        (&["show", "folder"], 2, "directory"),
        (&["show", "empty.yaml"], 2, "this is no policy"),
        (&["test", "folder"], 2, "directory"),
        (&["test", "empty.yaml"], 2, "this is no policy"),
        (&["eval", "empty.yaml", "empty.json"], 2, "this is no policy"),
        (&["eval", "nowhere.yaml", "empty.json"], 2, "there is no such file"),
        (&["eval", &docker, "nowhere.json"], 2, "there is no such file"),
        (&["eval", &docker, "folder"], 2, "directory"),
        (&["eval", &docker, "empty.json"], 2, "empty"),
        (&["eval", &docker, "bytes.json"], 2, "error"),
        (&["eval", &docker], 2, "no documents"),
        (&["explain", &docker, "empty.json", "--user", "x"], 2, "empty"),
        (&["expr", "ToUpper("], 2, "unclosed-parenthesis"),
        (&["expr", "[mail]", "empty.json"], 2, "empty"),
    ] {
        let run = folder.run(args).exits(code);
        assert!(format!("{}{}", run.out, run.err).contains(message), "{args:?}: {}", run.shown());
        assert!(args[0] == "check" || run.out.is_empty(), "{args:?}: standard output is data only: {}", run.out);
    }
}

#[test]
fn data_stays_data_when_something_fails() {
    let users = br#"[{"userPrincipalName":"a@x.org","accountEnabled":true},{"accountEnabled":true},{"userPrincipalName":"c@x.org","accountEnabled":true,"extensionAttribute2":"nowhere"}]"#;
    let args = |format| ["eval", DOCKER, "-", "--format", format, "--set", "sources.scim.assigned=any", "--set", "connection.orgs=acme"];
    let json = run_in(support::home(), &args("json"), users).exits(1);
    let rows = json.json();
    assert!(rows.as_array().unwrap().iter().any(|row| row["error"]["code"] == "unknown-org"), "{rows}");
    let lines = run_in(support::home(), &args("ndjson"), users).exits(1).out;
    assert!(lines.lines().all(|line| serde_json::from_str::<Json>(line).is_ok()), "{lines}");
    let table = run_in(support::home(), &args("csv"), users).exits(1).out;
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    assert!(reader.records().all(|record| record.is_ok()), "{table}");
}

#[test]
fn a_bad_row_does_not_stop_the_others() {
    let folder = Folder::new().with("users.ndjson", "{\"userPrincipalName\":\"a@x.org\",\"accountEnabled\":true}\n{\"userPrincipalName\":\nnonsense\n{\"userPrincipalName\":\"b@x.org\",\"accountEnabled\":true}\n");
    let docker = support::home().join(DOCKER).display().to_string();
    let args = ["eval", &docker, "users.ndjson", "--format", "json", "--set", "sources.scim.assigned=any"];
    let run = folder.run(&args).exits(1);
    let rows = run.json();
    let users: Vec<&str> = rows.as_array().unwrap().iter().filter_map(|row| row["user"].as_str()).collect();
    assert_eq!(users, ["a@x.org", "b@x.org"]);
    assert!(run.err.contains("users.ndjson:2") || run.err.contains("line 2"), "{}", run.err);
    let strict = folder.run(&[&args[..], &["--strict"]].concat()).exits(1);
    assert_eq!(strict.json().as_array().unwrap().len(), 1, "what was written before is whole");
}

#[test]
fn standard_input_is_a_dash() {
    let text = policy("{ direct: city }");
    run_in(support::home(), &["check", "-"], text.as_bytes()).exits(0);
    let loose = text.replace("placement:", "placement:   ");
    let run = run_in(support::home(), &["fmt", "-"], loose.as_bytes()).exits(0);
    assert_eq!(run.out, text);
    let shown = run_in(support::home(), &["show", "-"], text.as_bytes()).exits(0).out;
    run_in(support::home(), &["check", "-"], shown.as_bytes()).exits(0);
}

#[test]
fn hostile_files_are_refused() {
    let bomb: String = (0..9).map(|at| format!("k{}: &k{} [{}]\n", at + 1, at + 1, vec![format!("*k{at}"); 10].join(","))).collect();
    let maps: String = (0..2_000).map(|at| format!("{}a:\n", " ".repeat(at))).collect();
    let folder = Folder::new()
        .with("bomb.yaml", format!("rolewright: 1\nk0: &k0 [x]\n{bomb}"))
        .with("large.yaml", format!("rolewright: 1\n{}", "# filler\n".repeat(600_000)))
        .with("lists.yaml", format!("rolewright: 1\na: {}", "[".repeat(100_000)))
        .with("maps.yaml", format!("rolewright: 1\n{maps}"))
        .with("later.yaml", "rolewright: 2\n")
        .with("utf16.yaml", [0xff, 0xfe, b'r', 0])
        .with("latin.yaml", [b'a', 0xe9])
        .with("lists.json", "[".repeat(200_000))
        .with("deep.json", format!("[{{\"userPrincipalName\":\"a@x.org\",\"a\":{}1{}}}]", "[".repeat(2_000), "]".repeat(2_000)))
        .with("expr.yaml", policy(&format!("{{ expression: '{}' }}", "Not(".repeat(2_000))));
    let docker = support::home().join(DOCKER).display().to_string();
    for (args, code, message) in [
        (&["check", "bomb.yaml"][..], 1, "yaml-limit"),
        (&["check", "large.yaml"], 1, "yaml-limit"),
        (&["check", "lists.yaml"], 1, "yaml-limit"),
        (&["check", "maps.yaml"], 1, "yaml-limit"),
        (&["check", "later.yaml"], 1, "unsupported-version"),
        (&["check", "utf16.yaml"], 2, "UTF-16"),
        (&["check", "latin.yaml"], 2, "not UTF-8"),
        (&["check", "expr.yaml"], 1, "nesting-too-deep"),
        (&["fmt", "bomb.yaml"], 2, "yaml-limit"),
        (&["test", "bomb.yaml"], 2, "yaml-limit"),
        (&["show", "maps.yaml"], 2, "yaml-limit"),
        (&["eval", &docker, "lists.json"], 1, "lists.json"),
    ] {
        let run = folder.run(args).exits(code);
        assert!(format!("{}{}", run.out, run.err).contains(message), "{args:?}: {}", run.shown());
    }
    let deep = folder.run(&["eval", &docker, "deep.json"]);
    assert!(deep.code == 1 || deep.code == 2, "{}", deep.shown());
}

#[test]
fn hostile_text_does_not_steer_the_terminal() {
    let user = json!({ "userPrincipalName": "a\u{1b}[2J@x.org", "accountEnabled": true, "extensionAttribute2": "\u{202e}ybom" });
    let run = run_in(support::home(), &["eval", DOCKER, "-", "--set", "sources.scim.assigned=any"], json!([user]).to_string().as_bytes());
    assert!(!run.out.contains(['\u{1b}', '\u{202e}']), "{:?}", run.out);
    let run = support::run(&["expr", "Append([mail], \u{1b}[2J)"]);
    assert!(!run.err.contains("\u{1b}[2J"), "{:?}", run.err);
}

#[test]
fn exports_of_windows_are_read() {
    let users =
        json!([{ "UserPrincipalName": "ada@example.org", "AccountEnabled": true, "GivenName": "Ada", "Surname": "Nowak" }]).to_string();
    let utf16: Vec<u8> = "\u{feff}".encode_utf16().chain(users.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = "\u{feff}".encode_utf16().chain(users.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    let folder = Folder::new().with("le.json", utf16).with("be.json", big).with("bom.json", format!("\u{feff}{users}"));
    let docker = support::home().join(DOCKER).display().to_string();
    for name in ["le.json", "be.json", "bom.json"] {
        let run = folder.run(&["eval", &docker, name, "--format", "json", "--set", "sources.scim.assigned=any"]).exits(0);
        assert_eq!(run.json()[0]["attributes"]["name.givenName"], "Ada", "{name}");
    }
}

#[test]
fn colours_are_for_terminals() {
    let program = env!("CARGO_BIN_EXE_rolewright");
    let with = |name: &str, value: &str| {
        let mut command = std::process::Command::new(program);
        command.args(["expr", "ToUper([mail])"]).env(name, value).env_remove(if name == "NO_COLOR" {
            "CLICOLOR_FORCE"
        } else {
            "NO_COLOR"
        });
        String::from_utf8(command.output().unwrap().stderr).unwrap()
    };
    assert!(!with("NO_COLOR", "1").contains('\u{1b}'));
    assert!(!with("UNRELATED", "1").contains('\u{1b}'), "a pipe is no terminal");
    assert!(with("CLICOLOR_FORCE", "1").contains('\u{1b}'));
}

#[test]
fn what_eval_prints() {
    insta::assert_snapshot!("eval-table", eval(&[]).shown());
    insta::assert_snapshot!("eval-csv", eval(&["--format", "csv"]).shown());
    let json = eval(&["--format", "json"]).exits(0);
    insta::assert_snapshot!("eval-json", serde_json::to_string_pretty(&json.json()).unwrap());
    let lines: Vec<Json> = eval(&["--format", "ndjson"]).exits(0).out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(Json::from(lines), json.json());
    insta::assert_snapshot!("eval-scim-disabled", eval(&["--set", "connection.scim=disabled"]).shown());
    insta::assert_snapshot!("eval-refused", eval(&["--set", "connection.orgs=acme,moby"]).exits(1).shown());
}

#[test]
fn csv_for_a_spreadsheet() {
    let users = json!([{ "userPrincipalName": "=1+1", "accountEnabled": true, "surname": "-5", "givenName": "Ødegård" }]).to_string();
    let csv = |more: &[&str]| {
        let args = [&["eval", DOCKER, "-", "--set", "sources.scim.assigned=any", "--format", "csv"][..], more].concat();
        run_in(support::home(), &args, users.as_bytes()).exits(0).out
    };
    let (plain, spreadsheet) = (csv(&[]), csv(&["--spreadsheet"]));
    assert_eq!(spreadsheet, format!("\u{feff}{plain}").replace("=1+1", "'=1+1"));
    assert!(plain.contains("\n=1+1,") && plain.contains(",-5,"), "{plain}");
    assert!(run(&["eval", DOCKER, "-", "--spreadsheet"]).exits(2).err.contains("--format csv"));
}

#[test]
fn the_order_of_documents_does_not_count() {
    let forth = eval(&["--format", "json"]).exits(0).out;
    let mut args = vec!["eval", DOCKER, "--format", "json"];
    args.extend(DOCUMENTS.iter().rev());
    assert_eq!(run(&args).exits(0).out, forth);
}

#[test]
fn what_explain_prints() {
    let explain = |more: &[&str]| run(&[&["explain", DOCKER][..], &DOCUMENTS, more].concat());
    insta::assert_snapshot!("explain", explain(&["--user", "ada.nowak@acme.example"]).exits(0).out);
    assert_eq!(
        explain(&["--user", "ADA.NOWAK@acme.example", "--format", "json"]).exits(0).json()["decision"]["user"],
        "ada.nowak@acme.example"
    );
    let missing = explain(&["--user", "ada.nowack@acme.example"]).exits(2);
    assert_eq!(missing.out, "");
    assert!(missing.err.contains("did you mean ada.nowak@acme.example?"), "{}", missing.err);
}

#[test]
fn what_functions_prints() {
    insta::assert_snapshot!("functions-switch", run(&["functions", "switch"]).exits(0).out);
    insta::assert_snapshot!("functions", run(&["functions"]).exits(0).out);
}

#[test]
fn expr_over_no_user_one_and_many() {
    assert_eq!(run(&["expr", "Join(\"-\", \"a\", 3)"]).exits(0).out, "\"a-3\"\n");
    assert_eq!(run(&["expr", "IgnoreAttributeFlow"]).exits(0).out, "skip-flow\n");
    assert_eq!(run(&["expr", "DefaultDomain()", "--default-domain", "x.org"]).exits(0).out, "\"x.org\"\n");
    assert_eq!(run(&["expr", "Now()", "--now", "2026-11-25T12:00:00Z"]).exits(0).out, "\"11/25/2026 12:00:00 PM\"\n");
    let many = run(&["expr", "[surname]", "examples/graph/users.json"]).exits(0).out;
    assert!(many.lines().count() > 3 && many.lines().all(|line| serde_json::from_str::<Json>(line).is_ok()), "{many}");
    let explained = run_in(
        support::home(),
        &["expr", "Append(ToUpper([city]), Redact([surname]))", "-", "--explain"],
        br#"{"city": "Oslo", "surname": "Secret"}"#,
    )
    .exits(0)
    .out;
    insta::assert_snapshot!("expr-explain", explained);
    let fault = run_in(
        support::home(),
        &["expr", "Left([city], [state])", "-"],
        br#"[{"city": "Oslo", "state": "x"}, {"city": "Rome", "state": "2"}]"#,
    )
    .exits(1);
    assert_eq!(fault.out, "\"Ro\"\n", "the others are evaluated");
}

#[test]
fn new_writes_a_policy_that_works() {
    let folder = Folder::new();
    let args = ["new", "--application", "Harbor \"Wiki\": é", "--provider", "entra", "--roles", "reader,author,yes"];
    let run = folder.run(&args).exits(0);
    assert_eq!(run.out, "");
    insta::assert_snapshot!("new", folder.read("harbor-wiki.yaml"));
    assert_eq!(folder.run(&["check", "harbor-wiki.yaml"]).exits(0).out, "");
    let tested = folder.run(&["test", "harbor-wiki.yaml"]).exits(0).out;
    assert_eq!(tested.lines().last(), Some("2 passed, 0 failed"));
    folder.run(&["fmt", "--check", "harbor-wiki.yaml"]).exits(0);
    // Its attribute is called `role`, as the word of the rows is: a role that it does not allow is refused.
    let users = br#"[{"userPrincipalName":"a@x.org","accountEnabled":true,"city":"boss"}]"#;
    let set = ["--set", "sources.scim.mappings.role.direct=city", "--set", "sources.scim.assigned=any"];
    let refused = run_in(folder.path(), &[&["eval", "harbor-wiki.yaml", "-", "--format", "json"][..], &set].concat(), users).exits(1);
    assert_eq!(refused.json()[0]["error"]["code"], "invalid-role");
    let again = folder.run(&args).exits(2);
    assert!(again.err.contains("not overwritten"), "{}", again.err);
    assert!(folder.run(&["new"]).exits(2).err.contains("--application"));
    assert!(folder.run(&["new", "--application", "x", "--roles", "a,a"]).exits(2).err.contains("twice"));
}

#[test]
fn new_asks_whom_it_can() {
    let folder = Folder::new();
    for name in ["O'Reilly", "null", "007", "a: b # c", "x\ny"] {
        let file = format!("{}.yaml", name.len());
        let run = folder.run(&["new", "--application", name, "--roles", "null,1,on: off", &file]);
        assert_eq!(run.code, 0, "{name:?}: {}", run.shown());
        let check = folder.run(&["check", &file]);
        assert_eq!(check.code, 0, "{name:?}: {}", check.shown());
        folder.run(&["test", &file]).exits(0);
        std::fs::remove_file(folder.path().join(&file)).unwrap();
    }
}

#[test]
fn test_prints_what_differs_and_ends_with_a_count() {
    let suite = "suite: entra-expression\ncases:\n- {id: good, expr: 'ToUpper(\"a\")', expect: A}\n- {id: 'bad <&> one', expr: 'ToUpper(\"a\")', expect: B}\n- {id: class, expr: 'Nope()', expect_error: parse}\n";
    let failing = policy("{ direct: city }")
        + "tests:\n  - { name: wrong, user: { userPrincipalName: a@x.org, accountEnabled: true, city: author }, expect: { attributes: { role: reader } } }\n";
    let folder = Folder::new()
        .with("own.yaml", suite)
        .with("small.yaml", failing)
        .with(
            "okta.yaml",
            "suite: okta-expression\ncases:\n- {id: own, expr: 'String.len(user.city)', input: {user: {city: Oslo}}, expect: 4}\n",
        )
        .with("none.yaml", "suite: entra-expression\ncases: []\n")
        .with("odd.yaml", "suite: entra-expresion\n");
    let run = folder.run(&["test", "own.yaml", "small.yaml", "--junit", "report.xml"]).exits(1);
    insta::assert_snapshot!("test-failed", run.shown());
    insta::assert_snapshot!("test-junit", folder.read("report.xml"));
    assert_eq!(run.out.lines().last(), Some("1 passed, 3 failed"));
    assert_eq!(folder.run(&["test", "own.yaml", "--filter", "good"]).exits(0).out, "1 passed, 0 failed\n");
    let none = folder.run(&["test", "none.yaml"]).exits(2);
    assert_eq!(none.out, "0 passed, 0 failed\n");
    assert_eq!(folder.run(&["test", "okta.yaml"]).exits(0).out, "1 passed, 0 failed\n");
    assert!(folder.run(&["test", "odd.yaml"]).exits(2).err.contains("suite"));
}

#[test]
fn fmt_formats_and_checks() {
    let loose = policy("{ expression: 'Switch( [city],\"reader\",\"Oslo\",   \"author\" )' }   ")
        .replace("policy: small", "policy: small   # the name  ");
    let folder = Folder::new().with("small.yaml", &loose);
    assert_eq!(folder.run(&["fmt", "--check", "small.yaml"]).exits(1).out, "small.yaml\n");
    assert_eq!(folder.read("small.yaml"), loose);
    folder.run(&["fmt", "small.yaml"]).exits(0);
    let formatted = folder.read("small.yaml");
    assert!(
        formatted.contains("'Switch([city], \"reader\", \"Oslo\", \"author\")' }\n") && formatted.contains("# the name\n"),
        "{formatted}"
    );
    assert_eq!(folder.run(&["fmt", "--check", "small.yaml"]).exits(0).out, "");
    // By hand over several lines: left as it is.
    let by_hand =
        policy("\n        expression: Switch([city],\n          \"reader\",   \"Oslo\", \"author\")").replace("role:     \n", "role:\n");
    let folder = folder.with("hand.yaml", &by_hand);
    folder.run(&["fmt", "hand.yaml"]).exits(0);
    assert_eq!(folder.read("hand.yaml"), by_hand);
}

#[test]
fn completions_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = run(&["completions", shell]).exits(0).out;
        for word in ["rolewright", "explain", "--set"] {
            assert!(script.contains(word) || (shell == "fish" && word == "--set"), "{shell} knows {word}");
        }
    }
}

/// The keys that a schema allows at a place, and the schema of each.
fn members<'s>(schema: &'s Json, whole: &'s Json) -> Option<(&'s serde_json::Map<String, Json>, Option<&'s Json>)> {
    let mut schema = schema;
    while let Some(name) = schema.get("$ref").and_then(Json::as_str) {
        schema = whole.pointer(name.strip_prefix('#')?)?;
    }
    if let Some(any) = ["anyOf", "oneOf", "allOf"].into_iter().find_map(|word| schema.get(word)).and_then(Json::as_array) {
        return any.iter().find_map(|one| members(one, whole));
    }
    static NONE: std::sync::LazyLock<serde_json::Map<String, Json>> = std::sync::LazyLock::new(serde_json::Map::new);
    let open = schema.get("additionalProperties").filter(|more| more.is_object());
    let properties = schema.get("properties").and_then(Json::as_object);
    (properties.is_some() || open.is_some()).then(|| (properties.unwrap_or(&NONE), open))
}

fn unknown_keys(policy: &Json, schema: &Json, whole: &Json, path: &str, found: &mut Vec<String>) {
    let (Some(keys), Some((properties, open))) = (policy.as_object(), members(schema, whole)) else { return };
    for (key, value) in keys {
        match properties.get(key).or(open) {
            Some(inner) => unknown_keys(value, inner, whole, &format!("{path}.{key}"), found),
            None => found.push(format!("{path}.{key}")),
        }
    }
}

#[test]
fn the_schema_knows_every_key_of_the_shipped_policies() {
    let schema = run(&["schema"]).exits(0).json();
    assert_eq!(schema["type"], "object");
    for entry in std::fs::read_dir(support::home().join("policies")).unwrap().flatten() {
        let policy: Json = serde_yaml::from_str(&std::fs::read_to_string(entry.path()).unwrap()).unwrap();
        let mut found = Vec::new();
        unknown_keys(&policy, &schema, &schema, "", &mut found);
        assert!(found.is_empty(), "{}: {}", entry.path().display(), found.join(", "));
    }
    let mut found = Vec::new();
    unknown_keys(&json!({ "rolewright": 1, "colour": 1, "target": { "colour": 1 } }), &schema, &schema, "", &mut found);
    assert_eq!(found, [".colour", ".target.colour"]);
}

#[test]
fn shipped_policies_are_clean_tested_and_say_when_to_use_them() {
    for entry in std::fs::read_dir(support::home().join("policies")).unwrap().flatten() {
        let name = format!("policies/{}", entry.file_name().to_string_lossy());
        run(&["check", &name]).exits(0);
        run(&["fmt", "--check", &name]).exits(0);
        assert!(std::fs::read_to_string(entry.path()).unwrap().starts_with("# "), "{name} begins with when to use it");
    }
}

#[test]
fn an_empty_cell_of_assignments_is_no_assignment() {
    let table = "userPrincipalName,accountEnabled,appRoleAssignments\na@example.org,true,My Corp Editor\nb@example.org,true,\n";
    let rows = run_in(support::home(), &["eval", DOCKER, "-", "--format", "json"], table.as_bytes()).exits(0).json();
    assert_eq!((&rows[0]["in_scope"], &rows[1]["in_scope"]), (&json!(true), &json!(false)));
    assert_eq!(rows[1]["scope_reason"], "not-assigned");
    let run = run_in(support::home(), &["eval", DOCKER, "-", "--format", "json"], b"null").exits(2);
    assert!(run.err.contains("unknown-shape"), "{}", run.err);
}
