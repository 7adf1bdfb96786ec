//! What commands read: policies with settings from outside, and documents.

use super::CouldNotRun;
use super::files::{self, reason};
use super::output::{self, fail};
use crate::diagnostic::{Code, Diagnostic, Sources};
use crate::document::{self, Documents, Input, Pieces, Shape};
use crate::limits::Limits;
use crate::policy::{Bases, Loader, Policy, PolicyError};
use crate::program::{FixedWorld, World};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The policy, and settings over it.
#[derive(clap::Args, Clone)]
pub(super) struct PolicyArgs {
    /// The policy file.
    pub policy: PathBuf,
    #[command(flatten)]
    pub set: SetArgs,
}

/// Settings over a policy.
#[derive(clap::Args, Clone, Default)]
pub(super) struct SetArgs {
    /// Changes a place of the policy: `--set connection.default_org=acme`, `--set options.NAME=VALUE`.
    #[arg(long = "set", value_name = "PATH=YAML")]
    pub set: Vec<String>,
    #[command(flatten)]
    pub include: IncludeArgs,
}

/// Where policies are read that others build on.
#[derive(clap::Args, Clone, Default)]
pub(super) struct IncludeArgs {
    /// A folder out of which policies may be read that `extends` names, beside the policy's own.
    #[arg(long, value_name = "DIR")]
    pub include: Vec<PathBuf>,
}

impl IncludeArgs {
    /// A loader for a policy that finds what it builds on, in the policy's folder and in those that are included.
    pub(super) fn loader(&self, policy: &Path) -> Loader<'static> {
        let bases = Bases::beside(policy, &self.include);
        Loader::new().resolve(move |asking, wanted| files::base(&bases, asking, wanted))
    }
}

/// Documents of users and of the application.
#[derive(clap::Args, Clone, Default)]
pub(super) struct DocumentArgs {
    /// Users and the application, as they were exported, in any order; `-` is standard input.
    #[arg(value_name = "DOCUMENT")]
    pub documents: Vec<PathBuf>,
    /// The shape of documents that cannot be recognised.
    #[arg(long = "as", value_name = "SHAPE", value_parser = shape)]
    pub shape: Option<Shape>,
}

fn shape(word: &str) -> Result<Shape, String> {
    Shape::ALL.iter().copied().find(|shape| shape.word() == word).ok_or_else(|| {
        let known: Vec<String> = Shape::ALL.iter().map(|shape| format!("\n  {:28} {}", shape.word(), shape.about())).collect();
        format!("shapes are{}", known.concat())
    })
}

impl SetArgs {
    /// A loader with these settings for a policy.
    pub(super) fn loader(&self, policy: &Path) -> Result<Loader<'static>, CouldNotRun> {
        let mut loader = self.include.loader(policy);
        for setting in &self.set {
            let Some((path, yaml)) = setting.split_once('=') else {
                return Err(fail(&format!("--set {setting}: write PATH=VALUE, such as connection.default_org=NAME")));
            };
            loader = loader.set(path.trim(), yaml);
        }
        Ok(loader)
    }

    /// A policy, checked; what is wrong with it stays an error of the caller's.
    pub(super) fn load(&self, path: &Path) -> Result<Result<Policy, PolicyError>, CouldNotRun> {
        self.load_read(path, read_text(path))
    }

    /// The same of what reading it gave.
    pub(super) fn load_read(&self, path: &Path, read: Result<String, Unread>) -> Result<Result<Policy, PolicyError>, CouldNotRun> {
        match read {
            Ok(text) => Ok(self.loader(path)?.load(&path.display().to_string(), &text)),
            Err(unread) => {
                let code = if unread.too_large { Code::YamlLimit } else { Code::FileUnreadable };
                let diagnostic = Diagnostic::new(code, format!("{}: {unread}", path.display()));
                Ok(Err(PolicyError { diagnostics: vec![diagnostic], texts: Sources::default() }))
            }
        }
    }
}

impl PolicyArgs {
    /// The policy; its errors are shown and end the command, its warnings are left to `check`.
    pub(super) fn load(&self) -> Result<Policy, CouldNotRun> {
        match self.set.load(&self.policy)? {
            Ok(policy) => Ok(policy),
            Err(error) => {
                output::diagnostics(&error.diagnostics, &error.texts);
                output::note(&format!("{}: the policy has {}", self.policy.display(), output::count(error.diagnostics.iter())));
                Err(CouldNotRun)
            }
        }
    }
}

