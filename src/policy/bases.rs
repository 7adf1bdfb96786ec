use crate::bounded;
use crate::limits::Limits;
use std::path::{Component, Path, PathBuf};

/// Where the policies are read that others build on: below the folder of the first policy, and below folders that are
/// named. A policy is often written by somebody else than runs the program, and `extends` is no way to other files.
#[derive(Debug, Clone)]
pub struct Bases {
    folders: Vec<PathBuf>,
}

impl Bases {
    /// For a policy at a path; `-` is standard input, whose folder is the current one.
    pub fn beside(policy: &Path, include: &[PathBuf]) -> Bases {
        let own = if policy.as_os_str() == "-" { PathBuf::new() } else { parent(policy) };
        Bases { folders: std::iter::once(own).chain(include.iter().cloned()).collect() }
    }

    /// The path of the policy that `extends` names in another one: beside that.
    pub fn path(asking: &str, wanted: &str) -> PathBuf {
        parent(Path::new(asking)).join(wanted)
    }

    /// Its name and its text, as [`Loader::resolve`](super::Loader::resolve) wants it.
    ///
    /// # Errors
    /// In words, why it is not read.
    pub fn read(&self, asking: &str, wanted: &str) -> Result<(String, String), String> {
        let path = Bases::path(asking, wanted);
        let name = path.display().to_string();
        // What stands outside is not looked for, so that nobody learns whether it exists; and no link leads out.
        let inside = |path: &Path, of: fn(&Path) -> std::io::Result<PathBuf>| {
            of(path).map(|path| self.folders.iter().any(|folder| of(&or_here(folder)).is_ok_and(|folder| path.starts_with(folder))))
        };
        let outside = || format!("{name}: it is outside of the policy's folder and of those that are included (--include DIR)");
        let fails = |error: std::io::Error| format!("{name}: {}", reason(&error));
        if !inside(&path, lexical).map_err(fails)? || !inside(&path, |path| path.canonicalize()).map_err(fails)? {
            return Err(outside());
        }
        if path.metadata().is_ok_and(|about| !about.is_file() && !about.is_dir()) {
            return Err(format!("{name}: it is no file"));
        }
        bounded::read_text(&path, Limits::DEFAULT.file_bytes).map(|text| (name.clone(), text)).map_err(fails)
    }
}

fn parent(path: &Path) -> PathBuf {
    path.parent().unwrap_or(Path::new("")).to_path_buf()
}

fn or_here(folder: &Path) -> PathBuf {
    if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_path_buf() }
}

/// A path from the root as it is written, without `.` and `..`.
fn lexical(path: &Path) -> std::io::Result<PathBuf> {
    let mut plain = PathBuf::new();
    for part in std::path::absolute(path)?.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    Ok(plain)
}

/// An error of the system in plain words.
pub(crate) fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".into(),
        std::io::ErrorKind::IsADirectory => "this is a directory".into(),
        std::io::ErrorKind::PermissionDenied => "it may not be read".into(),
        _ => error.to_string(),
    }
}

/// Whether a text says that it is a policy. Of one that does not, no message shows a line: what is named as a policy may
/// be any file.
pub fn is_policy(text: &str) -> bool {
    text.lines().any(|line| {
        let key = line.trim_start_matches(['\u{feff}', '{', ' ', '"', '\'']);
        key.strip_prefix("rolewright").is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(':'))
    })
}
