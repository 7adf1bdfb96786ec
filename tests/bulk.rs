//! `eval` over documents that are longer than what is held of them.

#[path = "../benches/bulk/typed.rs"]
mod typed;
#[path = "../benches/bulk/users.rs"]
mod users;

mod support;

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use support::{Folder, Run, home};
use users::Form;

const DOCKER: &str = "policies/docker.yaml";

/// Some pieces' worth of users.
const USERS: u64 = 5_000;

fn users_as(form: Form) -> Vec<u8> {
    let mut out = Vec::new();
    users::write(USERS, form, &mut out).unwrap();
    assert!(out.len() > 1 << 20 || form == Form::Csv, "shorter documents are held as a whole: {}", out.len());
    out
}

fn eval(input: &[u8], more: &[&str]) -> Run {
    // A child that writes before it has read everything must not wait for us.
    let folder = Folder::new().with("users", input);
    let users = folder.path().join("users").display().to_string();
    let run = support::run_in(home(), &[&["eval", DOCKER, &users][..], more].concat(), b"");
    Run { err: run.err.replace(&users, "users"), ..run }
}

#[test]
fn threads_change_nothing() {
    for form in [Form::Ndjson, Form::Graph, Form::Csv] {
        let users = users_as(form);
        for format in ["ndjson", "json", "csv", "table"] {
            let one = eval(&users, &["--format", format, "--threads", "1"]).exits(1);
            assert!(one.out.lines().count() as u64 >= USERS && one.err.starts_with("5000 users, "), "{}", one.err);
            for threads in ["2", "7"] {
                let more = eval(&users, &["--format", format, "--threads", threads]).exits(1);
                assert_eq!((more.err, more.out == one.out), (one.err.clone(), true), "{format} {threads}");
            }
        }
    }
}

/// The program that is measured beside it does the same.
#[test]
fn the_typed_program_writes_the_same() {
    let mut principal = Vec::new();
    users::principal(&mut principal).unwrap();
    let folder = Folder::new().with("service-principal.json", &principal);
    let path = folder.path().join("service-principal.json").display().to_string();
    for form in [Form::Ndjson, Form::Graph] {
        let users = users_as(form);
        let mut typed = Vec::new();
        typed::run(std::str::from_utf8(&principal).unwrap(), form == Form::Ndjson, users.as_slice(), &mut typed).unwrap();
        let typed = String::from_utf8(typed).unwrap();
        let given = eval(&users, &[&path, "--format", "ndjson"]).out;
        for (given, typed) in given.lines().zip(typed.lines()) {
            assert_eq!(given, typed);
        }
        assert_eq!(given.len(), typed.len());
    }
}

#[test]
fn marks_and_line_ends_change_nothing() {
    for form in [Form::Ndjson, Form::Csv] {
        let plain = String::from_utf8(users_as(form)).unwrap();
        let windows = format!("\u{feff}{}", plain.replace('\n', "\r\n"));
        let utf16: Vec<u8> = windows.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let expected = eval(plain.as_bytes(), &["--format", "csv"]);
        for bytes in [windows.clone().into_bytes(), utf16] {
            let given = eval(&bytes, &["--format", "csv"]);
            assert_eq!((&given.err, given.out == expected.out), (&expected.err, true));
        }
    }
}

#[test]
fn bad_rows_are_told_where_they_stand() {
    let mut lines: Vec<Vec<u8>> = users_as(Form::Ndjson).split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    lines[2_999] = b"{\"userPrincipalName\":".to_vec();
    lines[3_499] = b"{\"userPrincipalName\":\"\xFF\"}".to_vec();
    lines[3_999] = format!("{{\"note\":\"{}\"}}", "x".repeat(3 << 20)).into_bytes();
    lines[4_499] = Vec::new();
    let users = lines.join(&b'\n');
    for threads in ["1", "2"] {
        let run = eval(&users, &["--format", "ndjson", "--threads", threads]).exits(1);
        assert_eq!(run.out.lines().count(), 4_996);
        for told in [
            "error[invalid-row]: users, line 3000: column 21: the text ends too early",
            "error[invalid-row]: users, line 3500: some bytes are no text",
            "error[invalid-row]: users, line 4000: the row is longer than 1048576 bytes; reading goes on at the next line",
            "4996 users, ",
            ", 3 rows not read",
        ] {
            assert!(run.err.contains(told), "{told}: {}", run.err);
        }
        let strict = eval(&users, &["--format", "ndjson", "--threads", threads, "--strict"]).exits(1);
        assert_eq!(strict.out, run.out.lines().take(2_999).map(|line| format!("{line}\n")).collect::<String>());
        assert!(
            strict.err.contains("2999 users, ") && strict.err.contains("stopped at a row") && !strict.err.contains("3500"),
            "{}",
            strict.err
        );
    }
}

