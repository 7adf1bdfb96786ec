//! Every command over every hostile name: whatever stands in names, values and the names of files, nothing of it steers
//! the terminal, ends a line, or hides.

mod support;

use serde_json::{Value as Json, json};
use std::sync::Mutex;
use support::{Folder, Run};

/// What a name may hold to do harm. FORGED stands where a line would begin.
const PAYLOADS: [(&str, &str); 20] = [
    ("sgr", "\u{1b}[35mred"),
    ("clear", "\u{1b}[2J\u{1b}[H"),
    ("title", "\u{1b}]0;pwned\u{7}"),
    ("link", "\u{1b}]8;;evil:x\u{1b}\\click"),
    ("dcs", "\u{1b}P$q\u{1b}\\"),
    ("c1-csi", "\u{9b}35m"),
    ("c1-osc", "\u{9d}0;pwned\u{9c}"),
    ("delete", "\u{7f}\u{8}\u{8}"),
    ("override", "\u{202e}txt.exe"),
    ("isolate", "\u{2066}a\u{2069}\u{61c}\u{200f}"),
    ("zero-width", "a\u{200b}\u{2060}\u{feff}"),
    ("joiner", "adm\u{200d}in"),
    ("tags", "\u{e0041}\u{e007f}"),
    ("newline", "\nFORGED: nothing found"),
    ("windows", "\r\nFORGED: nothing found"),
    ("separators", "\u{2028}FORGED\u{2029}FORGED\u{85}FORGED"),
    ("tab", "\tFORGED"),
    ("workflow", "\n::error::FORGED"),
    ("log-command", "\n##[error]FORGED ##vso[task.complete]"),
    ("mark", "\u{1b}0123456789abcdef:1mred"),
];

/// What makes a name be found again.
const MARK: &str = "Zq";

/// Arguments that stand for something else: `{N}` is the hostile name. What is written behind `!` must show the mark.
const RUNS: &[&str] = &[
    "eval POLICY USERS PRINCIPAL !",
    "eval POLICY USERS --format csv !",
    "eval POLICY USERS --format csv --spreadsheet !",
    "eval POLICY USERS --format json !",
    "eval POLICY USERS --format ndjson !",
    "eval POLICY USERS SIGNINS --source jit !",
    "eval BROKEN USERS !",
    "eval POLICY {N} !",
    "eval POLICY DAMAGED !",
    "explain POLICY USERS --user {N} !",
    "explain POLICY USERS --user {N} --format json !",
    "explain POLICY USERS --user x{N} !",
    "expr [department] USERS !",
    "expr [department] USERS --explain !",
    "expr \"{N}\" !",
    "expr ToUper({N}) !",
    "expr [mail] USERS --now {N} !",
    "check POLICY BROKEN SUITE !",
    "check BROKEN --format json !",
    "check BROKEN --format sarif !",
    "check BROKEN --format github !",
    "check {N} !",
    "audit POLICY USERS PRINCIPAL SIGNINS MEMBERS !",
    "audit POLICY USERS MEMBERS --format json !",
    "conflicts POLICY USERS SIGNINS !",
    "conflicts POLICY USERS SIGNINS --format json !",
    "conflicts POLICY USERS SIGNINS --format sarif !",
    "diff OTHER POLICY USERS !",
    "diff OTHER POLICY USERS --format json !",
    "diff OTHER POLICY USERS --format markdown !",
    "whatif POLICY USERS SIGNINS !",
    "whatif POLICY USERS --format json !",
    "whatif POLICY USERS --option {N} !",
    "whatif POLICY USERS --user y{N} !",
    "fmt --check UNFORMATTED !",
    "fmt BROKENYAML !",
    "replay POLICY EVENTS !",
    "replay POLICY EVENTS --format table !",
    "replay POLICY EVENTS --format json !",
    "replay POLICY EVENTS --format ndjson !",
    "replay POLICY EVENTS --user {N} !",
    "replay POLICY EVENTS --user z{N} !",
    "replay POLICY EVENTS --state USERS !",
    "preview --port {N} !",
    "test POLICY SUITE --coverage --junit JUNIT --lcov LCOV !",
    "test POLICY --min-coverage 100 !",
    "test POLICY --filter {N}",
    "show POLICY !",
    "show POLICY --format json !",
    "show POLICY --set connection.default_org={N} !",
    "import entra ENTRA",
    "import entra ENTRA --format json !",
    "import entra USERS !",
    "import okta OKTA OKTASCHEMA !",
    "import okta OKTA OKTASCHEMA --format json !",
    "export entra POLICY !",
    "export okta POLICY --set sources.scim.dialect=okta !",
    "translate --to okta [{N}] !",
    "translate --to okta --attribute extensionAttribute1={N} [extensionAttribute1] !",
    "translate --to okta POLICY !",
    "translate --to okta POLICY --format json !",
    "compile POLICY --emit rust --output none/{N} !",
    "compile BROKEN --emit rust !",
    "new --application {N} --roles {N},{N} NEW !",
    "new --application {N} --roles {N} POLICY !",
    "functions {N} !",
    "functions {N} --format markdown !",
    "functions {N} --format json !",
    "schema {N} !",
    "completions {N} !",
    "{N} !",
    "eval --{N} !",
    "eval POLICY USERS --format {N} !",
];

