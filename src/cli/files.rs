//! The files of a command: what it reads, each once where it can be read once only, and what it writes, which is never
//! what it reads.

use super::CouldNotRun;
use super::output::fail;
use crate::bounded;
use crate::policy::Bases;
pub(super) use crate::policy::reason;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{ErrorKind, Read, Result, Write};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

/// What this run has read and written.
struct Known {
    read: Vec<Identity>,
    /// With the flags for which they were written.
    written: Vec<(Identity, String)>,
    /// What cannot be read again: standard input, and what is no file, such as a pipe.
    kept: BTreeMap<PathBuf, Vec<u8>>,
}

static KNOWN: Mutex<Known> = Mutex::new(Known { read: Vec::new(), written: Vec::new(), kept: BTreeMap::new() });

fn known() -> MutexGuard<'static, Known> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The same for all names of a file.
#[cfg(unix)]
type Identity = (u64, u64);
#[cfg(not(unix))]
type Identity = PathBuf;

/// Which file a path leads to, through links of both kinds; `None` where there is none or it is no file, such as a device.
#[cfg(unix)]
fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|about| (about.dev(), about.ino()))
}

/// Which file a path leads to, through links; `None` where there is none or it is no file, such as a device.
#[cfg(not(unix))]
fn identity(path: &Path) -> Option<Identity> {
    std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).and_then(|_| path.canonicalize().ok())
}

/// Opens a file to read it.
pub(super) fn open(path: &Path) -> Result<File> {
    let file = File::open(path)?;
    known().read.extend(identity(path));
    Ok(file)
}

/// Reads a file, or standard input, unless it is larger than a limit.
pub(super) fn read(path: &Path, most: usize) -> Result<Vec<u8>> {
    if let Some(bytes) = known().kept.get(path) {
        return Ok(bytes.clone());
    }
    let standard = path.as_os_str() == "-";
    let (bytes, again) = if standard {
        (bounded::read(std::io::stdin(), most)?, false)
    } else {
        let file = open(path)?;
        (bounded::read_file(&file, most)?, file.metadata()?.is_file())
    };
    if !again {
        known().kept.insert(path.to_path_buf(), bytes.clone());
    }
    Ok(bytes)
}

/// Whether something that can be read once has been read.
pub(super) fn is_kept(path: &Path) -> bool {
    known().kept.contains_key(path)
}

/// The policy that another one builds on.
pub(super) fn base(bases: &Bases, asking: &str, wanted: &str) -> std::result::Result<(String, String), String> {
    let found = bases.read(asking, wanted)?;
    known().read.extend(identity(Path::new(&found.0)));
    Ok(found)
}

/// Refuses a path that a flag names to be written where the command reads it, or writes it for another flag.
pub(super) fn check(flag: &str, path: &Path) -> std::result::Result<(), CouldNotRun> {
    if path.as_os_str() == "-" {
        return Err(fail(&format!("{flag} -: standard output has the results; name a file")));
    }
    let Some(own) = identity(path) else { return Ok(()) };
    let known = known();
    if known.read.contains(&own) {
        return Err(fail(&format!("{flag} {}: the command reads this file, and does not write over it", path.display())));
    }
    match known.written.iter().find(|(file, other)| *file == own && other != flag) {
        Some((_, other)) => Err(fail(&format!("{flag} {}: {other} writes this file", path.display()))),
        None => Ok(()),
    }
}

/// Writes a file that a flag names, unless the command reads it.
pub(super) fn write(flag: &str, path: &Path, text: &str) -> std::result::Result<(), CouldNotRun> {
    check(flag, path)?;
    std::fs::write(path, text).map_err(|error| fail(&format!("{}: {}", path.display(), reason(&error))))?;
    known().written.extend(identity(path).map(|own| (own, flag.to_owned())));
    Ok(())
}

/// Whether two paths lead to one file.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    identity(one).is_some_and(|one| identity(other) == Some(one))
}

/// What a file held at some time, to know later whether it still does. What is no file holds nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held(Option<u64>);

impl Held {
    pub(super) fn bytes(bytes: &[u8]) -> Held {
        Held::of(bytes).unwrap_or(Held(None))
    }

    pub(super) fn now(path: &Path) -> Result<Held> {
        if identity(path).is_some() { Held::of(File::open(path)?) } else { Ok(Held(None)) }
    }

    fn of(mut reader: impl Read) -> Result<Held> {
        static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        let (mut hasher, mut buffer) = (KEYS.build_hasher(), vec![0; 1 << 16]);
        loop {
            match reader.read(&mut buffer)? {
                0 => return Ok(Held(Some(hasher.finish()))),
                length => hasher.write(&buffer[..length]),
            }
        }
    }
}

/// Puts a text in place of a file, in one step and only where the file holds what it held `before`: of two runs that
/// change it at the same time one is refused.
pub(super) fn replace(path: &Path, before: Held, text: &str) -> std::result::Result<(), CouldNotRun> {
    let failed = |error: std::io::Error| fail(&format!("{}: {}", path.display(), reason(&error)));
    let about = std::fs::metadata(path).ok();
    if about.as_ref().is_some_and(|about| !about.is_file()) {
        return std::fs::write(path, text).map_err(failed); // to a device or a pipe
    }
    if about.as_ref().is_some_and(|about| about.permissions().readonly()) {
        return Err(fail(&format!("{}: it may not be written", path.display())));
    }
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let mut beside = Beside::create(&target).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            fail(&format!("{}: another run is writing it; if none is, one broke off: delete {}", path.display(), beside(&target).display()))
        }
        _ => failed(error),
    })?;
    if Held::now(&target).map_err(failed)? != before {
        return Err(fail(&format!("{}: it has changed since it was read; nothing is written", path.display())));
    }
    beside.file.write_all(text.as_bytes()).map_err(failed)?;
    if let Some(about) = about {
        beside.file.set_permissions(about.permissions()).map_err(failed)?;
    }
    beside.become_file(&target).map_err(failed)
}

/// The file that becomes another one; as long as it is there, no other run writes that.
struct Beside {
    file: File,
    path: Option<PathBuf>,
}

fn beside(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.writing"))
}

impl Beside {
    fn create(target: &Path) -> Result<Beside> {
        let path = beside(target);
        let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        Ok(Beside { file, path: Some(path) })
    }

    fn become_file(mut self, target: &Path) -> Result<()> {
        match self.path.take() {
            Some(path) => std::fs::rename(path, target),
            None => Ok(()),
        }
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            let _ = std::fs::remove_file(path);
        }
    }
}
