//! Runs the program as a person does, and keeps folders for what it reads and writes.
#![allow(dead_code, missing_docs)] // each test program uses a part

pub mod docker;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a run of the program gave.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    /// The run as one text, for a snapshot.
    pub fn shown(&self) -> String {
        format!("exit {}\n--- out\n{}--- err\n{}", self.code, self.out, self.err)
    }

    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "out:\n{}\nerr:\n{}", self.out, self.err);
        self
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

/// The project's own folder.
pub fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs in the project's folder.
pub fn run<S: AsRef<std::ffi::OsStr>>(args: &[S]) -> Run {
    run_in(home(), args, b"")
}

/// Runs in a folder, with a text on standard input.
pub fn run_in<S: AsRef<std::ffi::OsStr>>(folder: &Path, args: &[S], input: &[u8]) -> Run {
    run_with(folder, args, input, &[])
}

/// The same with variables of the environment.
pub fn run_with<S: AsRef<std::ffi::OsStr>>(folder: &Path, args: &[S], input: &[u8], variables: &[(&str, &str)]) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rolewright"))
        .args(args)
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .env("COLUMNS", "100")
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that ends without reading closes its end of the pipe.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    let output = child.wait_with_output().expect("the program ends");
    Run {
        code: output.status.code().expect("the program is not killed"),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

/// A folder of a test's own, which goes with it.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file.
    pub fn with(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.0.join(name), text).expect("a file");
        self
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).expect("a file")
    }

    pub fn run<S: AsRef<std::ffi::OsStr>>(&self, args: &[S]) -> Run {
        run_in(&self.0, args, b"")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A small policy of no real application, with these expressions of its role and team.
pub fn policy(role: &str) -> String {
    POLICY.replace("ROLE", role)
}

const POLICY: &str = r#"rolewright: 1
policy: small
target:
  attributes:
    userName: { type: string, kind: user_name, required: true, unique: true }
    active:   { type: boolean, kind: active }
    role:     { type: string, kind: role, one_of: [reader, author], default: reader, privileged: [author] }
connection: { default_org: harbor, scim: enabled, jit: enabled }
sources:
  scim:
    dialect: entra
    mappings:
      userName: { direct: userPrincipalName, matching: 1 }
      active:   { direct: accountEnabled }
      role:     ROLE
placement:
  - { id: default, when: {}, org: default_org, team: none }
events:
  scim.create:
    - { id: wrong, when: { role: wrong }, refuse: invalid-role }
    - { id: write, own: scim, active: carried or true, write: carried, by: scim, place: always }
  scim.update:     [{ id: wrong, when: { role: wrong }, refuse: invalid-role }, { id: write, active: carried, write: carried, by: scim, place: always }]
  scim.deactivate: [{ id: off, active: false }]
  scim.reactivate: [{ id: on, active: true }]
  scim.delete:     [{ id: gone, remove: user }]
  sso.login:       [{ id: wrong, when: { role: wrong }, refuse: invalid-role }, { id: write, overwrite: carried, by: jit }, { id: place, when: { user: unknown }, own: jit, place: always }]
"#;