#[test]
fn a_document_that_breaks_off_is_told() {
    let graph = users_as(Form::Graph);
    let run = eval(&graph[..graph.len() - 100], &["--format", "json"]).exits(1);
    assert_eq!(run.json().as_array().map(Vec::len), Some(4_999), "what was read is whole");
    assert!(run.err.contains("error[invalid-document]: users, line 5001: ") && run.err.contains("the text ends too early"), "{}", run.err);
    let page = String::from_utf8(graph).unwrap().replace("\n]}", "\n],\"@odata.nextLink\":\"https://graph.example/2\"}");
    let run = eval(page.as_bytes(), &["--format", "json"]);
    assert!(run.err.contains("warning[export-incomplete]: users names a further page"), "{}", run.err);
}

#[test]
fn documents_without_users() {
    let header = eval(b"userPrincipalName,accountEnabled\n", &["--format", "csv"]).exits(0);
    assert_eq!((header.out.lines().count(), header.err.as_str()), (1, "0 users\n"));
    assert!(eval(b"", &[]).exits(2).err.contains("it is empty"));
    let blank = format!("{{\"userPrincipalName\":\"a@x.example\"}}\n{}", "\n".repeat(3 << 20));
    assert!(eval(blank.as_bytes(), &["--format", "ndjson"]).exits(0).err.starts_with("1 user\n"));
}

#[test]
fn a_long_table_keeps_the_widths_of_its_first_rows() {
    let table = eval(&users_as(Form::Ndjson), &[]).out;
    assert_eq!(table.lines().filter(|line| line.starts_with("USER ")).count(), 1);
    let role = table.find("ROLE").unwrap();
    let odd = table.lines().find(|line| !["ROLE", "member", "editor", "owner", "-"].iter().any(|word| line[role..].starts_with(word)));
    assert_eq!(odd, None);
}

#[test]
fn a_summary_counts_by_kind() {
    let users = "{\"userPrincipalName\":\"a@x.example\",\"appRoleAssignments\":[\"User\",\"My Corp Editor\"]}\n{\"userPrincipalName\":\"b@x.example\",\
                 \"appRoleAssignments\":[]}\n{\"mail\":\"c@x.example\"}\n";
    assert_eq!(
        eval(users.as_bytes(), &[]).exits(1).err,
        "3 users, 1 out of scope, 1 refused\n  memberships: 1 member\n  out of scope: 1 not-assigned\n  refused: 1 required-attribute-missing\n  \
         warnings: 1 multiple-app-roles\n"
    );
}

/// Users through a pipe, as many as wanted; who reads may go away.
fn piped(users: u64, form: Form, more: &[&str], out: Stdio) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rolewright"))
        .args([&["eval", DOCKER, "-"][..], more].concat())
        .current_dir(home())
        .stdin(Stdio::piped())
        .stdout(out)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = std::io::BufWriter::new(child.stdin.take().unwrap());
    std::thread::spawn(move || users::write(users, form, &mut pipe));
    child
}

#[test]
fn who_has_read_enough_ends_it() {
    for threads in ["1", "2"] {
        let mut child = piped(u64::MAX, Form::Ndjson, &["--format", "ndjson", "--threads", threads], Stdio::piped());
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.next().unwrap().unwrap().starts_with("{\"user\":"));
        drop(lines);
        let mut told = String::new();
        child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
        assert_eq!((child.wait().unwrap().code(), told.as_str()), (Some(0), ""));
    }
}

/// However many users there are, no more than a few pieces are held.
#[test]
#[cfg(target_os = "linux")]
fn memory_is_flat() {
    for (users, form, more) in [
        (120_000, Form::Ndjson, ["--format", "ndjson", "--threads", "4"]),
        (60_000, Form::Graph, ["--format", "json", "--threads", "4"]),
        (60_000, Form::Csv, ["--format", "table", "--threads", "4"]),
    ] {
        let mut child = piped(users, form, &more, Stdio::null());
        let status = format!("/proc/{}/status", child.id());
        let mut peak = 0;
        while child.try_wait().unwrap().is_none() {
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            peak = peak.max(line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0));
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let mut told = String::new();
        child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
        assert!(told.starts_with(&format!("{users} users, ")), "{told}");
        assert!(peak > 0 && peak < 64_000, "{users} users took {peak} kB");
    }
}

/// Mappings name a target attribute by its name or its path; its column has the value either way.
#[test]
fn columns_have_what_lines_have() {
    for policy in ["policies/docker.yaml", "policies/github-emu.yaml", "policies/grafana.yaml"] {
        let users = Folder::new().with("users", users_as(Form::Ndjson));
        let users = users.path().join("users").display().to_string();
        let run = |format| support::run_in(home(), &["eval", policy, &users, "--format", format], b"").out;
        let (lines, table) = (run("ndjson"), run("csv"));
        let filled = |text: &str| {
            serde_json::from_str::<serde_json::Value>(text).unwrap()["attributes"]
                .as_object()
                .unwrap()
                .values()
                .filter(|value| !value.is_null() && value.as_str() != Some(""))
                .count()
        };
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        for (line, record) in lines.lines().zip(reader.records()) {
            assert_eq!(record.unwrap().iter().skip(10).filter(|cell| !cell.is_empty()).count(), filled(line), "{policy} {line}");
        }
    }
}
