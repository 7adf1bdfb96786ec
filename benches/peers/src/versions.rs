//! The versions that were built, from the lock file.

const LOCK: &str = include_str!("../Cargo.lock");

/// The version of a package; empty for what is none.
pub fn of(package: &str) -> &'static str {
    let name = format!("name = \"{package}\"\nversion = \"");
    LOCK.split_once(&name).and_then(|(_, rest)| rest.split_once('"')).map_or("", |(version, _)| version)
}
