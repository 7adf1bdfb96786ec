//! Files that are too large, can be read once, are also to be written, change meanwhile, or are none of the command's
//! business.

mod support;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use support::{Folder, home, policy, run_in};

fn docker() -> String {
    std::fs::read_to_string(home().join("policies/docker.yaml")).unwrap()
}

/// Every argument that names a file, over a file of 3 GB, most of it holes, and over one that never ends.
#[test]
#[cfg(unix)]
fn limits_are_asked_before_a_file_is_read() {
    let folder = Folder::new().with("policy.yaml", policy("{ direct: city }")).with("users.json", "[]");
    let large = folder.path().join("large.yaml");
    std::fs::File::create(&large).unwrap().set_len(3 << 30).unwrap();
    // How long a file is, is known before its first byte is read; of what has no length, as much as may be is.
    for (endless, kilobytes) in [("large.yaml", 400_000), ("/dev/zero", 1_500_000)] {
        for args in [
            &["check", "FILE"][..],
            &["show", "FILE"],
            &["fmt", "--check", "FILE"],
            &["test", "FILE"],
            &["eval", "FILE", "users.json"],
            &["eval", "policy.yaml", "FILE"],
            &["explain", "policy.yaml", "FILE", "--user", "a"],
            &["diff", "policy.yaml", "FILE", "users.json"],
            &["audit", "policy.yaml", "FILE"],
            &["expr", "[mail]", "FILE"],
            &["check", "policy.yaml", "--users", "FILE"],
            &["replay", "policy.yaml", "FILE"],
            &["replay", "policy.yaml", "users.json", "--state", "FILE"],
            &["import", "entra", "FILE"],
            &["import", "okta", "FILE"],
            &["import", "entra", "users.json", "--target", "FILE"],
            &["export", "entra", "FILE"],
            &["translate", "--to", "okta", "FILE"],
            &["compile", "FILE", "--emit", "rust"],
        ] {
            let args: Vec<&str> = args.iter().map(|arg| if *arg == "FILE" { endless } else { arg }).collect();
            let start = Instant::now();
            let run = limited(folder.path(), &args, kilobytes);
            let said = format!("{}{}", run.0, run.1);
            assert!(said.contains("larger than") || said.contains("longer than"), "{args:?}: {said}");
            assert!(start.elapsed() < Duration::from_secs(30), "{args:?} took {:?}", start.elapsed());
        }
    }
}

