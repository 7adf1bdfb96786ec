//! `rolewright replay`, as a person runs it.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

fn replay(args: &[&str], events: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rolewright"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["replay", "policies/docker.yaml", "-"])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(events.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn history() -> &'static str {
    include_str!("../examples/events/history.ndjson")
}

#[test]
fn a_refusal_is_recorded_and_the_history_goes_on() {
    let output = replay(&["--format", "json"], history());
    assert_eq!(output.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let events = json["events"].as_array().unwrap();
    assert_eq!(events.len(), 11);
    assert_eq!(events[4]["refusal"]["code"], "duplicate-user");
    assert_eq!(events[4]["changes"], serde_json::json!([]));
    let rows = &events[4]["rows"][0];
    assert_eq!(rows["id"], "duplicate");
    assert!(rows["at"].as_str().unwrap().starts_with("policies/docker.yaml:"));
    let lost = events[2]["changes"].as_array().unwrap().iter().find(|change| change["change"] == "membership").unwrap();
    assert_eq!(lost["before"]["teams"], serde_json::json!({"company": "default"}));
    assert_eq!(lost["after"]["teams"], serde_json::json!({"platform": "jit", "qa": "group"}));
    assert_eq!(lost["placed_by"]["id"], "team");
    assert_eq!(json["state"]["settings"]["scim"], "disabled");
    assert!(text(&output.stderr).contains("11 events, 2 refused"));
}

#[test]
fn saved_and_resumed_is_the_whole() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let (part, rest, whole) = (folder.join("part.json"), folder.join("rest.json"), folder.join("whole.json"));
    let path = |path: &PathBuf| path.to_str().unwrap().to_owned();
    replay(&["--at", "4", "--save", &path(&part)], history());
    let later: String = history().lines().skip(4).map(|line| format!("{line}\n")).collect();
    replay(&["--state", &path(&part), "--save", &path(&rest)], &later);
    replay(&["--save", &path(&whole)], history());
    assert_eq!(std::fs::read(&rest).unwrap(), std::fs::read(&whole).unwrap());
}

#[test]
fn standard_output_is_data_only() {
    let events = "{\"event\": \"scim.crate\"}\n{\"event\": \"scim.create\", \"user\": \"bo@acme.example\"}\n";
    let output = replay(&["--format", "ndjson"], events);
    assert_eq!(output.status.code(), Some(1));
    let lines: Vec<serde_json::Value> = text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["event"], 2);
    assert!(lines[1]["state"]["users"]["bo@acme.example"].is_object());
    assert!(text(&output.stderr).contains("line 1, event: there is no event scim.crate"));
    let strict = replay(&["--strict"], events);
    assert_eq!((strict.status.code(), text(&strict.stdout).as_str()), (Some(2), ""));
}

#[test]
fn a_timeline_names_the_row_that_did_it() {
    let output = replay(&["--user", "ADA@acme.example"], history());
    let timeline = text(&output.stdout);
    assert!(timeline.starts_with("ada@acme.example\n     1  scim.create\n"), "{timeline}");
    assert!(timeline.contains("by groups (policies/docker.yaml:"), "{timeline}");
    assert!(timeline.contains("placed by team (policies/docker.yaml:"), "{timeline}");
    assert!(timeline.contains("scim: enabled -> disabled"), "{timeline}");
    let nobody = replay(&["--user", "adda@acme.example"], history());
    assert_eq!(nobody.status.code(), Some(2));
    assert!(text(&nobody.stderr).contains("did you mean ada@acme.example?"));
}
