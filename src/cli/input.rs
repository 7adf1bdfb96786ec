//! What commands read: policies with settings from outside, and documents.

use super::CouldNotRun;
use super::output::{self, fail};
use crate::diagnostic::{Code, Diagnostic, Sources};
use crate::document::{self, Documents, Input, Pieces, Shape};
use crate::limits::Limits;
use crate::policy::{Loader, Policy, PolicyError};
use crate::program::{FixedWorld, World};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

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
    /// A loader with these settings that finds `extends` beside the file that asks.
    pub(super) fn loader(&self) -> Result<Loader<'static>, CouldNotRun> {
        let mut loader = Loader::new().resolve(beside);
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
        let text = match read_text(path) {
            Ok(text) => text,
            Err(why) => {
                let diagnostic = Diagnostic::new(Code::FileUnreadable, format!("{}: {why}", path.display()));
                return Ok(Err(PolicyError { diagnostics: vec![diagnostic], texts: Sources::default() }));
            }
        };
        Ok(self.loader()?.load(&path.display().to_string(), &text))
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
    if path.as_os_str() == "-" {
        let name = "standard input".to_owned();
        // It can be read once; who names it several times has it kept.
        let begun = if once && !is_kept() {
            document::Source::new(name, Box::new(std::io::stdin()), None)
        } else {
            standard_input().and_then(|bytes| document::Source::new(name, Box::new(std::io::Cursor::new(bytes)), None))
        };
        return begun.map_err(|error| fail(&format!("standard input: {}", reason(&error))));
    }
    let begun = std::fs::File::open(path).and_then(|file| document::Source::file(path.display().to_string(), file));
    begun.map_err(|error| fail(&format!("{}: {}", path.display(), reason(&error))))
}

/// The policy that `extends` names: a file beside the one that asks, with the name under which it is known.
pub(super) fn beside(asking: &str, wanted: &str) -> Result<(String, String), String> {
    let path = Path::new(asking).parent().unwrap_or(Path::new("")).join(wanted);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok((path.display().to_string(), text)),
        Err(error) => Err(format!("{}: {}", path.display(), reason(&error))),
    }
}

/// A file, or standard input, as it is.
pub(super) fn read(path: &Path) -> Result<Input, CouldNotRun> {
    if path.as_os_str() == "-" {
        let bytes = standard_input().map_err(|error| fail(&format!("standard input: {}", reason(&error))))?;
        return Ok(Input { name: "standard input".into(), bytes });
    }
    let bytes = std::fs::read(path).map_err(|error| fail(&format!("{}: {}", path.display(), reason(&error))))?;
    Ok(Input { name: path.display().to_string(), bytes })
}

/// A text file, or standard input.
pub(super) fn read_text(path: &Path) -> Result<String, String> {
    let bytes = if path.as_os_str() == "-" { standard_input() } else { std::fs::read(path) };
    let bytes = bytes.map_err(|error| reason(&error))?;
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err("the file is UTF-16, as Windows PowerShell's > writes; save it as UTF-8".into());
    }
    String::from_utf8(bytes).map_err(|error| format!("the file is not UTF-8: byte {} is not", error.utf8_error().valid_up_to() + 1))
}

/// What standard input held, once it has been read.
static KEPT: OnceLock<Vec<u8>> = OnceLock::new();

fn is_kept() -> bool {
    KEPT.get().is_some()
}

/// Standard input, kept: it can be read once, and a command may look at a file twice.
fn standard_input() -> std::io::Result<Vec<u8>> {
    if let Some(bytes) = KEPT.get() {
        return Ok(bytes.clone());
    }
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    Ok(KEPT.get_or_init(|| bytes).clone())
}

/// An error of the system in plain words.
pub(super) fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".into(),
        std::io::ErrorKind::IsADirectory => "this is a directory".into(),
        std::io::ErrorKind::PermissionDenied => "it may not be read".into(),
        _ => error.to_string(),
    }
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