impl DocumentArgs {
    /// The documents, recognised; what they warn of is shown.
    pub(super) fn open(&self) -> Result<Documents, CouldNotRun> {
        let mut inputs = Vec::new();
        for path in &self.documents {
            inputs.push(read(path)?);
        }
        let documents = recognised(Documents::open(inputs, self.shape, &Limits::DEFAULT))?;
        output::diagnostics(documents.warnings(), &Sources::default());
        Ok(documents)
    }

    /// The same, where those of users are read piece by piece, of which so many are held at once.
    pub(super) fn stream(&self, at_once: usize) -> Result<(Documents, Pieces), CouldNotRun> {
        let once = self.documents.iter().filter(|path| path.as_os_str() == "-").count() == 1;
        let mut sources = Vec::new();
        for path in &self.documents {
            sources.push(begin(path, once)?);
        }
        let (documents, pieces) = recognised(Documents::stream(sources, self.shape, &Limits::DEFAULT, at_once))?;
        output::diagnostics(documents.warnings(), &Sources::default());
        Ok((documents, pieces))
    }
}

fn recognised<T>(opened: Result<T, Vec<Diagnostic>>) -> Result<T, CouldNotRun> {
    opened.map_err(|found| {
        output::diagnostics(&found, &Sources::default());
        CouldNotRun
    })
}

/// A file, or standard input, of which as much is read as recognises it.
fn begin(path: &Path, once: bool) -> Result<document::Source, CouldNotRun> {
    let name = name_of(path);
    let begun = if path.as_os_str() == "-" {
        // It can be read once; who names it several times has it kept.
        if once && !files::is_kept(path) {
            document::Source::new(name.clone(), Box::new(std::io::stdin()), None)
        } else {
            let bytes = files::read(path, Limits::DEFAULT.document_bytes);
            bytes.and_then(|bytes| document::Source::new(name.clone(), Box::new(std::io::Cursor::new(bytes)), None))
        }
    } else {
        files::open(path).and_then(|file| document::Source::file(name.clone(), file))
    };
    begun.map_err(|error| fail(&format!("{name}: {}", reason(&error))))
}

/// What people call it.
pub(super) fn name_of(path: &Path) -> String {
    if path.as_os_str() == "-" { "standard input".to_owned() } else { path.display().to_string() }
}

/// A file, or standard input, as it is.
pub(super) fn read(path: &Path) -> Result<Input, CouldNotRun> {
    let name = name_of(path);
    match files::read(path, Limits::DEFAULT.document_bytes) {
        Ok(bytes) => Ok(Input { name, bytes }),
        Err(error) => Err(fail(&format!("{name}: {}", reason(&error)))),
    }
}

/// Why a text file cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{why}")]
pub(super) struct Unread {
    why: String,
    too_large: bool,
}

/// A policy, a suite or another text file, or standard input.
pub(super) fn read_text(path: &Path) -> Result<String, Unread> {
    let bytes = files::read(path, Limits::DEFAULT.file_bytes)
        .map_err(|error| Unread { why: reason(&error), too_large: error.kind() == ErrorKind::FileTooLarge })?;
    let other = |why: String| Unread { why, too_large: false };
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(other("the file is UTF-16, as Windows PowerShell's > writes; save it as UTF-8".into()));
    }
    String::from_utf8(bytes).map_err(|error| other(format!("the file is not UTF-8: byte {} is not", error.utf8_error().valid_up_to() + 1)))
}

/// The clock of this machine, and random values that are new in each run.
pub(super) fn world(now: Option<&str>) -> Result<FixedWorld, CouldNotRun> {
    let elapsed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let now = match now {
        Some(text) => crate::functions::dates::parse(text)
            .ok_or_else(|| fail(&format!("--now {text}: this is no date; write 2026-11-25T12:00:00Z")))?,
        None => {
            let seconds = i64::try_from(elapsed.as_secs()).unwrap_or_default();
            let epoch = FixedWorld::new(jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0), 0).now();
            epoch.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(epoch)
        }
    };
    Ok(FixedWorld::new(now, u64::from(elapsed.subsec_nanos()) ^ elapsed.as_secs().rotate_left(32)))
}