/// Runs with so much memory at most.
#[cfg(unix)]
fn limited(folder: &Path, args: &[&str], kilobytes: u32) -> (String, String) {
    let line = format!("ulimit -v {kilobytes}; exec '{}' \"$@\"", env!("CARGO_BIN_EXE_rolewright"));
    let output = Command::new("sh").args(["-c", &line, "sh"]).args(args).current_dir(folder).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.code().is_some(), "{args:?} was killed");
    (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// What comes out of a pipe can be read once; every command takes one in every place.
#[test]
#[cfg(unix)]
fn pipes_are_files_too() {
    let folder = Folder::new().with("policy.yaml", docker());
    let users = home().join("examples/graph/users.json").display().to_string();
    let events = home().join("examples/events/history.ndjson").display().to_string();
    let suite = home().join("tests/conformance/own-docker.yaml").display().to_string();
    for (line, code) in [
        ("check <(cat policy.yaml)", 0),
        ("check <(cat policy.yaml) policy.yaml", 0),
        ("check <(cat SUITE)", 0),
        ("check --fix <(cat policy.yaml)", 2),
        ("fmt <(cat policy.yaml)", 0),
        ("test <(cat policy.yaml) --coverage", 0),
        ("test <(cat SUITE) --policy policy.yaml", 0),
        ("show <(cat policy.yaml)", 0),
        ("diff <(cat policy.yaml) <(cat policy.yaml) USERS", 0),
        ("eval <(cat policy.yaml) <(cat USERS) --set sources.scim.assigned=any", 0),
        ("audit policy.yaml <(cat USERS) --set sources.scim.assigned=any", 1),
        ("replay <(cat policy.yaml) <(cat EVENTS) --save >(cat > saved.json)", 1),
        ("compile <(cat policy.yaml) --emit rust", 0),
        ("translate --to okta <(cat policy.yaml)", 1),
    ] {
        let line = line.replace("USERS", &users).replace("EVENTS", &events).replace("SUITE", &suite);
        let line = format!("timeout 60 '{}' {line}", env!("CARGO_BIN_EXE_rolewright"));
        let output = Command::new("bash").args(["-c", &line]).current_dir(folder.path()).output().unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{line}: {said}");
        assert!(!said.contains("this is no policy"), "{line}: {said}");
    }
    // A pipe with a name: read once, by the one command that waits at it.
    assert!(Command::new("mkfifo").arg(folder.path().join("pipe.yaml")).status().unwrap().success());
    let mut writer = Command::new("sh").args(["-c", "cat policy.yaml > pipe.yaml"]).current_dir(folder.path()).spawn().unwrap();
    let output = Command::new("timeout")
        .args(["60", env!("CARGO_BIN_EXE_rolewright"), "check", "pipe.yaml"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(writer.wait().unwrap().success());
}

/// Where a command writes to what it reads, by whatever name, nothing is written.
#[test]
#[cfg(unix)]
fn no_command_writes_over_what_it_reads() {
    let events = std::fs::read_to_string(home().join("examples/events/history.ndjson")).unwrap();
    let suite = "suite: entra-expression\ncases:\n- { id: a, expr: '[mail]', input: { mail: x }, expect: x }\n";
    let folder = Folder::new()
        .with("base.yaml", docker())
        .with("own.yaml", "rolewright: 1\npolicy: own\nextends: base.yaml\n")
        .with("events.ndjson", &events)
        .with("suite.yaml", suite)
        .with("other.json", "{}");
    std::os::unix::fs::symlink("own.yaml", folder.path().join("link.yaml")).unwrap();
    std::fs::hard_link(folder.path().join("own.yaml"), folder.path().join("hard.yaml")).unwrap();
    std::fs::create_dir(folder.path().join("sub")).unwrap();
    let absolute = folder.path().join("own.yaml").display().to_string();
    let files = ["base.yaml", "own.yaml", "events.ndjson", "suite.yaml"];
    let before = files.map(|file| folder.read(file));
    for target in ["own.yaml", "./own.yaml", "sub/../own.yaml", "link.yaml", "hard.yaml", "base.yaml", &absolute] {
        for args in [
            &["compile", "own.yaml", "--emit", "rust", "-o", target][..],
            &["replay", "own.yaml", "events.ndjson", "--save", target],
            &["test", "own.yaml", "--junit", target],
            &["test", "own.yaml", "--lcov", target],
        ] {
            let run = folder.run(args).exits(2);
            assert!(run.err.contains("the command reads this file"), "{args:?}: {}", run.shown());
        }
    }
    for args in [
        &["replay", "own.yaml", "events.ndjson", "--save", "events.ndjson"][..],
        &["test", "suite.yaml", "--junit", "suite.yaml"],
        &["test", "suite.yaml", "--junit", "other.json", "--lcov", "other.json"],
        &["replay", "own.yaml", "events.ndjson", "--save", "-"],
        &["test", "suite.yaml", "--junit", "-"],
        &["test", "own.yaml", "--lcov", "-"],
        &["new", "--application", "Own", "--roles", "a,b", "own.yaml"],
        &["new", "--application", "Own", "--roles", "a,b", "./own.yaml"],
    ] {
        // What is no suite has no coverage, and then nothing is written.
        let run = folder.run(args);
        assert!(run.code == 2 || args.contains(&"other.json"), "{args:?}: {}", run.shown());
    }
    assert_eq!(files.map(|file| folder.read(file)), before);
    assert!(!folder.path().join("-").exists());
    folder.run(&["compile", "own.yaml", "--emit", "rust", "-o", "own.rs"]).exits(0);
    folder.run(&["compile", "own.yaml", "--emit", "rust", "-o", "own.rs"]).exits(0);
    folder.run(&["replay", "own.yaml", "events.ndjson", "--save", "/dev/null"]).exits(1);
}

const EVENT: &str = r#"{"event": "scim.create", "user": "USER@acme.example", "attributes": {}}"#;

/// Runs that carry on one state: each reads it before the other writes.
#[test]
#[cfg(unix)]
fn of_two_writers_one_is_told() {
    let folder = Folder::new().with("policy.yaml", docker()).with("first.ndjson", EVENT.replace("USER", "ada"));
    folder.run(&["replay", "policy.yaml", "first.ndjson", "--save", "state.json"]).exits(0);
    for (at, (args, told)) in [
        (&["--state", "state.json", "--save", "state.json"][..], true),
        (&["--state", "state.json", "--save", "./state.json"], true),
        (&["--save", "state.json"], true),
        (&["--state", "state.json", "--save", "other.json"], false),
    ]
    .into_iter()
    .enumerate()
    {
        // It waits for its events at a pipe, and the state changes meanwhile.
        assert!(Command::new("mkfifo").arg(folder.path().join("events")).status().unwrap().success());
        let mut child = Command::new(env!("CARGO_BIN_EXE_rolewright"))
            .args(["replay", "policy.yaml", "events"])
            .args(args)
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut pipe = std::fs::OpenOptions::new().write(true).open(folder.path().join("events")).unwrap();
        let other = folder.path().join("second.ndjson");
        std::fs::write(&other, EVENT.replace("USER", &format!("bo{at}"))).unwrap();
        folder.run(&["replay", "policy.yaml", "second.ndjson", "--state", "state.json", "--save", "state.json"]).exits(0);
        let saved = folder.read("state.json");
        std::io::Write::write_all(&mut pipe, EVENT.replace("USER", "cy").as_bytes()).unwrap();
        drop(pipe);
        let status = child.wait().unwrap();
        let mut said = String::new();
        std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut said).unwrap();
        assert_eq!(
            (status.code(), said.contains("has changed since it was read")),
            if told { (Some(2), true) } else { (Some(0), false) },
            "{args:?}: {said}"
        );
        assert_eq!(folder.read("state.json"), saved, "{args:?}");
        std::fs::remove_file(folder.path().join("events")).unwrap();
    }
    // One that broke off is told, and nothing is left behind by one that was refused.
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().contains("writing"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    std::fs::write(folder.path().join(".state.json.writing"), "").unwrap();
    let run = folder.run(&["replay", "policy.yaml", "first.ndjson", "--save", "state.json"]).exits(2);
    assert!(run.err.contains("another run is writing it"), "{}", run.shown());
}

#[test]
fn many_writers_lose_nothing() {
    let folder = Folder::new().with("policy.yaml", docker()).with("none.ndjson", "");
    folder.run(&["replay", "policy.yaml", "none.ndjson", "--save", "state.json"]).exits(0);
    let names: Vec<String> = (0..8).map(|at| format!("u{at}")).collect();
    for name in &names {
        std::fs::write(folder.path().join(format!("{name}.ndjson")), EVENT.replace("USER", name)).unwrap();
    }
    let mut saved = Vec::new();
    std::thread::scope(|scope| {
        let runs: Vec<_> = names
            .iter()
            .map(|name| {
                let folder = &folder;
                scope.spawn(move || {
                    let run =
                        folder.run(&["replay", "policy.yaml", &format!("{name}.ndjson"), "--state", "state.json", "--save", "state.json"]);
                    (name, run)
                })
            })
            .collect();
        saved.extend(runs.into_iter().map(|run| run.join().unwrap()));
    });
    let state: serde_json::Value = serde_json::from_str(&folder.read("state.json")).unwrap();
    for (name, run) in saved {
        let there = state["users"].get(format!("{name}@acme.example")).is_some();
        assert_eq!(run.code == 0, there, "{name}: {}", run.shown());
        assert!(run.code == 0 || run.err.contains("changed since") || run.err.contains("another run"), "{}", run.shown());
    }
}

/// `extends` reaches what stands below the policy's folder, or below one that is included, and nothing of any other file.
#[test]
#[cfg(unix)]
fn a_policy_reads_below_its_folder() {
    let folder = Folder::new().with("secret.txt", "password: hunter2\n").with("outside.yaml", docker());
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir_all(at("team/sub")).unwrap();
    let write = |name: &str, extends: &str| std::fs::write(at(name), format!("rolewright: 1\npolicy: own\nextends: {extends}\n")).unwrap();
    std::fs::write(at("team/sub/base.yaml"), docker()).unwrap();
    std::fs::write(at("team/secret.yaml"), "password: hunter2\n").unwrap();
    std::fs::write(at("team/broken.yaml"), "hunter2: [\n").unwrap();
    std::os::unix::fs::symlink(at("outside.yaml"), at("team/link.yaml")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", at("team/zero.yaml")).unwrap();
    write("team/sub/up.yaml", "../sub/base.yaml");
    let outside = "outside of the policy's folder";
    for (extends, says) in [
        ("sub/base.yaml", ""),
        ("./sub/../sub/base.yaml", ""),
        ("sub/up.yaml", ""),
        ("../outside.yaml", outside),
        ("../team/sub/base.yaml", ""),
        ("../../../../../../../../etc/passwd", outside),
        ("../secret.txt", outside),
        ("../nowhere.txt", outside),
        ("/etc/passwd", outside),
        ("/proc/self/environ", outside),
        ("/dev/stdin", outside),
        ("link.yaml", outside),
        ("zero.yaml", outside),
        ("secret.yaml", "is no policy"),
        ("broken.yaml", "is no policy"),
        ("sub", "directory"),
        ("nowhere.yaml", "there is no such file"),
    ] {
        write("team/own.yaml", extends);
        for folder_of in ["", "team"] {
            let (path, place) =
                if folder_of.is_empty() { ("team/own.yaml", folder.path().to_path_buf()) } else { ("own.yaml", at("team")) };
            let run = run_in(&place, &["check", path], b"");
            assert_eq!(run.code, i32::from(!says.is_empty()), "{extends}: {}", run.shown());
            assert!(run.out.contains(says), "{extends}: {}", run.shown());
            assert!(!run.shown().contains("hunter2") && !run.shown().contains("root:"), "{extends}: {}", run.shown());
        }
    }
    write("team/own.yaml", "../outside.yaml");
    for command in
        [&["check", "own.yaml"][..], &["show", "own.yaml"], &["compile", "own.yaml", "--emit", "rust"], &["export", "entra", "own.yaml"]]
    {
        assert_ne!(run_in(&at("team"), command, b"").code, 0, "{command:?}");
        run_in(&at("team"), &[command, &["--include", ".."]].concat(), b"").exits(0);
    }
    // A policy on standard input stands in the current folder.
    let own = b"rolewright: 1\npolicy: own\nextends: sub/base.yaml\n";
    run_in(&at("team"), &["check", "-"], own).exits(0);
    // Nothing is shown of what is named as a policy and is none, either.
    for command in [
        &["check", "secret.yaml"][..],
        &["show", "secret.yaml"],
        &["fmt", "broken.yaml"],
        &["test", "broken.yaml"],
        &["eval", "secret.yaml", "-"],
        &["check", "secret.yaml", "--format", "json"],
    ] {
        let run = run_in(&at("team"), command, b"");
        assert!(run.code > 0 && !run.shown().contains("hunter2"), "{command:?}: {}", run.shown());
    }
    // And no repair writes to it.
    run_in(&at("team"), &["check", "--fix", "secret.yaml"], b"").exits(1);
    assert_eq!(std::fs::read_to_string(at("team/secret.yaml")).unwrap(), "password: hunter2\n");
}

/// Repairs and formats that are overtaken by somebody who writes the file are told, not lost.
#[test]
#[cfg(unix)]
fn what_is_not_writable_stays() {
    let folder = Folder::new().with("own.yaml", "rolewright: 1   \n");
    let path = folder.path().join("own.yaml");
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    folder.run(&["fmt", "own.yaml"]).exits(2);
    assert_eq!(folder.read("own.yaml"), "rolewright: 1   \n");
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, "rolewright: 1   \n").unwrap();
    std::os::unix::fs::symlink("own.yaml", folder.path().join("link.yaml")).unwrap();
    folder.run(&["fmt", "link.yaml"]).exits(0);
    assert_eq!(folder.read("own.yaml"), "rolewright: 1\n");
    assert!(std::fs::symlink_metadata(folder.path().join("link.yaml")).unwrap().is_symlink());
}

/// Names are compared for slips of the pen, which takes the product of their lengths.
#[test]
fn a_name_of_any_length_is_answered_in_time() {
    let name = "n".repeat(300_000);
    let declared = format!("  attributes:\n    {name}: {{ type: string }}\n");
    let mapped = format!("    mappings:\n      {name}n: {{ direct: city }}\n");
    let text = policy("{ direct: city }").replace("  attributes:\n", &declared).replace("    mappings:\n", &mapped);
    let folder = Folder::new().with("policy.yaml", text);
    let start = Instant::now();
    folder.run(&["check", "policy.yaml"]).exits(1);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}