/// The folder over which everything runs.
fn folder(name: &str) -> (Folder, Vec<(&'static str, String)>) {
    let text = ascii(&json!(name));
    let file = |end: &str| format!("{name}{end}");
    let user = |user: String, role: &str| {
        json!({
            "userPrincipalName": user, "accountEnabled": true, "givenName": name, "department": name, "mail": name,
            "appRoleAssignments": [role, name], "extensionAttribute2": name, "extensionAttribute3": name,
        })
    };
    let users =
        json!([user(name.to_owned(), name), user(format!("b{name}"), "My Corp Administrator"), { "accountEnabled": name, name: 1 }]);
    let sign_in = json!({ "nameId": name, "attributes": { "email": name, "dockerRole": [name], "dockerOrg": ["acme"], "dockerTeam": [name], "givenName": ["x"] }, "groups": [name, format!("acme:{name}")] });
    let events = [
        json!({ "event": "scim.create", "user": name, "attributes": { "givenName": name, "dockerTeam": name, "dockerOrg": "acme" } }),
        json!({ "event": "group.push", "group": format!("acme:{name}"), "members": [name] }),
        json!({ "event": "console.set_role", "user": name, "org": "acme", "role": name }),
        json!({ "event": "scim.update", "user": name, "attributes": { "dockerOrg": name, name: 1 } }),
        json!({ "event": name, "user": name }),
        json!({ "event": "scim.create", "usr": name, name: name }),
    ];
    let events: Vec<String> = events.iter().map(ascii).chain([format!("{{ {text}")]).collect();
    let docker = support::home().join("policies/docker.yaml");
    let policy = format!(
        "rolewright: 1\npolicy: {text}\nextends: docker.yaml\n\
         target: {{ application: {text}, attributes: {{ dockerRole: {{ one_of: [member, editor, owner, {text}], privileged: [owner, {text}] }} }} }}\n\
         connection: {{ default_org: {text}, default_team: {text}, orgs: {{ {text}: [{text}], acme: [company] }} }}\n\
         sources: {{ scim: {{ assigned: any, mappings: {{ dockerRole: {{ expression: 'SingleAppRoleAssignment([appRoleAssignments])' }}, name.givenName: {{ constant: {text} }} }} }} }}\n\
         tests: [{{ name: {text}, user: {{ userPrincipalName: {text}, accountEnabled: true }}, expect: {{ orgs: {{ acme: {{ role: {text} }} }} }} }}]\n"
    );
    let broken = format!(
        "rolewright: 1\npolicy: {text}\nextends: docker.yaml\n{text}: 1\ntarget: {{ attributes: {{ {text}: {{ type: {text} }} }} }}\n\
         connection: {{ {text}: 2 }}\n\
         sources: {{ scim: {{ mappings: {{ {text}: {{ direct: {text} }}, dockerRole: {{ expression: {} }} }} }} }}\n",
        ascii(&json!(format!("ToUper([{name}], \"{name}\"")))
    );
    let suite = format!("suite: entra-expression\ncases:\n- {{ id: {text}, expr: '[mail]', input: {{ mail: {text} }}, expect: x }}\n");
    let read = |file: &str| std::fs::read_to_string(support::home().join(file)).unwrap();
    let own = |text: &str, word: &str| text.replace(&format!("\"{word}\""), &ascii(&json!(name)));
    let files = [
        ("POLICY", file(".yaml"), policy),
        ("BROKEN", file("-broken.yaml"), broken),
        ("BROKENYAML", file("-yaml.yaml"), format!("rolewright: 1\npolicy: [{text}, }}\n")),
        ("UNFORMATTED", file("-fmt.yaml"), "rolewright: 1   \n".into()),
        ("OTHER", "docker.yaml".into(), std::fs::read_to_string(docker).unwrap().replace("assigned: required ", "assigned: any ")),
        ("USERS", file(".json"), ascii(&users)),
        ("DAMAGED", file("-damaged.json"), format!("[{{\"userPrincipalName\": {text}}}, {{{text}: ")),
        ("PRINCIPAL", file("-principal.json"), own(&read("examples/graph/service-principal.json"), "Docker")),
        ("SIGNINS", file("-sign-ins.json"), ascii(&json!([sign_in]))),
        (
            "MEMBERS",
            file("-members.csv"),
            format!(
                "Name,Username,Email,Type,Role,Teams,Date Joined\n\"{name}\",a,\"m{name}\",User,Owner,\"{name}\",2023-02-14T09:31:07Z\n"
            ),
        ),
        ("EVENTS", file(".ndjson"), events.join("\n")),
        ("SUITE", file("-suite.yaml"), suite),
        ("ENTRA", file("-entra.json"), own(&own(&read("examples/import/entra-schema.json"), "surname"), "Docker")),
        ("OKTA", file("-okta.json"), own(&read("examples/import/okta-mapping.json"), "givenName")),
        ("OKTASCHEMA", file("-okta-schema.json"), own(&read("examples/import/okta-app-schema.json"), "givenName")),
    ];
    let mut names = vec![("JUNIT", file("-junit.xml")), ("LCOV", file(".lcov")), ("NEW", "new.yaml".to_owned()), ("{N}", name.to_owned())];
    let mut folder = Folder::new();
    for (word, file, text) in files {
        folder = folder.with(&file, text);
        names.push((word, file));
    }
    (folder, names)
}

/// JSON, and YAML, in letters of ASCII alone.
fn ascii(value: &Json) -> String {
    let mut text = String::new();
    for character in value.to_string().chars() {
        match character {
            ' '..='~' => text.push(character),
            other => text.extend(other.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}"))),
        }
    }
    text
}

/// The words of a run with what they stand for.
fn arguments(run: &str, names: &[(&str, String)]) -> Vec<String> {
    let name = names.iter().find(|(known, _)| *known == "{N}").map(|(_, name)| name.clone()).unwrap();
    let of =
        |word: &str| names.iter().find(|(known, _)| *known == word).map_or_else(|| word.replace("{N}", &name), |(_, name)| name.clone());
    run.split(' ').filter(|word| *word != "!").map(of).collect()
}

/// What is wrong with an output.
fn harm(output: &str, lines: bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = String::new();
    // The styles of this program and of its diagnostics; no payload has one of them.
    let mut parts = output.split("\u{1b}[");
    rest.push_str(parts.next().unwrap_or_default());
    for part in parts {
        match part.split_once('m') {
            Some((style, after)) if style != "35" && !style.is_empty() && style.chars().all(|c| c.is_ascii_digit() || c == ';') => {
                rest.push_str(after)
            }
            _ => found.push(format!("a sequence {:?}", part.chars().take(12).collect::<String>())),
        }
    }
    let hidden = |c: char| matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
    for character in rest.chars().filter(|c| (c.is_control() && *c != '\n' && (lines || *c != '\t')) || hidden(*c)) {
        found.push(format!("{character:?}"));
    }
    for line in rest.lines().map(str::trim_start).filter(|_| lines) {
        if line.starts_with("FORGED") || line.starts_with("::error::FORGED") || line.contains("##[") || line.contains("##vso[") {
            found.push(format!("the line {line:?}"));
        }
    }
    found
}

fn run(folder: &Folder, arguments: &[String], forced: bool) -> Run {
    support::run_with(folder.path(), arguments, b"", if forced { &[("CLICOLOR_FORCE", "1")] } else { &[] })
}

#[test]
fn every_command_over_every_hostile_name() {
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for several in PAYLOADS.chunks(4) {
            scope.spawn(|| {
                let found = over(several);
                failures.lock().unwrap().extend(found);
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    let shown: Vec<&String> = failures.iter().take(40).collect();
    assert!(failures.is_empty(), "{} failures, such as {shown:#?}", failures.len());
}

/// What goes wrong where a name with several of them stands in every place.
fn over(several: &[(&str, &str)]) -> Vec<String> {
    let mut failures = Vec::new();
    let kind = several.iter().map(|(kind, _)| *kind).collect::<Vec<_>>().join("+");
    let payload: Vec<&str> = several.iter().map(|(_, payload)| *payload).collect();
    let (folder, names) = folder(&format!("{MARK}{}{MARK}", payload.join(MARK)));
    for line in RUNS {
        let _ = std::fs::remove_file(folder.path().join("new.yaml"));
        let arguments = arguments(line, &names);
        // Behind a pipe that leads to a terminal nothing is raw, in no format; otherwise none for people is.
        for forced in [true, false] {
            let ran = run(&folder, &arguments, forced);
            let exact = line.contains("--format csv") || ["show", "import", "translate"].iter().any(|command| line.starts_with(command));
            let checked = if forced || !exact { format!("{}\n{}", ran.out, ran.err) } else { ran.err.clone() };
            // A text of several lines is several lines in CSV and YAML, too, and JSON ends none within a text.
            let lines = !exact && !line.contains("json") && !line.contains("sarif");
            for harm in harm(&checked, lines) {
                failures.push(format!("{kind}: {line}: {harm}"));
            }
            if line.ends_with('!') && !format!("{}{}", ran.out, ran.err).contains(MARK) {
                failures.push(format!("{kind}: {line}: names nothing\n{}", ran.shown()));
            }
        }
    }
    failures
}

/// The program's commands, as it lists them.
fn commands() -> Vec<String> {
    let overview = support::run(&["--help"]).exits(0).out;
    let listed = overview.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap_or_default();
    let names = listed.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").map(str::to_owned).collect()
}

/// The formats of a command, as its help lists them, each with whether it is the default.
fn formats(command: &str) -> Vec<(String, bool)> {
    let help = support::run(&[command, "-h"]).exits(0).out;
    let words = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some(about) = words.split("--format <FORMAT>").nth(1) else { return Vec::new() };
    let within = |begin: &str| about.split(begin).nth(1).and_then(|rest| rest.split(']').next()).unwrap_or_default();
    let default = within("[default: ");
    within("[possible values: ").split(", ").map(|format| (format.to_owned(), format == default)).collect()
}

#[test]
fn no_command_and_no_format_is_left_out() {
    let commands = commands();
    assert!(commands.len() > 15, "{commands:?}");
    let mut missing = Vec::new();
    let mut counted = 0;
    for command in &commands {
        let runs: Vec<&str> = RUNS.iter().copied().filter(|line| line.split(' ').next() == Some(command)).collect();
        if runs.is_empty() {
            missing.push(command.clone());
        }
        for (format, is_default) in formats(command) {
            counted += 1;
            let named = format!("--format {format} ");
            if !runs.iter().any(|line| format!("{line} ").contains(&named) || (is_default && !line.contains("--format"))) {
                missing.push(format!("{command} --format {format}"));
            }
        }
    }
    assert!(counted > 25, "{counted} formats are listed");
    assert_eq!(missing, Vec::<String>::new(), "each needs a line among the runs");
}

#[test]
fn names_of_people_stay_as_they_are() {
    for name in ["Åse Ødegård", "은지 김", "نرم\u{200c}افزار", "👩\u{200d}💻 Ada", "O'Brien [x] @home", "e\u{301}"] {
        let users = json!([{ "userPrincipalName": name, "accountEnabled": true }]).to_string();
        let args = ["eval", "policies/docker.yaml", "-", "--set", "sources.scim.assigned=any"];
        let run = support::run_in(support::home(), &args, users.as_bytes()).exits(0);
        assert!(run.out.contains(name), "{}", run.out);
    }
}

#[test]
fn data_for_programs_is_exact_in_a_pipe() {
    let name = PAYLOADS.map(|(_, payload)| payload).concat();
    let users = json!([{ "userPrincipalName": name, "accountEnabled": true }]).to_string();
    for format in ["json", "ndjson", "csv"] {
        let args = ["eval", "policies/docker.yaml", "-", "--set", "sources.scim.assigned=any", "--format", format];
        let run = support::run_in(support::home(), &args, users.as_bytes()).exits(0);
        let user = match format {
            "json" => run.json()[0]["user"].as_str().unwrap().to_owned(),
            "ndjson" => serde_json::from_str::<Json>(&run.out).unwrap()["user"].as_str().unwrap().to_owned(),
            _ => csv::Reader::from_reader(run.out.as_bytes()).records().next().unwrap().unwrap()[0].to_owned(),
        };
        assert_eq!(user, name, "{format}");
    }
}
